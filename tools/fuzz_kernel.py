"""Fuzz the native code of scripts: python tools/fuzz_kernel.py [--seconds 60] [--seed 0] [--scripts N] [--out FOLDER].

Random scripts that ask for trouble (``tests/properties/hostile.py``) are compiled and run in a process of their own,
so that a crash is a finding and not the end of the run. What must hold for any script that the check accepts:

- it is compiled, or refused by name; the run ends, with trades or with an error that says why
- on no bars, on one, on many; on prices off the tick grid; with inputs that make no sense
- the same inputs give the same figures, whatever ran before them in a matrix of inputs
- run as plain Python, the same code reads and writes inside its memory alone

Everything else (a signal, an exception of another kind, no answer for two minutes) is written to the folder as a
script with its story, and ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import os
import random
import selectors
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

import numpy as np  # noqa: E402

from pinewright.backtest.engine import Engine  # noqa: E402
from pinewright.errors import BacktestError, PineUnsupportedError  # noqa: E402
from pinewright.market import Bars  # noqa: E402
from pinewright.pine.checker import check  # noqa: E402
from pinewright.pine.compiler import compile_script  # noqa: E402
from pinewright.program import InputKind, Program  # noqa: E402
from tests.pine.compiler.support import Case, compiled_as_python, random_account, random_bars  # noqa: E402
from tests.properties.hostile import HostileWriter  # noqa: E402

PATIENCE = 120.0
"""Seconds after which a script without an answer is a finding."""
SIZES = (0, 1, 2, 3, 40, 40, 250)


class BrokenLawError(Exception):
    """A script for which something does not hold that must hold for all."""


def written(seed: int) -> str:
    """The script of a seed."""
    random_ = random.Random(seed)
    return HostileWriter(random_.randint, random_.choice((5, 6, 6))).script()


def bars_for(random_: random.Random) -> Bars:
    """Random bars of some size, on the tick grid or off it."""
    size = random_.choice(SIZES)
    found = random_bars(random_.randrange(1000), max(size, 1)).slice(0, size)
    if random_.random() < 0.5:
        scale = random_.choice((1.0 + 1e-9, 0.777, 1e-7, 1e6))
        prices = (found.open * scale, found.high * scale, found.low * scale, found.close * scale)
        found = Bars(found.symbol, found.timeframe, found.time, *prices, found.volume, feed="random")
    return found


def inputs_for(program: Program, random_: random.Random) -> list[float]:
    """A row of inputs, of which some make no sense."""
    row = []
    for item in program.inputs:
        if item.kind is InputKind.INT:
            row.append(float(random_.choice((-1, 0, 1, 3, 1000, 10**9))))
        elif item.kind is InputKind.FLOAT:
            row.append(random_.choice((0.0, -1.5, 1e300, 1e-300)))
        else:
            row.append(item.default)
    return row


def examine(source: str, seed: int) -> str:
    """Compile and run a script in all ways: what became of it. Raises what no script may raise."""
    random_ = random.Random(seed)
    checked = check(source, warn=False)
    if not checked.ok:
        return "refused by the check"
    try:
        program = compile_script(checked, "fuzzed")
    except PineUnsupportedError:
        return "not compiled"
    defaults = [item.default for item in program.inputs]
    others = inputs_for(program, random_)
    outcome = _run(program, bars_for(random_), [defaults, others, defaults])
    if random_.random() < 0.3:
        small = random_bars(seed % 1000, 12)
        with np.errstate(all="ignore"):
            case = Case(checked, program, small, np.array(defaults), random_account(seed, 12))
            compiled_as_python(case, most=5_000, fuel=2_000)
    return outcome


def _run(program: Program, bars: Bars, rows: list[list[float]]) -> str:
    if len(bars) == 0:
        try:
            Engine(program, bars)
        except BacktestError:
            return "no bars"
        raise BrokenLawError("a run over no bars")
    settings = replace(program.settings, initial_capital=1e9)
    engine = Engine(program, bars, settings=settings, threads=1)
    try:
        results = engine.run(np.array(rows), first=0)
    except BacktestError:  # inputs that the program refuses
        results = engine.run(np.array([rows[0]] * 3), first=0)
    if results.errors.get(0) != results.errors.get(2):
        raise BrokenLawError(f"ends otherwise in a matrix: {results.errors}")
    if not np.array_equal(results.metrics[0], results.metrics[2], equal_nan=True):
        raise BrokenLawError("other figures for the same inputs")
    try:
        engine.trades(rows[0], first=0)
    except BacktestError:
        return f"failed: {results.errors[0].failure.name}" if 0 in results.errors else "failed"
    if 0 in results.errors:
        raise BrokenLawError(f"the matrix says {results.errors[0]}, the single run nothing")
    return "ran"


# The two processes ---------------------------------------------------------------------------------------------------


def child(first: int, count: int, folder: Path) -> None:
    """Examine the scripts of some seeds; one line for each that is done."""
    for seed in range(first, first + count):
        source = written(seed)
        (folder / "current.pine").write_text(source, encoding="utf-8")
        try:
            outcome = examine(source, seed)
        except RecursionError:
            outcome = "too deep for Python"
        except Exception:
            outcome = "FOUND " + traceback.format_exc().replace("\n", "\\n")
        print(seed, outcome, flush=True)


@dataclass
class Report:
    """What a run has seen: how often each outcome, and the findings by seed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    found: dict[int, str] = field(default_factory=dict)


def fuzz(seconds: float, seed: int, scripts: int, out: Path) -> Report:
    """Examine scripts until the time is over, or so many are done."""
    report = Report()
    until = time.monotonic() + seconds
    following, end = seed, seed + scripts
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        while following < end and time.monotonic() < until:
            following = _watch(following, end - following, folder, until, report, out)
    return report


def _watch(first: int, count: int, folder: Path, until: float, report: Report, out: Path) -> int:
    """One child until it ends, falls silent or the time is over; gives the next seed."""
    command = [
        sys.executable,
        "-X",
        "faulthandler",
        __file__,
        "--child",
        str(folder),
        "--seed",
        str(first),
        "--scripts",
        str(count),
    ]
    surroundings = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    seed, story = first, ""
    errors = folder / "errors"
    with (
        errors.open("wb") as told,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, env=surroundings) as process,
    ):
        assert process.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while True:
                if not waiting.select(PATIENCE):
                    story = f"no answer for {PATIENCE:g} seconds"
                    break
                line = process.stdout.readline().decode()
                if not line:
                    break
                seed = int(line.split(" ", 1)[0]) + 1
                outcome = line.split(" ", 1)[1].strip()
                if outcome.startswith("FOUND "):
                    _keep(seed - 1, outcome[6:].replace("\\n", "\n"), written(seed - 1), report, out)
                else:
                    report.outcomes[outcome] += 1
                if time.monotonic() > until:
                    break
        ended = process.poll()
        process.kill()
        process.wait()
    if not story and ended not in (None, 0):
        story = f"{errors.read_text(errors='replace')}\nthe process ended with {ended}"
    if story:
        _keep(seed, story, (folder / "current.pine").read_text(encoding="utf-8"), report, out)
        return seed + 1
    return seed


def _keep(seed: int, story: str, source: str, report: Report, out: Path) -> None:
    report.found[seed] = story
    out.mkdir(parents=True, exist_ok=True)
    told = "\n".join(f"// {line}" for line in [f"seed {seed}", *story.splitlines()])
    (out / f"found_{seed}.pine").write_text(f"{source}\n{told}\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = print) -> int:
    """The tool's front door; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scripts", type=int, default=10**9, help="so many at most")
    parser.add_argument("--out", type=Path, default=Path("fuzz_found"), help="folder for scripts that break a law")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.child is not None:
        child(given.seed, given.scripts, given.child)
        return 0
    report = fuzz(given.seconds, given.seed, given.scripts, given.out)
    for outcome, count in report.outcomes.most_common():
        say(f"{count:6,}  {outcome}")
    for seed, story in report.found.items():
        say(f"seed {seed} breaks a law, written to {given.out}: {story.strip().splitlines()[-1]}")
    return 1 if report.found else 0


if __name__ == "__main__":
    sys.exit(main())
