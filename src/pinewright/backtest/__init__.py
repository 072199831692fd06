"""Backtests: the broker emulator, the engine, the metrics and the list of trades."""
