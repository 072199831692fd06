"""A search that is killed again and again ends as one that was left alone: kill -9 at ten random moments."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from pinewright.market import FloatArray
from pinewright.optimize import Evaluation, SearchSettings, Space, search
from pinewright.optimize.objective import objective
from pinewright.optimize.split import Part
from tests.optimize.conftest import INPUTS, Surface

KILLS: Final = 10
ROOT: Final = Path(__file__).parents[2]
HOUR: Final = 3_600_000


class Slow(Surface):
    """Takes its time, as an engine does, so that a kill may come at any moment."""

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        time.sleep(0.01)
        return super().evaluate(parameters, first, last, daily=daily)


def digest(folder: Path | None, kind: str, slow: bool = False) -> str:
    """A hash of all that a search found."""
    several = (objective("net_profit"), objective("max_drawdown")) if kind == "several" else ()
    settings = SearchSettings(trials=1_500, seed=5, batch=16, objectives=several, halving=kind == "halving")
    last = 300 * 24
    surface = (Slow if slow else Surface)(edge=0.3)
    # Bars so many that halving finds room for its rungs.
    part = Part("search", 0, 24 * last if kind == "halving" else last, 0, last * HOUR, 300)
    found = search(Space.of(INPUTS), Bounded(surface) if kind == "halving" else surface, part, settings, folder=folder)
    text = hashlib.sha256()
    for array in (found.points, found.parameters, found.evaluation.values, found.scores, found.goals):
        assert array is not None
        text.update(array.tobytes())
    return f"{text.hexdigest()} {found.trials} {found.tried} {found.complete} {found.best}"


class Bounded:
    """A surface over bars of which it sees every 24th: long enough for rungs, and quick."""

    def __init__(self, surface: Surface):
        self.surface = surface

    @property
    def key(self) -> str:
        return self.surface.key

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        return self.surface.evaluate(parameters, first // 24, last // 24, daily=daily)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the runs that are killed are forked from one interpreter")
@pytest.mark.parametrize("kind", ["one", "several", "halving"])
def test_killed_and_resumed_is_as_if_never_killed(tmp_path: Path, kind: str) -> None:
    wanted = digest(None, kind)
    command = [sys.executable, "-m", "tests.properties.test_search_resume", str(tmp_path), kind]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    moments, killed = random.Random(7), 0
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        for line in server.stdout:
            word, value = line.split(maxsplit=1)
            if word == "alive" and killed < KILLS:
                time.sleep(moments.uniform(0.0, 0.1))
                os.kill(int(value), signal.SIGKILL)
                killed += 1
            elif word == "found":
                assert value == wanted + "\n"
    assert killed == KILLS
    assert server.returncode == 0
    assert digest(tmp_path, kind) == wanted


def main(folder: Path, kind: str) -> None:
    """Runs the search in one forked process after the other until one of them comes to its end."""
    ended = False
    while not ended:
        child = os.fork()
        if child == 0:
            print(f"alive {os.getpid()}", flush=True)
            print(f"found {digest(folder, kind, slow=True)}", flush=True)
            os._exit(0)
        ended = os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
