"""``report.json``: the report as one document for programs; docs/reference/report.md describes it key by key."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

from pinewright.app.report.document_evidence import (
    hand_off_document,
    judgement_document,
    landscape_document,
    proof_document,
    rule_document,
    sighting_document,
)
from pinewright.app.report.figures import iso
from pinewright.app.report.model import (
    Curve,
    DataSummary,
    Figure,
    Interval,
    Json,
    Metrics,
    OptimizeReport,
    Part,
    Period,
    Portfolio,
    Report,
    Results,
    StrategyResult,
    Trials,
)
from pinewright.market import Symbol

SCHEMA: Final = "pinewright/report/1"
"""Changes when a key changes its meaning or goes; new keys do not change it."""


def report_document(report: Report) -> dict[str, Json]:
    """The whole report as JSON values: caution first, times ISO 8601 UTC, what cannot be computed as null."""
    facts = report.facts
    return {
        "caution": facts.caution,
        "schema": SCHEMA,
        "kind": report.kind,
        "title": facts.title,
        "command": facts.command,
        "version": facts.version,
        "seed": facts.seed,
        "verdict": list(facts.verdict),
        "judgement": judgement_document(facts.judgement),
        "openings": list(facts.openings),
        "next_command": facts.next_command,
        "initial_capital": facts.initial_capital,
        "data": _data(facts.data),
        "costs": {
            "pips_round_turn": facts.costs.pips_round_turn,
            "words": facts.costs.words,
            "origin": facts.costs.origin,
            "figures": [_figure(item) for item in facts.costs.figures],
        },
        "parts": {part.value: _period(facts.periods.of(part)) for part in Part},
        "trials": _trials(facts.trials),
        "strategies": [_strategy(item, facts.data.symbol) for item in report.shown],
        "portfolio": _portfolio(report.portfolio),
        "optimize": _optimize(report) if isinstance(report, OptimizeReport) else None,
        "settings": [{"name": item.name, "value": item.value, "source": item.source} for item in facts.settings],
        "environment": {
            "cores": facts.environment.cores,
            "cpu": facts.environment.cpu,
            "memory_gigabytes": facts.environment.memory_gigabytes,
            "platform": facts.environment.platform,
            "python": facts.environment.python,
        },
        "timing": [{"step": item.name, "seconds": item.seconds} for item in facts.timing],
        "method": [{"title": item.title, "text": item.text} for item in facts.method],
    }


def report_json(report: Report) -> str:
    """``report_document`` as text, indented, ending with a line break."""
    return json.dumps(finite(report_document(report)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def report_schema() -> str:
    """The published JSON schema of the document (draft 2020-12)."""
    return resources.files("pinewright.app.report").joinpath("report.schema.json").read_text(encoding="utf-8")


def finite(value: Any) -> Json:
    """``value`` with NaN and infinities, which JSON lacks, as null; keys as text, unknown objects as text."""
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [finite(item) for item in value]
    if hasattr(value, "tolist"):  # numpy
        return finite(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _data(data: DataSummary) -> dict[str, Json]:
    return {
        "symbol": data.symbol.name,
        "currency": data.symbol.quote,
        "pip": data.symbol.pip,
        "timeframe": str(data.timeframe),
        "side": data.side.value,
        "feed": data.feed,
        "invented": data.invented,
        "start": iso(data.start),
        "end": iso(data.end),
        "bars": data.bars,
        "warmup_bars": data.warmup,
        "quality_line": data.quality_line,
        "quality": finite(data.quality),
    }


def _period(period: Period) -> dict[str, Json]:
    return {"start": iso(period.start), "end": iso(period.end), "bars": period.bars, "days": period.days}


def _trials(trials: Trials) -> dict[str, Json]:
    return {
        "total": trials.total,
        "families": [{"family": item.family, "trials": item.trials} for item in trials.families],
        "earlier": trials.earlier,
        "earlier_runs": trials.earlier_runs,
    }


def _strategy(item: StrategyResult, symbol: Symbol) -> dict[str, Json]:
    return {
        "rank": item.rank,
        "name": item.name,
        "label": item.label,
        "family": item.family,
        "file": item.file_name,
        "summary": item.summary,
        "inputs": [
            {
                "name": value.name,
                "title": value.title,
                "value": value.value,
                "default": value.default,
                "low": value.low,
                "high": value.high,
            }
            for value in item.inputs
        ],
        "results": _results(item.results),
        "locked_interval": _interval(item.interval),
        "criteria": [
            {"name": one.name, "weight": one.weight, "score": one.score, "meaning": one.meaning, "value": one.value}
            for one in item.criteria
        ],
        "figures": [_figure(one) for one in item.figures],
        "equity": _curve(item.equity),
        "judgement": judgement_document(item.judgement),
        "proof": proof_document(item.proof),
        "landscape": landscape_document(item.landscape),
        "rules": [rule_document(rule) for rule in item.rules],
        "sightings": [sighting_document(one) for one in item.sightings],
        "hand_off": hand_off_document(item.hand_off, symbol),
    }


def _figure(item: Figure) -> dict[str, Json]:
    return {"name": item.name, "value": item.value, "unit": item.unit, "meaning": item.meaning}


def _portfolio(portfolio: Portfolio | None) -> Json:
    if portfolio is None:
        return None
    return {
        "words": portfolio.words,
        "results": _results(portfolio.results),
        "locked_interval": _interval(portfolio.interval),
        "equity": _curve(portfolio.equity),
    }


def _optimize(report: OptimizeReport) -> Json:
    return {
        "script": report.script,
        "better": report.better,
        "gain": report.gain,
        "gain_interval": None if report.gain_interval is None else _interval(report.gain_interval),
        "landscape": landscape_document(report.landscape),
    }


def _results(results: Results) -> dict[str, Json]:
    return {part.value: _metrics(results.of(part)) for part in Part}


def _metrics(metrics: Metrics) -> dict[str, Json]:
    return {
        "net_profit": metrics.net_profit,
        "net_percent": metrics.net_percent,
        "trades": metrics.trades,
        "win_rate": metrics.win_rate,
        "profit_factor": metrics.profit_factor,
        "max_drawdown": metrics.max_drawdown,
        "max_drawdown_percent": metrics.max_drawdown_percent,
        "sharpe_daily": metrics.sharpe_daily,
        "t_statistic_daily": metrics.t_statistic_daily,
        "pips_per_trade": metrics.pips_per_trade,
        "cost_per_trade_pips": metrics.cost_per_trade_pips,
    }


def _interval(interval: Interval) -> dict[str, Json]:
    return {
        "low": interval.low,
        "high": interval.high,
        "confidence": interval.confidence,
        "method": interval.method,
    }


def _curve(curve: Curve) -> dict[str, Json]:
    return {"time": [iso(int(time)) for time in curve.time], "value": [float(value) for value in curve.value]}
