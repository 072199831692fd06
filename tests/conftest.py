"""What all tests share: the folder of recorded data, and quiet surroundings."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import settings

from pinewright.machine.code_folder import use_folder

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
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run of the tests share; see ``tests.support.once``."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "common"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def kernels(common: Path) -> Path:
    """One folder of compiled programs for the whole run and all its workers, so that nothing is compiled twice."""
    folder = common / "home-cache" / "pinewright"
    folder.mkdir(parents=True, exist_ok=True)
    # Where a program looks to which nobody named a folder. Another worker was first; or links are not allowed here.
    with contextlib.suppress(OSError):
        (folder / "kernels").symlink_to(folder, target_is_directory=True)
    return folder


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kernels: Path) -> None:
    """No settings of the person who runs the tests reach them, and nothing of theirs reaches the person's folders.

    The cache, which holds compiled programs only, is that of the run, also for the processes that a test starts.
    """
    use_folder(None)
    for variable in [name for name in os.environ if name.upper().startswith("PINEWRIGHT_")]:
        if variable != "PINEWRIGHT_SHARED":
            monkeypatch.delenv(variable)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home-config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(kernels.parent))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home-data"))
