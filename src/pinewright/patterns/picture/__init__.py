"""Charts read from their pixels: candles first, then the detectors that read numbers."""
