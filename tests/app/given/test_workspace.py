"""The folder of a run: nobody's script is replaced, and no script of an earlier report stays beside a new one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pinewright.app.given.workspace import Workspace
from pinewright.errors import OutputError


def report(folder: Path, kind: str, files: list[str], better: bool = False) -> None:
    optimize = {"better": better} if kind == "optimize" else None
    document = {"kind": kind, "optimize": optimize, "strategies": [{"file": name} for name in files]}
    (folder / "report.json").write_text(json.dumps(document), encoding="utf-8")


def test_a_script_is_never_replaced_by_its_own_search(tmp_path: Path) -> None:
    script = tmp_path / "mine.pine"
    script.write_text("//")
    with pytest.raises(OutputError, match="your own"):
        Workspace(tmp_path).refuse_to_replace(script)
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(OutputError, match="your own"):
        Workspace(link).refuse_to_replace(script)
    Workspace(tmp_path / "out").refuse_to_replace(script)


def test_the_scripts_of_an_earlier_report_are_known_and_removed(tmp_path: Path) -> None:
    space = Workspace(tmp_path)
    assert space.scripts() == ()
    report(tmp_path, "run", ["1_macd.pine", "2_macd.pine", "../up.pine", "report.html"])
    assert space.scripts() == ("1_macd.pine", "2_macd.pine")
    for name in ("1_macd.pine", "mine.pine"):
        (tmp_path / name).write_text("//")
    assert space.remove(space.scripts()) == (tmp_path / "1_macd.pine",)
    assert (tmp_path / "mine.pine").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "run"}', '{"kind": "other", "optimize": null}'])
def test_a_report_that_cannot_be_read_names_no_script(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    assert Workspace(tmp_path).scripts() == ()


def test_a_script_that_was_left_as_it_was_is_not_ours(tmp_path: Path) -> None:
    report(tmp_path, "optimize", ["mine.pine"], better=False)
    assert Workspace(tmp_path).scripts() == ()
    report(tmp_path, "optimize", ["mine.pine"], better=True)
    assert Workspace(tmp_path).scripts() == ("mine.pine",)


def test_a_folder_is_one_run_s_alone(tmp_path: Path) -> None:
    first, second = Workspace(tmp_path / "out"), Workspace(tmp_path / "out")
    with first.locked(), pytest.raises(OutputError, match="another run"), second.locked():
        pass
    with second.locked():
        pass
