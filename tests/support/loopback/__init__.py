"""A Dukascopy of our own on 127.0.0.1: both transports, from generated ticks, with faults by rule.

    market ──> encode ──> site (routes, faults) ──> server

``Loopback(Site(Market()))`` is a server in a thread; ``process=True`` gives it a process of its own.
"""

from __future__ import annotations

from tests.support.loopback.faults import Fault, Faults, Flaw
from tests.support.loopback.market import Market
from tests.support.loopback.server import Loopback, RequestLog
from tests.support.loopback.site import Site

__all__ = ["Fault", "Faults", "Flaw", "Loopback", "Market", "RequestLog", "Site"]
