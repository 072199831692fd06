"""``DataSourceFailover``: a list of sources that is itself a source, and tells which of them gave the bars.

The bars of an answer come from exactly one source, the first in the list that has them; their ``feed`` is its own. Only
with ``splice`` are days that it lacks taken from the next one, and then the feed names every part.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from pinewright.data.source import BarRequest, Loaded, Source
from pinewright.data.splice import Splicer
from pinewright.data.zones import duration_text, iso_text
from pinewright.errors import DataError, DataNotFoundError, PinewrightError, SettingsError, SymbolError, UsageError
from pinewright.log import get_logger
from pinewright.market import MINUTE

UNREACHABLE: Final = "unreachable"
_MOST_EVENTS: Final = 1_000
log = get_logger(__name__)


class Happening(Enum):
    """What a source did, or what was done with it."""

    ANSWERED = "gave the bars"
    SPLICED = "gave days that others lack"
    LACKING = "does not have them"
    PARTIAL = "has only a part of them"
    FAILED = "failed and is left"
    SKIPPED = "is still left"
    AGAIN = "is tried again"
    RECOVERED = "works again"


@dataclass(frozen=True)
class Event:
    """One thing that happened to a source: time (ms UTC), the source's name, what, and the cause or detail."""

    time: int
    source: str
    what: Happening
    detail: str = ""

    @property
    def text(self) -> str:
        """``2025-06-02 14:00 UTC: OANDA failed and is left: ... tried again in 1 min``."""
        return f"{iso_text(self.time)} UTC: {self.source} {self.what.value}" + (
            f": {self.detail}" if self.detail else ""
        )


@dataclass
class _State:
    """A source, its failures in a row, when it is tried again (seconds of the clock), and whether that is going on."""

    source: Source
    failures: int = 0
    until: float = 0.0
    trying: bool = False
    cause: str = ""


def _now() -> int:
    return round(time.time() * 1000)


class DataSourceFailover:
    """Sources in order of preference as one source; safe to use from several threads.

    A source that fails (DataError, SettingsError, OSError) is left, and tried again once its cool-down is over: after
    ``cooldown`` seconds, twice as long after each further failure in a row, ``longest_cooldown`` at most; then by one
    thread alone. One that merely does not have the symbol or the window is passed over and not left. One whose answer
    holds less than ``least`` percent of the bars of the window stands back for a fuller one; if there is none, the
    fullest is given. ``events`` tells all of it, and warnings go to the log.

    A window without an end is closed at the present minute first, so that every source is asked the same question: a
    folder of old files must not answer for the last 14 days with 14 days of its own. A request without any window asks
    each for all it has.

    splice: fill trading days of which a source has less than ``least`` percent from the next ones; the answer is then a
    ``Spliced``. clock: seconds, never going back; now: ms UTC.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        splice: bool = False,
        least: float = 90.0,
        cooldown: float = 60.0,
        longest_cooldown: float = 900.0,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], int] = _now,
    ) -> None:
        names = [source.name for source in sources]
        if not sources or len(set(names)) < len(names):
            what = f"the same source stands twice: {', '.join(names)}" if sources else "a list of sources without any"
            raise UsageError(what, hint="give each source once, the best first")
        if not 0 <= least <= 100 or cooldown < 0 or longest_cooldown < cooldown:
            raise UsageError(f"least {least:g} %, cool-down {cooldown:g} s to {longest_cooldown:g} s cannot be meant")
        self.splice, self.least = splice, least
        self._cooldown, self._longest = cooldown, longest_cooldown
        self._clock, self._now = clock, now
        self._states = [_State(source) for source in sources]
        self._events: deque[Event] = deque(maxlen=_MOST_EVENTS)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return "first of " + ", ".join(state.source.name for state in self._states)

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened so far, oldest first; the last 1,000 events are kept."""
        with self._lock:
            return tuple(self._events)

    def load(self, request: BarRequest) -> Loaded:
        """The bars asked for, from the first source that has them.

        DataNotFoundError when every source answers and none has them, DataError when one or more failed (code
        ``unreachable`` where the network was the cause, or one is still left); both name each source with its cause.
        The error of the only source in a list of one. UsageError for a request that cannot be meant.
        """
        asked = self._closed(request)
        causes: list[tuple[_State, PinewrightError | OSError | None]] = []
        answers: list[tuple[_State, Loaded]] = []
        splicer = Splicer(asked, self.least) if self.splice else None
        for state in self._states:
            part = asked if splicer is None or not answers else splicer.wanted()
            found = self._ask(state, part)
            if not isinstance(found, Loaded):
                causes.append((state, found))
                continue
            answers.append((state, found))
            if splicer is not None:
                splicer.add(state.source.name, found)
                if splicer.complete:
                    break
            elif found.quality.completeness >= self.least:
                break
            else:
                self._tell(state, Happening.PARTIAL, f"{found.quality.completeness:.1f} % of bars")
        if not answers:
            raise self._error(causes)
        return self._chosen(answers) if splicer is None else self._joined(splicer)

    def _closed(self, request: BarRequest) -> BarRequest:
        """The request with both ends of its window, where it has a window at all."""
        if request.start is None and request.end is None and request.days is None:
            return request
        if request.start is None and request.days is None:
            return request
        start, end = request.window(0, self._now() // MINUTE * MINUTE)
        if start >= end:
            what = f"the window starts at {iso_text(start)} UTC, in the future"
            raise DataNotFoundError(what, where=self.name, hint="ask for an earlier window")
        return replace(request, start=start, end=end, days=None)

    def _ask(self, state: _State, request: BarRequest) -> Loaded | PinewrightError | OSError | None:
        """The answer of a source, or why there is none; None where it was not asked."""
        if not self._may_try(state):
            return None
        try:
            found = state.source.load(request)
        except (DataNotFoundError, SymbolError) as error:
            self._worked(state)
            self._tell(state, Happening.LACKING, error.what)
            return error
        except (DataError, SettingsError, OSError) as error:
            self._failed(state, error)
            return error
        except BaseException:
            with self._lock:
                state.trying = False
            raise
        self._worked(state)
        return found

    def _may_try(self, state: _State) -> bool:
        with self._lock:
            if not state.failures:
                return True
            rest = state.until - self._clock()
            if rest > 0 or state.trying:
                when = f"tried again in {duration_text(round(1000 * rest))}" if rest > 0 else "being tried again"
                self._event(state, Happening.SKIPPED, f"{state.cause}; {when}")
                return False
            state.trying = True
            self._event(state, Happening.AGAIN, f"after {state.failures} failures in a row")
            return True

    def _worked(self, state: _State) -> None:
        with self._lock:
            if state.failures:
                self._event(state, Happening.RECOVERED)
            state.failures, state.trying, state.cause = 0, False, ""

    def _failed(self, state: _State, error: PinewrightError | OSError) -> None:
        with self._lock:
            moment = self._clock()
            if not state.failures or moment >= state.until:  # else another thread has told the same failure
                state.failures += 1
                # The power is bounded so that years of failures do not overflow it.
                wait = min(self._longest, self._cooldown * 2.0 ** min(state.failures - 1, 60))
                state.until = moment + wait
            rest = state.until - moment
            state.trying, state.cause = False, _cause(error)
            again = duration_text(round(1000 * rest))
            self._event(state, Happening.FAILED, f"{state.cause}; tried again in {again}")
        log.warning("source failed and is left", source=state.source.name, cause=state.cause, again_in=again)

    def _tell(self, state: _State, what: Happening, detail: str = "") -> None:
        with self._lock:
            self._event(state, what, detail)

    def _event(self, state: _State, what: Happening, detail: str = "") -> None:
        self._events.append(Event(self._now(), state.source.name, what, detail))

    def _chosen(self, answers: list[tuple[_State, Loaded]]) -> Loaded:
        """The first complete answer, which is the last one there is, else the fullest, of equals the first."""
        state, loaded = max(answers, key=lambda pair: pair[1].quality.completeness)
        if answers[-1][1].quality.completeness >= self.least:
            state, loaded = answers[-1]
        self._tell(state, Happening.ANSWERED, loaded.bars.description)
        if state is not self._states[0]:
            log.warning("bars come from another source than the first", source=state.source.name)
        return loaded

    def _joined(self, splicer: Splicer) -> Loaded:
        states = {state.source.name: state for state in self._states}
        for name, why in splicer.refused:
            self._tell(states[name], Happening.LACKING, why)
        loaded = splicer.answer()
        for number, (name, detail) in enumerate(splicer.shares()):
            self._tell(states[name], Happening.ANSWERED if number == 0 else Happening.SPLICED, detail)
        return loaded

    def _error(self, causes: Sequence[tuple[_State, PinewrightError | OSError | None]]) -> PinewrightError | OSError:
        errors = [error for _, error in causes]
        if len(causes) == 1 and errors[0] is not None:
            return errors[0]
        told = "; ".join(
            f"{state.source.name}: {_cause(error) if error is not None else 'left, ' + state.cause}"
            for state, error in causes
        )
        if all(isinstance(error, (DataNotFoundError, SymbolError)) for error in errors):
            return DataNotFoundError(f"no source has the bars: {told}", hint="ask for another window or symbol")
        hint = "bring a file (--bars), or try again later"
        away = any(error is None or getattr(error, "code", UNREACHABLE) == UNREACHABLE for error in errors)
        return DataError(f"no source gives the bars: {told}", hint=hint, code=UNREACHABLE if away else None)


def _cause(error: PinewrightError | OSError) -> str:
    if isinstance(error, PinewrightError):
        return error.what
    return error.strerror or type(error).__name__
