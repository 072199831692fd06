"""report.json against the tables of docs/reference/report.md, and against the JSON schema made from them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from pinewright.app.report.document import SCHEMA, report_document, report_json, report_schema
from pinewright.app.report.model import CAUTION, Note, Report
from pinewright.optimize.proof import Proof

from . import schema
from .conftest import Example


def check(value: Any, kind: str, where: str) -> None:
    """The keys of every object are those of its table, in its order; types are the schema's matter."""
    kind = kind.removesuffix(" or null")
    if kind.startswith("list of "):
        for place, item in enumerate(value or ()):
            check(item, kind.removeprefix("list of ").strip("()"), f"{where}[{place}]")
    elif kind in TABLES and value is not None:
        assert list(value) == list(TABLES[kind]), f"{where}: keys of {kind}"
        for key, item in value.items():
            check(item, TABLES[kind][key][0], f"{where}.{key}")


TABLES = schema.tables()


def documents(example: Example) -> list[Report]:
    noted = replace(example.run, facts=replace(example.run.facts, method=(Note("Why", "Because."),)))
    nothing = replace(example.optimize, found=None, better=False, gain=None, gain_interval=None)
    bare = replace(example.run.strategies[0], proof=Proof())
    return [
        noted,
        replace(example.run, strategies=(), portfolio=None),
        replace(example.run, strategies=(bare,)),
        example.optimize,
        nothing,
        example.proved_run,
        example.proved_optimize,
    ]


def test_the_document_is_what_the_reference_says(example: Example) -> None:
    for report in documents(example):
        check(json.loads(report_json(report)), "Report", "report")


def test_the_document_is_valid_by_the_published_schema(example: Example) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    validator.check_schema(schema.schema())
    judge = validator(schema.schema())
    for report in documents(example):
        wrong = [
            f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(json.loads(report_json(report)))
        ]
        assert wrong == []


def test_the_schema_sees_what_is_wrong(example: Example) -> None:
    judge = pytest.importorskip("jsonschema").Draft202012Validator(schema.schema())
    for place, wrong in (("outcome", "maybe"), ("value", "much"), ("words", None)):
        broken = json.loads(report_json(example.proved_run))
        broken["strategies"][0]["proof"]["checks"][0][place] = wrong
        assert not judge.is_valid(broken), place
    broken = json.loads(report_json(example.run))
    del broken["seed"]
    assert not judge.is_valid(broken)


@pytest.mark.parametrize("place", [0, 1])
def test_the_published_schema_is_made_from_the_reference(place: int) -> None:
    told = "run: python -m tests.app.report.schema"
    assert schema.COPIES[place].read_text(encoding="utf-8") == schema.text(), told
    assert report_schema() == schema.text()


def test_the_reference_has_no_table_that_nothing_uses() -> None:
    assert set(TABLES) - {"Report"} == schema.names_used() - set(schema.SCALARS)


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


def test_evidence_arrives_as_it_is(example: Example) -> None:
    report = example.proved_optimize
    document = json.loads(report_json(report))
    proof, held = document["strategies"][0]["proof"], report.found
    assert held is not None
    assert held.proof is not None
    assert held.hand_off is not None
    assert [one["outcome"] for one in proof["checks"]] == [one.outcome.value for one in held.proof.checks]
    assert proof["paths"] == held.proof.paths.tolist()
    assert proof["stresses"][3]["net_profit"] is None
    assert document["judgement"]["word"] == "unproven"
    assert document["openings"] == list(report.facts.openings)
    card = document["strategies"][0]["hand_off"]
    assert card["code"] == held.hand_off.code
    assert card["total_trades"] == 159
    assert card["open_trades"] == 1
    assert [row[0] for row in card["last_trades"]] == [number for k in range(151, 161) for number in (k, k)]
    scores = document["optimize"]["landscape"]["heat_map"]["scores"]
    assert len(scores) == 37
    assert any(value is None for row in scores for value in row)


def test_the_same_report_gives_the_same_text(example: Example) -> None:
    assert report_json(example.run) == report_json(example.run)
