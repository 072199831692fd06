"""Accounts in another currency than the symbol's: which rate counts for what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.backtest.currency import exchange_rates
from pinewright.errors import BacktestError
from pinewright.market import DAY, Bars, Timeframe, Trade

from .scripted import FINE, engine, program, symbol
from .support import MONDAY, bars

POUND = replace(FINE, quote="GBP")
EURO = "margin_long = 0, margin_short = 0, currency = currency.EUR"


def thirds(*prices: tuple[float, float, float, float]) -> Bars:
    """Three bars a day of something quoted in pounds."""
    return bars(*prices, symbol=POUND, minutes=480)


def pair(name: str, *closes: float, first: int = -1) -> Bars:
    """Daily bars of a pair, from ``first`` days after Monday on."""
    price = np.array(closes)
    time = MONDAY + (first + np.arange(len(price), dtype=np.int64)) * DAY
    return Bars(symbol(name, name[:3], name[3:]), Timeframe(1440), time, price, price, price, price, 0 * price)


STILL = (100.0, 100.0, 100.0, 100.0)
BUY = 'if bar_index == 0\n    strategy.entry("L", strategy.long, qty = 10)\n'


def made(body: str, over: Bars, *others: Bars, account: str) -> list[Trade]:
    return list(engine(program(body, account=account), over, others).trades([], first=0))


def test_the_rate_is_the_close_of_the_day_before() -> None:
    over = thirds(*[STILL] * 8)
    rates, note = exchange_rates(over, [pair("GBPEUR", 2.0, 3.0, 4.0)], "EUR")
    assert rates.tolist() == [2.0] * 3 + [3.0] * 3 + [4.0] * 2
    assert note == ""
    turned, _ = exchange_rates(over, [pair("EURGBP", 2.0, 4.0, 8.0)], "EUR")
    assert turned.tolist() == [0.5] * 3 + [0.25] * 3 + [0.125] * 2
    for same in ("", "GBP"):
        assert exchange_rates(over, [], same)[0].tolist() == [1.0]


def test_days_without_a_bar_keep_the_last_rate_and_finer_bars_are_made_into_days() -> None:
    over = thirds(*[STILL] * 9)
    hourly = replace(pair("GBPEUR", 2.0), timeframe=Timeframe(60))
    rates, _ = exchange_rates(over, [hourly], "EUR")
    assert set(rates.tolist()) == {2.0}


def test_profit_counts_at_the_exit_and_excursions_at_their_own_bars() -> None:
    # Bought on Monday at 100; Monday's rate is 2, Tuesday's 3, Wednesday's 0.5.
    over = thirds(STILL, (100, 104, 98, 100), STILL, (100, 103, 97, 100), STILL, STILL, (100, 106, 94, 110), STILL)
    body = BUY + 'if bar_index == 6\n    strategy.close("L")'
    (trade,) = made(body, over, pair("GBPEUR", 2.0, 3.0, 0.5), account=f"initial_capital = 10000, {EURO}")
    assert trade.net_profit == 0  # closed at the open of bar 7, at 100
    assert trade.favorable == pytest.approx(
        10 * 3 * 3
    )  # Tuesday's 3 at 3 beat Monday's 4 at 2 and Wednesday's 6 at 0.5
    assert trade.adverse == pytest.approx(-10 * 3 * 3)


def test_fees_are_paid_at_the_rate_of_their_own_fill_and_cash_fees_as_given() -> None:
    over = thirds(STILL, (100, 100, 100, 110), (110, 110, 110, 110), (110, 110, 110, 110), (110, 110, 110, 110))
    body = BUY + 'if bar_index == 2\n    strategy.close("L")'
    rates = pair("GBPEUR", 2.0, 3.0)
    percent = f"initial_capital = 10000, commission_value = 1, {EURO}"
    (trade,) = made(body, over, rates, account=percent)
    assert trade.net_profit == pytest.approx(100 * 3 - 10 * 2 - 11 * 3)
    order = (
        f"initial_capital = 10000, commission_type = strategy.commission.cash_per_order, commission_value = 7, {EURO}"
    )
    (trade,) = made(body, over, rates, account=order)
    assert trade.net_profit == pytest.approx(300 - 14)


def test_sizes_come_from_the_budget_in_account_currency() -> None:
    over = thirds(*[STILL] * 5)
    rates = pair("GBPEUR", 2.0, 3.0)
    account = f"initial_capital = 10000, default_qty_type = strategy.percent_of_equity, default_qty_value = 10, {EURO}"
    (monday,) = made('if bar_index == 0\n    strategy.entry("L", strategy.long)', over, rates, account=account)
    assert monday.quantity == pytest.approx(1000 / 200)
    # The rate goes with the budget: it is that of the bar of the command, not of the fill.
    body = 'if bar_index == 2\n    strategy.entry("L", strategy.long, limit = 120)'
    (late,) = made(body, over, rates, account=account)
    assert (late.entry_time - MONDAY) // DAY == 1
    assert late.quantity == pytest.approx(1000 / 200)


def test_equity_and_conversions_follow_the_rate() -> None:
    over = thirds(STILL, (100, 100, 100, 110), *[(110.0, 110.0, 110.0, 110.0)] * 4)
    body = (
        'if bar_index == 0\n    strategy.entry("L", strategy.long, qty = 10)\n'
        "if bar_index == 3\n"
        '    strategy.order("A", strategy.long, qty = strategy.convert_to_account(7))\n'
        '    strategy.order("S", strategy.long, qty = strategy.convert_to_symbol(6))\n'
        '    strategy.order("O", strategy.long, qty = strategy.openprofit)\n'
        '    strategy.order("C", strategy.long, qty = strategy.account_currency == "EUR" ? 5 : 1)'
    )
    found = engine(program(body, account=f"initial_capital = 10000, {EURO}"), over, [pair("GBPEUR", 2.0, 3.0)])
    sizes = {trade.entry_signal: trade.quantity for trade in found.trades([], first=0)}
    assert sizes == {"L": 10, "A": 21, "S": 2, "O": 300, "C": 5}
    np.testing.assert_allclose(found.equity([], first=0)[:4], [10_000, 10_200, 10_200, 10_300])


def test_a_missing_rate_is_refused_but_between_dollars() -> None:
    over = thirds(STILL, STILL)
    with pytest.raises(BacktestError, match="no bars of GBPEUR") as caught:
        exchange_rates(over, [pair("EURUSD", 1.0)], "EUR")
    assert "EURGBP" in (caught.value.hint or "")
    with pytest.raises(BacktestError, match="begin after"):
        exchange_rates(over, [pair("GBPEUR", 2.0, first=3)], "EUR")
    coins = bars(STILL, STILL, symbol=replace(FINE, quote="USDT"))
    rates, note = exchange_rates(coins, [], "USD")
    assert rates.tolist() == [1.0]
    assert "1 USDT as 1 USD" in note
    assert note in engine(program("", account="currency = currency.USD"), coins).note


def test_the_chart_itself_may_be_the_pair() -> None:
    over = bars(
        (2, 2, 2, 2), (2, 4, 2, 4), (4, 4, 4, 4), (4, 4, 4, 4), symbol=symbol("EURUSD", "EUR", "USD"), minutes=720
    )
    rates, _ = exchange_rates(over, [], "EUR")
    assert rates.tolist() == [0.5, 0.5, 0.25, 0.25]


def test_a_run_of_many_sets_and_one_alone_agree_over_changing_rates() -> None:
    over = thirds(*[(100.0 + k % 5, 107.0, 93.0, 100.0 + k % 3) for k in range(60)])
    body = (
        'n = input.int(2, "n", minval = 1, maxval = 9)\n'
        'if bar_index % n == 0\n    strategy.entry("L", strategy.long)\n'
        'if bar_index % (n + 3) == 0\n    strategy.entry("S", strategy.short)'
    )
    account = (
        "initial_capital = 10000, default_qty_type = strategy.percent_of_equity, default_qty_value = 50, pyramiding = 2"
    )
    tested = engine(program(body, account=f"{account}, {EURO}"), over, [pair("GBPEUR", *(1 + np.arange(30) / 7))])
    matrix = np.arange(1.0, 10.0)[:, None]
    together = tested.run(matrix, first=0).metrics
    for row in range(len(matrix)):
        np.testing.assert_array_equal(tested.run(matrix[row], first=0).metrics[0], together[row])
    trades = tested.trades([2], first=0)
    assert trades.net_profit.sum() == pytest.approx(tested.run([2], first=0)["profit_marked"][0])
