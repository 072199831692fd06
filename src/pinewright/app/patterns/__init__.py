"""Patterns counted, mined, read from pictures, and written as Pine."""
