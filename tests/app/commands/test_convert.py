"""`pinewright convert`: where the new script goes, what is told, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pinewright.app.cli import MainApplication

OLD = '//@version=4\r\nstudy("T")\r\nplot(sma(close, 3))\r\n'
NEW = '//@version=6\r\nindicator("T")\r\nplot(ta.sma(close, 3))\r\n'
LEFT = '//@version=5\nindicator("T")\nplot(close, offset = bar_index)\n'


def convert(*arguments: object) -> int:
    return MainApplication().run(["convert", *map(str, arguments)])


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "old.pine"
    path.write_bytes(OLD.encode())
    return path


def test_the_new_script_is_printed_and_its_changes_are_told(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert(script) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == NEW.splitlines()
    told = printed.err.splitlines()
    assert told[0] == f"{script}:1: PW701: the script is of Pine v6"
    assert f"{script}:3: PW721: `sma` became `ta.sma`" in told
    assert told[-1] == f"{script}: v4 to v6: 3 changes, 0 not carried over, 0 errors in the result"
    assert script.read_bytes() == OLD.encode()


def test_in_place_keeps_line_ends_and_leaves_no_other_file(script: Path) -> None:
    assert convert(script, "--in-place") == 0
    assert script.read_bytes() == NEW.encode()
    assert [path.name for path in script.parent.iterdir()] == ["old.pine"]


def test_output_is_a_new_file(script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "new.pine"
    assert convert(script, "--output", target, "--to", 5) == 0
    assert target.read_bytes() == NEW.replace("=6", "=5").encode()
    assert capsys.readouterr().out == ""
    assert convert(script, "--output", tmp_path / "none" / "new.pine") == 2
    assert "cannot be written" in capsys.readouterr().err
    assert convert(script, "--output", tmp_path) == 2
    assert "this is a folder, not a script" in capsys.readouterr().err


def test_diff_writes_nothing(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert(script, "--diff", "--in-place") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"--- {script}", f"+++ {script} (v6)"]
    assert '-study("T")' in lines
    assert '+indicator("T")' in lines
    assert script.read_bytes() == OLD.encode()


def test_what_is_not_carried_over_is_told_and_the_result_has_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "left.pine"
    path.write_text(LEFT, encoding="utf-8")
    assert convert(path) == 1
    told = capsys.readouterr().err
    assert f"{path}:3: not carried over[PW791]: an offset that changes" in told
    assert f"{path} (v6):3:" in told
    assert told.endswith("v5 to v6: 1 change, 1 not carried over, 1 error in the result\n")


def test_json(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert(script, script, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 2
    assert (rows[0]["from"], rows[0]["to"], rows[0]["source"]) == (4, 6, NEW)
    assert [(item["code"], item["line"]) for item in rows[0]["changes"]] == [("PW701", 1), ("PW722", 2), ("PW721", 3)]
    assert rows[0]["not_carried"] == rows[0]["errors"] == []
    assert rows[0]["diff"] is None


def test_an_unknown_version_is_told_with_its_file(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = script.with_name("v7.pine")
    other.write_text("//@version=7\nplot(close)\n", encoding="utf-8")
    assert convert(script, other, "--in-place") == 2
    assert f"where: {other}" in capsys.readouterr().err
    assert script.read_bytes() == OLD.encode()


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--output", "x.pine", "--in-place"), "two places"),
        (("--to", "4"), "no migration to version 4"),
        (("old.pine",), "2 scripts cannot go to one place"),
    ],
)
def test_wrong_calls(
    script: Path,
    arguments: tuple[str, ...],
    what: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(script.parent)
    assert convert("old.pine", *arguments) == 2
    assert what in capsys.readouterr().err
    assert script.read_bytes() == OLD.encode()
