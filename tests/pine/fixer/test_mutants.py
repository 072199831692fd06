"""Valid scripts, broken by a seed in realistic ways: how many come back, and how many as they were."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from pinewright.pine.checker import check
from pinewright.pine.fixer import AutomaticErrorFixer
from tests.pine.fixer.mutants import FAULTS, Mutant, mutants, tree

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.pine"))
EACH = 52
PASSES, SAME = 0.90, 0.75
"""What is asked of the fixer: mutants that pass the check again, and those with the original tree."""


def broken(path: Path) -> list[Mutant]:
    """The mutants of one script, the same in each run."""
    source = path.read_text(encoding="utf-8")
    found = (
        mutant for seed in range(4) for mutant in mutants(source, random.Random(f"{path.stem} {seed}"), list(FAULTS))
    )
    return list(islice(found, EACH))


def test_there_are_enough_mutants() -> None:
    assert EACH * len(SCRIPTS) >= 400
    assert {mutant.fault for path in SCRIPTS for mutant in broken(path)} >= FAULTS.keys() - {"int as bool"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_mutants_come_back(path: Path) -> None:
    found = broken(path)
    assert len(found) == EACH
    fixer = AutomaticErrorFixer()
    passed, same, lost = 0, 0, []
    for mutant in found:
        result = fixer.fix(mutant.source, unsafe=True)
        ok = check(result.source).ok
        passed += ok
        same += tree(result.source) == tree(mutant.original)
        if not ok:
            lost.append(f"line {mutant.line}: {mutant.fault}")
            assert fixer.fix(result.source, unsafe=True).source == result.source
    assert passed >= PASSES * EACH, lost
    assert same >= SAME * EACH


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_what_is_called_safe_gives_the_original(path: Path) -> None:
    for mutant in random.Random(5).sample(broken(path), 8):
        before = check(mutant.source)
        result = AutomaticErrorFixer().fix(mutant.source)
        assert all(one.safe for one in result.applied)
        if not before.ok and check(result.source).ok:
            assert tree(result.source) == tree(mutant.original), (mutant.fault, mutant.line, result.applied)
