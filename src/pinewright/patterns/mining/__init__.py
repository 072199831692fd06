"""Shapes from history: found, measured, judged; and made for training."""
