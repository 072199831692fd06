"""The same strategies here and in PyneCore, an open engine for Pine in Python (Apache-2.0), over the same bars.

PyneCore compiles Pine by a service only; the scripts in ``pynecore/`` are its own form, written by hand beside the Pine
that runs here. It runs in a process of its own, in an empty folder. Where a trade differs, the test says whose rule it
is and by what evidence.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.data.simulate import simulated_bars
from pinewright.market import MINUTE, Bars, Symbol, Timeframe
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from tests.support.once import made_once

SCRIPTS = Path(__file__).parent / "pynecore"
KINDS = {"averages": 80, "brackets": 120, "layers": 70}
"""Strategies and the least number of trades that says something: turns by market orders with slippage and a fee an
order; stop and limit entries with one-cancels-all, shares of an exit, a trailing stop, a fee a unit; pyramiding sized
by equity, in part closed, with an average of a higher time frame."""
SECONDS = 120.0
"""Far above what they take (some 8 s), for a busy machine."""

Row = tuple[bool, int, float, int, float, float, float, str, str]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pynecore") is None,
    reason="PyneCore is not installed (pip install pynesys-pynecore; it is in the test extra)",
)


def ours(name: str, bars: Bars, kernels: Path) -> list[Row]:
    """Closed trades of a script here, in the order of their exits."""
    program = compile_script(check((SCRIPTS / f"{name}.pine").read_text(encoding="utf-8")), name)
    trades = Engine(program, bars, cache_dir=kernels).trades(defaults(program))
    return sorted(
        (t.is_long, t.entry_time, t.entry_price, t.exit_time, t.exit_price, t.quantity, t.net_profit, *signals)
        for t in trades
        if not t.is_open
        for signals in ((t.entry_signal, t.exit_signal),)
    )


def theirs(names: list[str], bars: Bars, folder: Path) -> dict[str, list[Row]]:
    """Closed trades of scripts in PyneCore, which keeps its own files in ``folder``."""
    shutil.copytree(SCRIPTS, folder / "pynecore")
    columns = {name: getattr(bars, name).tolist() for name in ("time", "open", "high", "low", "close", "volume")}
    symbol = {key: getattr(bars.symbol, key) for key in ("mintick", "quantity_step", "timezone")}
    file = folder / "bars.json"
    file.write_text(json.dumps({"symbol": symbol, "minutes": bars.timeframe.minutes, **columns}), encoding="utf-8")
    scripts = [f"pynecore/{name}.py" for name in names]
    ran = subprocess.run(
        [sys.executable, "pynecore/runner.py", file, *scripts],
        cwd=folder,
        env={**os.environ, "PYNE_SAVE_SCRIPT_TOML": "0"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    return {name: sorted(tuple(row) for row in found[f"pynecore/{name}.py"]) for name in names}


@pytest.fixture(scope="module")
def bars() -> Bars:
    return simulated_bars(5, "15m", days=25, warmup=0)


@pytest.fixture(scope="module")
def found(bars: Bars, common: Path) -> dict[str, list[Row]]:
    made = made_once(common / "pynecore", lambda folder: theirs(list(KINDS), bars, folder))
    return {name: [(*row,) for row in rows] for name, rows in made.items()}


@pytest.mark.parametrize("name", KINDS)
def test_every_trade_is_theirs(name: str, bars: Bars, kernels: Path, found: dict[str, list[Row]]) -> None:
    mine = ours(name, bars, kernels)
    assert len(mine) >= KINDS[name]
    assert [words(row) for row in mine] == [words(row) for row in found[name]]
    for one, other in zip(mine, found[name], strict=True):
        assert one[:6] == pytest.approx(other[:6], rel=1e-12)
        # They round profits of percentages to ten digits, here nothing is rounded.
        assert one[6] == pytest.approx(other[6], rel=1e-9, abs=1e-9)


def words(row: Row) -> tuple[bool, int, int, str]:
    """What must be the same to the letter. Ids of exits are not: they leave those of ``close`` empty."""
    return row[0], row[1], row[3], row[7]


def test_a_limit_on_the_way_to_the_high_comes_before_a_trailing_stop_behind_it(kernels: Path, tmp_path: Path) -> None:
    """One difference, which is theirs: they walk trailing stops over a whole bar before the orders of other ids.

    The third bar opens at 1.10060 and runs to its high of 1.10200 first: past the limit of the short entry at 1.10150,
    which closes the long position there. The trailing stop, 40 ticks below the high, could be met on the way back only,
    when that position is gone. Here the path decides, and the short entry's order does all that it says. There the
    stop comes first, at 1.10160, and the entry opens a short position at a price that was passed before it. Between
    the stop and the limit of one exit they keep to the path themselves.
    """
    symbol = Symbol.get("EURUSD")
    path = [
        (1.10000, 1.10010, 1.09990, 1.10000),
        (1.10000, 1.10070, 1.09980, 1.10060),
        (1.10060, 1.10200, 1.09900, 1.09950),
        (1.09950, 1.09960, 1.09940, 1.09950),
    ]
    open_, high, low, close = np.array(path).T
    time = 1_767_600_000_000 + 15 * MINUTE * np.arange(len(path))
    bars = Bars(symbol, Timeframe(15), time, open_, high, low, close, np.ones(len(path)))
    here = ours("meeting", bars, kernels)
    there = theirs(["meeting"], bars, tmp_path)["meeting"]
    assert [(row[0], row[3], row[8]) for row in here] == [(True, time[2], "short")]
    assert here[0][4] == pytest.approx(1.10150)
    assert [(row[0], row[3], row[8]) for row in there] == [(True, time[2], "trail")]
    assert there[0][4] == pytest.approx(1.10160)
