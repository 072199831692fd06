"""From the path of a request to what is asked for: the reverse of the transports' URLs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from pinewright.data.dukascopy.instruments import Instrument
from pinewright.data.dukascopy.requests import Request, periods
from pinewright.data.store.kinds import Kind
from pinewright.market import Side


class Asked(NamedTuple):
    """A payload of a transport; ``request`` None: the instrument or the period does not exist."""

    transport: str
    request: Request | None


_BI5: Final = re.compile(
    r"/datafeed/(?P<symbol>\w+)/(?P<year>\d{4})(/(?P<month>\d\d))?(/(?P<day>\d\d))?"
    r"/((?P<hour>\d\d)h_ticks|(?P<side>BID|ASK)_candles_(?P<kind>min|hour|day)_1)\.bi5"
)
_JETTA: Final = re.compile(
    r"/v1/(ticks|candles/(?P<kind>minute|hour|day))/(?P<code>[A-Z0-9.]+-[A-Z0-9]+)(/(?P<side>BID|ASK))?"
    r"(\?from=(?P<from>\d+)|/(?P<parts>\d+(/\d+)*))"
)
_METADATA: Final = re.compile(r"/v1/instruments/(?P<code>[A-Z0-9.]+-[A-Z0-9]+)")
_KINDS: Final = {None: Kind.TICK, "min": Kind.MINUTE, "minute": Kind.MINUTE, "hour": Kind.HOUR, "day": Kind.DAY}
_PARTS: Final = {Kind.TICK: 4, Kind.MINUTE: 3, Kind.HOUR: 2, Kind.DAY: 1}


def metadata_code(path: str) -> str | None:
    """The code of which a path asks the metadata; None for any other path."""
    match = _METADATA.fullmatch(path)
    return None if match is None else match["code"]


def parse(path: str, instruments: dict[str, Instrument]) -> Asked | None:
    """What a path asks for; None where it is no path of Dukascopy. instruments: by code and by symbol."""
    match = _BI5.fullmatch(path)
    if match is not None:
        numbers = [int(match[name]) for name in ("year", "month", "day", "hour") if match[name] is not None]
        if len(numbers) > 1:
            numbers[1] += 1  # months of the files are counted from zero
        return Asked("bi5", _request(match["symbol"], match["kind"], match["side"], numbers, None, instruments))
    match = _JETTA.fullmatch(path)
    if match is None:
        return None
    numbers = [int(part) for part in (match["parts"] or "").split("/") if part]
    start = None if match["from"] is None else int(match["from"])
    return Asked("jetta", _request(match["code"], match["kind"], match["side"], numbers, start, instruments))


def _request(
    name: str,
    kind_name: str | None,
    side: str | None,
    numbers: list[int],
    start: int | None,
    instruments: dict[str, Instrument],
) -> Request | None:
    kind = _KINDS[kind_name]
    instrument = instruments.get(name)
    if instrument is None or (start is None and len(numbers) != _PARTS[kind]) or (side is None) != (kind is Kind.TICK):
        return None
    if start is None:
        try:
            year, month, day, hour = (*numbers, *(1, 1, 1, 0)[len(numbers) :])
            date = datetime(year, month, day, hour, tzinfo=UTC)
        except ValueError:
            return None
        begin = int(date.timestamp() * 1000)
    else:
        begin = start
    span = periods(kind, begin, begin + 1)[0]
    return Request(instrument, kind, None if side is None else Side[side], *span, unfinished=start is not None)
