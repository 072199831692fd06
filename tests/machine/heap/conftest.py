"""Heaps for the tests: each test runs natively and as plain Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.machine.heap.support import Machine, make, native_code


@pytest.fixture(params=["native", "plain"], scope="session")
def heap(request: pytest.FixtureRequest, kernels: Path) -> Callable[..., Machine]:
    """Makes an empty heap: ``heap(words, cells=, objects=)``."""
    if request.param == "native":
        native_code(kernels)

    def made(words: Sequence[str] = (), **sizes: int) -> Machine:
        return make(request.param, kernels, words, **sizes)

    return made
