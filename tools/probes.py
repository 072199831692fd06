"""Strategies beside lists of trades of TradingView, one line each: python tools/probes.py FOLDER [NAME...].

FOLDER holds ``data`` and ``validation`` as the public pineforge-corpus does. Each script of ``validation`` is checked,
compiled and run over the bars of its list; said of each: not read, equal in every entry and exit, or the first
difference. How the lists were made is told in tests/golden/test_probes.py.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from pinewright.backtest.compare import Comparison, compare, read_list
from pinewright.backtest.engine import Engine
from pinewright.errors import PinewrightError
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    # The tests hold the way in which the lists were made; they read the folder from there.
    os.environ["PINEWRIGHT_PROBES"] = str(folder)
    sys.path.insert(0, str(ROOT))
    names = arguments[1:] or sorted(
        path.name for path in (folder / "validation").iterdir() if (path / "strategy.pine").exists()
    )
    counts: Counter[str] = Counter()
    for name in names:
        state, words = compared(folder / "validation" / name)
        counts[state] += 1
        print(f"{state:10} {name}  {words}".rstrip())
    print(", ".join(f"{count} {state}" for state, count in sorted(counts.items())), f"of {len(names)}")
    return 0


def compared(folder: Path) -> tuple[str, str]:
    """``equal``, ``different`` or ``not read`` for one script, with what is to be said of it."""
    try:
        program = compile_script(check((folder / "strategy.pine").read_text(encoding="utf-8")), folder.name)
    except PinewrightError as error:
        return "not read", next((line for line in error.what.splitlines() if "error[" in line), error.what)
    found = comparison(program, folder)
    if found.equal:
        return "equal", f"{found.matched} trades"
    return "different", f"{found.listed} listed, {found.ours} here, {found.paired} begin alike: {found.first}"


def comparison(program: Program, folder: Path) -> Comparison:
    """The script's trades beside its list, over the bars of the chart that the list was made on."""
    from tests.golden.test_probes import inputs, moment, probe_bars, shifted

    listed = [shifted(trade) for trade in read_list(folder / "tv_trades.csv")]
    begin = min(trade.entry_time for trade in listed)
    end = max(trade.exit_time or trade.entry_time for trade in listed)
    late = begin >= moment("2025-04-05") and end < moment("2026-04-10")
    times = (moment("2025-04-05" if late else "2025-03-31"), end + 1)
    first, last = (int(place) for place in np.searchsorted(probe_bars().time, times))
    engine = Engine(program, probe_bars().slice(first, last))
    return compare(engine.trades(inputs(program, folder.name), first=0), listed, money=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
