"""Bars to pixels: batch kernels for models, pictures for people."""
