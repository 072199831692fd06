"""Bars to pixels: batch kernels whose charts models read; pictures for people stand in ``pictures``."""
