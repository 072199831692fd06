"""Compiling ahead: helpers fill the cache with what the run would have compiled, say nothing, and may fail."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pinewright.app.search.ahead import FEWEST, Ahead
from pinewright.backtest.code import is_compiled, script_object
from pinewright.machine.kernel import native
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

SECONDS = 300


def scripts(mark: int, count: int = FEWEST) -> tuple[list[Program], list[str]]:
    """Small scripts that no other test compiles; their code differs by a number alone."""
    texts = [
        f'//@version=6\nstrategy("s")\nif close > open + {mark + k}.625\n    strategy.entry("L", strategy.long)\n'
        for k in range(count)
    ]
    return [compile_script(check(text), "s") for text in texts], texts


@pytest.mark.parametrize("helpers", [1, 2])
def test_helpers_store_what_the_run_would_compile(
    kernels: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], helpers: int
) -> None:
    programs, texts = scripts(1_000 * helpers)
    assert not any(is_compiled(program, kernels) for program in programs)
    with Ahead(kernels, helpers) as ahead:
        assert ahead.begin(programs, texts) == helpers
        for process in ahead._running:
            assert process.wait(timeout=SECONDS) == 0
    assert all(is_compiled(program, kernels) for program in programs)
    for program in programs:
        theirs = script_object(program, kernels)
        native.forget()
        assert theirs.cached
        assert script_object(program, tmp_path).code == theirs.code
    assert capfd.readouterr() == ("", "")


def test_no_helper_where_nothing_or_little_is_missing(kernels: Path) -> None:
    programs, texts = scripts(3_000)
    with Ahead(kernels, 2) as ahead:
        assert ahead.begin(programs[1:], texts[1:]) == 0
    for program in programs:
        script_object(program, kernels)
    with Ahead(kernels, 2) as ahead:
        assert ahead.begin(programs, texts) == 0


@pytest.mark.parametrize("helpers", [0, -1])
def test_one_thread_means_no_helper(kernels: Path, helpers: int) -> None:
    with Ahead(kernels, helpers) as ahead:
        assert ahead.begin(*scripts(4_000)) == 0


def test_helpers_end_with_the_run(kernels: Path) -> None:
    with Ahead(kernels, 1) as ahead:
        ahead.begin(*scripts(5_000, 40))
        (process,) = ahead._running
        assert process.poll() is None
    assert process.returncode is not None


@pytest.mark.parametrize("python", ["/nowhere/python", "", "dies"])
def test_a_helper_that_fails_is_no_matter(
    kernels: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], python: str
) -> None:
    if python == "dies":
        monkeypatch.setattr("pinewright.app.search.ahead.COMMAND", "raise SystemExit('no')")
    else:
        monkeypatch.setattr(sys, "executable", python)
    programs, texts = scripts(6_000)
    with Ahead(kernels, 1) as ahead:
        assert ahead.begin(programs, texts) == (1 if python == "dies" else 0)
        for process in ahead._running:
            process.wait(timeout=SECONDS)
    assert not any(is_compiled(program, kernels) for program in programs)
    assert capfd.readouterr() == ("", "")
