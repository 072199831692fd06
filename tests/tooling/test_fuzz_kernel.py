"""The fuzzing of native code: a few scripts are examined for real, and what a dying or silent process leaves behind."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

DYING = """import os, pathlib, sys
folder, seed = pathlib.Path(sys.argv[2]), int(sys.argv[4])
for k in range(seed, seed + int(sys.argv[6])):
    (folder / "current.pine").write_text(f"// script {k}")
    if k == 12:
        os.abort()
    if k == 14:
        print(k, "FOUND ValueError: what a script may not raise", flush=True)
    elif k == 16:
        import time
        time.sleep(60)
    else:
        print(k, "ran", flush=True)
"""


@pytest.fixture
def tool(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_kernel", root / "tools" / "fuzz_kernel.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["fuzz_kernel"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_random_scripts_break_no_law(tool: ModuleType, tmp_path: Path) -> None:
    said: list[str] = []
    arguments = ["--seconds", "120", "--scripts", "8", "--seed", "300", "--out", str(tmp_path)]
    assert tool.main(arguments, said.append) == 0, said
    assert sum(int(line.split()[0]) for line in said) >= 4


def test_a_process_that_dies_or_falls_silent_is_a_finding(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "stub.py"
    stub.write_text(DYING)
    monkeypatch.setattr(tool, "__file__", str(stub))
    monkeypatch.setattr(tool, "PATIENCE", 8.0)
    report = tool.fuzz(60.0, 10, 8, tmp_path / "out")
    assert report.outcomes == {"ran": 5}
    assert list(report.found) == [12, 14, 16]
    assert "the process ended with -6" in report.found[12]
    assert report.found[14] == "ValueError: what a script may not raise"
    assert report.found[16] == "no answer for 8 seconds"
    assert (tmp_path / "out" / "found_12.pine").read_text().startswith("// script 12\n// seed 12\n")


def test_a_seed_gives_the_same_script_each_time(tool: ModuleType) -> None:
    assert tool.written(7) == tool.written(7) != tool.written(8)
