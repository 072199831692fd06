"""Instruments as Dukascopy trades them: price scale, pip, trading hours, holidays, first tick."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from pinewright.data.dukascopy.offline import ALIASES, ROUND_THE_CLOCK, rows
from pinewright.data.zones import find_zone
from pinewright.errors import DataFormatError, SymbolError, UsageError, nearest
from pinewright.market import NEW_YORK, SYMBOLS, BoolArray, Symbol

WEEK_MINUTES: Final = 7 * 1440
METADATA_HINT: Final = "metadata of an instrument is JSON with code, priceScale, pipValue, tradeSchedule and histories"
_DAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
METALS: Final = ("XAU", "XAG", "XPT", "XPD")
_MOST_DECIMALS: Final = 10


@dataclass(frozen=True)
class Schedule:
    """The trading week from ``since`` until ``until`` (ms UTC; None: no end), in wall-clock time of ``zone``.

    sessions: (start, end) in minutes from Monday 00:00, end exclusive; a start below 0 lies in the week before.
    """

    since: int
    until: int | None
    zone: str
    sessions: tuple[tuple[int, int], ...]

    @cached_property
    def open_minutes(self) -> BoolArray:
        """Whether each minute of the week [10,080] from Monday 00:00 lies in a session."""
        week = np.zeros(WEEK_MINUTES, dtype=np.bool_)
        for start, end in self.sessions:
            week[np.arange(start, min(end, start + WEEK_MINUTES)) % WEEK_MINUTES] = True
        return week


@dataclass(frozen=True)
class Instrument:
    """What must be known of an instrument to ask for its prices and to read them.

    symbol: "EURUSD", also the folder of the bi5 files. code: "EUR-USD", jetta's name. decimals: a price is an integer
    of the payload divided by 10**decimals. pip: in quote currency. timezone: that of ``schedules``. holidays: pairs of
    ms UTC in which the market is closed as Dukascopy published them, which is not all of them. history_start: ms UTC of
    the first tick, None where unknown. schedules: trading weeks; empty where only the metadata would tell them.
    """

    symbol: str
    code: str
    decimals: int
    pip: float
    description: str = ""
    timezone: str = NEW_YORK
    holidays: tuple[tuple[int, int], ...] = ()
    history_start: int | None = None
    round_the_clock: bool = False
    schedules: tuple[Schedule, ...] = ()

    @property
    def base(self) -> str:
        return self.code.rpartition("-")[0].split(".")[0]

    @property
    def quote(self) -> str:
        return self.code.rpartition("-")[2]

    @property
    def is_forex_or_metal(self) -> bool:
        """Whether it trades in the week of foreign exchange, Sunday to Friday 17:00 New York."""
        return not self.round_the_clock and ("." not in self.code or self.base in METALS)

    @property
    def market(self) -> Symbol:
        """The symbol for bars: the known one where there is one, else built from what the metadata tells."""
        return SYMBOLS.get(self.symbol) or self._built_symbol()

    def _built_symbol(self) -> Symbol:
        step = 10.0**-self.decimals
        kind, lot, quantity_step = "cfd", 1.0, 0.01
        if self.round_the_clock:
            kind, quantity_step = "crypto", 1e-4
        elif self.base in METALS:
            kind, lot = "commodity", 100.0
        elif ".IDX" in self.code:
            kind = "index"
        elif ".CMD" in self.code:
            kind = "commodity"
        elif "." not in self.code:
            kind, lot, quantity_step = "forex", 100_000.0, 0.1
        return Symbol(
            self.symbol,
            self.base,
            self.quote,
            step,
            self.pip,
            quantity_step=quantity_step,
            lot=lot,
            timezone="Etc/UTC" if self.round_the_clock else NEW_YORK,
            day_start_hour=0 if self.round_the_clock else 17,
            description=self.description,
            type=kind,
        )


def find_instrument(name: str) -> Instrument:
    """The instrument of that name from the offline table: "EURUSD", "eur/usd", "EUR-USD", "DEU.IDX-EUR", "GER40".

    The table has no holidays and no trading hours: ``read_metadata`` gives them. SymbolError with the nearest names.
    """
    key = plain_symbol(name.rsplit(":", 1)[-1])
    table = known_instruments()
    found = table.get(ALIASES.get(key, key))
    if found is None:
        near = nearest(key, [*table, *ALIASES])
        start = f"did you mean {' or '.join(near)}? " if near else ""
        raise SymbolError(
            f"unknown instrument {name!r}",
            hint=f"{start}{len(table)} are known offline, such as {', '.join(list(table)[:6])}; "
            "Dukascopy's own code (EUR-USD, AAPL.US-USD) finds any other while its server answers",
        )
    return found


def plain_symbol(name: str) -> str:
    """The symbol of a name or code: letters and digits alone, upper case ("DEU.IDX-EUR" to "DEUIDXEUR")."""
    return re.sub(r"[^A-Z0-9]", "", name.upper())


@lru_cache(maxsize=1)
def known_instruments() -> Mapping[str, Instrument]:
    """Every instrument of the offline table by symbol, in its order."""
    return {
        plain_symbol(row.code): Instrument(
            plain_symbol(row.code),
            row.code,
            row.decimals,
            10.0 ** (1 - row.decimals),
            row.description,
            timezone="UTC" if row.group == ROUND_THE_CLOCK else NEW_YORK,
            history_start=row.history_start,
            round_the_clock=row.group == ROUND_THE_CLOCK,
        )
        for row in rows()
    }


def read_metadata(body: bytes) -> Instrument:
    """The instrument that jetta's answer to ``/instruments/CODE`` describes; DataFormatError for anything else.

    Decimals are ``priceScale``; where that is null (46 of 1,499 instruments) one more than those of the pip, as with
    all but six of the others: the first payload of jetta confirms or refutes it.
    """
    import orjson

    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise DataFormatError(f"metadata is not JSON: {error}", hint=METADATA_HINT) from None
    if not isinstance(found, dict):
        raise DataFormatError(f"metadata is {type(found).__name__}, not an object", hint=METADATA_HINT)
    code = found.get("code")
    if not isinstance(code, str) or re.fullmatch(r"[A-Z0-9.]+-[A-Z0-9]+", code) is None:
        raise DataFormatError(f"metadata has the code {code!r}", hint=METADATA_HINT)
    pip = _pip(found, code)
    zone = found.get("defaultTimezone") or NEW_YORK
    try:
        find_zone(str(zone))
    except UsageError:
        raise DataFormatError(f"metadata of {code} has the time zone {zone!r}", hint=METADATA_HINT) from None
    schedules = _schedules(found.get("tradeSchedule"), code, str(zone))
    instrument = Instrument(
        plain_symbol(code),
        code,
        _decimals(found, code, pip),
        pip,
        str(found.get("description") or ""),
        str(zone),
        _holidays(found.get("holidays"), code),
        _history_start(found.get("histories"), code),
        schedules=schedules,
    )
    crypto = found.get("platformGroupId") == "CRYPTO_CURR"
    always = bool(schedules) and bool(schedules[-1].open_minutes.all())
    return replace(instrument, round_the_clock=always or (crypto and not schedules))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _pip(found: Mapping[str, object], code: str) -> float:
    pip = found.get("pipValue")
    if not isinstance(pip, int | float) or not _is_number(pip) or not 1e-9 <= pip <= 1e6:
        raise DataFormatError(f"metadata of {code} has the pip {pip!r}", hint=METADATA_HINT)
    return float(pip)


def _decimals(found: Mapping[str, object], code: str, pip: float) -> int:
    scale = found.get("priceScale")
    if scale is None:
        return max(0, 1 - round(math.log10(pip)))
    if not isinstance(scale, int) or isinstance(scale, bool) or not 0 <= scale <= _MOST_DECIMALS:
        raise DataFormatError(f"metadata of {code} has the price scale {scale!r}", hint=METADATA_HINT)
    return scale


def _span(item: object, names: tuple[str, str], what: str) -> tuple[int, int | None]:
    """Two moments in ms of an object; the second may be null."""
    if isinstance(item, dict):
        start, end = item.get(names[0]), item.get(names[1])
        if isinstance(start, int) and (end is None or (isinstance(end, int) and end > start)):
            return start, end
    raise DataFormatError(f"metadata has {what} {item!r}", hint=METADATA_HINT)


def _holidays(items: object, code: str) -> tuple[tuple[int, int], ...]:
    spans = (_span(item, ("from", "till"), f"of {code} the holiday") for item in _listed(items, code, "holidays"))
    return tuple(sorted((start, end) for start, end in spans if end is not None))


def _history_start(items: object, code: str) -> int | None:
    """First tick; Dukascopy writes 2000-01-01 for some instruments that began years later, so that means unknown."""
    for item in _listed(items, code, "histories"):
        if isinstance(item, dict) and item.get("period") == "TICK":
            start = item.get("from")
            return start if isinstance(start, int) and start > 946_684_800_000 else None
    return None


def _schedules(items: object, code: str, zone: str) -> tuple[Schedule, ...]:
    found = []
    for item in _listed(items, code, "trade schedules"):
        since, until = _span(item, ("from", "to"), f"of {code} the trade schedule")
        days = item.get("sessions") if isinstance(item, dict) else None
        if not isinstance(days, dict):
            raise DataFormatError(f"metadata of {code} has a trade schedule without sessions", hint=METADATA_HINT)
        sessions = [
            _session(_DAYS.index(day), session, code)
            for day in _DAYS
            for session in _listed(days.get(day), code, "sessions")
        ]
        found.append(Schedule(since, until, zone, tuple(sessions)))
    return tuple(sorted(found, key=lambda schedule: schedule.since))


def _session(day: int, session: object, code: str) -> tuple[int, int]:
    """Minutes from Monday 00:00 of ``{"start": "17:00:00", "previousDayStart": true, "end": "17:00:00", ...}``."""
    if isinstance(session, dict):
        start, end = (_clock_minutes(session.get(name)) for name in ("start", "end"))
        if start is not None and end is not None:
            begin = 1440 * (day - bool(session.get("previousDayStart"))) + start
            finish = 1440 * (day - bool(session.get("previousDayEnd"))) + end
            return begin, finish if finish > begin else finish + 1440
    raise DataFormatError(f"metadata of {code} has the session {session!r}", hint=METADATA_HINT)


def _clock_minutes(text: object) -> int | None:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(:\d{2})?", text) if isinstance(text, str) else None
    return None if match is None else 60 * int(match[1]) + int(match[2])


def _listed(items: object, code: str, what: str) -> Iterable[object]:
    if items is None:
        return ()
    if not isinstance(items, list):
        raise DataFormatError(f"metadata of {code} has {what} that are no list", hint=METADATA_HINT)
    return items
