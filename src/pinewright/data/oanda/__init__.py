"""OANDA's v20 service as a source of bars: an example of one behind a key.

client (key, address, tries) ──> candles (JSON to columns) ──> source
"""

from pinewright.data.oanda.source import OandaSource

__all__ = ["OandaSource"]
