"""`pinewright doctor` on this machine and on poorer ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pinewright.app import health
from pinewright.app.cli import MainApplication
from pinewright.app.health import State
from pinewright.app.terminal import output
from pinewright.machine.memory import Memory
from pinewright.machine.processor import Processor
from pinewright.machine.resources import GIB, MIB, Disk, Machine, budget_for


def test_this_machine_is_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["doctor"]) == 0
    captured = capsys.readouterr()
    assert "native code" in captured.out
    assert captured.err == "everything that pinewright needs is here\n"


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["doctor", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["healthy"] is True
    assert answer["budget"]["threads"] <= answer["machine"]["processor"]["usable"]
    assert {finding["state"] for finding in answer["findings"]} <= {"ok", "absent"}


def test_a_poor_machine_is_told_what_that_costs() -> None:
    processor = Processor("old", logical=8, physical=4, usable=2, quota=2.0, simd=())
    machine = Machine("Linux", "3.11", processor, Memory(GIB, GIB, GIB // 2), Disk(Path("/"), GIB, GIB // 2), ())
    costs = {each.name: each.cost for each in health.machine_findings(machine, budget_for(machine))}
    assert costs["processor"] is not None
    assert "2 of 8" in costs["processor"]
    for name in ("vector instructions", "memory", "disk", "GPU"):
        assert costs[name], name


def test_a_missing_package_is_broken_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(health, "NEEDED", ("no-such-package-anywhere",))
    assert MainApplication().run(["doctor"]) == 1
    captured = capsys.readouterr()
    assert "BROKEN  no-such-package-anywhere" in captured.out
    assert "missing" in captured.err


def test_a_cache_folder_below_a_file_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    (finding, _) = health.place_findings(file / "cache")
    assert finding.state is State.BROKEN


def test_needed_packages_are_those_of_the_project(root: Path) -> None:
    text = (root / "pyproject.toml").read_text()
    for name in health.NEEDED:
        assert f'"{name}>=' in text


def test_sizes_for_people() -> None:
    assert output.size(3 * GIB // 2) == "1.5 GiB"
    assert output.size(512 * MIB) == "512 MiB"
    assert [output.size(count) for count in (0, 1023, 1536, 7 * MIB)] == ["0 B", "1023 B", "1.5 KiB", "7.0 MiB"]
