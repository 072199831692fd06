"""Bars, patterns and trades as charts."""
