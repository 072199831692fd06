"""Patterns: candles, structure, mined shapes; from numbers and from pictures."""
