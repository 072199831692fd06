"""Evidence counted and sorted, searches with their names, rows of the first screen on one axis."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

from pinewright.app.report.sections import locked_rows, proved, searched
from pinewright.optimize.proof import Outcome

from .conftest import Example


def test_what_failed_comes_first_and_told_ones_do_not_count(example: Example) -> None:
    found = proved(example.proved_optimize)
    assert [one.item.name for one in found] == ["Found inputs"]
    outcomes = [check.outcome for check in found[0].checks]
    assert outcomes == sorted(outcomes, key=[Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS].index)
    assert (found[0].passed, found[0].failed, found[0].unknown, found[0].asked) == (7, 3, 2, 10)
    assert proved(example.run) == ()


def test_each_search_under_its_name(example: Example) -> None:
    assert [one.label for one in searched(example.proved_run)] == [item.label for item in example.run.strategies]
    assert [one.label for one in searched(example.proved_optimize)] == ["macd.pine"]
    assert searched(replace(example.proved_optimize, found=None))[0].pictures
    assert searched(example.run) == ()


def test_rows_of_the_locked_part_share_an_axis(example: Example) -> None:
    rows = locked_rows(example.optimize)
    assert [(row.label, row.kind) for row in rows] == [
        ("Found inputs", ""),
        ("Default inputs", ""),
        ("Found minus default", "difference"),
    ]
    zeros = [re.search(r'class="base" d="M([\d.]+) ', str(row.drawing)) for row in rows]
    assert len({found[1] for found in zeros if found}) == 1
    assert [row.label for row in locked_rows(example.run)][-1] == "All together"


def test_a_row_without_interval_or_result_still_stands(example: Example) -> None:
    first = example.run.strategies[0]
    unknown = replace(first.interval, low=math.nan, high=math.nan)
    run = replace(example.run, strategies=(replace(first, interval=unknown),), portfolio=None)
    (row,) = locked_rows(run)
    root = ElementTree.fromstring(str(row.drawing))
    assert not any(element.get("class") == "whisker" for element in root.iter())
    assert "nan" not in str(row.drawing)
