"""`pinewright check --fix`: what is written, what is told, and how it ends."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from pinewright.app.cli import MainApplication
from pinewright.app.commands import check as check_command

WRONG = '//@version=6\nindicator("a")\nx = sma(close, 14\nplot(x)\n'
RIGHT = '//@version=6\nindicator("a")\nx = ta.sma(close, 14)\nplot(x)\n'
TWO_WAYS = RIGHT + "x = 2.0\n"


def run(*arguments: object) -> int:
    return MainApplication().run(["check", *map(str, arguments)])


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "a.pine"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_fix_mends_the_file_and_tells_each_repair(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--fix", script) == 0
    assert script.read_text(encoding="utf-8") == RIGHT
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{script}:3: fixed[PW103]: write `ta.sma` for `sma`" in told.err
    assert told.err.endswith(f"fixed 2 errors in {script}, 0 left\n")
    assert run("--fix", script) == 0
    assert script.read_text(encoding="utf-8") == RIGHT


def test_diff_writes_nothing(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--diff", script) == 1
    assert script.read_text(encoding="utf-8") == WRONG
    told = capsys.readouterr()
    out = told.out
    assert f"{script}:3: would fix[PW103]: write `ta.sma` for `sma`" in told.err
    assert ": fixed[" not in told.err
    assert f"--- {script}\n+++ {script} (fixed)\n" in out
    assert "-x = sma(close, 14\n+x = ta.sma(close, 14)\n" in out
    assert run("--fix", "--diff", script) == 1
    assert script.read_text(encoding="utf-8") == WRONG


def test_unsafe_fixes_are_offered_then_made(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_text(TWO_WAYS, encoding="utf-8")
    assert run("--fix", script) == 1
    told = capsys.readouterr()
    assert script.read_text(encoding="utf-8") == TWO_WAYS
    assert "error[PW102]" in told.out
    assert told.err.endswith(f"fixed 0 errors in {script}, 1 left; 1 more with --unsafe-fixes\n")
    assert run("--fix", "--unsafe-fixes", script) == 0
    assert script.read_text(encoding="utf-8") == TWO_WAYS.replace("x = 2.0", "x := 2.0")


def test_frames_tell_what_would_be_done(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(script) == 1
    assert "= fix: close the bracket at the end of the line: `)` (check --fix)" in capsys.readouterr().out
    script.write_text(TWO_WAYS, encoding="utf-8")
    assert run(script) == 1
    shown = capsys.readouterr().out
    assert "= fix: write `:=`: the name is declared already (check --fix --unsafe-fixes)" in shown


def test_json(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_text(WRONG + "x = 2.0\n", encoding="utf-8")
    assert run("--fix", "--json", script) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert row["file"] == str(script)
    assert row["written"] is True
    assert row["diff"] is None
    assert [one["code"] for one in row["applied"]] == ["PW005", "PW103"]
    assert row["offered"] == [
        {"code": "PW102", "title": "write `:=`: the name is declared already", "line": 5, "safe": False}
    ]
    assert [one["code"] for one in row["remaining"]] == ["PW102"]
    assert run("--diff", "--json", script) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert row["written"] is False
    script.write_text(WRONG, encoding="utf-8")
    assert run("--json", script) == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding["fix"] == "close the bracket at the end of the line: `)`"
    assert finding["fix_is_safe"] is True


def test_line_ends_mode_and_mark_stay(script: Path) -> None:
    script.write_bytes(b"\xef\xbb\xbf" + WRONG.replace("\n", "\r\n").encode())
    script.chmod(0o640)
    assert run("--fix", script) == 0
    assert script.read_bytes() == b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(script.stat().st_mode) == 0o640
    assert [path.name for path in script.parent.iterdir()] == [script.name]


def test_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = []
    for number, text in enumerate((WRONG, RIGHT, TWO_WAYS)):
        names.append(tmp_path / f"{number}.pine")
        names[-1].write_text(text, encoding="utf-8")
    before = names[1].stat().st_mtime_ns
    assert run("--fix", *names) == 1
    assert [path.read_text(encoding="utf-8") for path in names] == [RIGHT, RIGHT, TWO_WAYS]
    assert names[1].stat().st_mtime_ns == before
    assert capsys.readouterr().err.count(" left") == 3


def test_a_file_named_twice_is_one_file(
    script: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(script.parent)
    assert run("--fix", script.name, script) == 0
    assert capsys.readouterr().err.endswith("fixed 2 errors in a.pine, 0 left\n")


def test_a_file_that_is_not_there(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("first.pine", "second.pine", "third.pine"):
        script.with_name(name).write_text(RIGHT, encoding="utf-8")
    assert run(script.with_name("secnd.pin")) == 2
    assert f"did you mean {str(script.with_name('second.pine'))!r}?" in capsys.readouterr().err
    assert run(script.with_name("zzz")) == 2
    assert "third" not in capsys.readouterr().err


def test_what_was_found_is_counted(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_text(WRONG.replace("sma", "ta.sma"), encoding="utf-8")
    assert run(script) == 1
    assert capsys.readouterr().err == "1 script checked: 1 error, 0 warnings\n"
    account = "margin_long = 100, margin_short = 100, calc_on_every_history_tick = true"
    script.write_text(f'//@version=6\nstrategy("a", {account})\nstrategy.close("a")\n', encoding="utf-8")
    assert run(script) == 0
    told = capsys.readouterr()
    assert told.out.count(": note[") == 1
    assert told.err == "1 script checked: 0 errors, 2 warnings, 1 note\n"


def test_an_unreadable_file_stops_before_anything_is_written(script: Path, tmp_path: Path) -> None:
    assert run("--fix", script, tmp_path / "missing.pine") == 2
    assert script.read_text(encoding="utf-8") == WRONG


def test_a_file_that_changed_meanwhile_is_left_alone(
    script: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = check_command._replace

    def late(path: Path, source: str, text: str) -> None:
        path.write_text("// somebody else was faster\n", encoding="utf-8")
        real(path, source, text)

    monkeypatch.setattr(check_command, "_replace", late)
    assert run("--fix", script) == 2
    assert script.read_text(encoding="utf-8") == "// somebody else was faster\n"
    assert "was changed" in capsys.readouterr().err


def test_a_warning_is_mended_where_it_is_asked_for(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compared = RIGHT + "plot(x == na ? 0 : 1)\n"
    script.write_text(compared, encoding="utf-8")
    assert run("--fix", "--unsafe-fixes", script) == 0
    assert script.read_text(encoding="utf-8") == compared
    assert run("--fix", "--select", "PW308", script) == 0
    assert script.read_text(encoding="utf-8") == RIGHT + "plot(na(x) ? 0 : 1)\n"
    assert run("--fix", "--select", "PW38", script) == 2
    assert "PW308" in capsys.readouterr().err
    assert run("--select", "PW308", script) == 2


def test_unsafe_fixes_alone_is_a_wrong_call(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--unsafe-fixes", script) == 2
    assert "add --fix" in capsys.readouterr().err
