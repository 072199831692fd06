"""From the text of a script to native code, in CPU milliseconds: python -m benchmarks.compile [--repeat R].

``text``: check and compile to the kernel language. ``native``: code of the script alone, the engine's being there.
``cached``: the same script in a process that finds its code on disk. The engine itself is compiled once for all.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.sma_cross import SCRIPT
from benchmarks.support.timing import Contender, machine
from pinewright.app.output import emit, emit_table
from pinewright.backtest.code import compile_program
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import Timeframe
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script


def milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return 1000.0 * (time.process_time() - start)


def cold(source: str, folder: Path) -> tuple[float, float, float]:
    """Text, native code of a first script of a fresh folder (engine included), native code of this script."""
    text = milliseconds(lambda: compile_script(check(source)))
    other = compile_script(check(SCRIPT.replace("ta.sma", "ta.wma")))
    engine = milliseconds(lambda: compile_program(other, folder))
    program = compile_script(check(source))
    return text, engine, milliseconds(lambda: compile_program(program, folder))


def cached(source: str, folder: Path) -> float:
    """Native code in a process that has not seen the script, from the folder."""
    program = compile_script(check(source))
    return milliseconds(lambda: compile_program(program, folder))


def scripts() -> dict[str, str]:
    """The scripts by name: the crossover of the benchmark and one of each family."""
    settings = ScriptSettings(Timeframe(15), 0.00003, from_time=0, to_time=1_900_000_000_000)
    return {"SMA crossover": SCRIPT} | {family.title: render(family, None, settings) for family in FAMILIES.values()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeat", type=int, default=3)
    repeat = options.parse_args().repeat
    rows, engines = [], []
    for name, source in scripts().items():
        found = []
        for _ in range(repeat):
            with tempfile.TemporaryDirectory() as folder:
                with Contender() as first:
                    text, engine, native = first.run(cold, source, Path(folder)).answer
                with Contender() as second:
                    second.run(cached, SCRIPT, Path(folder))  # loads LLVM and the engine
                    found.append((text, native, second.run(cached, source, Path(folder)).answer))
                engines.append(engine)
        medians = [statistics.median(column) for column in zip(*found, strict=True)]
        rows.append((name, f"{len(source.splitlines())}", *(f"{value:.1f}" for value in medians)))
    emit(f"{machine()}; median of {repeat}, CPU milliseconds, one thread")
    emit_table(("script", "lines", "text", "native", "cached"), rows)
    emit(f"the engine, once for all scripts of an installation: {statistics.median(engines):.0f} ms")


if __name__ == "__main__":
    main()
