"""Lists of trades that TradingView exported, as values.

file ──> sheets ──> headers (words), structure (contents) ──> numbers, times, kinds ──> trades
"""

from __future__ import annotations

from pinewright.backtest.listing.numbers import Printed as Printed
from pinewright.backtest.listing.reading import read_list as read_list
from pinewright.backtest.listing.reading import read_trade_list as read_trade_list
from pinewright.backtest.listing.sheets import Sheet as Sheet
from pinewright.backtest.listing.sheets import read_sheets as read_sheets
from pinewright.backtest.listing.trades import ListedColumn as ListedColumn
from pinewright.backtest.listing.trades import ListedTrade as ListedTrade
from pinewright.backtest.listing.trades import TradeList as TradeList
