"""@pyne"""

from pynecore.lib import high, script, strategy, syminfo, ta


@script.strategy(
    "Brackets",
    initial_capital=10000,
    default_qty_type=strategy.fixed,
    default_qty_value=2000,
    commission_type=strategy.commission.cash_per_contract,
    commission_value=0.00003,
)
def main():
    reach = ta.atr(14)
    top = ta.highest(high, 20)
    cancel = strategy.oca.cancel
    if strategy.position_size == 0:
        strategy.entry("long", strategy.long, stop=top + 2 * syminfo.mintick, oca_name="in", oca_type=cancel)
        strategy.entry("short", strategy.short, limit=top + reach, oca_name="in", oca_type=cancel)
    middle = strategy.position_avg_price
    strategy.exit("half", "long", qty_percent=50, limit=middle + 1.5 * reach, stop=middle - 2 * reach)
    strategy.exit("rest", "long", trail_points=80, trail_offset=40, loss=150)
    strategy.exit("out", "short", profit=120, loss=90)
