"""A small market in closed form: an evaluator whose best parameters are known, and bars to cut into days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from pinewright.market import MINUTE, Bars, FloatArray, Symbol, Timeframe
from pinewright.optimize import Evaluation
from pinewright.program import InputKind, ProgramInput

DAY_BARS = 24
NAMES = ("net_profit", "trades", "profit_factor", "max_drawdown", "t_statistic_daily", "commission_paid", "days")

INPUTS = (
    ProgramInput("fastLength", "Fast", InputKind.INT, 10, 2, 50, 1),
    ProgramInput("slowLength", "Slow", InputKind.INT, 40, 10, 200, 2),
    ProgramInput("stopMultiple", "Stop", InputKind.FLOAT, 2.0, 0.5, 6.0, 0.25),
    ProgramInput("reverse", "Reverse", InputKind.BOOL, 0),
    ProgramInput("fromTime", "From", InputKind.TIME, 0),
)


@dataclass
class Surface:
    """Daily profit of a parameter set: an edge that is largest at ``peak`` and falls off smoothly, plus noise.

    Each day has noise of its own, partly common to all sets and partly a smooth function of the parameters, so that
    neighbours behave alike. ``edge`` is the mean a day at the peak in units of the noise; 0 makes a market without any.
    """

    edge: float = 0.0
    noise: float = 1.0
    seed: int = 0
    trades_a_day: float = 2.0
    peak: tuple[float, ...] = (20.0, 100.0, 3.0, 0.0)
    width: tuple[float, ...] = (10.0, 50.0, 1.5, 0.5)
    calls: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"surface {self.edge} {self.noise} {self.seed} {self.trades_a_day}"

    def profits(self, parameters: FloatArray, first: int, last: int) -> FloatArray:
        days = np.unique(np.arange(first, last) // DAY_BARS)
        place = (parameters[:, :4] - np.array(self.peak)) / np.array(self.width)
        edge = self.edge * np.exp(-0.5 * np.sum(place**2, axis=1))
        phases = np.random.default_rng(self.seed).uniform(0, 2 * np.pi, size=(2000, 4))[days]
        own = np.sqrt(0.5) * np.sum(np.cos(2.0 * place[:, None, :] + phases[None, :, :]), axis=2)
        return np.asarray(edge[:, None] + self.noise * own / np.sqrt(2.0), dtype=np.float64)

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        self.calls.append((len(parameters), first, last))
        profits = self.profits(parameters, first, last)
        count = profits.shape[1]
        equity = np.cumsum(profits, axis=1)
        peak = np.maximum(np.maximum.accumulate(equity, axis=1), 0.0)
        won, lost = np.sum(np.maximum(profits, 0), axis=1), -np.sum(np.minimum(profits, 0), axis=1)
        trades = np.floor(np.full(len(parameters), self.trades_a_day * count))
        with np.errstate(divide="ignore", invalid="ignore"):
            deviation = np.std(profits, axis=1, ddof=1) if count > 1 else np.full(len(parameters), np.nan)
            ratio = np.mean(profits, axis=1) / deviation * np.sqrt(count)
            columns = [equity[:, -1], trades, won / lost, np.max(peak - equity, axis=1), ratio, 0.1 * trades]
        columns.append(np.full(len(parameters), float(count)))
        return Evaluation(NAMES, np.stack(columns, axis=1), profits if daily else None)


@pytest.fixture
def make_surface() -> Callable[..., Surface]:
    return Surface


@pytest.fixture
def inputs() -> tuple[ProgramInput, ...]:
    return INPUTS


@pytest.fixture
def make_bars() -> Callable[..., Bars]:
    """Hourly bars round the clock, 24 a trading day, so that day d is bars 24 d to 24 d + 24."""

    def make(days: int, warmup: int = 0, minutes: int = 60) -> Bars:
        count = days * 1440 // minutes
        time = np.arange(count, dtype=np.int64) * minutes * MINUTE
        price = np.ones(count)
        return Bars(Symbol.get("BTCUSD"), Timeframe(minutes), time, price, price, price, price, price, warmup=warmup)

    return make
