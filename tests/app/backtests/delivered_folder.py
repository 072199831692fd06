"""A folder as `run` and `optimize` leave it, as far as `review` reads it: made by hand, with trades that are known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pinewright.app.report.figures import iso
from pinewright.backtest.engine import Engine
from pinewright.backtest.trades import trade_table
from pinewright.market import Bars, FloatArray, Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

SCRIPT = """//@version=6
strategy("Cross", initial_capital = 10000, default_qty_type = strategy.fixed, default_qty_value = 1000{costs})
base = ta.sma(close, input.int(20, "Length"))
if ta.crossover(close, base)
    strategy.entry("L", strategy.long)
if ta.crossunder(close, base)
    strategy.entry("S", strategy.short)
"""
COSTS = ", commission_type = strategy.commission.cash_per_contract, commission_value = 0.00002"


def trades_of(source: str, bars: Bars, kernels: Path) -> Trades:
    """The trades of a script's defaults."""
    program = compile_script(check(source))
    return Engine(program, bars, cache_dir=kernels).trades([item.default for item in program.inputs])


def write_folder(
    folder: Path,
    bars: Bars,
    scripts: Mapping[str, str],
    kernels: Path,
    *,
    pips: float | None = 0.4,
    better: bool | None = None,
    past: FloatArray | None = None,
) -> Path:
    """report.json, trades.csv and the scripts, over ``bars``; past: net profits in place of the real ones."""
    folder.mkdir(exist_ok=True)
    for name, text in scripts.items():
        (folder / name).write_text(text, encoding="utf-8")
    labels = {name: f"{rank}. {Path(name).stem}" for rank, name in enumerate(scripts, 1)}
    lines: list[str] = []
    for name, text in scripts.items():
        csv = trade_table(trades_of(text, bars, kernels), bars.symbol, "Etc/UTC").write_csv().splitlines()
        lines += [f"Strategy,{csv[0]}"] if not lines else []
        lines += [f"{labels[name]},{line}" for line in csv[1:]]
    if past is not None:
        lines = [lines[0], *_rows(lines[0].split(","), labels[next(iter(scripts))], past)]
    (folder / "trades.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    document = {
        "schema": "pinewright/report/1",
        "title": "Made by hand",
        "seed": 3,
        "data": {
            "symbol": bars.symbol.name,
            "timeframe": str(bars.timeframe),
            "side": bars.side.value,
            "end": iso(int(bars.time[-1])),
        },
        "costs": {"pips_round_turn": pips, "words": f"{pips} pips a round turn"},
        "parts": {name: {"days": days} for name, days in (("search", 12), ("selection", 4), ("locked", 4))},
        "strategies": [{"file": name, "label": labels[name], "rank": 1} for name in scripts],
        "optimize": None if better is None else {"script": next(iter(scripts)), "better": better},
    }
    (folder / "report.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def _rows(columns: Sequence[str], label: str, profits: FloatArray) -> list[str]:
    rows = []
    for number, profit in enumerate(np.asarray(profits, dtype=np.float64).tolist(), 1):
        for kind in ("Entry long", "Exit long"):
            cells = {"Strategy": label, "Trade #": str(number), "Type": kind, "Signal": "L"}
            cells |= {name: repr(profit) for name in columns if name.startswith("Net P&L ") and not name.endswith("%")}
            rows.append(",".join(cells.get(name, "0") for name in columns))
    return rows
