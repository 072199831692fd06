"""report.json against the tables of docs/reference/report.md, key by key and type by type."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pinewright.app.report.document import SCHEMA, report_document, report_json
from pinewright.app.report.model import CAUTION, Note, Report

from .conftest import Example

Tables = dict[str, dict[str, str]]
SCALARS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "whole": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "any": (str, int, float, bool, type(None)),
}


@pytest.fixture(scope="module")
def tables(root: Path) -> Tables:
    """Object name to its keys and their types, as the reference page has them."""
    text = (root / "docs" / "reference" / "report.md").read_text(encoding="utf-8")
    found: Tables = {}
    for name, body in re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z)", text, re.M | re.S):
        found[name] = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", body, re.M))
    return found


def check(value: Any, kind: str, tables: Tables, where: str) -> None:
    if kind.endswith(" or null"):
        if value is not None:
            check(value, kind.removesuffix(" or null"), tables, where)
    elif kind.startswith("list of "):
        assert isinstance(value, list), where
        for place, item in enumerate(value):
            check(item, kind.removeprefix("list of "), tables, f"{where}[{place}]")
    elif kind in SCALARS:
        assert isinstance(value, SCALARS[kind]), f"{where} is {value!r}, not {kind}"
        assert kind in ("boolean", "any") or not isinstance(value, bool), where
    else:
        assert list(value) == list(tables[kind]), f"{where}: keys of {kind}"
        for key, item in value.items():
            check(item, tables[kind][key], tables, f"{where}.{key}")


def documents(example: Example) -> list[Report]:
    noted = replace(example.run, facts=replace(example.run.facts, method=(Note("Why", "Because."),)))
    nothing = replace(example.optimize, found=None, better=False, gain=None, gain_interval=None)
    return [noted, replace(example.run, strategies=(), portfolio=None), example.optimize, nothing]


def test_the_document_is_what_the_reference_says(example: Example, tables: Tables) -> None:
    for report in documents(example):
        check(json.loads(report_json(report)), "Report", tables, "report")


def test_the_reference_has_no_table_that_nothing_uses(tables: Tables) -> None:
    used = {
        kind.removesuffix(" or null").removeprefix("list of ") for keys in tables.values() for kind in keys.values()
    }
    assert set(tables) - {"Report"} == used - set(SCALARS)


def test_it_begins_with_the_caution(example: Example, real_example: Example) -> None:
    assert report_json(example.run).splitlines()[1].strip() == f'"caution": "{CAUTION}",'
    assert report_document(real_example.run)["caution"] is None
    assert report_document(example.run)["schema"] == SCHEMA


def test_what_json_lacks_is_null(example: Example) -> None:
    first = example.run.strategies[0]
    locked = replace(first.results.locked, profit_factor=math.inf, win_rate=math.nan, trades=0)
    run = replace(example.run, strategies=(replace(first, results=replace(first.results, locked=locked)),))
    text = report_json(run)
    assert "NaN" not in text
    assert "Infinity" not in text
    metrics = json.loads(text)["strategies"][0]["results"]["locked"]
    assert metrics["profit_factor"] is None
    assert metrics["win_rate"] is None


def test_the_same_report_gives_the_same_text(example: Example) -> None:
    assert report_json(example.run) == report_json(example.run)
