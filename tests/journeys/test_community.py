"""Strategies that people have published, brought along: they are searched, and what comes back passes the check.

PINEWRIGHT_CORPUS names a folder of clones, each ``owner+name`` (tools/corpus.py counts over the same). None of them is
part of this project.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pinewright.app.search.handover import read_exact
from pinewright.generate.handed_back import declaration_call, hand_back, strategy_arguments, without_head
from pinewright.generate.signals import SignalFinder
from pinewright.generate.wrap import wrap_indicator
from pinewright.optimize.space import Space
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import CommissionType

from .conftest import Pinewright

FOLDER = os.environ.get("PINEWRIGHT_CORPUS")
pytestmark = pytest.mark.skipif(FOLDER is None, reason="PINEWRIGHT_CORPUS names no folder of clones")

CASOON, MYKYTA = "casoon+pine-scripts/strategies", "mykyta4876+pinescript"
FORGE = "pineforge-4pass+pineforge-corpus/validation"
FIVE = {
    "trend": f"{CASOON}/smooth_trend_radar/smooth_trend_radar_strategy.pine",
    "divergence": f"{CASOON}/oscillator_divergence_zones/oscillator_divergence_zones_strategy.pine",
    "channel": f"{MYKYTA}/Gaussian Channel MACD strategy.txt",
    "stop and target": f"{MYKYTA}/My Supertrend + Strength, SLTP & Alerts by Wal Strategy.txt",
    "mean reversion": f"{FORGE}/ta-bb-rsi-mean-reversion-01/strategy.pine",
}
UNSUPPORTED = {
    "casoon+pine-scripts/archive/strategies/wavetrend/wavetrend_v3_strategy.pine": "line 394",
    f"{CASOON}/commodity_pulse_matrix/commodity_pulse_matrix_v4_strategy.pine": "line 3189",
    f"{MYKYTA}/Arthur/pine_strategy_org.ps": "line 506",
}


def script(name: str) -> Path:
    path = Path(FOLDER or "") / name
    if not path.is_file():
        pytest.skip(f"no {path}")
    return path


@pytest.mark.parametrize("style", FIVE)
def test_one_is_searched_and_what_comes_back_passes_the_check(
    style: str, pinewright: Pinewright, shared: Path, tmp_path: Path
) -> None:
    path, out = script(FIVE[style]), tmp_path / "out"
    bars = shared / "data" / "h1" / "EURUSD_fxcm_h1_2007_2014.parquet"
    answer = pinewright(
        "optimize", path, "--bars", bars, "--from", "2013-01-01", "--budget", "small", "--out", out, "--json"
    )
    assert answer.code == 0, answer.err
    document: Any = answer.json
    assert document["report"]["kind"] == "optimize"
    assert len(document["report"]["verdict"]) == 3
    back = out / path.name
    if document["report"]["optimize"]["better"]:
        assert back.is_file()
    if back.is_file():
        assert pinewright("check", back).code == 0


@pytest.mark.parametrize("style", FIVE)
def test_one_with_new_defaults_and_costs_is_the_same_script(style: str, pinewright: Pinewright, tmp_path: Path) -> None:
    path = script(FIVE[style])
    source = read_exact(path)
    program = compile_script(check(source), path.name)
    values = [item.default for item in program.inputs]
    for dimension in Space.of(program.inputs).dimensions:
        values[dimension.column] = next(value for value in dimension.grid if value != values[dimension.column])
    account = replace(
        program.settings, commission_type=CommissionType.CASH_PER_CONTRACT, commission_value=0.00004, slippage=0
    )
    arguments = strategy_arguments(program.settings, account)
    text = hand_back(source, program.inputs, values, arguments, ["Verdict: none, this is a test"])
    back = compile_script(check(text), path.name)
    assert [item.default for item in back.inputs] == values
    assert replace(back.settings, declared=frozenset()) == replace(account, declared=frozenset())
    target = tmp_path / path.name
    target.write_bytes(text.encode())
    assert pinewright("check", target).code == 0
    # Line by line the script's own, but for the head, the defaults and the account.
    ours, theirs = without_head(text).splitlines(), source.splitlines()
    changed = {line for line in ours if line not in theirs}
    assert all("input" in line or "=" in line for line in changed)
    assert len(changed) <= len(program.inputs) + 4


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_not_supported_is_told_by_line(name: str, pinewright: Pinewright, shared: Path) -> None:
    bars = shared / "data" / "h1" / "EURUSD_fxcm_h1_2007_2014.parquet"
    answer = pinewright("optimize", script(name), "--bars", bars)
    assert answer.code == 2
    assert "Outside the subset" in answer.err
    assert UNSUPPORTED[name] in answer.err


def test_published_indicators_become_strategies(pinewright: Pinewright, tmp_path: Path) -> None:
    """The first fifteen that mark bars by names of their own pass the check as strategies."""
    done = 0
    for path in sorted(Path(FOLDER or "").rglob("*.pine")):
        checked = check(read_exact(path), warn=False) if path.is_file() else None
        if checked is None or not checked.ok or declaration_call(checked.tree, ("indicator",)) is None:
            continue
        titles = [mark.title for mark in SignalFinder(checked).marks]
        if not titles or any(titles.count(title) > 1 for title in titles):
            continue
        target = tmp_path / f"{done}.pine"
        target.write_text(wrap_indicator(checked.source, long=titles[0]), encoding="utf-8")
        assert pinewright("check", target).code == 0, path
        done += 1
        if done == 15:
            break
    assert done
