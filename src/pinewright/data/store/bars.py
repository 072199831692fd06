"""The store as a source of bars: which of its kinds answers a request best, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.data.answers import cut_window, reach_back
from pinewright.data.calendar import trades_round_the_clock
from pinewright.data.quality import check_quality, median_spread
from pinewright.data.source import BarRequest, Loaded, cut_end
from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import State
from pinewright.data.store.reading import ONE_MINUTE, known_until, stored_bars
from pinewright.data.store.store import Store
from pinewright.data.zones import iso_text
from pinewright.errors import DataError, DataNotFoundError, SymbolError, UsageError
from pinewright.market import Side, Symbol, Timeframe

__all__ = ("StoreSource", "stored_bars")

_COARSEST_FIRST: Final = (Kind.DAY, Kind.HOUR, Kind.MINUTE, Kind.TICK)


@dataclass(frozen=True)
class StoreSource:
    """What was fetched, as a source. side: of the prices; None means bid."""

    store: Store
    side: Side | None = None

    @property
    def name(self) -> str:
        return f"store {self.store.root}"

    def load(self, request: BarRequest) -> Loaded:
        """Bars of a request from one kind of stored rows, never a mixture: the coarsest of those that cover most of it.

        Raises DataNotFoundError where nothing stored can answer, UsageError where the store has several symbols and
        none is named, and the errors of ``stored_bars``.
        """
        symbol = request.symbol or self._only_symbol()
        timeframe, kinds = self._kinds(symbol, request.timeframe)
        extents = {kind: self.store.extent(symbol.name, kind) for kind in kinds}
        found = {kind: extent for kind, extent in extents.items() if extent is not None}
        if not found:
            what = f"no rows are stored of {symbol.name}"
            raise DataNotFoundError(what, where=str(self.store.root), hint=f"pinewright fetch {symbol.name}")
        whole = (min(first for first, _ in found.values()), max(last for _, last in found.values()))
        kind = max(found, key=lambda one: self._covered(symbol, one, *request.window(*whole)))
        return self._answer(symbol, timeframe, kind, found[kind], request)

    def _answer(
        self, symbol: Symbol, timeframe: Timeframe, kind: Kind, extent: tuple[int, int], request: BarRequest
    ) -> Loaded:
        where = f"{self.name}, {symbol.name} {kind.value}"
        start, end = request.window(*extent)
        begin = reach_back(start, timeframe, request.warmup)
        if end <= extent[0] or extent[1] <= start:
            have = " to ".join(iso_text(moment) for moment in extent)
            what = f"no rows from {iso_text(start)} to {iso_text(end)} UTC"
            raise DataNotFoundError(what, where=where, hint=f"there are rows from {have} UTC")
        rows = cut_end(stored_bars(self.store, symbol, kind, begin, end, self.side or Side.BID), end)
        treated = None if request.treatment is None else request.treatment.apply(rows)
        rows = rows if treated is None else treated.rows
        known = None if len(rows) == 0 else self._known(symbol, kind, int(rows.time[-1]), _limit(request, end))
        bars, used = cut_window(rows, timeframe, start, request.warmup, where, until=known)
        quality = check_quality(used, request.start, request.end)
        return Loaded(bars, quality, median_spread(used), treated=treated)

    def _known(self, symbol: Symbol, kind: Kind, last: int, end: int | None) -> int | None:
        return known_until(self.store.pieces(symbol.name, kind, last, end), last, end)

    def _only_symbol(self) -> Symbol:
        names = self.store.symbols()
        if not names:
            raise DataNotFoundError("nothing is stored yet", where=str(self.store.root), hint="pinewright fetch EURUSD")
        if len(names) > 1:
            raise UsageError("the store has several symbols", hint=f"name one (--symbol): {', '.join(names)}")
        try:
            return Symbol.get(names[0])
        except SymbolError as error:
            raise SymbolError(error.what, where=str(self.store.root), hint="name it (--symbol)") from None

    def _kinds(self, symbol: Symbol, asked: Timeframe | None) -> tuple[Timeframe, list[Kind]]:
        """The time frame (without one asked the shortest that is stored) and the kinds that can make it."""
        stored = self.store.kinds(symbol.name)
        tried = [asked] if asked else [ONE_MINUTE, *(kind.timeframe for kind in (Kind.HOUR, Kind.DAY))]
        for timeframe in tried:
            assert timeframe is not None
            found = [kind for kind in _COARSEST_FIRST if kind in stored and _makes(kind, timeframe, symbol)]
            if found:
                return timeframe, found
        raise self._nothing(symbol, asked)

    def _nothing(self, symbol: Symbol, asked: Timeframe | None) -> DataError:
        stored = [kind.value for kind in self.store.kinds(symbol.name)]
        if not stored:
            what, hint = f"nothing is stored of {symbol.name}", f"pinewright fetch {symbol.name}"
        else:
            what = f"bars of {asked or 'any length'} cannot be made of what is stored of {symbol.name}"
            what += f" ({', '.join(stored)})"
            hint = f"pinewright fetch {symbol.name} --timeframe 1m"
            if stored == [Kind.DAY.value]:
                hint += "; stored days are days of UTC, trading days begin at 17:00 New York"
        return DataNotFoundError(what, where=str(self.store.root), hint=hint)

    def _covered(self, symbol: Symbol, kind: Kind, start: int, end: int) -> int:
        """Milliseconds of a window of which a kind knows something."""
        total = 0
        for piece in self.store.pieces(symbol.name, kind, start, end):
            known = piece.end
            if piece.state is State.OPEN:
                known = min(known, piece.fetched)
            if piece.state.settled or piece.rows:
                total += max(0, min(known, end) - max(piece.start, start))
        return total


def _limit(request: BarRequest, end: int) -> int | None:
    """The end of the window where the request names one: a window that ends with the rows ends with their period."""
    return end if request.end is not None or (request.start is not None and request.days is not None) else None


def _makes(kind: Kind, timeframe: Timeframe, symbol: Symbol) -> bool:
    """Whether bars of a time frame can be made of a kind; days of UTC make no trading days that begin elsewhere."""
    if kind is Kind.DAY and not trades_round_the_clock(symbol):
        return False
    own = kind.timeframe or ONE_MINUTE
    return own.divides(timeframe) and timeframe.minutes % own.minutes == 0
