"""What all tests share: the folder of recorded data, and quiet surroundings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# The same examples each time, so that a red run can be repeated; HYPOTHESIS_PROFILE=random looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded data and exported results; tests that need it are skipped where it is missing."""
    folder = Path(os.environ.get("PINEWRIGHT_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        pytest.skip(f"no recorded data at {folder} (PINEWRIGHT_SHARED names another folder)")
    return folder


@pytest.fixture(scope="session")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of compiled programs for the whole run, so that the engine is compiled once."""
    return tmp_path_factory.mktemp("kernels")


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the person who runs the tests reach them, and nothing of theirs reaches the person's folders."""
    for variable in [name for name in os.environ if name.upper().startswith("PINEWRIGHT_")]:
        if variable != "PINEWRIGHT_SHARED":
            monkeypatch.delenv(variable)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home-config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home-cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home-data"))
