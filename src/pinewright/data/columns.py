"""Which column of a table is which: guessed from names (or from the order, where there is no header), and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pinewright.errors import DataFormatError

PRICES: Final = ("open", "high", "low", "close")

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "time": (
        *("time", "timestamp", "datetime", "date_time", "gmt_time", "utc_time", "time_utc", "time_gmt", "local_time"),
        *("open_time", "opentime", "time_open", "bar_time", "unix", "unix_time", "unix_timestamp", "epoch", "ts"),
        *("time_eet", "utc", "timestamp_utc", "datetime_utc", "time_ms", "timestamp_ms"),
    ),
    "date": ("date", "day", "trading_day"),
    "volume": ("volume", "tick_volume", "tickvolume", "tickvol", "vol", "v", "real_volume", "ticks", "tick_count"),
    "spread": (
        *("spread", "avg_spread", "spread_avg", "mean_spread", "spread_mean", "median_spread", "close_spread"),
        *("spread_close", "spread_points", "spread_pips", "avg_spread_pips"),
    ),
    "bid": ("bid", "bid_price", "bidprice", "b"),
    "ask": ("ask", "ask_price", "askprice", "offer", "a"),
    "bid_size": ("bid_volume", "bidvolume", "bid_vol", "bid_size", "bidsize", "bid_qty"),
    "ask_size": ("ask_volume", "askvolume", "ask_vol", "ask_size", "asksize", "ask_qty"),
}
_SHORT: Final = {"open": ("o",), "high": ("h", "max"), "low": ("l", "min"), "close": ("c", "last")}


@dataclass(frozen=True)
class ColumnGuess:
    """A role (``open``, ``bid_close``, ``spread``, ...) and the column of the file that was taken for it."""

    role: str
    column: str


@dataclass(frozen=True)
class Layout:
    """The guessed columns of a table, and those that nothing needs. ``ticks`` is True for quotes, False for bars.

    ``chart`` marks TradingView's export of a chart.
    """

    ticks: bool
    guesses: tuple[ColumnGuess, ...]
    unused: tuple[str, ...]
    chart: bool = False

    def column(self, role: str) -> str | None:
        """Name of the column in that role, None where there is none."""
        return next((guess.column for guess in self.guesses if guess.role == role), None)

    def has(self, *roles: str) -> bool:
        return all(self.column(role) is not None for role in roles)


def plain_name(name: str) -> str:
    """A header's name in lower case, signs as ``_``: ``<TICKVOL>`` is ``tickvol``, ``Gmt time`` is ``gmt_time``."""
    return re.sub(r"[^0-9a-z]+", "_", name.strip().lower()).strip("_")


def _spellings(role: str) -> tuple[str, ...]:
    """Names of a role, the surest first; for one side ``bid_open``, ``open_bid``, ``bidopen``, ``bid_o`` and so on."""
    if role in _NAMES:
        return _NAMES[role]
    side, _, price = role.rpartition("_")
    words = (price, *_SHORT[price])
    if not side:
        return (words[0], f"{price}_price", f"price_{price}", f"mid_{price}", f"{price}_mid", *words[1:])
    return tuple(s for w in words for s in (f"{side}_{w}", f"{w}_{side}", f"{side}{w}", f"{w}{side}", f"{side[0]}_{w}"))


def guess_columns(names: Sequence[str], first_row: Sequence[str], where: str) -> Layout:
    """Find the role of each column of a table with a header.

    ``first_row`` holds the values of its first row as text: a column ``time`` beside ``date`` that holds only a time of
    day is joined to it. DataFormatError, listing what was found and what is needed, when a needed column is missing.
    """
    plain = [plain_name(name) for name in names]
    taken: dict[str, str] = {}

    def take(role: str) -> bool:
        for spelling in _spellings(role):
            if spelling in plain:
                taken[role] = names[plain.index(spelling)]
                return True
        return False

    _take_time(names, first_row, taken, take)
    both = [f"{side}_{price}" for side in ("bid", "ask") for price in PRICES]
    found = [take(role) for role in (*both, *PRICES)]
    two_sided, one_sided = all(found[:8]), all(found[8:])
    ticks = not (two_sided or one_sided) and take("bid") and take("ask")
    for role in ("volume", "spread", "bid_size", "ask_size"):
        take(role)
    if "time" not in taken or not (two_sided or one_sided or ticks):
        raise _missing(names, taken, where)
    if ticks:
        wanted = {"time", "clock", "bid", "ask", "bid_size", "ask_size"}
    elif one_sided:
        wanted = {"time", "clock", *PRICES, "volume", "spread", "bid_open", "ask_open"}
    else:
        wanted = {"time", "clock", *both, "volume", "bid_size", "ask_size"}
    guesses = tuple(ColumnGuess(role, column) for role, column in taken.items() if role in wanted)
    used = {guess.column for guess in guesses}
    return Layout(ticks, guesses, tuple(name for name in names if name not in used))


def _take_time(
    names: Sequence[str], first_row: Sequence[str], taken: dict[str, str], take: Callable[[str], bool]
) -> None:
    has_date, has_time = take("date"), take("time")
    if has_date and has_time:
        value = first_row[list(names).index(taken["time"])].strip()
        if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?", value):
            taken["clock"], taken["time"] = taken["time"], taken.pop("date")
        else:
            del taken["date"]
    elif has_date:
        taken["time"] = taken.pop("date")


def _missing(names: Sequence[str], taken: dict[str, str], where: str) -> DataFormatError:
    lacking = [role for role in ("time", *PRICES) if role not in taken]
    found = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
    return DataFormatError(
        f"no column for {', '.join(lacking)}; the columns are: {found}",
        where=where,
        hint="needed: time, open, high, low, close (volume and spread if you have them), or bid_open … ask_close, "
        "or time, bid, ask for ticks",
    )


def columns_without_header(first_row: Sequence[str], where: str) -> list[str]:
    """Names for the columns of a table without a header, by their number and the first row.

    time, open, high, low, close[, volume[, ...]] as HistData and MetaTrader write it (MetaTrader: date and time apart),
    and time, bid, ask[, volume] for ticks. DataFormatError for any other width.
    """
    width = len(first_row)
    split = width > 1 and re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", first_row[1].strip()) is not None
    lead = ["date", "time"] if split else ["time"]
    rest = width - len(lead)
    if rest in (2, 3):
        return [*lead, "bid", "ask", "volume"][:width]
    if rest >= 4:
        extra = ["volume", *(f"column_{k}" for k in range(6, width + 1))]
        return [*lead, *PRICES, *extra][:width]
    raise DataFormatError(
        f"a table of {width} columns without a header",
        where=where,
        hint="give the file a header: time,open,high,low,close",
    )
