"""Evidence on a made-up strategy: seeded daily results and trades, put through the real functions of the evidence."""

from __future__ import annotations

import numpy as np

from pinewright.app.report.evidence_model import HandOff, SeenLine, Sighting
from pinewright.app.report.model import Periods
from pinewright.market import DAY, FloatArray, Trades
from pinewright.optimize.evidence import (
    cpcv,
    efficiency,
    equity_band,
    plateau,
    probability_of_overfitting,
    stability,
    trade_bands,
    walk_forward,
)
from pinewright.optimize.landscape import Landscape
from pinewright.optimize.proof import (
    Check,
    Front,
    HeatMap,
    Influence,
    Judgement,
    Outcome,
    Proof,
    Stress,
    Walk,
    WalkWindow,
    Word,
)

DAYS, SETS = 360, 120
FIRST_DAY = 1_700_000_000_000

SCRIPT = """//@version=6
// Demo on invented prices: nothing here is tradable
strategy("Trend cross", overlay = true, commission_type = strategy.commission.cash_per_contract,
     commission_value = 0.00005, initial_capital = 10000)
fastLength = input.int(13, "Fast length", minval = 5, maxval = 60)
slowLength = input.int(35, "Slow length", minval = 20, maxval = 200)
stopAtr = input.float(1.75, "Stop, ATRs", minval = 0.5, maxval = 5.0, step = 0.25)
fast = ta.ema(close, fastLength)
slow = ta.ema(close, slowLength)
goLong = ta.crossover(fast, slow)
reach = stopAtr * ta.atr(14)
if goLong and barstate.isconfirmed
    strategy.entry("Long", strategy.long)
else if ta.crossunder(fast, slow)
    strategy.entry("Short", strategy.short)
strategy.exit("Leave", "Long", stop = close - reach, limit = close + 2 * reach,
     comment_profit = "Take profit", comment_loss = "Stop loss")
plot(fast, "Fast", color.blue)
// </script><script>alert("a script is text, not code of the page")</script>
"""


def make_daily(edge: float, seed: int) -> FloatArray:
    """Results [T, P]: sets share a market, and the first third of them has an edge (Sharpe ratio a year)."""
    random = np.random.default_rng(seed)
    shared = random.normal(0, 40, (DAYS, 1))
    drift = np.where(np.arange(SETS) < SETS // 3, edge / np.sqrt(252) * 60, -2.0)
    return np.asarray(shared + random.normal(0, 45, (DAYS, SETS)) + drift, dtype=np.float64)


def make_walk(daily: FloatArray, *, anchored: bool) -> Walk:
    found = walk_forward(len(daily), 120, 30, anchored=anchored, purge=1)
    windows, sums = [], ([], [])  # type: tuple[list[WalkWindow], tuple[list[float], list[float]]]
    for window in found:
        best = int(np.argmax(daily[window.train].mean(axis=0) / daily[window.train].std(axis=0)))
        inside, outside = float(daily[window.train, best].mean()), float(daily[window.test, best].mean())
        times = [
            FIRST_DAY + place * DAY
            for place in (window.train_first, window.train_last, window.test_first, window.test_last)
        ]
        windows.append(
            WalkWindow(
                times[0], times[1], times[2], times[3], (10.0 + best % 7, 30.0 + best, 1.75, 1.0), inside, outside
            )
        )
        sums[0].append(inside)
        sums[1].append(outside)
    one = np.ones(len(windows), dtype=np.int64)
    kept = efficiency(np.array(sums[0]), np.array(sums[1]), one, one)
    return Walk("anchored" if anchored else "rolling", tuple(windows), kept.median, kept.positive)


def make_proof(trades: Trades, seed: int, *, edge: float = 1.6) -> Proof:
    """A proof as ``judge`` fills it."""
    random = np.random.default_rng(seed)
    daily = make_daily(edge, seed)
    profits = trades.net_profit
    walks = (make_walk(daily, anchored=True), make_walk(daily, anchored=False))
    total = float(profits.sum())
    points, scores = make_points(seed)
    return Proof(
        checks=make_checks(walks),
        walks=walks,
        paths=cpcv(daily, purge=2).totals,
        overfitting=probability_of_overfitting(daily, 10),
        bands=tuple(
            trade_bands(profits, seed=seed, method=how, draws=300) for how in ("shuffle", "bootstrap", "block")
        ),
        band=equity_band(profits, 100, seed=seed, draws=300),
        bars_band=random.normal(total * 0.6, abs(total) * 0.7 + 80, 20),
        plateau=plateau(points, scores, np.array([28, 37], dtype=np.int64)),
        stability=stability(daily[:, 3], 4),
        stresses=make_stresses(total, len(trades)),
        random_profits=random.normal(-60, 140, 1_000),
    )


def make_checks(walks: tuple[Walk, ...]) -> tuple[Check, ...]:
    good, bad, open_ = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
    nan = float("nan")
    return (
        Check("trades_in_sample", "Trades in search and selection", 128, "at least 100", good, "128"),
        Check("trades_locked", "Trades in the locked part", 32, "at least 30", good, "32"),
        Check(
            "locked_interval",
            "Locked part above zero",
            -84.4,
            "90 % interval above 0",
            bad,
            "+112.00 USD in 12 trading days, 90 % interval -84.40 to +311.20",
        ),
        Check(
            "superior_ability",
            "Chance that luck alone does as well",
            0.048,
            "at most 0.10",
            good,
            "the best of as many sets without any skill does as well in 4.8 % of redrawn histories",
        ),
        Check(
            "deflated_sharpe", "Deflated Sharpe ratio", 0.91, "at least 0.95", bad, "after 12,288 trials on these data"
        ),
        Check(
            "minimum_length",
            "Years of data",
            1.43,
            "at least 2.1",
            bad,
            "12,288 trials hold about 31 different ideas; the best of those shows a yearly Sharpe ratio of 1 by luck "
            "alone on 2.1 years; there are 1.4",
        ),
        Check(
            "walk_forward_anchored",
            "Walk-forward efficiency, anchored",
            walks[0].efficiency,
            "at least 0.5",
            good,
            f"{len(walks[0].windows)} windows",
        ),
        Check(
            "walk_forward_rolling",
            "Walk-forward efficiency, rolling",
            nan,
            "at least 0.5",
            open_,
            "no window earned inside, so nothing to compare with",
        ),
        Check(
            "plateau",
            "Plateau beside the peak",
            0.93,
            "at least 0.7",
            good,
            "neighbouring settings score 93 % of the chosen one on the search part",
        ),
        Check(
            "monte_carlo_bars",
            "Redrawn bars that earn",
            0.7,
            "",
            good,
            "the same days in 20 other orders: median +60.00 USD",
        ),
        Check(
            "random_entries",
            "Random entries at the same hours that do as well",
            0.04,
            "at most 0.10",
            good,
            "1,000 draws",
        ),
        Check("doubled_costs", "Doubled costs", 31.5, "above 0", good, "still earns at twice the costs"),
        Check("bid_ask", "True bid and ask", nan, "above 0", open_, "these bars have one side only"),
    )


def make_stresses(total: float, count: int) -> tuple[Stress, ...]:
    return (
        Stress("doubled_costs", "Doubled costs", total - 90, total, count, "commission twice as high"),
        Stress(
            "delayed_entry",
            "Entry one bar later",
            total * 0.55,
            total,
            count - 2,
            "the same trades filled at the next open",
        ),
        Stress("mid_prices", "Mid prices", total + 20, total, count, "moved by half the spread"),
        Stress("bid_ask", "True bid and ask", float("nan"), total, 0, "these bars have one side only", known=False),
        Stress("after_swap", "After swap", total - 40, total, count, "0.5 pips a night against either side, assumed"),
        Stress("coarser_bars", "Bars of 30m", -total * 0.3, total, count // 2, "the same inputs on bars twice as long"),
        Stress(
            "outside_rollover",
            "Without 16:55 to 18:15 New York",
            total * 0.97,
            total,
            count - 3,
            "trades filled in the rollover hour left out",
        ),
    )


def make_points(seed: int) -> tuple[np.ndarray, FloatArray]:
    """Points [P, 2] and scores with a broad top and a lone peak."""
    random = np.random.default_rng(seed)
    points = np.stack([random.integers(0, 28, 900), random.integers(0, 37, 900)], axis=1).astype(np.int64)
    x, y = points[:, 0] / 28, points[:, 1] / 37
    hill = 1.9 * np.exp(-((x - 0.35) ** 2 + (y - 0.45) ** 2) / 0.05) - 0.55
    return points, hill + random.normal(0, 0.18, len(points))


def make_landscape(seed: int) -> Landscape:
    points, scores = make_points(seed)
    sums, tried = np.zeros((37, 28)), np.zeros((37, 28), dtype=np.int64)
    np.add.at(sums, (points[:, 1], points[:, 0]), scores)
    np.add.at(tried, (points[:, 1], points[:, 0]), 1)
    with np.errstate(invalid="ignore"):
        means = np.asarray(sums / np.where(tried, tried, np.nan), dtype=np.float64)
    heat = HeatMap(
        "fastLength",
        "slowLength",
        np.arange(5.0, 61.0, 2.0),
        np.arange(20.0, 205.0, 5.0),
        means,
        tried,
        (10, 17),
        (4, 1),
    )
    influences = []
    for name, share, axis, values in (
        ("slowLength", 0.41, 1, heat.y_values),
        ("fastLength", 0.28, 0, heat.x_values),
    ):
        counts = np.bincount(points[:, axis], minlength=len(values))
        mean = np.bincount(points[:, axis], weights=scores, minlength=len(values)) / np.maximum(counts, 1)
        influences.append(Influence(name, share, values, np.where(counts, mean, np.nan), counts.astype(np.int64)))
    stops = np.arange(0.5, 5.01, 0.25)
    flat = np.random.default_rng(seed).normal(0.1, 0.02, len(stops))
    influences.append(Influence("stopAtr", 0.008, stops, flat, np.full(len(stops), 47, dtype=np.int64)))
    return Landscape(tuple(influences), heat, make_front(seed))


def make_front(seed: int) -> Front:
    random = np.random.default_rng(seed)
    drawdown = np.sort(random.uniform(120, 700, 24))
    profit = 40 * np.sqrt(drawdown - 100)
    parameters = np.stack(
        [random.integers(5, 60, 24), random.integers(20, 200, 24), random.integers(2, 20, 24) / 4, np.ones(24)], axis=1
    )
    return Front(("net_profit", "max_drawdown"), (True, False), np.stack([profit, drawdown], axis=1), parameters, 9)


def make_judgement(word: Word = Word.UNPROVEN) -> Judgement:
    return Judgement(
        word,
        (
            "In the locked part it made 112.00 USD, and luck alone could have made that.",
            "12,288 parameter sets were tried on these data, and luck may explain the best of them.",
            "7 of 10 checks passed; not passed: deflated Sharpe ratio, years of data, locked part above zero.",
        ),
        (
            "More data: about 3.1 years of bars, if its days stay as they are; there are 1.4.",
            "Fewer inputs: Stop, ATRs hardly matters; fix it and fewer trials are to be lucky in.",
        ),
    )


def make_sightings(trades: Trades) -> tuple[Sighting, ...]:
    """At each trade a structure that points its way, with corners and a level; at every third a candle against it."""
    found = []
    for trade in range(len(trades)):
        known = int(trades.entry_time[trade]) - 15 * 60_000
        start = known - 20 * 15 * 60_000
        price, side = float(trades.entry_price[trade]), 1 if trades.is_long[trade] else -1
        points = ((start, price), (known - 10 * 15 * 60_000, price + side * 1e-3), (known, price))
        neck = ((start, price + side * 5e-4), (known, price + side * 5e-4))
        lines = SeenLine(False, points), SeenLine(True, neck)
        found.append(Sighting(trade, "Double bottom", side, 0.75, start, known, lines))
        if trade % 3 == 0:
            found.append(Sighting(trade, "Doji <b>", 0, 1.0, known, known))
    return tuple(found)


def make_hand_off(trades: Trades, periods: Periods, file_name: str, *, dated: bool = True) -> HandOff:
    return HandOff(SCRIPT, file_name, trades, periods.search.start, periods.locked.end, dated)
