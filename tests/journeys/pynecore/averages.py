"""@pyne"""

from pynecore.lib import close, script, strategy, ta


@script.strategy(
    "Averages",
    initial_capital=10000,
    default_qty_type=strategy.fixed,
    default_qty_value=1000,
    slippage=2,
    commission_type=strategy.commission.cash_per_order,
    commission_value=0.25,
)
def main():
    fast = ta.sma(close, 9)
    slow = ta.sma(close, 31)
    if ta.crossover(fast, slow):
        strategy.entry("up", strategy.long)
    if ta.crossunder(fast, slow):
        strategy.entry("down", strategy.short)
    if ta.barssince(ta.cross(fast, slow)) == 25:
        strategy.close_all()
