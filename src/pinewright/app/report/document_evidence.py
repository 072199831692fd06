"""Evidence, judgement, search and hand-off as JSON values of ``report.json``; NaN becomes null where it is written."""

from __future__ import annotations

from pinewright.app.report.evidence_model import HandOff, Place, Rule, Sighting
from pinewright.app.report.figures import iso
from pinewright.app.report.model import Json
from pinewright.app.report.pictures.of_strategy import real_profit
from pinewright.backtest.trades import trade_table
from pinewright.market import Symbol
from pinewright.optimize.evidence import EquityBand, Overfitting, Plateau, Stability, TradeBands
from pinewright.optimize.landscape import Landscape
from pinewright.optimize.proof import Check, Front, HeatMap, Influence, Judgement, Proof, Stress, Walk, WalkWindow


def judgement_document(found: Judgement | None) -> Json:
    if found is None:
        return None
    return {"word": found.word.value, "reasons": list(found.reasons), "changes": list(found.changes)}


def proof_document(proof: Proof | None) -> Json:
    if proof is None:
        return None
    return {
        "checks": [_check(one) for one in proof.checks],
        "walks": [_walk(one) for one in proof.walks],
        "paths": proof.paths.tolist(),
        "overfitting": _overfitting(proof.overfitting),
        "trade_bands": [_trade_bands(one) for one in proof.bands],
        "next_trades": _band(proof.band),
        "redrawn_bars": proof.bars_band.tolist(),
        "random_entries": proof.random_profits.tolist(),
        "real_profit": real_profit(proof),
        "plateau": _plateau(proof.plateau),
        "stability": _stability(proof.stability),
        "stresses": [_stress(one) for one in proof.stresses],
    }


def landscape_document(found: Landscape | None) -> Json:
    if found is None:
        return None
    return {
        "influences": [_influence(one) for one in found.influences],
        "heat_map": _heat_map(found.heat_map),
        "front": _front(found.front),
    }


def rule_document(rule: Rule) -> dict[str, Json]:
    return {
        "signal": rule.signal,
        "order": _place(rule.order),
        "conditions": list(rule.conditions),
        "names": [_place(one) for one in rule.names],
    }


def sighting_document(one: Sighting) -> dict[str, Json]:
    return {
        "trade": one.trade + 1,
        "title": one.title,
        "direction": one.direction,
        "confidence": one.confidence,
        "start": iso(one.start),
        "known": iso(one.known),
        "lines": [
            {"dashed": line.dashed, "points": [{"time": iso(time), "price": price} for time, price in line.points]}
            for line in one.lines
        ],
    }


def hand_off_document(found: HandOff | None, symbol: Symbol) -> Json:
    if found is None:
        return None
    table = trade_table(found.trades, symbol, "Etc/UTC").tail(20)
    return {
        "file": found.file_name,
        "code": found.code,
        "start": iso(found.start),
        "end": iso(found.end),
        "dated": found.dated,
        "total_trades": found.closed,
        "net_profit": found.net_profit,
        "open_trades": found.open,
        "open_profit": found.open_profit,
        "columns": table.columns,
        "last_trades": [list(row) for row in table.rows()],
    }


def _check(one: Check) -> dict[str, Json]:
    return {
        "name": one.name,
        "title": one.title,
        "value": one.value,
        "bar": one.bar,
        "outcome": one.outcome.value,
        "words": one.words,
    }


def _walk(one: Walk) -> dict[str, Json]:
    return {
        "kind": one.kind,
        "efficiency": one.efficiency,
        "positive": one.positive,
        "windows": [_window(window) for window in one.windows],
    }


def _window(one: WalkWindow) -> dict[str, Json]:
    return {
        "train_start": iso(one.train_start),
        "train_end": iso(one.train_end),
        "test_start": iso(one.test_start),
        "test_end": iso(one.test_end),
        "parameters": list(one.parameters),
        "inside": one.inside,
        "outside": one.outside,
    }


def _overfitting(found: Overfitting | None) -> Json:
    """Its figures; the thousands of combinations behind them stay out."""
    if found is None:
        return None
    return {
        "probability": found.probability,
        "combinations": len(found.logits),
        "sets": found.sets,
        "degradation": found.degradation,
        "slope": found.slope,
        "loss": found.loss,
    }


def _trade_bands(one: TradeBands) -> dict[str, Json]:
    return {
        "method": one.method,
        "levels": list(one.levels),
        "final": one.final.tolist(),
        "drawdown": one.drawdown.tolist(),
        "real_final": one.real_final,
        "real_drawdown": one.real_drawdown,
        "loss": one.loss,
        "drawdown_place": one.drawdown_place,
    }


def _band(found: EquityBand | None) -> Json:
    if found is None:
        return None
    return {"levels": list(found.levels), "after": found.after.tolist(), "values": found.values.tolist()}


def _plateau(found: Plateau | None) -> Json:
    if found is None:
        return None
    return {
        "mean": found.mean,
        "support": found.support,
        "points": len(found.members),
        "share": found.share,
        "middle_is_peak": found.middle == found.peak,
    }


def _stability(found: Stability | None) -> Json:
    if found is None:
        return None
    return {
        "sums": found.sums.tolist(),
        "sharpes": found.sharpes.tolist(),
        "positive": found.positive,
        "worst": found.worst,
        "best_share": found.best_share,
        "straightness": found.straightness,
        "consistency": found.consistency,
    }


def _stress(one: Stress) -> dict[str, Json]:
    return {
        "name": one.name,
        "title": one.title,
        "known": one.known,
        "net_profit": one.net_profit,
        "plain": one.plain,
        "trades": one.trades,
        "words": one.words,
    }


def _influence(one: Influence) -> dict[str, Json]:
    return {
        "name": one.name,
        "share": one.share,
        "values": one.values.tolist(),
        "scores": one.scores.tolist(),
        "tried": one.tried.tolist(),
    }


def _heat_map(found: HeatMap | None) -> Json:
    if found is None:
        return None
    return {
        "x": found.x,
        "y": found.y,
        "x_values": found.x_values.tolist(),
        "y_values": found.y_values.tolist(),
        "scores": found.scores.tolist(),
        "tried": found.tried.tolist(),
        "chosen": None if found.chosen is None else [int(place) for place in found.chosen],
        "default": None if found.default is None else [int(place) for place in found.default],
    }


def _front(found: Front | None) -> Json:
    if found is None:
        return None
    return {
        "names": list(found.names),
        "larger": list(found.larger),
        "values": found.values.tolist(),
        "parameters": found.parameters.tolist(),
        "chosen": found.chosen,
    }


def _place(one: Place) -> dict[str, Json]:
    return {"line": one.line, "text": one.text}
