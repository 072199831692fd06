"""HistData's zip files as a source of bars, and on their way into the store.

names ──> archives ──> rows (with clock) ──┬──> source
                                           └──> imports ──> store
"""

from pinewright.data.histdata.names import is_histdata_name
from pinewright.data.histdata.source import HistDataSource

__all__ = ["HistDataSource", "is_histdata_name"]
