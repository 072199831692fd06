"""The ledger: which days were searched before, with how many trials, and which locked parts were opened.

A result is as good as the number of tries behind it is known, and tries of last week on the same days count as well.
The ledger is one file that only grows, for all commands and folders of a user. Each line is written whole under a lock
and bears a checksum, so that two processes may write and a kill at any moment costs no more than the line at hand.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.errors import OutputError, SearchError
from pinewright.market import FloatArray
from pinewright.optimize.ledger_lines import Line, Spans, from_text, size, spans, to_text
from pinewright.optimize.marks import DataKey, Marks
from pinewright.optimize.results import Prior

FILE: Final = "ledger.jsonl"
_WAIT: Final = 30.0
_MOST_NAMES: Final = 3


@dataclass(frozen=True, eq=False)
class Entry:
    """One run for the ledger.

    key: names the work (evaluators, spaces, parts, settings): a run that is repeated or goes on has the same one.
    when: ms UTC. command: who searched, as typed or called. names: families or the script. trials: parameter sets that
    were run. searched: days of search and selection part; locked: days of the locked part; opened: whether that was.
    """

    key: str
    when: int
    command: str
    names: tuple[str, ...]
    trials: int
    seed: int
    timeframe: str
    searched: Marks
    locked: Marks
    opened: bool = False

    def __post_init__(self) -> None:
        if not self.key or self.trials < 0:
            raise SearchError(
                f"a ledger entry {self.key!r} of {self.trials} trials", hint="a key, and 0 or more trials"
            )


@dataclass(frozen=True)
class Tally:
    """Earlier search of the same days.

    trials: earlier trials, each run's weighed by the share of days in common, rounded up. runs: runs that share a day.
    whole: their trials unweighed. names, timeframes: what they searched, sorted. first: when the earliest was (ms UTC),
    None where there is none. damaged: lines of the ledger that cannot be read, so that the figures are lower bounds.
    """

    trials: int = 0
    runs: int = 0
    whole: int = 0
    names: tuple[str, ...] = ()
    timeframes: tuple[str, ...] = ()
    first: int | None = None
    damaged: int = 0


@dataclass(frozen=True)
class Opening:
    """An earlier run that saw days which are locked now.

    searched: its search or selection part held them, so that its choices rest on them; False where they lay in its own
    locked part, which it opened. days: how many of the days asked for.
    """

    when: int
    command: str
    names: tuple[str, ...]
    timeframe: str
    days: int
    searched: bool

    @property
    def words(self) -> str:
        """One phrase for a report: when, what, how."""
        date = datetime.fromtimestamp(self.when / 1000, UTC).date().isoformat()
        days = "1 day" if self.days == 1 else f"{self.days} days"
        how = "searched" if self.searched else "opened as a locked part"
        more = f" and {len(self.names) - _MOST_NAMES} more" if len(self.names) > _MOST_NAMES else ""
        return f"{date}: {days} of it {how} by {', '.join(self.names[:_MOST_NAMES])}{more} on {self.timeframe}"


@dataclass
class Ledger:
    """The ledger in ``folder``; it is made with the first entry. OutputError where it cannot be read or written."""

    folder: Path
    _lines: list[Line] = field(default_factory=list)
    _place: dict[str, int] = field(default_factory=dict)
    _table: Marks = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    _read: int = 0
    _damaged: int = 0

    @property
    def path(self) -> Path:
        return self.folder / FILE

    @property
    def damaged(self) -> int:
        """Lines that cannot be read, so that all counts are lower bounds."""
        self._refresh()
        return self._damaged

    def record(self, entry: Entry) -> bool:
        """Adds a run, once: False where its key is there with as many trials and, if ``opened``, opened.

        A run that goes on after a stop raises the trials of its entry, it does not count again.
        """
        with self._locked():
            self._refresh()
            known = self._known(entry.key)
            if known is not None and known.trials >= entry.trials and known.opened >= entry.opened:
                return False
            self._append(self._line(entry))
            self._refresh()
        return True

    def count(self, marks: Marks, *, without: str | None = None) -> Tally:
        """Earlier trials over the days ``marks``; ``without`` is the key of the run that asks.

        The rule: a run's trials count by the share of days in common, of the shorter of the two histories. A search
        within the days asked for, or around them, counts in full, whatever its family, time frame or seed; one that
        shares a tenth of them counts a tenth; one that shares none does not count. A search that was made before the
        border between two windows moved by a month so still counts nearly whole, and one day in common with another
        decade does not make its trials ours.
        """
        self._refresh()
        weights = self._shared([line.searched for line in self._lines], marks)
        sizes = np.array([size(line.searched) for line in self._lines], dtype=np.float64)
        weights /= np.maximum(1.0, np.minimum(sizes, float(len(np.unique(marks)))))
        found = [
            (line, weight)
            for line, weight in zip(self._lines, weights.tolist(), strict=True)
            if weight > 0 and line.key != without
        ]
        return Tally(
            math.ceil(math.fsum(line.trials * weight for line, weight in found) - 1e-9),
            len(found),
            sum(line.trials for line, _ in found),
            tuple(sorted({name for line, _ in found for name in line.names})),
            tuple(sorted({line.timeframe for line, _ in found})),
            min((line.when for line, _ in found), default=None),
            self._damaged,
        )

    def openings(self, marks: Marks, *, without: str | None = None) -> tuple[Opening, ...]:
        """Earlier runs that saw any of the locked days ``marks``, oldest first; those that opened a locked part with
        them, and those that searched them. ``without`` is the key of the run that asks.
        """
        self._refresh()
        found = []
        for searched in (False, True):
            lines = [line for line in self._lines if (searched or line.opened) and line.key != without]
            shared = self._shared([line.searched if searched else line.locked for line in lines], marks)
            found += [
                Opening(line.when, line.command, line.names, line.timeframe, int(days), searched)
                for line, days in zip(lines, shared.tolist(), strict=True)
                if days > 0
            ]
        return tuple(sorted(found, key=lambda one: (one.when, one.searched)))

    def prior(self, data: DataKey, *, without: str | None = None) -> Prior:
        """What a verdict must know of earlier runs: their trials on the searched days, and who saw the locked ones."""
        tally = self.count(data.searched, without=without)
        return Prior(tally.trials, tally.runs, tuple(one.words for one in self.openings(data.locked, without=without)))

    def _known(self, key: str) -> Line | None:
        return self._lines[self._place[key]] if key in self._place else None

    def _shared(self, histories: list[Spans], marks: Marks) -> FloatArray:
        """Number of the days ``marks`` in each of the histories [E]."""
        ends = np.array([end for history in histories for span in history for end in span], dtype=np.int64)
        owner = np.repeat(np.arange(len(histories)), [len(history) for history in histories])
        before = np.concatenate([[0], np.cumsum(np.isin(self._table, marks))])
        inside = before[ends[1::2]] - before[ends[::2]]
        return np.bincount(owner, inside, minlength=len(histories)).astype(np.float64)

    def _line(self, entry: Entry) -> Line:
        """The entry with its days as places in the table of all days; days that are new come behind it."""
        asked = np.concatenate([entry.searched, entry.locked])
        fresh = asked[~np.isin(asked, self._table)]
        # In the order of time, not of size: so a window of a history is one span of the table, whatever its length.
        fresh = fresh[np.sort(np.unique(fresh, return_index=True)[1])]
        table = np.concatenate([self._table, fresh])
        return Line(
            entry.key,
            entry.when,
            entry.command,
            entry.names,
            entry.trials,
            entry.seed,
            entry.timeframe,
            entry.opened,
            len(self._table),
            fresh,
            spans(np.flatnonzero(np.isin(table, entry.searched))),
            spans(np.flatnonzero(np.isin(table, entry.locked))),
        )

    def _refresh(self) -> None:
        """Takes in what was written since, by this or another process; a last line without an end is not there yet."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._read)
                text = file.read()
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._failed("read", error) from error
        end = text.rfind(b"\n") + 1
        self._read += end
        fresh: list[Line] = []
        for row in text[:end].splitlines():
            found = from_text(row)
            if found is None:
                self._damaged += 1
            else:
                self._take(found)
                fresh.append(found)
        self._grow(fresh)

    def _grow(self, lines: list[Line]) -> None:
        """The table with the days of new lines."""
        end = max((line.base + len(line.fresh) for line in lines), default=0)
        if end > len(self._table):
            # A damaged line leaves a hole of zeros: its days are lost, those after it keep their places. Lines that
            # bring no day say by their base how long the table was.
            self._table = np.concatenate([self._table, np.zeros(end - len(self._table), dtype=np.uint64)])
        for line in lines:
            self._table[line.base : line.base + len(line.fresh)] = line.fresh

    def _take(self, line: Line) -> None:
        known = self._known(line.key)
        if known is None:
            self._place[line.key] = len(self._lines)
            self._lines.append(line)
            return
        when = line.when if line.opened and not known.opened else min(line.when, known.when)
        trials, opened = max(line.trials, known.trials), line.opened or known.opened
        self._lines[self._place[line.key]] = replace(line, when=when, trials=trials, opened=opened)

    def _append(self, line: Line) -> None:
        """Writes one line at the end of what is whole; the lock is held."""
        text = to_text(line)
        try:
            with self.path.open("r+b" if self.path.exists() else "w+b") as file:
                # What a killed process left half written goes; nobody else can be writing now.
                file.truncate(self._read)
                file.seek(self._read)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._failed("written", error) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / f"{FILE}.lock", timeout=_WAIT, poll_interval=0.01)
            lock.acquire()
        except Timeout as error:
            raise OutputError(
                f"another process has been writing to the ledger for {_WAIT:.0f} s",
                where=str(self.path),
                hint="end it, or wait for it, and run the same command again: its search is kept",
            ) from error
        except OSError as error:
            raise self._failed("written", error) from error
        try:
            yield
        finally:
            lock.release()

    def _failed(self, what: str, error: OSError) -> OutputError:
        return OutputError(
            f"the ledger of searches cannot be {what}: {error.strerror}",
            where=str(self.path),
            hint="mend the folder's permissions, or name another with --data-dir",
        )
