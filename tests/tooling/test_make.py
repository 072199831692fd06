"""The Makefile and the CI script, read and dry-run: the targets exist and call what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")


def dry_run(root: Path, *words: str) -> str:
    answer = subprocess.run(["make", "-n", *words], cwd=root, capture_output=True, text=True, check=True)
    return answer.stdout


@needs_make
@pytest.mark.parametrize(
    ("target", "called"),
    [
        ("run", ".venv/bin/pinewright run --seed 3"),
        ("test", "-m pytest -n 2 --seed 3"),
        ("check", "lint-imports"),
        ("check", "ruff format --check"),
        ("check", "bin/mypy"),
        ("bench", "benchmarks/*.py"),
        ("env", "tools/bootstrap.sh"),
        ("docs", "tools/reference.py"),
    ],
)
def test_targets(root: Path, target: str, called: str) -> None:
    said = dry_run(root, target, "ARGS=--seed 3")
    assert called in said
    assert "tools/bootstrap.sh" in said


@needs_make
def test_make_alone_shows_the_targets(root: Path) -> None:
    answer = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE)
    for target in targets:
        assert target == "help" or f"make {target} " in answer


def test_nothing_newer_than_make_3_81(root: Path) -> None:
    text = (root / "Makefile").read_text()
    for newer in (".ONESHELL", "$(file ", "!=", "::=", ".SHELLFLAGS", "$(let ", "undefine"):
        assert newer not in text, newer


@pytest.mark.parametrize("script", [".ci/run", "tools/bootstrap.sh"])
@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
def test_scripts_parse_and_may_be_executed(root: Path, script: str) -> None:
    shell = "bash" if script == ".ci/run" else "sh"
    subprocess.run([shell, "-n", script], cwd=root, check=True)
    assert os.access(root / script, os.X_OK)
