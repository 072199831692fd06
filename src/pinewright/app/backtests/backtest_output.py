"""What a backtest says: tables for people, objects for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from pinewright.app.backtests.backtesting import Market, Said, Tested
from pinewright.app.terminal import output
from pinewright.app.words import backtest as words
from pinewright.app.words import common as texts
from pinewright.backtest.metrics import METRICS
from pinewright.backtest.tester import Cell, Line
from pinewright.data.zones import iso_text
from pinewright.errors import PinewrightError
from pinewright.program import InputKind

_CLASSIC = (
    ("sharpe_daily", 2),
    ("sortino_daily", 2),
    ("t_statistic_daily", 2),
    ("calmar", 2),
    ("expectancy", 2),
    ("exposure", 2),
    ("longest_losing_streak", 0),
    ("days", 0),
    ("buy_and_hold_percent", 2),
)
"""Metrics that TradingView does not have, and their decimals."""


def emit_market(market: Market) -> None:
    """How the bars were read, and what else holds for every script."""
    loaded, bars = market.loaded, market.bars
    if loaded.report is not None:
        output.message(loaded.report.one_line())
    for other in market.others:
        output.message(words.NOTE.format(text=f"also {other.description}"))
    if market.off_grid:
        tick = f"{bars.symbol.mintick:.10f}".rstrip("0")
        output.message(words.NOTE.format(text=words.OFF_GRID.format(share=100.0 * market.off_grid, tick=tick)))


def emit_setting(market: Market) -> None:
    """Lines on the data and on what is not TradingView's."""
    output.emit(texts.QUALITY_LINE.format(line=market.loaded.quality.one_line()))
    symbol = market.terms.symbol
    if symbol:
        said = ", ".join(words.SAID.format(name=k, value=_text(v.value), origin=v.origin) for k, v in symbol.items())
        output.emit(words.SYMBOL_LINE.format(words=said))
    execution = market.execution
    if execution.fills == "bid-ask":
        source = words.SPREAD_COLUMN if execution.opposite is None else words.SPREAD_OPPOSITE
        if market.terms.number("spread") > 0.0:
            source = words.SPREAD_GIVEN.format(pips=market.terms.number("spread"))
        output.emit(words.FILLS_LINE.format(words=source))
    if execution.swap is not None:
        output.emit(words.SWAP_LINE.format(long=execution.swap.long, short=execution.swap.short))
    if market.blackout is not None:
        output.emit(words.BLACKOUT_LINE.format(file=market.blackout))


def emit_single(tested: Tested, market: Market) -> None:
    """One script: what was tested, TradingView's table, and what stands beside it."""
    bars = market.bars
    span = f"{iso_text(int(bars.time[bars.warmup]))} to {iso_text(int(bars.time[-1]))} UTC"
    output.emit(words.HEAD.format(script=tested.title, bars=f"{bars.description}, {span}"))
    emit_setting(market)
    output.emit(texts.COSTS_LINE.format(words=tested.costs.words, origin=tested.costs.origin))
    if tested.said:
        output.emit(words.ACCOUNT_LINE.format(words=", ".join(map(_said_words, tested.said))))
    if tested.inputs:
        moments = {item.name for item in tested.program.inputs if item.kind is InputKind.TIME}
        inputs = ", ".join(
            f"{name} = {f'{iso_text(int(value))} UTC' if name in moments else _text(value)}"
            for name, value in tested.inputs.items()
        )
        output.emit(texts.INPUTS_LINE.format(inputs=inputs))
    output.emit("")
    head = [cell.format(currency=tested.currency) for cell in words.TESTER_HEAD]
    output.emit_table(head, [*map(_tester_row, tested.lines), *_swap_rows(tested, market)], numbers=True)
    output.emit("")
    units = {metric.name: ", %" if metric.unit == "%" else "" for metric in METRICS}
    rows = [(name + units[name], _number(tested.metrics[name], digits)) for name, digits in _CLASSIC]
    output.emit_table(words.CLASSIC_HEAD, rows, numbers=True)


def emit_several(done: Sequence[Tested | PinewrightError], paths: Sequence[Path], market: Market) -> None:
    """A row for each script, those that failed too."""
    output.emit(market.bars.description)
    emit_setting(market)
    output.emit("")
    rows = []
    for path, found in zip(paths, done, strict=True):
        if isinstance(found, PinewrightError):
            rows.append((path.name, words.FAILED, *[""] * (len(words.TABLE_HEAD) - 2)))
            continue
        lines = {line.row.key: line for line in found.lines}
        cells = [
            f"{_number(lines['net_profit'].all.value, 2)} {found.currency}",
            _number(lines["net_profit"].all.percent, 2),
            _number(lines["max_drawdown"].all.value, 2),
            _number(lines["max_drawdown"].all.percent, 2),
            _number(lines["closed_trades"].all.value, 0),
            _number(lines["percent_profitable"].all.value, 2),
            _number(lines["profit_factor"].all.value, 3),
            _number(lines["sharpe"].all.value, 3),
        ]
        rows.append((path.name, *cells))
    output.emit_table(words.TABLE_HEAD, rows, numbers=True)


def emit_notes(tested: Sequence[Tested], market: Market) -> None:
    """Warnings, each once however many scripts have it."""
    told: dict[str, None] = {}
    for one in tested:
        told.update({words.NOTE.format(text=note): None for note in one.notes})
        for name in one.idle:
            told[words.NOTE.format(text=words.IDLE.format(script=one.path.name, name=name))] = None
        calls, refused = one.metrics["margin_calls"], one.metrics["refused_orders"]
        if calls > 0:
            told[texts.MARGIN_CALLS.format(count=f"{int(calls):,}")] = None
        if refused > 0:
            told[texts.REFUSED_ORDERS.format(count=f"{int(refused):,}")] = None
        if len(one.trades) == 0:
            told[words.NO_TRADES.format(bars=len(market.bars) - market.bars.warmup)] = None
        if one.settings.currency not in ("", market.bars.symbol.quote):
            symbol = market.bars.symbol
            told[texts.CURRENCY.format(asked=one.settings.currency, symbol=symbol.name, quote=symbol.quote)] = None
    for line in told:
        output.message(line)


def as_json(tested: Tested, market: Market, bars_file: Path) -> dict[str, object]:
    """One script's object."""
    bars = market.bars
    return {
        "script": str(tested.path),
        "title": tested.title,
        "inputs": tested.inputs,
        "bars": {
            "file": str(bars_file),
            "symbol": bars.symbol.name,
            "timeframe": str(bars.timeframe),
            "side": bars.side.value,
            "feed": bars.feed,
            "bars": len(bars) - bars.warmup,
            "warmup": bars.warmup,
            "from": output.utc(int(bars.time[bars.warmup])),
            "to": output.utc(int(bars.time[-1])),
            "quality": market.loaded.quality.one_line(),
            "treatment": None if market.loaded.treated is None else market.loaded.treated.as_dict(),
            "also": [other.description for other in market.others],
        },
        "costs": {
            "pips_round_turn": tested.costs.pips,
            "words": tested.costs.words,
            "origin": tested.costs.origin,
            "fills": market.execution.fills,
        },
        "account": {"initial_capital": tested.settings.initial_capital, "currency": tested.currency},
        "overridden": [
            {"name": one.name, "value": one.value, "origin": one.origin, "script": one.script} for one in tested.said
        ],
        "notes": list(tested.notes),
        "strategy_tester": {line.row.key: _line_json(line) for line in tested.lines},
        "metrics": tested.metrics,
    }


def failed_json(path: Path, error: PinewrightError) -> dict[str, object]:
    """The object of a script that could not be tested."""
    return {"script": str(path), "error": error.as_dict()}


def _line_json(line: Line) -> dict[str, object]:
    found: dict[str, object] = {"name": line.row.name, "unit": line.row.unit}
    for side, cell in (("all", line.all), ("long", line.long), ("short", line.short)):
        if cell.value is not None:
            found[side] = cell.value
        if cell.percent is not None:
            found[f"{side}_percent"] = cell.percent
    return found


def _tester_row(line: Line) -> tuple[str, ...]:
    digits = {"money": 2, "%": 2, "ratio": 3, "count": 0, "bars": 1, "units": -1}[line.row.unit]
    name = f"{line.row.name}, %" if line.row.unit == "%" else line.row.name
    return (name, *(text for cell in (line.all, line.long, line.short) for text in _cell(cell, digits)))


def _cell(cell: Cell, digits: int) -> tuple[str, str]:
    value = "" if cell.value is None else _number(cell.value, digits)
    return value, "" if cell.percent is None else _number(cell.percent, 2)


def _swap_rows(tested: Tested, market: Market) -> Iterator[tuple[str, ...]]:
    """Swap, which is in no other figure, where some was asked for."""
    if market.execution.swap is None:
        return
    capital = tested.settings.initial_capital
    for name, key in ((words.SWAP_ROW, "swap"), (words.AFTER_SWAP_ROW, "net_profit_after_swap")):
        value = tested.metrics[key]
        yield (name, _number(value, 2), _number(100.0 * value / capital, 2), "", "", "", "")


def _said_words(said: Said) -> str:
    form = words.SAID if said.script is None else words.SAID_INSTEAD
    return form.format(name=said.name, value=_text(said.value), origin=said.origin, script=said.script)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _number(value: float | None, digits: int) -> str:
    """A figure with so many decimals, -1 for as many as it needs; a small one keeps two digits that mean something."""
    if value is None or math.isnan(value):
        return texts.NO_VALUE
    if digits < 0:
        return f"{value:,.8g}"
    if digits == 2 and 0.0 < abs(value) < 0.01:
        return f"{value:.2g}"
    return f"{value:,.{digits}f}"
