"""What journeys share: calling the program as a user does, and bars to bring along."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pinewright.app.cli import MainApplication
from pinewright.data.simulate import simulated_bars
from pinewright.market import Bars
from tests.support.once import made_once


@dataclass(frozen=True)
class Answer:
    """How one call of the program ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


Pinewright = Callable[..., Answer]


@pytest.fixture
def pinewright(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pinewright:
    """Calls the command line in an empty folder: ``pinewright("check", "a.pine").code``."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        code = MainApplication().run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


Shared = Callable[..., tuple[Answer, Path]]


@pytest.fixture
def shared_run(pinewright: Pinewright, common: Path) -> Shared:
    """``run`` with these arguments, once for all tests that ask, which only read: its answer and its folder."""

    def call(*arguments: object) -> tuple[Answer, Path]:
        words = [str(argument) for argument in arguments]
        folder = common / "runs" / hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]
        # As a list, because that is what JSON keeps.
        code, out, err, place = made_once(
            folder, lambda own: [*vars(pinewright("run", *words, "--out", own / "out")).values(), str(own / "out")]
        )
        return Answer(code, out, err), Path(place)

    return call


@pytest.fixture(scope="session")
def bars() -> Bars:
    """Forty days of simulated 15-minute bars."""
    return simulated_bars(5, "15m", days=40, warmup=0)


@pytest.fixture
def bars_file(bars: Bars, tmp_path: Path) -> Path:
    """The same bars as a CSV that a user might bring."""
    return write_csv(bars, tmp_path / "EURUSD_15m.csv")


def write_csv(bars: Bars, path: Path) -> Path:
    """Bars as CSV with times in seconds, as TradingView's chart export has them."""
    rows = zip(bars.time // 1000, bars.open, bars.high, bars.low, bars.close, bars.volume, strict=True)
    lines = ["time,open,high,low,close,volume", *(",".join(repr(value.item()) for value in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
