"""Tests of the room backtest."""
