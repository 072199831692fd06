"""@pyne"""

from pynecore.lib import bar_index, script, strategy


@script.strategy(
    "Meeting",
    initial_capital=10000,
    default_qty_type=strategy.fixed,
    default_qty_value=1000,
)
def main():
    if bar_index == 0:
        strategy.entry("long", strategy.long)
        strategy.exit("trail", "long", trail_points=80, trail_offset=40)
    if bar_index == 1:
        strategy.entry("short", strategy.short, limit=1.10150)
