"""A made-up run for the report's tests: seeded random-walk bars, trades by hand, figures that can be told apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pytest

from pinewright.app.report.model import (
    Costs,
    Criterion,
    Curve,
    DataSummary,
    Environment,
    FamilyTrials,
    Figure,
    InputValue,
    Interval,
    Metrics,
    OptimizeReport,
    Period,
    Periods,
    Portfolio,
    Results,
    RunFacts,
    RunReport,
    Setting,
    Step,
    StrategyResult,
    Trials,
)
from pinewright.app.report.rules import rules_of
from pinewright.market import DAY, MINUTE, Bars, Side, Symbol, Timeframe, Trades

from .evidence_example import SCRIPT, make_hand_off, make_judgement, make_landscape, make_proof, make_sightings

START = 1_743_465_600_000  # 2025-04-01 00:00 UTC
WARMUP = 200


@dataclass(frozen=True)
class Example:
    """Bars and the reports made from them; the proved ones carry evidence, judgement, landscape and hand-off."""

    bars: Bars
    run: RunReport
    optimize: OptimizeReport

    @cached_property
    def proved_run(self) -> RunReport:
        proved = tuple(prove(one, self.run.facts.periods) for one in self.run.strategies)
        landed = tuple(replace(one, landscape=make_landscape(one.rank)) for one in proved)
        return replace(self.run, facts=with_judgement(self.run.facts), strategies=landed)

    @cached_property
    def proved_optimize(self) -> OptimizeReport:
        assert self.optimize.found is not None
        return replace(
            self.optimize,
            facts=with_judgement(self.optimize.facts),
            found=prove(self.optimize.found, self.optimize.facts.periods),
            landscape=make_landscape(7),
        )


def prove(item: StrategyResult, periods: Periods) -> StrategyResult:
    return replace(
        item,
        proof=make_proof(item.trades, 3 + item.rank),
        judgement=make_judgement(),
        rules=rules_of(SCRIPT),
        hand_off=make_hand_off(item.trades, periods, item.file_name, dated=item.rank != 2),
        sightings=make_sightings(item.trades),
    )


def with_judgement(facts: RunFacts) -> RunFacts:
    return replace(
        facts,
        judgement=make_judgement(),
        trials=replace(facts.trials, earlier=40_960, earlier_runs=3),
        openings=("2026-11-20 14:03 UTC by pinewright run --seed 3",),
    )


def make_bars(size: int = 6_000, minutes: int = 15, seed: int = 7, *, invented: bool = True) -> Bars:
    random = np.random.default_rng(seed)
    close = np.round(1.1 + np.cumsum(random.normal(0, 2.4e-4, size)), 5)
    opened = np.round(np.append(1.1, close[:-1]), 5).astype(np.float64)
    reach = np.abs(random.normal(0, 2e-4, (2, size)))
    return Bars(
        symbol=Symbol.get("EURUSD"),
        timeframe=Timeframe(minutes),
        time=(START - WARMUP * minutes * MINUTE + np.arange(size) * minutes * MINUTE).astype(np.int64),
        open=opened,
        high=np.round(np.maximum(opened, close) + reach[0], 5),
        low=np.round(np.minimum(opened, close) - reach[1], 5),
        close=close,
        volume=np.ones(size),
        side=Side.BID,
        feed="seeded simulator" if invented else "HistData",
        warmup=WARMUP,
        invented=invented,
    )


def make_trades(bars: Bars, seed: int, count: int = 160) -> Trades:
    random = np.random.default_rng(seed)
    entry = np.sort(random.choice(np.arange(bars.warmup + 5, len(bars) - 60), count, replace=False))
    leave = np.minimum(entry + random.integers(1, 55, count), len(bars) - 1)
    leave[-1] = len(bars) - 1
    long = random.random(count) < 0.5
    quantity = (random.integers(5, 30, count) * 1_000).astype(np.float64)
    sign = np.where(long, 1.0, -1.0)
    commission = np.full(count, 1e-4) * quantity
    net = (bars.open[leave] - bars.open[entry]) * sign * quantity - commission
    is_open = np.zeros(count, dtype=np.bool_)
    is_open[-1] = True
    return Trades(
        entry_bar=entry.astype(np.int64),
        exit_bar=leave.astype(np.int64),
        entry_time=bars.time[entry],
        exit_time=bars.time[leave],
        is_long=long,
        quantity=quantity,
        entry_price=bars.open[entry],
        exit_price=bars.open[leave],
        net_profit=net,
        favorable=np.maximum(net, 0) + 3.0,
        adverse=np.minimum(net, 0) - 2.0,
        commission=commission,
        is_open=is_open,
        entry_signal=tuple("Long" if one else "Short" for one in long),
        exit_signal=(*("Stop loss" if one < 0 else "Take profit" for one in net[:-1]), "Open"),
        initial_capital=10_000.0,
    )


def make_periods(bars: Bars) -> Periods:
    edges = [bars.warmup + (len(bars) - bars.warmup) * share // 5 for share in (0, 3, 4)]
    times = [int(bars.time[edge]) for edge in edges] + [int(bars.time[-1]) + bars.timeframe.milliseconds]
    sizes = [*np.diff([*edges, len(bars)]).tolist()]
    periods = [Period(times[k], times[k + 1], sizes[k], (times[k + 1] - times[k]) // DAY) for k in range(3)]
    return Periods(*periods)


def make_metrics(base: float, seed: int) -> Metrics:
    """``base`` marks the part: its figures begin with digits that appear in no other part."""
    random = np.random.default_rng(seed)
    return Metrics(
        net_profit=base + round(float(random.uniform(0, 9)), 2),
        net_percent=base / 100 + 0.01,
        trades=int(abs(base)) // 10,
        win_rate=45.0 + abs(base) % 10,
        profit_factor=1.21 + base / 5000,
        max_drawdown=abs(base) / 2 + 0.37,
        max_drawdown_percent=abs(base) / 200 + 0.11,
        sharpe_daily=base / 300,
        t_statistic_daily=base / 400,
        pips_per_trade=base / 250,
        cost_per_trade_pips=1.0,
    )


def make_curve(periods: Periods, seed: int) -> Curve:
    time = np.arange(periods.search.start, periods.locked.end, DAY, dtype=np.int64) + 21 * 60 * MINUTE
    steps = np.random.default_rng(seed).normal(6, 60, len(time))
    return Curve(time, np.round(10_000 + np.cumsum(steps), 2))


def make_strategy(bars: Bars, periods: Periods, rank: int, name: str, family: str) -> StrategyResult:
    locked = 112.0 - 40 * (rank - 1)
    return StrategyResult(
        rank=rank,
        name=name,
        family=family,
        file_name=f"{rank}_{family.replace(' ', '_').lower()}.pine",
        inputs=(
            InputValue("fastLength", 12 + rank, "Fast length", 12, 5, 60),
            InputValue("slowLength", 34 + rank, "Slow length", 26, 20, 200),
            InputValue("stopAtr", 1.75, "Stop, ATRs", 2.0, 0.5, 5.0),
            InputValue("useFilter", True, "Trend filter"),
        ),
        results=Results(make_metrics(777.0 + rank, rank), make_metrics(444.0 + rank, rank), make_metrics(locked, rank)),
        interval=Interval(-83.4 - rank, 310.2 + rank, 0.95, "10,000 resampled runs of whole weeks"),
        equity=make_curve(periods, rank),
        trades=make_trades(bars, rank),
        criteria=(
            Criterion("profit", 0.2, 0.81, "net result of the selection part"),
            Criterion("plateau", 0.15, 0.4, "how little the result falls beside the chosen inputs"),
            Criterion("drawdown", 0.15, 0.66, "smaller is better"),
        ),
        figures=(Figure("Deflated confidence", 0.61, "", "chance that this is more than the luckiest of all trials"),),
        summary="Buys when the fast average crosses above the slow one, sells on the cross below.",
    )


def make_facts(bars: Bars, periods: Periods) -> RunFacts:
    quality: dict[str, object] = {
        "completeness": 99.6,
        "missing": 143,
        "gap_count": 3,
        "gaps": [
            {"start": "2025-04-18T00:00:00+00:00", "end": "2025-04-18T21:00:00+00:00", "missing": 84},
            {"start": "2025-05-26T17:00:00+00:00", "end": "2025-05-26T19:00:00+00:00", "missing": 8},
        ],
        "spread": {"median": 0.00004, "percentile_95": 0.00009, "rollover": None, "crossed_share": 0.0},
        "outliers": [],
        "hour_shift": None,
    }
    return RunFacts(
        title="Five strategies for EURUSD 15m",
        command="pinewright run --timeframe 15m --days 60 --seed 7",
        version="0.1.0",
        seed=7,
        data=DataSummary.of(bars, "99.6 % of bars, 3 gaps (largest 2025-04-18 21 h), bid, spread 0.4 pips", quality),
        costs=Costs(
            1.0,
            "Half of it is charged on each side as commission, because slippage does not touch limit fills.",
            "default: these bars carry no spread",
            (Figure("Commission", 0.00005, "USD per unit and side", "inside strategy() of every script"),),
        ),
        periods=periods,
        trials=Trials(12_288, tuple(FamilyTrials(name, 2_048) for name in FAMILIES)),
        verdict=(
            "The best of 12,288 trials kept a small gain in the locked part, and luck alone could have made it.",
            "Two of the five strategies lost money there, as most do.",
            "Collect at least a year of real bars before you believe any of them.",
        ),
        next_command="pinewright run --bars EURUSD_m1_2024.parquet --timeframe 15m --budget large --seed 7",
        initial_capital=10_000.0,
        settings=(
            Setting("timeframe", "15m", "flag --timeframe"),
            Setting("budget", "normal", "default"),
            Setting("log_level", "warning", "environment PINEWRIGHT_LOG_LEVEL"),
        ),
        environment=Environment(2, "Example CPU 3000", 7.8, "Linux x86_64", "3.11.2"),
        timing=(Step("Make bars", 0.42), Step("Compile", 1.93), Step("Search", 38.2), Step("Report", 0.31)),
    )


FAMILIES = ("Trend cross", "MACD", "RSI reversal", "Bollinger reversal", "Channel breakout", "Stochastic with trend")


def make_example(*, invented: bool = True, size: int = 6_000, minutes: int = 15) -> Example:
    bars = make_bars(size, minutes, invented=invented)
    periods = make_periods(bars)
    facts = make_facts(bars, periods)
    strategies = tuple(make_strategy(bars, periods, k + 1, name, name) for k, name in enumerate(FAMILIES[:5]))
    first = strategies[0]
    together = Portfolio(
        "Each of the five trades a fifth of the capital.",
        Results(make_metrics(788.0, 9), make_metrics(455.0, 9), make_metrics(31.0, 9)),
        Interval(-61.0, 140.0, 0.95),
        make_curve(periods, 99),
    )
    optimize = OptimizeReport(
        facts=replace(facts, title="Inputs of macd.pine on EURUSD 15m", command="pinewright optimize macd.pine"),
        script="macd.pine",
        better=True,
        default=replace(strategies[1], rank=0, name="Default inputs", criteria=()),
        found=replace(first, rank=0, name="Found inputs"),
        gain=40.0,
        gain_interval=Interval(-20.5, 101.0, 0.95),
    )
    return Example(bars, RunReport(facts, strategies, together), optimize)


@pytest.fixture(scope="session")
def example() -> Example:
    """An invented run of 60 days at 15 minutes, five strategies."""
    return make_example()


@pytest.fixture(scope="session")
def real_example() -> Example:
    """The same, as if the prices were a market's."""
    return make_example(invented=False)
