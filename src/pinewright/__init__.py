"""Pinewright: from raw prices to five checked Pine strategies. Rooms are imported by their own names."""

__version__ = "0.1.0"
