"""Dukascopy: one decoder result behind two transports, and who asks them.

offline ──> instruments ──> requests ──> transports (jetta, bi5) ──> payload's checks ──> columns
"""
