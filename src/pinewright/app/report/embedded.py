"""The data that the page's script reads: candles, trades and equity, packed as small whole numbers."""

from __future__ import annotations

import json
from typing import Final

import numpy as np
from markupsafe import Markup

from pinewright.app.report.candles import Candles
from pinewright.app.report.document import finite
from pinewright.app.report.evidence_model import Rule, Sighting
from pinewright.app.report.model import Curve, Json, Part, Periods, Report, StrategyResult
from pinewright.market import IntArray, Symbol, Trades

MOST_TRADES: Final = 3_000
"""Trades of one strategy that the page holds, the latest; ``trades.csv`` holds all."""


def embed(value: Json) -> Markup:
    """JSON that may stand in a ``<script type="application/json">``: nothing in it can end that element."""
    text = json.dumps(finite(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # JSON without the signs that HTML reads


def page_data(report: Report, candles: Candles) -> dict[str, Json]:
    """Everything that page.js draws."""
    facts = report.facts
    symbol = facts.data.symbol
    periods = [(part, facts.periods.of(part)) for part in Part]
    curves: list[Json] = [{"label": item.label, **_curve(item.equity)} for item in report.shown]
    if report.portfolio is not None:
        curves.append({"label": "All together", "together": True, **_curve(report.portfolio.equity)})
    return {
        "currency": symbol.quote,
        "digits": symbol.price_digits,
        "pip": symbol.pip,
        "point_value": symbol.point_value,
        "parts": [
            {"name": part.value, "start": period.start // 1000, "end": period.end // 1000} for part, period in periods
        ],
        "candles": _candles(candles, symbol),
        "strategies": [_strategy(item, facts.periods, symbol) for item in report.shown],
        "equity": curves,
    }


def _candles(candles: Candles, symbol: Symbol) -> dict[str, Json]:
    """Times in seconds as steps; prices in tenths of a tick: close as steps, open, high and low from close."""
    scale = 10 ** (symbol.price_digits + 1)
    opened, high, low, close = (
        np.rint(column * scale).astype(np.int64) for column in (candles.open, candles.high, candles.low, candles.close)
    )
    return {
        "scale": scale,
        "length": candles.length.minutes * 60,
        "time": _steps(candles.time // 1000),
        "close": _steps(close),
        "open": (opened - close).tolist(),
        "high": (high - close).tolist(),
        "low": (low - close).tolist(),
    }


def _strategy(item: StrategyResult, periods: Periods, symbol: Symbol) -> dict[str, Json]:
    trades, skipped = item.trades, max(0, len(item.trades) - MOST_TRADES)
    kept = slice(skipped, None)
    texts = sorted({*trades.entry_signal[kept], *trades.exit_signal[kept]})
    index = {text: place for place, text in enumerate(texts)}
    return {
        "label": item.label,
        "skipped": skipped,
        "texts": texts,
        "entry": _steps(trades.entry_time[kept] // 1000),
        "held": ((trades.exit_time[kept] - trades.entry_time[kept]) // 1000).tolist(),
        "long": trades.is_long[kept].astype(np.int64).tolist(),
        "open": np.flatnonzero(trades.is_open[kept]).tolist(),
        "dropped": trades.dropped,
        "capital": trades.initial_capital,
        "value": np.round(trades.value[kept], 2).tolist(),
        "quantity": np.round(trades.quantity[kept], 6).tolist(),
        "in": np.round(trades.entry_price[kept], symbol.price_digits + 1).tolist(),
        "out": np.round(trades.exit_price[kept], symbol.price_digits + 1).tolist(),
        "net": np.round(trades.net_profit[kept], 2).tolist(),
        "favorable": np.round(trades.favorable[kept], 2).tolist(),
        "adverse": np.round(trades.adverse[kept], 2).tolist(),
        "cumulative": np.round(trades.cumulative[kept], 2).tolist(),
        "why_in": [index[text] for text in trades.entry_signal[kept]],
        "why_out": [index[text] for text in trades.exit_signal[kept]],
        "part": _parts(trades, periods)[kept].tolist(),
        "rules": [_rule(rule) for rule in item.rules if rule.signal in index],
        "seen": [_seen(one, skipped, symbol) for one in item.sightings if one.trade >= skipped],
    }


def _seen(one: Sighting, skipped: int, symbol: Symbol) -> dict[str, Json]:
    """A pattern at a trade: the trade's index on the page, times in seconds."""
    digits = symbol.price_digits + 1
    return {
        "trade": one.trade - skipped,
        "title": one.title,
        "direction": one.direction,
        "confidence": round(one.confidence, 2),
        "start": one.start // 1000,
        "known": one.known // 1000,
        "lines": [
            [int(line.dashed), [[time // 1000, round(price, digits)] for time, price in line.points]]
            for line in one.lines
        ],
    }


def _rule(rule: Rule) -> dict[str, Json]:
    """The order with its line, what must hold, and the lines that set the names used."""
    return {
        "signal": rule.signal,
        "line": rule.order.line,
        "order": rule.order.text,
        "conditions": list(rule.conditions),
        "names": [[place.line, place.text] for place in rule.names],
    }


def _parts(trades: Trades, periods: Periods) -> IntArray:
    """Part [T] of each trade's entry: 0 search, 1 selection, 2 locked."""
    starts = np.array([periods.selection.start, periods.locked.start], dtype=np.int64)
    return np.searchsorted(starts, trades.entry_time, side="right").astype(np.int64)


def _curve(curve: Curve) -> dict[str, Json]:
    return {"time": _steps(curve.time // 1000), "value": np.round(curve.value, 2).tolist()}


def _steps(values: IntArray) -> list[int]:
    """First value, then differences: short to write, summed again by the page."""
    steps: list[int] = np.diff(values, prepend=np.int64(0)).tolist()
    return steps
