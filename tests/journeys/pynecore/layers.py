"""@pyne"""

from pynecore.lib import close, request, script, strategy, syminfo, ta
from pynecore.types import Series


@script.strategy(
    "Layers",
    initial_capital=20000,
    pyramiding=3,
    default_qty_type=strategy.percent_of_equity,
    default_qty_value=20,
    commission_type=strategy.commission.percent,
    commission_value=0.003,
    slippage=1,
)
def main():
    hourly = request.security(syminfo.tickerid, "60", ta.ema(close, 10))
    strength = ta.rsi(close, 7)
    macd, signal, last = ta.macd(close, 12, 26, 9)
    histogram: Series[float] = last
    if strength < 35 and close > hourly - 0.004 and histogram > histogram[1]:
        strategy.entry("buy", strategy.long)
    if strength > 78 and strategy.position_size > 0:
        strategy.close("buy", qty_percent=60)
    if strength > 88:
        strategy.entry("sell", strategy.short, qty=3000)
    if ta.crossunder(macd, signal) and strategy.openprofit > 0:
        strategy.close_all()
