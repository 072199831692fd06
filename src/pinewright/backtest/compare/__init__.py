"""Our trades beside a list that TradingView exported: matched, explained, and the time zone of the list found.

list ──> zone (by bars and trades) ──> matching ──> chart (do the bars agree?) ──> trials (what if?) ──> causes
"""

from __future__ import annotations

from pinewright.backtest.compare.cause import Cause as Cause
from pinewright.backtest.compare.cause import CauseKind as CauseKind
from pinewright.backtest.compare.changes import Change as Change
from pinewright.backtest.compare.matching import Comparison as Comparison
from pinewright.backtest.compare.matching import Difference as Difference
from pinewright.backtest.compare.matching import Pair as Pair
from pinewright.backtest.compare.matching import compare as compare
from pinewright.backtest.compare.review import Review as Review
from pinewright.backtest.compare.review import review as review
from pinewright.backtest.listing import ListedTrade as ListedTrade
from pinewright.backtest.listing import Printed as Printed
from pinewright.backtest.listing import TradeList as TradeList
from pinewright.backtest.listing import read_list as read_list
from pinewright.backtest.listing import read_trade_list as read_trade_list
