"""Dukascopy: one decoder result behind two transports, and who asks them.

offline, holidays ──> instruments, requests ──> transports (jetta, bi5) ──> rows
                                                                           └──> payloads ──> connector ──> store
"""
