"""Lists that were spoiled in one way each: the comparison finds the way, by evidence, and tells rules from feeds.

The lists are our own engine's, written as TradingView writes them; a script with another account, other bars or
another clock stands on the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.compare import CauseKind, Review, TradeList, read_trade_list, review
from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.data.simulate import simulated_bars
from pinewright.errors import DataNotFoundError
from pinewright.market import DAY, HOUR, Bars, Trade, Trades
from pinewright.program import CommissionType, Program, QuantityType, StrategySettings

from .dialects import ENGLISH_2025, Dialect, Row
from .support import bars, cache_folder, entry, parameters, player
from .truth import LISTS

SCRIPT = StrategySettings(quantity_value=10_000.0, declared=frozenset(("default_qty_value",)))
"""The account of the script: ten thousand units, everything else left out."""


@cache
def market() -> Bars:
    """Forty days of simulated quarter hours, about 220 trades."""
    return simulated_bars(5, "15m", days=40, warmup=0)


def macd(settings: StrategySettings = SCRIPT) -> Program:
    return replace(LISTS["macd"], settings=settings)


def run(program: Program, over: Bars) -> Trades:
    return Engine(program, over, cache_dir=cache_folder()).trades(defaults(program))


def rows(trades: Sequence[Trade] | Trades) -> list[Row]:
    return [
        Row(
            number=k,
            is_long=trade.is_long,
            entry_time=trade.entry_time,
            entry_price=trade.entry_price,
            exit_time=None if trade.is_open else trade.exit_time,
            exit_price=trade.exit_price,
            quantity=trade.quantity,
            profit=trade.net_profit,
            favorable=trade.favorable,
            adverse=trade.adverse,
            entry_signal=trade.entry_signal,
            exit_signal=trade.exit_signal,
        )
        for k, trade in enumerate(trades, 1)
    ]


Written = Callable[..., TradeList]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes trades as a list of TradingView and reads it."""

    def write(trades: Sequence[Row], dialect: Dialect = ENGLISH_2025, currency: str = "USD") -> TradeList:
        path = tmp_path / "list.csv"
        path.write_bytes(dialect.csv(trades, currency))
        return read_trade_list(path)

    return write


def compared(listed: TradeList, program: Program | None = None, over: Bars | None = None, **more: str) -> Review:
    script = program or macd()
    return review(script, over or market(), listed, defaults(script), zone=more.get("zone"), cache_dir=cache_folder())


def kinds(found: Review) -> list[CauseKind]:
    return [cause.kind for cause in found.causes]


def likely(found: Review) -> CauseKind:
    assert found.cause is not None
    return found.cause.kind


def test_the_list_of_the_same_script_is_equal(written: Written) -> None:
    trades = run(macd(), market())
    found = compared(written(rows(trades)))
    assert found.equal
    assert found.first is None
    assert found.causes == ()
    assert len(trades) > 150
    assert found.comparison.entries_equal == len(found.listed) == len(trades)
    assert found.listed_profit is not None
    assert found.listed_profit.fits(found.net_profit, 100.0)  # a hundredth a trade was rounded away
    assert (found.zone.name, found.zone.origin, found.zone.share) == ("UTC", "guessed", 1.0)


@pytest.mark.parametrize(
    ("zone", "named"),
    [
        ("Asia/Taipei", "UTC+8"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("America/New_York", "America/New_York"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("America/St_Johns", None),
    ],
)
def test_the_zone_of_the_times_is_found(written: Written, zone: str, named: str | None) -> None:
    listed = written(rows(run(macd(), market())), replace(ENGLISH_2025, zone=zone))
    found = compared(listed)
    # Newfoundland's clock is not among the candidates: its offset of the season is, as long as it holds.
    assert found.equal is (named is not None or found.zone.share == 1.0)
    if named is not None:
        assert found.zone.name == named
        assert found.zone.second_share < 1.0


def test_a_wrong_zone_that_was_asked_for_is_the_cause(written: Written) -> None:
    listed = written(rows(run(macd(), market())), replace(ENGLISH_2025, zone="Asia/Tokyo"))
    assert compared(listed, zone="Asia/Tokyo").equal
    found = compared(listed, zone="America/New_York")
    assert kinds(found) == [CauseKind.TIME_ZONE]
    assert likely(found) is CauseKind.TIME_ZONE
    assert found.causes[0].text == "UTC+9"
    assert found.causes[0].other > 0.99 > 0.9 > found.causes[0].value


def test_times_with_an_offset_need_no_guess(written: Written) -> None:
    stamped = replace(ENGLISH_2025, time=lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}+0000")
    found = compared(written(rows(run(macd(), market())), stamped), zone="Asia/Tokyo")
    assert found.equal
    assert found.zone.origin == "offsets"


def test_a_price_that_its_bar_does_not_hold_is_the_feeds(written: Written) -> None:
    trades = rows(run(macd(), market()))
    place = int(np.searchsorted(market().time, trades[50].entry_time))
    high = round(float(market().high[place]) + 0.0004, 5)
    trades[50] = replace(trades[50], entry_price=high)
    found = compared(written(trades))
    assert likely(found) is CauseKind.FEED
    assert found.cause is not None
    assert found.cause.numbers == {51}
    assert (found.apart.listed, found.apart.different, found.agreeing.different) == (1, 1, 0)
    assert found.first is not None
    assert (found.first.number, found.first.field) == (51, "entry price")


def test_another_open_inside_the_bar_is_the_feeds_as_well(written: Written) -> None:
    trades = rows(run(macd(), market()))
    place = int(np.searchsorted(market().time, trades[50].entry_time))
    inside = round((float(market().high[place]) + float(market().low[place])) / 2, 5)
    assert inside != trades[50].entry_price
    trades[50] = replace(trades[50], entry_price=inside)
    found = compared(written(trades))
    assert likely(found) is CauseKind.FEED
    assert found.cause is not None
    assert found.cause.value == pytest.approx(abs(inside - rows(run(macd(), market()))[50].entry_price))


def test_another_feed_throughout_is_the_feeds(written: Written) -> None:
    over = market()
    noise = np.round(np.random.default_rng(3).normal(0.0, 4e-5, len(over)), 5)
    opened = np.round(over.open + noise, 5)
    other = replace(over, open=opened, high=np.maximum(over.high, opened), low=np.minimum(over.low, opened))
    found = compared(written(rows(run(macd(), over))), over=other)
    assert kinds(found) == [CauseKind.FEED]
    assert found.apart.different > 100
    assert found.agreeing.different == 0
    assert 1e-5 <= found.causes[0].value <= 6e-5


def without(over: Bars, gone: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Bars:
    kept = ~gone
    columns = {name: getattr(over, name)[kept] for name in ("time", "open", "high", "low", "close", "volume")}
    return replace(over, **columns, spread=None)


def test_bars_that_are_missing_are_the_feeds(written: Written) -> None:
    over, trades = market(), run(macd(), market())
    gone = np.isin(over.time, trades.entry_time[100:103])
    found = compared(written(rows(trades)), over=without(over, gone))
    feed = next(cause for cause in found.causes if cause.kind is CauseKind.FEED)
    assert feed.text == "gap"
    # The trades that begin and those that end on a bar that is not there.
    assert {101, 102, 103} <= feed.numbers <= {100, 101, 102, 103, 104}
    assert likely(found) is CauseKind.FEED


def test_hours_that_the_bars_never_have_are_another_session(written: Written) -> None:
    over = market()
    gone = np.isin(over.time % DAY // HOUR, (20, 21, 22))
    found = compared(written(rows(run(macd(), over))), over=without(over, gone))
    session = next(cause for cause in found.causes if cause.kind is CauseKind.SESSION)
    assert session.text == "20:00, 21:00, 22:00"
    assert found.apart.listed >= session.trades > 5


def test_hours_that_the_list_never_trades_are_another_session(written: Written) -> None:
    trades = run(macd(), market())
    shown = [trade for trade in trades if trade.entry_time % DAY // HOUR not in (6, 7, 8)]
    found = compared(written(rows(shown)))
    assert kinds(found) == [CauseKind.SESSION]
    assert found.causes[0].text == "6:00, 7:00, 8:00"
    assert likely(found) is CauseKind.SESSION
    assert len(found.causes[0].extra) == len(trades) - len(shown)


def test_a_list_that_begins_before_the_bars_and_ends_after_them(written: Written) -> None:
    trades = run(macd(), market())
    over = market().slice(800, 2000)
    found = compared(written(rows(trades)), over=over)
    assert likely(found) is CauseKind.BEFORE
    assert {CauseKind.BEFORE, CauseKind.AFTER} <= set(kinds(found))
    assert set(kinds(found)) <= {CauseKind.BEFORE, CauseKind.AFTER, CauseKind.WARM_UP}
    first, last = int(over.time[0]), int(over.time[-1])
    assert [trade.number for trade in found.before] == [
        k for k, trade in enumerate(trades, 1) if trade.entry_time < first
    ]
    assert all(trade.entry_time > last for trade in found.after)
    assert not found.equal
    only_after = compared(written(rows(trades)), over=market().slice(0, 2000))
    assert kinds(only_after) == [CauseKind.AFTER]
    assert likely(only_after) is CauseKind.AFTER
    assert only_after.comparison.equal


def test_bars_that_begin_late_warm_up_late(written: Written) -> None:
    found = compared(written(rows(run(macd(), market()))), over=market().slice(30, len(market())))
    assert likely(found) is CauseKind.WARM_UP
    assert int(found.causes[0].text) < int(market().time[300])


def test_bars_that_begin_before_the_chart_are_found_out(written: Written) -> None:
    over = market()
    start = int(np.flatnonzero(over.time % DAY == 21 * HOUR)[10])  # 17:00 New York in summer, the first bar of a day
    trades = run(macd(), over.slice(start, len(over)))
    found = compared(written(rows(trades)))
    assert likely(found) is CauseKind.HISTORY
    assert found.cause is not None
    assert found.cause.change is not None
    assert abs(found.cause.change.start - start) <= 96
    assert found.cause.left[1] < 0.2 * found.cause.left[0]


def test_bars_that_go_on_after_the_list_are_left_out(written: Written) -> None:
    trades = run(macd(), market().slice(0, 1500))
    found = compared(written(rows(trades)[:-1]))
    assert found.equal
    assert len(found.bars) <= 1500


@pytest.mark.parametrize(
    ("account", "words", "kind"),
    [
        ({"commission_value": 0.02}, "commission_value = 0.02", CauseKind.COSTS),
        (
            {"commission_value": 2.5, "commission_type": CommissionType.CASH_PER_ORDER},
            "commission_type = strategy.commission.cash_per_",
            CauseKind.COSTS,
        ),
        ({"slippage": 7}, "slippage = 7", CauseKind.COSTS),
        ({"process_orders_on_close": True}, "process_orders_on_close = true", CauseKind.FILL),
        ({"quantity_value": 25_000.0}, "default_qty_value = 25000", CauseKind.QUANTITY),
        (
            {"quantity_type": QuantityType.CASH, "quantity_value": 5_000.0},
            "default_qty_type = strategy.cash, default_qty_value = 5000",
            CauseKind.QUANTITY,
        ),
        (
            {"quantity_type": QuantityType.PERCENT_OF_EQUITY, "quantity_value": 10.0},
            "default_qty_type = strategy.percent_of_equity, default_qty_value = 10",
            CauseKind.QUANTITY,
        ),
    ],
    ids=["percent", "per order", "slippage", "on close", "fixed", "cash", "equity"],
)
def test_an_argument_that_was_left_out(
    written: Written, account: dict[str, object], words: str, kind: CauseKind
) -> None:
    listed = written(rows(run(macd(replace(SCRIPT, **account)), market())))  # type: ignore[arg-type]  # by name
    found = compared(listed)
    assert likely(found) is kind
    assert found.cause is not None
    assert found.cause.change is not None
    assert words in found.cause.change.theirs
    assert found.cause.change.left_out(SCRIPT.declared) is (kind is not CauseKind.QUANTITY)
    assert found.cause.equal[1] >= 0.98 * len(listed)
    assert found.apart.listed == 0


def test_two_arguments_are_found_one_after_the_other(written: Written) -> None:
    paid = replace(SCRIPT, slippage=5, commission_value=0.03)
    found = compared(written(rows(run(macd(paid), market()))))
    assert kinds(found) == [CauseKind.COSTS, CauseKind.COSTS]
    assert {cause.change.theirs for cause in found.causes if cause.change} == {
        "slippage = 5",
        "commission_value = 0.03",
    }
    assert found.causes[1].given == found.causes[0].change.theirs  # type: ignore[union-attr]  # asserted above
    assert found.causes[1].equal[1] == len(found.listed)
    assert found.first is not None
    assert found.first.field == "entry price"
    assert found.cause is not None
    assert found.cause.change is not None
    assert "slippage" in found.cause.change.theirs


def test_a_default_of_another_version(written: Written) -> None:
    heavy = replace(SCRIPT, quantity_type=QuantityType.PERCENT_OF_EQUITY, quantity_value=150.0)
    unchecked = rows(run(macd(heavy), market()))
    checked = replace(heavy, margin_long=100.0, margin_short=100.0)
    found = compared(written(unchecked), macd(checked))
    assert likely(found) is CauseKind.DEFAULT
    assert found.cause is not None
    assert found.cause.change is not None
    assert found.cause.change.theirs == "margin_long = 0, margin_short = 0"
    said = replace(checked, declared=frozenset((*checked.declared, "margin_long", "margin_short")))
    also = compared(written(unchecked), macd(said))
    assert also.cause is not None
    assert also.cause.change is not None
    assert not also.cause.change.left_out(said.declared)


def test_a_pyramiding_that_was_left_out(written: Written) -> None:
    flat = (100.0, 101.0, 99.0, 100.0)
    over = bars(*([flat] * 60))
    commands = [entry(bar, "L" if bar % 20 < 12 else "S", 1 if bar % 20 < 12 else -1) for bar in range(0, 46, 2)]
    row = parameters(commands)
    open_hand = player(StrategySettings(pyramiding=4))
    trades = Engine(open_hand, over, cache_dir=cache_folder()).trades(row)
    listed = written(rows(trades), replace(ENGLISH_2025, digits={"price": 2, "quantity": 0, "money": 2}))
    found = review(player(), over, listed, row, cache_dir=cache_folder())
    assert likely(found) is CauseKind.FILL
    assert found.cause is not None
    assert found.cause.change is not None
    assert found.cause.change.theirs == "pyramiding = 4"


def test_an_account_in_another_currency(written: Written) -> None:
    trades = [
        replace(row, profit=row.profit * 0.92, favorable=row.favorable * 0.92, adverse=row.adverse * 0.92)
        for row in rows(run(macd(), market()))
    ]
    found = compared(written(trades, currency="EUR"))
    assert likely(found) is CauseKind.CURRENCY
    assert found.cause is not None
    assert found.cause.value == pytest.approx(0.92, abs=1e-3)
    assert found.comparison.entries_equal == len(found.listed)
    assert found.listed.account_currency == "EUR"


def test_another_smallest_quantity(written: Written) -> None:
    sized = replace(SCRIPT, quantity_type=QuantityType.PERCENT_OF_EQUITY, quantity_value=0.5)
    over = market()
    coarse = replace(over, symbol=replace(over.symbol, quantity_step=100.0))
    trades = rows(run(macd(sized), coarse))
    hundreds = replace(ENGLISH_2025, digits={"price": 5, "quantity": -2, "money": 2})
    found = compared(written(trades, replace(hundreds, digits={**hundreds.digits, "quantity": 0})), macd(sized))
    assert likely(found) is CauseKind.QUANTITY
    assert found.cause is not None
    assert found.cause.change is None


def test_other_inputs_are_another_decision(written: Written) -> None:
    other = replace(macd(), inputs=(replace(macd().inputs[0], default=11.0), *macd().inputs[1:]))
    found = compared(written(rows(run(other, market()))))
    assert likely(found) is CauseKind.LOGIC
    assert found.apart.listed == 0
    assert found.comparison.entries_equal < len(found.listed)


def test_names_are_told_and_not_counted(written: Written) -> None:
    trades = [replace(row, entry_signal="renamed") for row in rows(run(macd(), market()))]
    found = compared(written(trades))
    assert found.equal
    assert found.names == len(trades)


def test_a_list_of_other_years_is_refused(written: Written) -> None:
    away = 900 * DAY
    trades = [
        replace(row, entry_time=row.entry_time - away, exit_time=(row.exit_time or row.entry_time) - away)
        for row in rows(run(macd(), market()))
    ]
    with pytest.raises(DataNotFoundError, match="none of the"):
        compared(written(trades))
