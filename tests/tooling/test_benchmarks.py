"""The benchmarks run: those that need no peer in small, and the scripts that they hand to others mean what ours do."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.support.large import large_script
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

BESIDE_PYNECORE = """
from pathlib import Path
from benchmarks.single_run import lengths, our_lists
from benchmarks.support.bar_by_bar import alike, pynecore

pairs = lengths(1)
ours, theirs = our_lists(2_000, pairs, Path("kernels"))[0], pynecore(2_000, pairs)[0][0]
print(alike(ours, theirs), len(ours), len(theirs))
"""


def python(root: Path, folder: Path, *arguments: str) -> str:
    """Standard output of a Python of its own: benchmarks hold each library to one thread."""
    command = [sys.executable, *arguments]
    paths = {"PYTHONPATH": str(root), "PINEWRIGHT_CACHE_DIR": str(folder)}
    ran = subprocess.run(command, cwd=folder, env={**os.environ, **paths}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_growth_prints_both_tables(root: Path, tmp_path: Path) -> None:
    said = python(root, tmp_path, "-m", "benchmarks.growth", "--most-bars", "10000", "--most-sets", "10")
    heads = [line for line in said.splitlines() if "ns a bar and set" in line]
    assert len(heads) == 2


def test_the_large_script_is_large_and_compiles() -> None:
    source = large_script()
    checked = check(source)
    assert checked.ok, checked.diagnostics
    assert len(source.splitlines()) > 200
    assert compile_script(checked).uses_heap


@pytest.mark.skipif(importlib.util.find_spec("pynecore") is None, reason="PyneCore is not installed")
def test_the_crossover_in_pynecore_trades_as_ours(root: Path, tmp_path: Path) -> None:
    both, ours, theirs = map(int, python(root, tmp_path, "-c", BESIDE_PYNECORE).split())
    assert both == ours == theirs > 20
