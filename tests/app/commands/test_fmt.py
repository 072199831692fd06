"""`pinewright fmt`: what is written, what is only told, and what stays as it is."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from pinewright.app.cli import MainApplication

MESSY = '//@version=6\nindicator( "A" )\nif close>open // up\n\tplot(close,color=color.red)\n'
NEAT = '//@version=6\nindicator("A")\nif close > open // up\n    plot(close, color = color.red)\n'


def fmt(*words: str | Path) -> int:
    return MainApplication().run(["fmt", *map(str, words)])


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    file = tmp_path / "messy.pine"
    file.write_text(MESSY, newline="")
    return file


def test_scripts_are_formatted_in_place(messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    neat = tmp_path / "neat.pine"
    neat.write_text(NEAT, newline="")
    before = neat.stat().st_mtime_ns
    assert fmt(messy, neat) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{messy}\n"
    assert "1 formatted, 1 left as they were" in captured.err
    assert messy.read_text() == NEAT
    assert neat.stat().st_mtime_ns == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["messy.pine", "neat.pine"]
    assert fmt(messy, "--check") == 0


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_the_mark_stay(messy: Path, end: str) -> None:
    messy.write_bytes(b"\xef\xbb\xbf" + MESSY.replace("\n", end).encode())
    assert fmt(messy) == 0
    assert messy.read_bytes() == b"\xef\xbb\xbf" + NEAT.replace("\n", end).encode()


def test_mode_bits_and_links_stay(messy: Path, tmp_path: Path) -> None:
    messy.chmod(0o640)
    link = tmp_path / "link.pine"
    link.symlink_to(messy)
    assert fmt(link) == 0
    assert link.is_symlink()
    assert stat.S_IMODE(messy.stat().st_mode) == 0o640
    assert messy.read_text() == NEAT


def test_check_and_diff_write_nothing(messy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fmt(messy, "--check") == 1
    captured = capsys.readouterr()
    assert captured.out == f"{messy}\n"
    assert "1 would be formatted" in captured.err
    assert fmt(messy, "--diff") == 0
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if "indicator" in line] == ['-indicator( "A" )', '+indicator("A")']
    assert fmt(messy, "--check", "--diff") == 1
    assert messy.read_text() == MESSY


def test_json(messy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fmt(messy, "--json", "--check", "--diff") == 1
    captured = capsys.readouterr()
    (row,) = json.loads(captured.out)
    assert (row["file"], row["changed"], row["written"]) == (str(messy), True, False)
    assert row["diff"].startswith(f"--- {messy}\n")
    assert not captured.err
    assert fmt(messy, "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"file": str(messy), "changed": True, "written": True, "diff": None}]


def test_a_script_with_errors_leaves_all_as_they_are(
    messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.pine"
    broken.write_text("x = (1\ny = 2 2\n")
    assert fmt(messy, broken) == 2
    captured = capsys.readouterr()
    assert f"{broken}:1:5: error[PW005]" in captured.err
    assert f"{broken}:2:7: error[PW002]" in captured.err
    assert messy.read_text() == MESSY
    other = tmp_path / "other.pine"
    other.write_text("z = *\n")
    assert fmt(broken, messy, other) == 2
    captured = capsys.readouterr()
    assert "2 scripts cannot be formatted" in captured.err
    assert f"{other}:1:5: error[PW001]" in captured.err
    assert messy.read_text() == MESSY
    assert fmt(other, "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "pine"


def test_a_missing_script_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fmt(tmp_path / "none.pine") == 2
    assert "no such file" in capsys.readouterr().err


def test_a_write_that_fails_leaves_the_script_and_no_other_file(
    messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert fmt(messy) == 2
    assert "cannot be written: No space left on device" in capsys.readouterr().err
    assert messy.read_text() == MESSY
    assert [file.name for file in tmp_path.iterdir()] == ["messy.pine"]
