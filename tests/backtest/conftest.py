"""One folder of compiled programs for the tests of this room."""

from __future__ import annotations

import pytest

from .support import use_cache


@pytest.fixture(scope="session", autouse=True)
def _compiled_programs(tmp_path_factory: pytest.TempPathFactory) -> None:
    use_cache(tmp_path_factory.mktemp("kernels"))
