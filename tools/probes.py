"""Strategies beside lists of trades of TradingView: python tools/probes.py FOLDER [NAME...] [--jobs N] [--write PAGE].

FOLDER is a copy of the public repository pineforge-4pass/pineforge-corpus. Each script of ``validation`` that is named,
by default those of tests/golden/probes.txt, is checked, compiled and run over the bars of its list, and once more
converted to v5. One line each: equal in every entry and exit, different (with the first difference), without the finer
bars that it asks for, or not read; entries that are equal in time, side, price and size; net profit here, in the list,
and the difference in percent; what came of v5. How the lists were made is told in tests/golden/probes.py; money is
converted at the rates that the lists of the named scripts show (tests/golden/exchange.py).

--write PAGE writes the tables of docs/parity.md; with the folder of recorded data (PINEWRIGHT_SHARED, or ``shared``
beside the checkout) also those of the four lists of EUR/USD and of the columns that TradingView exported.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.golden.probes import Corpus, Probe, Rates

ROOT: Final = Path(__file__).resolve().parents[1]
EQUAL: Final = "equal"
DIFFERENT: Final = "different"
FINER: Final = "finer bars"
NOT_READ: Final = "not read"
ALIKE: Final = "alike"
"""What came of v5 where every trade is the same to the last bit."""
NO_FIVE: Final = "does not convert"
CLOSE: Final = 0.1
"""Percent within which net profits count as equal."""
NEARLY: Final = 0.99
"""Share of entries above which nearly all are equal."""


@dataclass(frozen=True)
class Line:
    """What is said of one probe.

    entries, exits: shares that are equal, 0 to 1; net profits, here and in the list; five: what came of v5.
    """

    name: str
    state: str
    words: str
    entries: float = 0.0
    exits: float = 0.0
    ours: float = float("nan")
    theirs: float = float("nan")
    off: float = float("nan")
    five: str = ""

    @property
    def runs(self) -> bool:
        return self.state in (EQUAL, DIFFERENT)

    @property
    def family(self) -> str:
        return self.name.split("-")[0]

    def __str__(self) -> str:
        if not self.runs:
            return f"{self.state:10} {self.name}  {self.words}"
        money = f"{self.ours:12.2f} {self.theirs:12.2f} {self.off:8.3f} %"
        return f"{self.state:10} {100 * self.entries:6.2f} % {money}  {self.name}  {self.words}; v5: {self.five}"


@dataclass(frozen=True)
class Counts:
    """How many of some probes there are, need finer bars, run, and are equal in what."""

    scripts: int
    finer: int
    run: int
    nearly: int
    entries: int
    exits: int
    equal: int
    net: int
    converted: int
    alike: int


def counted(lines: Sequence[Line]) -> Counts:
    """The counts of some lines."""
    run = [line for line in lines if line.runs]
    return Counts(
        scripts=len(lines),
        finer=sum(line.state == FINER for line in lines),
        run=len(run),
        nearly=sum(line.entries > NEARLY for line in run),
        entries=sum(line.entries == 1.0 for line in run),
        exits=sum(line.exits == 1.0 for line in run),
        equal=sum(line.state == EQUAL for line in run),
        net=sum(line.off <= CLOSE for line in run),
        converted=sum(not line.five.startswith(NO_FIVE) for line in run),
        alike=sum(line.five == ALIKE for line in run),
    )


@dataclass(frozen=True)
class Task:
    """What a process needs to judge probes: the folder, and the rates of exchange that its lists show."""

    folder: Path
    rates: Rates

    def judged(self, name: str) -> Line:
        """A probe in both versions of Pine."""
        _find_tests()
        from pinewright.errors import PinewrightError
        from tests.golden.probes import FINER as WANTING
        from tests.golden.probes import Corpus, compiled

        corpus = Corpus(self.folder)
        source = corpus.source(name)
        try:
            program = compiled(source, name)
        except PinewrightError as error:
            words = next((line for line in error.what.splitlines() if "error[" in line), error.what)
            return Line(name, NOT_READ, words)
        try:
            probe = corpus.compared(name, corpus.run(name, program, self.rates))
        except PinewrightError as error:
            words = str(error).splitlines()[0]
            return Line(name, FINER if name in WANTING else NOT_READ, words)
        return _line(name, probe, self._five(corpus, name, source, probe))

    def _five(self, corpus: Corpus, name: str, source: str, probe: Probe) -> str:
        from pinewright.errors import PinewrightError
        from tests.golden.probes import compiled, converted, same

        try:
            five = compiled(converted(source), name)
        except ValueError as error:
            return f"{NO_FIVE}: {error}"
        except PinewrightError as error:
            return f"{NOT_READ}: {error.what.splitlines()[0]}"
        return ALIKE if same(corpus.run(name, five, self.rates), probe.trades) else DIFFERENT


def _line(name: str, probe: Probe, five: str) -> Line:
    from tests.golden.probes import ENTRY, EXIT

    found = probe.found
    words = f"{found.matched} trades"
    if not found.equal:
        words = f"{found.listed} listed, {found.ours} here, {found.paired} begin alike: {found.first}"
    state = EQUAL if found.equal else DIFFERENT
    shares = probe.alike(ENTRY), probe.alike(EXIT)
    return Line(name, state, words, *shares, probe.ours, probe.theirs, probe.off, five)


def _find_tests() -> None:
    """Lets the tests be imported, which hold the way in which the lists were made."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))


def judged(folder: Path, names: Iterable[str], jobs: int) -> Iterator[Line]:
    """The line of each probe, in their order."""
    from tests.golden.probes import Corpus

    wanted = list(names)
    task = Task(folder, Corpus(folder).rates(wanted))
    if jobs == 1:
        yield from map(task.judged, wanted)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(task.judged, wanted)


def summary(lines: Sequence[Line]) -> str:
    """How many are equal, how many entries and how much money."""
    found = counted(lines)
    states = Counter(line.state for line in lines)
    told = [
        ", ".join(f"{count} {state}" for state, count in sorted(states.items())) + f" of {found.scripts}",
        f"over {100 * NEARLY:g} % of entries on {found.nearly}, all on {found.entries} of {found.run}",
        f"all exits on {found.exits} of {found.run}",
        f"net profit within {CLOSE} % on {found.net} of {found.run}",
        f"in v5 alike {found.alike} of {found.converted} that convert",
    ]
    return "\n".join(told)


def main() -> None:
    _find_tests()
    from tests.golden.probes import NAMES

    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("names", nargs="*", metavar="NAME")
    options.add_argument("--jobs", type=int, default=1, help="processes")
    options.add_argument("--write", type=Path, metavar="PAGE", help="write the page of the results")
    given = options.parse_intermixed_args()
    lines = []
    for line in judged(given.folder, given.names or NAMES, given.jobs):
        print(line, flush=True)
        lines.append(line)
    print(summary(lines))
    if given.write:
        from tools.parity_page import page

        given.write.write_text(page(lines, given.folder), encoding="utf-8")


if __name__ == "__main__":
    main()
