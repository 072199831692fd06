"""A comparison with TradingView's list in words and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pinewright.app.terminal import output
from pinewright.app.words import common as texts
from pinewright.app.words import compare as words
from pinewright.backtest.compare import Cause, CauseKind, Difference, ListedTrade, Review
from pinewright.backtest.compare.cause import FOLLOWS, GAP
from pinewright.data.zones import iso_text, utc_offset
from pinewright.market import Bars, Trade
from pinewright.program import StrategySettings

_Row = tuple[str, ...]


def zone_words(found: Review) -> str:
    """How the times of the list were read, and how sure that is."""
    zone = found.zone
    said = words.ZONES[zone.origin].format(zone=zone.name, share=_percent(zone.share))
    if zone.second and zone.second_share > 0.0:
        said += words.SECOND_ZONE.format(zone=zone.second, share=_percent(zone.second_share))
    return said


def list_words(found: Review) -> str:
    """What the file is: its kind, language, order and currency."""
    listed = found.listed
    parts = [words.SHEET.format(name=listed.sheet) if listed.sheet else listed.kind]
    parts.append(words.LANGUAGE.format(language=listed.language))
    if listed.newest_first:
        parts.append(words.NEWEST_FIRST)
    if listed.decimal == ",":
        parts.append(words.COMMA)
    told = [column.role for column in listed.columns if not column.by_words]
    if told:
        parts.append(words.BY_CONTENTS.format(columns=", ".join(told)))
    if listed.account_currency:
        parts.append(words.MONEY.format(currency=listed.account_currency))
    return ", ".join(parts)


def tally_rows(found: Review) -> Iterator[_Row]:
    """The rows of the table: all listed trades, and those of rules and of feeds apart where there are both."""
    both = found.comparison
    different = both.listed - both.matched - len(both.missing)
    extra = f"{len(both.extra):,}"
    beyond = len(found.before) + len(found.after)
    counts = (both.listed + beyond, both.matched, different, len(both.missing) + beyond)
    yield (words.ALL, *(f"{count:,}" for count in counts), extra)
    if found.apart.listed:
        for name, tally in ((words.RULES, found.agreeing), (words.FEEDS, found.apart)):
            numbers = (tally.listed, tally.equal, tally.different, tally.missing)
            yield (name, *(f"{number:,}" for number in numbers), texts.NO_VALUE)
    if beyond:
        yield (words.BEYOND, f"{beyond:,}", "0", "0", f"{beyond:,}", texts.NO_VALUE)


def profit_words(found: Review) -> str:
    """Net profit of both, and how far they are apart."""
    listed, here = found.listed_profit, found.net_profit
    quote = found.trades.currency or found.bars.symbol.quote
    if listed is None:
        return words.NO_PROFIT.format(here=_money(here), currency=quote)
    if listed.fits(here):
        apart = words.PROFIT_EQUAL
    else:
        apart = words.PROFIT_APART.format(percent=f"{profit_difference(found):+.3g}")
    account = found.listed.account_currency or quote
    said = words.PROFIT.format(
        theirs=_money(listed.value), account=account, here=_money(here), currency=quote, apart=apart
    )
    return said


def profit_difference(found: Review) -> float:
    """Our net profit over the list's, less one, in percent; NaN where the list prints none or zero."""
    listed = found.listed_profit
    if listed is None or listed.value == 0.0:
        return math.nan
    return 100.0 * (found.net_profit - listed.value) / abs(listed.value)


def first_lines(found: Review) -> Iterator[str]:
    """The first difference: its trade and bar, and the values of both sides for all that differs in it."""
    first = found.first
    assert first is not None
    yield words.FIRST.format(trade=_trade_words(found, first), bar=_moment(found, first.bar or first.time))
    if first.field == "trade":
        yield words.ONE_SIDED[first.theirs]
        return
    rows = [d for d in found.comparison.differences if d.number == first.number]
    width = max(len(difference.field) for difference in rows)
    for d in rows:
        yield words.FIELD.format(field=d.field.ljust(width), theirs=d.theirs, ours=d.ours)


def _trade_words(found: Review, first: Difference) -> str:
    if first.theirs == "not listed":
        mine: Trade = next(trade for trade in found.comparison.extra if trade.entry_time == first.time)
        side = words.SIDES[mine.is_long]
        return words.OWN_TRADE.format(number=mine.number, side=side, signal=mine.entry_signal)
    their: ListedTrade = next(
        trade for trade in (*found.before, *found.inside, *found.after) if trade.number == first.number
    )
    side = words.SIDES[their.is_long]
    return words.TRADE.format(number=their.number, side=side, signal=their.entry_signal)


def _moment(found: Review, time: int) -> str:
    """A time in UTC, and as the list has it where that is another."""
    zone = found.zone.name
    said = f"{iso_text(time)} UTC"
    if not zone:
        return said
    offset = int(utc_offset(found.bars.time[:1] * 0 + time, zone)[0])
    return said if offset == 0 else f"{said} ({iso_text(time + offset)} {zone})"


def cause_words(cause: Cause, found: Review, settings: StrategySettings) -> str:
    """One cause in one sentence with its evidence."""
    both, bars = found.comparison, found.bars
    change = cause.change
    if change is not None:
        now, then = cause.equal
        form = words.HISTORY
        if change.arguments:
            form = words.LEFT_OUT if change.left_out(settings.declared) else words.DECLARED
        start = _from(int(cause.text)) if cause.kind is CauseKind.HISTORY else ""
        names = ", ".join(change.arguments)
        given = words.GIVEN.format(changes=cause.given) if cause.given else ""
        return form.format(
            names=names,
            ours=change.ours,
            theirs=change.theirs,
            given=given,
            before=f"{cause.left[0]:,}",
            left=f"{cause.left[1]:,}",
            now=f"{now:,}",
            then=f"{then:,}",
            start=start,
            all=f"{both.listed:,}",
        )
    form = words.CAUSES[cause.kind.value]
    if cause.kind is CauseKind.FEED and cause.text in (GAP, FOLLOWS):
        form = words.FEED_FORMS[cause.text]
    elif cause.kind is CauseKind.SESSION and cause.extra:
        form = words.SESSION_HERE
    elif cause.kind is CauseKind.QUANTITY and cause.value:
        form = words.QUANTITY_STEP
    text = iso_text(int(cause.text)) if cause.kind is CauseKind.WARM_UP else cause.text
    return form.format(
        trades=f"{cause.trades:,}",
        first=iso_text(int(bars.time[0])),
        last=iso_text(int(bars.time[-1])),
        zone=found.zone.name,
        share=_percent(cause.value),
        other=_percent(cause.other),
        text=text,
        value=f"{cause.value:.6g}",
        distance=f"{cause.value:.{bars.symbol.price_digits}f}",
        step=f"{bars.symbol.quantity_step:g}",
        account=found.listed.account_currency or "?",
        price=found.listed.price_currency or bars.symbol.quote,
    )


def _from(time: int) -> str:
    return iso_text(time).replace(" ", "T") + "Z"


def _percent(share: float) -> str:
    """A share in percent, never 100 where it is not all of it."""
    return "100 %" if share == 1.0 else f"{min(100.0 * share, 99.9):.1f} %"


def _money(value: float) -> str:
    return f"{value:,.2f}" if abs(value) >= 1.0 else f"{value:.4g}"


def as_json(found: Review, settings: StrategySettings) -> dict[str, object]:
    """All of a comparison as JSON has it: how the list was read, counts, every difference, causes."""
    both, listed, bars = found.comparison, found.listed, found.bars
    return {
        "equal": found.equal,
        "list": {
            "file": listed.path.name,
            "kind": listed.kind,
            "sheet": listed.sheet,
            "trades": len(listed),
            "language": listed.language,
            "columns": {column.role: column.title for column in listed.columns},
            "by_contents": [column.role for column in listed.columns if not column.by_words],
            "unused": list(listed.unused),
            "price_currency": listed.price_currency,
            "account_currency": listed.account_currency,
            "decimal": listed.decimal,
            "newest_first": listed.newest_first,
            "exit_first": listed.exit_first,
        },
        "timezone": {
            "name": found.zone.name or None,
            "origin": found.zone.origin,
            "share": found.zone.share,
            "second": found.zone.second or None,
            "second_share": found.zone.second_share,
        },
        "bars": {
            "symbol": bars.symbol.name,
            "timeframe": str(bars.timeframe),
            "feed": bars.feed,
            "bars": len(bars),
            "from": output.utc(int(bars.time[0])),
            "to": output.utc(int(bars.time[-1])),
        },
        "trades": {
            "listed": len(listed),
            "here": both.ours,
            "equal": both.matched,
            "different": sum(bool(pair.differences) for pair in both.pairs),
            "only_money": sum(pair.only_money for pair in both.pairs),
            "missing": len(both.missing),
            "extra": len(both.extra),
            "before_bars": len(found.before),
            "after_bars": len(found.after),
            "entries_equal": both.entries_equal,
            "entries_equal_share": both.entries_equal / len(listed),
            "other_names": found.names,
        },
        "rules": found.agreeing,
        "feeds": found.apart,
        "net_profit": {
            "listed": None if found.listed_profit is None else found.listed_profit.value,
            "here": found.net_profit,
            "difference_percent": profit_difference(found),
        },
        "first": None if found.first is None else _difference(found.first),
        "likely_cause": None if found.cause is None else _cause(found.cause, found, settings),
        "causes": [_cause(cause, found, settings) for cause in found.causes],
        "differences": [_difference(difference) for difference in both.differences],
        "missing": [{"number": trade.number, "entry": output.utc(trade.entry_time)} for trade in both.missing],
        "extra": [{"number": trade.number, "entry": output.utc(trade.entry_time)} for trade in both.extra],
        "note": found.note or None,
    }


def _difference(difference: Difference) -> dict[str, object]:
    return {
        "trade": difference.number,
        "entry": output.utc(difference.time),
        "bar": output.utc(difference.bar or difference.time),
        "field": difference.field,
        "listed": difference.theirs,
        "here": difference.ours,
    }


def _cause(cause: Cause, found: Review, settings: StrategySettings) -> dict[str, object]:
    change = cause.change
    return {
        "kind": cause.kind.value,
        "trades": cause.trades,
        "words": cause_words(cause, found, settings),
        "listed_trades": sorted(cause.numbers),
        "change": None if change is None or not change.arguments else {"here": change.ours, "listed": change.theirs},
    }


def bars_words(bars: Bars) -> str:
    """Symbol, time frame, count, side, feed and span of the bars that were used."""
    return f"{bars.description}, {iso_text(int(bars.time[0]))} to {iso_text(int(bars.time[-1]))} UTC"
