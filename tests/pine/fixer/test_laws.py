"""What must hold of every script: valid ones stay, a second run changes nothing, nothing raises, findings get fewer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.pine.checker import check
from pinewright.pine.diagnostics import Severity
from pinewright.pine.fixer import fix, with_fixes
from tests.conftest import ROOT
from tests.pine.fixer.mutants import FAULTS, mutants

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.pine"))
GOLDEN = sorted((ROOT / "tests" / "golden" / "pine").glob("*.pine"))
SHORT = """//@version=6
strategy("Short", overlay = true)
n = input.int(5, "Bars", minval = 2)
mean = ta.sma(close, n)
if ta.crossover(close, mean) and not na(mean[1])
    strategy.entry("L", strategy.long)
plot(mean, "Mean", color = color.new(color.red, 20))
"""


def errors(source: str) -> int:
    return sum(one.severity is Severity.ERROR for one in check(source).diagnostics)


@pytest.mark.parametrize("path", [*SCRIPTS, *GOLDEN], ids=lambda path: path.stem)
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_valid_scripts_stay(path: Path, unsafe: bool) -> None:
    source = path.read_text(encoding="utf-8")
    if not check(source).ok:
        pytest.skip("this script has errors on purpose")
    result = fix(source, unsafe)
    assert result.source == source
    assert result.applied == ()
    assert result.offered == ()


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_valid_scripts_stay_with_any_line_ends(ends: str) -> None:
    source = SHORT.replace("\n", ends)
    assert fix(source, unsafe=True).source == source


def test_a_warning_is_no_reason_to_change_a_script() -> None:
    source = SHORT.replace("not na(mean[1])", "mean[1] != na")
    assert any(one.code == "PW308" for one in check(source).diagnostics)
    assert fix(source, unsafe=True).source == source
    assert fix(source, select=["PW308"]).source == SHORT
    broken = source.replace("input.int(5", "input.int(5,")
    assert fix(broken).source == source
    assert fix(broken, unsafe=True).source == SHORT


@settings(max_examples=30, deadline=None)
@given(st.data(), st.booleans())
def test_a_second_run_changes_nothing(data: st.DataObject, unsafe: bool) -> None:
    source = SHORT
    rng = data.draw(st.randoms(use_true_random=False))
    for fault in data.draw(st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=3)):
        source = next((mutant.source for mutant in mutants(source, rng, [fault])), source)
    result = fix(source, unsafe)
    again = fix(result.source, unsafe)
    assert again.source == result.source
    assert again.applied == ()
    assert again.remaining == result.remaining
    assert again.offered == result.offered
    if not check(source).ok:
        assert errors(result.source) <= errors(source) or result.applied


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(SHORT)), st.integers(0, 12), st.text("()[]\"', :=\n\tabx&{}#/.", max_size=4))
def test_nothing_raises(place: int, length: int, text: str) -> None:
    source = SHORT[:place] + text + SHORT[place + length :]
    result = fix(source, unsafe=True)
    assert result.remaining == check(result.source).diagnostics
    assert result.errors == errors(result.source)
    assert len(with_fixes(source, list(check(source).diagnostics))) == len(check(source).diagnostics)


@pytest.mark.parametrize("source", ["", "\n", "\ufeff", "x", "(", '"', "// only a comment", "\x00", "é = 1", "=" * 300])
def test_odd_texts(source: str) -> None:
    result = fix(source, unsafe=True)
    assert fix(result.source, unsafe=True).source == result.source


def test_a_text_with_very_many_errors_is_left_alone() -> None:
    source = "//@version=6\n" + "let it be )\n" * 150
    assert fix(source, unsafe=True).source == source


def test_older_versions_are_left_to_convert() -> None:
    source = '//@version=4\nstudy("x")\nplot(sma(close, 14)\n'
    assert fix(source, unsafe=True).source == source
