"""`pinewright rule`: a page, the list, JSON of both, and the way back from a misspelling."""

from __future__ import annotations

import json

import pytest

from pinewright.app.cli import MainApplication
from pinewright.pine.rules import rules


@pytest.mark.parametrize("words", ["PW504", "conditional-memory"])
def test_a_page_is_printed(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["rule", words]) == 0
    assert capsys.readouterr().out == rules()["PW504"].page


def test_without_a_code_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["rule"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["code", "severity", "name", "what", "it", "finds", "fix"]
    assert [line[:5] for line in lines[1:]] == list(rules())


def test_json_of_one_and_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["rule", "pw201", "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert one["name"] == "argument-type"
    assert one["severity"] == "error"
    assert one["wrong"].startswith("//@version=6\n")
    assert MainApplication().run(["rule", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in listed] == list(rules())
    assert one in listed


def test_an_unknown_code_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["rule", "argument-typ"]) == 2
    assert "PW201 (argument-type)" in capsys.readouterr().err
