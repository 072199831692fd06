"""checks.csv: one row a check, the same words as in the page."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from pinewright.app.report.checks_list import COLUMNS, checks_csv
from pinewright.app.report.model import CAUTION
from pinewright.optimize.proof import Check, Outcome, Proof

from .conftest import Example


def rows(text: str) -> list[list[str]]:
    lines = text.splitlines(keepends=True)
    return list(csv.reader(io.StringIO("".join(lines[1:] if lines[0].startswith("#") else lines))))


def test_a_row_for_each_check(example: Example) -> None:
    found = rows(checks_csv(example.proved_run))
    assert tuple(found[0]) == COLUMNS
    assert len(found) == 1 + 5 * 13
    assert found[1][:6] == [
        "1. Trend cross",
        "trades_in_sample",
        "Trades in search and selection",
        "128.0",
        "at least 100",
        "pass",
    ]
    unknown = next(row for row in found if row[1] == "bid_ask")
    assert (unknown[3], unknown[5]) == ("", "unknown")


def test_without_evidence_it_is_the_head(example: Example, real_example: Example) -> None:
    assert checks_csv(example.run) == f"# {CAUTION}\n{','.join(COLUMNS)}\n"
    assert checks_csv(real_example.run) == f"{','.join(COLUMNS)}\n"


def test_words_with_commas_quotes_and_lines_come_back(example: Example) -> None:
    odd = Check("odd", 'a "title"', 1.5, "", Outcome.PASS, "one, two\nthree")
    run = replace(example.run, strategies=(replace(example.run.strategies[0], proof=Proof((odd,))),))
    assert rows(checks_csv(run))[1] == ["1. Trend cross", "odd", 'a "title"', "1.5", "", "pass", "one, two\nthree"]
