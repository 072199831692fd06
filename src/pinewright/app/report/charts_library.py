"""The chart library that the page carries: lightweight-charts, read from the installed package ``litecharts``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, resources

ATTRIBUTION = "TradingView Lightweight Charts™, Copyright (c) 2025 TradingView, Inc. https://www.tradingview.com/"
"""The notice that the library's NOTICE file asks pages to show."""


@dataclass(frozen=True)
class ChartsLibrary:
    """Source of lightweight-charts (standalone build) and its version."""

    source: str
    version: str


@lru_cache(maxsize=1)
def charts_library() -> ChartsLibrary | None:
    """The library, or None where ``litecharts`` is absent or its file cannot stand inside a page."""
    try:
        source = resources.files("litecharts").joinpath("js/lightweight-charts.js").read_text(encoding="utf-8")
    except (ModuleNotFoundError, OSError):
        return None
    source = source.replace("\r\n", "\n")  # the HTML parser would, and the hash in the policy must match
    lowered = source.lower()
    if "\r" in source or "</script" in lowered or "<!--" in lowered or "createSeriesMarkers" not in source:
        return None
    head = source[:400]
    version = head.partition("Charts™ v")[2].split(maxsplit=1)
    return ChartsLibrary(source, version[0] if version else "5")


@lru_cache(maxsize=1)
def apache_licence() -> str:
    """Text of the Apache License 2.0, under which the library and this project stand; empty if not installed."""
    try:
        return metadata.distribution("pinewright").read_text("licenses/LICENSE") or ""
    except metadata.PackageNotFoundError:
        return ""
