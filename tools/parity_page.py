"""The page docs/parity.md: what was compared with TradingView's exports, in tables; for tools/probes.py."""

from __future__ import annotations

import hashlib
import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.probes import ALIKE, CLOSE, EQUAL, FINER, Line, counted

if TYPE_CHECKING:
    from tests.indicators.tradingview import Outcome

ROOT: Final = Path(__file__).resolve().parents[1]
HEAD: Final = """# Parity in figures

What TradingView exported, and what comes out here. Written by one command, from a checkout with a copy of the public
repository pineforge-4pass/pineforge-corpus (Apache-2.0) in FOLDER:

    python tools/probes.py FOLDER --write docs/parity.md

What is compared, and what is known to differ in general, is told in [parity](explanation/parity.md).
"""
PROBES: Final = """
## Scripts of the corpus

Scripts in v6 with the list of trades that TradingView exported for them, ETH/USDT 15m, by the first word of their
names. Bars of one minute are not in the corpus: scripts that ask for them end with an error that says so, and are not
counted further. An entry is equal in time, side, price and size, an exit in time and price, a list in all of these, the
signals, and the number of trades. Net profit: of closed trades, beside the last cumulative figure of the list. v5:
converted by `pinewright convert --to 5` and run again; alike is equal in every trade, to the last bit.

The lists do not say how they were made. What was inferred of it is in `tests/golden/probes.py`: the first bar of the
charts, four lists whose tester began later, one with another source than the script's default. Accounts are in dollars:
the rate of USDT of each day is read off the profits of all lists together, so the net profits are no independent proof
of it; sizes, prices and times do not hang on it but where a script sizes by its equity.
"""
OPEN: Final = """
{names} sizes its orders by a budget in dollars, at
a rate of USDT that no export tells: it is read off the profits of all lists. On days with small trades alone several
rates of five decimals fit, and a size may differ in its last digits, by less than 2.1e-5 of it
(`tests/golden/test_probes.py`). Every other field of it is equal.
"""
NET: Final = f"net profit within {CLOSE} %"
LISTS: Final = """
## Lists of EUR/USD

Scripts in v5 on EUR/USD 1h, 2022 to 2025; every time, side, signal, price, size, and money as it was printed (of
slippage_direction all but the signals, which the script beside that list does not write). A trade that was open when
the list was exported counts with its entry.
"""
COLUMNS: Final = """
## Columns

Values of expressions that TradingView exported, mostly EUR/USD, from the first bar of their charts. Near: within 1e-10
of the value (1e-12 near zero), with `na` on the same bars. This table alone:
`python -m tests.indicators.tradingview FOLDER`.
"""
NOTHING: Final = "\nNot compared: no recorded data at hand (PINEWRIGHT_SHARED names its folder).\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, words: int = 1) -> str:
    """A table in Markdown; the first ``words`` columns are words, the others numbers."""
    marks = ["---"] * words + ["---:"] * (len(head) - words)
    lines = [head, marks, *([_cell(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def page(lines: Sequence[Line], folder: Path) -> str:
    """The whole page for the probes that were run, and what else there are exports of."""
    shared = Path(os.environ.get("PINEWRIGHT_SHARED") or ROOT.parent / "shared")
    there = (shared / "ground_truth").is_dir()
    return "".join(
        [
            HEAD,
            _versions(folder),
            PROBES + "\n",
            _families(lines),
            _named(lines),
            _converted(lines),
            LISTS,
            "\n" + _lists(shared) if there else NOTHING,
            COLUMNS,
            "\n" + _columns(shared) if there else NOTHING,
        ]
    )


def _versions(folder: Path) -> str:
    from tests.golden.probes import Corpus

    bars = hashlib.sha256(Corpus(folder).bars_file.read_bytes()).hexdigest()[:16]
    names = ("pinewright", "numpy", "llvmlite")
    parts = [f"{name} {version(name)}" for name in names]
    words = f"{', '.join(parts)}, Python {platform.python_version()}, {platform.machine()}."
    return f"\nMade with {words}\nBars of the corpus: SHA-256 `{bars}`.\n"


def _families(lines: Sequence[Line]) -> str:
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.family].append(line)
    head = (
        *("family", "scripts", "without their 1m bars", "run", "over 99 % of entries", "all entries", "all exits"),
        *("all equal", NET, "converted to v5", "v5 alike"),
    )
    rows = [(f"{name}-", *astuple(counted(group))) for name, group in sorted(groups.items())]
    every = counted(lines)
    shares = [f"{100 * count / every.run:.1f} %" for count in astuple(every)[3:]]
    asked = every.scripts - every.finer
    share = ("share of those run", "", "", f"{100 * every.run / asked:.1f} % of {asked}", *shares)
    return table(head, [*rows, ("**all**", *astuple(every)), share])


def _named(lines: Sequence[Line]) -> str:
    """The scripts that are not equal in all, and why."""
    from tests.golden.probes import FINER as WANTING
    from tests.golden.probes import OPEN_RATES

    rows = [
        (f"`{line.name}`", f"asks for bars of 1m: {WANTING[line.name]}" if line.state == FINER else line.words)
        for line in lines
        if line.state != EQUAL
    ]
    told = ["\n### Not equal, or not run\n\n", table(("script", "why"), rows, words=2)]
    if any(line.name in OPEN_RATES for line in lines):
        told += [OPEN.format(names=", ".join(f"`{name}`" for name in sorted(OPEN_RATES)))]
    return "".join(told)


def _converted(lines: Sequence[Line]) -> str:
    rows = [(f"`{line.name}`", line.five) for line in lines if line.runs and line.five != ALIKE]
    if not rows:
        return "\nEvery script that runs was converted to v5 and trades alike there.\n"
    return "\n### Not alike in v5\n\n" + table(("script", "why"), rows, words=2)


def _lists(shared: Path) -> str:
    from tests.golden.lists import COUNTS, compared
    from tests.golden.probes import ENTRY, EXIT

    rows = []
    for name in COUNTS:
        found = compared(shared, name)
        wrong = [{difference.field for difference in pair.differences} for pair in found.pairs]
        equal = [sum(not fields & set(kind) for fields in wrong) for kind in (ENTRY, EXIT)]
        rows.append((f"`{name}`", found.listed, found.ours, *equal, found.matched))
    return table(("list", "listed", "made here", "entries equal", "exits equal", "equal in all, money included"), rows)


def _columns(shared: Path) -> str:
    from tests.indicators.tradingview import CASES, compared

    found = {name: list(compared(shared / "ground_truth" / "series", name).values()) for name in CASES}
    rows = [(f"`{name}`", *_sums(outcomes)) for name, outcomes in found.items()]
    every = [outcome for outcomes in found.values() for outcome in outcomes]
    values, bits = _sums(every)[1], _sums(every)[4]
    rows += [("**all**", *_sums(every)), ("share", "", "", "", "", f"{100 * bits / values:.2f} %")]
    return table(("file", "columns", "values", "`na` elsewhere", "near", "equal to the last bit"), rows)


def _sums(outcomes: Sequence[Outcome]) -> tuple[int, ...]:
    kinds = ("known", "misplaced", "near", "bits")
    return (len(outcomes), *(sum(getattr(outcome, kind) for outcome in outcomes) for kind in kinds))
