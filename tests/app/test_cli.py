"""The command line's promises: how it ends, what it prints where, and how fast it says --help."""

from __future__ import annotations

import json as jsonlib
import os
import subprocess
import sys

import pytest

from pinewright.app.cli import COMMANDS, MainApplication, take_global_flags
from pinewright.app.terminal.output import JsonOption, emit_json
from pinewright.errors import DataNotFoundError

HEAVY = ("polars", "rich", "pydantic", "llvmlite", "scipy", "structlog", "numpy", "jinja2", "litecharts")


def run(*arguments: str, extra: object = None) -> int:
    commands = COMMANDS if extra is None else (*COMMANDS, extra)
    return MainApplication(commands).run(arguments)  # type: ignore[arg-type]


def names() -> list[str]:
    return [command.__name__.strip("_").replace("_", "-") for command in COMMANDS]


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from pinewright.app.cli import MainApplication;"
        "code = MainApplication().run(['--help']);"
        f"print('HEAVY', [name for name in {HEAVY} if name in sys.modules], code)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY [] 0" in answer.stdout


@pytest.mark.parametrize("name", names())
def test_every_command_has_help_and_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(name, "--help") == 0
    text = capsys.readouterr().out
    summary = text.splitlines()[2].strip()
    assert len(summary) > 10, "the docstring's first line is the help"
    assert len(summary) < 65, "longer first lines are cut in the list of commands"
    assert "--json" in text


def test_every_option_has_help() -> None:
    group = MainApplication().group()
    for name in names():
        for parameter in group.commands[name].params:
            assert getattr(parameter, "help", None), f"{name}: {parameter.name} has no help"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("pinewright ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["docter"], "did you mean 'doctor'?"),
        (["doctor", "--jsn"], "did you mean --json?"),
        (["--versio"], "did you mean --version?"),
        (["doctor", "surplus"], "surplus"),
    ],
)
def test_wrong_calls_are_one_error_with_the_nearest_name(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error[usage]: ")
    assert said in captured.err
    assert "Traceback" not in captured.err


def test_no_command_is_a_wrong_call_that_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    assert "Commands:" in capsys.readouterr().err


def test_wrong_call_under_json_is_an_object_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", "--json", "--jsn") == 2
    captured = capsys.readouterr()
    assert jsonlib.loads(captured.out)["error"]["code"] == "usage"
    assert captured.err == ""


def failing(json: JsonOption = False) -> None:
    """Fail on purpose with an error meant for users."""
    raise DataNotFoundError("no such file", where="bars.csv", hint="name another file")


def defective(json: JsonOption = False) -> None:
    """Fail by a defect."""
    raise ZeroDivisionError("division by zero\nsecond line")


def stopped(json: JsonOption = False) -> None:
    """Be stopped by Ctrl-C."""
    raise KeyboardInterrupt


def finding(json: JsonOption = False) -> int:
    """Return an exit code."""
    return 1


def test_errors_tell_what_where_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("failing", extra=failing) == 2
    expected = "error[data-not-found]: no such file\n  where: bars.csv\n  hint: name another file\n"
    assert capsys.readouterr().err == expected


def test_errors_under_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("failing", "--json", extra=failing) == 2
    captured = capsys.readouterr()
    error = {"code": "data-not-found", "what": "no such file", "where": "bars.csv", "hint": "name another file"}
    assert jsonlib.loads(captured.out) == {"error": error}
    assert captured.err == ""


@pytest.mark.parametrize("arguments", [["--debug", "failing"], ["failing", "--debug"]])
def test_debug_shows_the_traceback(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments, extra=failing) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_defect_is_named_as_ours_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("defective", extra=defective) == 70
    said = capsys.readouterr().err
    assert said.startswith(
        "error[defect]: a defect in Pinewright, not in your input: ZeroDivisionError: division by zero\n"
    )
    assert "second line" not in said
    assert "Traceback" not in said


def test_stopped_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stopped", extra=stopped) == 130
    assert "stopped" in capsys.readouterr().err


def test_a_command_may_return_its_exit_code() -> None:
    assert run("finding", extra=finding) == 1


def test_global_flags_are_taken_before_a_double_dash_only() -> None:
    arguments, flags = take_global_flags(["check", "--verbose", "--", "--debug"])
    assert arguments == ["check", "--", "--debug"]
    assert flags.verbose
    assert not flags.debug


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX pipe")
def test_a_reader_that_goes_away_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", "from pinewright.app.cli import main; main()", "settings"]
    try:
        answer = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)
    assert answer.stderr == ""
    assert answer.returncode == 0


def test_an_interruption_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    def slow(json: JsonOption = False) -> None:
        """Be stopped by Ctrl-C."""
        raise KeyboardInterrupt

    assert run("slow", "--json", extra=slow) == 130
    captured = capsys.readouterr()
    assert jsonlib.loads(captured.out) == {"interrupted": True}
    assert "stopped" in captured.err
    assert run("slow", extra=slow) == 130
    assert capsys.readouterr().out == ""

    def late(json: JsonOption = False) -> None:
        """Be stopped after the result was printed."""
        emit_json([1])
        raise KeyboardInterrupt

    assert run("late", "--json", extra=late) == 130
    assert jsonlib.loads(capsys.readouterr().out) == [1]
