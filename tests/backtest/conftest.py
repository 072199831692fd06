"""One folder of compiled programs for the tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import use_cache


@pytest.fixture(scope="session", autouse=True)
def _compiled_programs(kernels: Path) -> None:
    use_cache(kernels)
