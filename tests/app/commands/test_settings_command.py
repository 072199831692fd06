"""`pinewright settings`: values and origins, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pinewright.app.cli import MainApplication


def test_json_tells_where_each_value_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pinewright.toml").write_text('timeframe = "60"\n')
    monkeypatch.setenv("PINEWRIGHT_DAYS", "30")
    assert MainApplication().run(["settings", "--json", "--verbose"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["timeframe"]["value"], rows["timeframe"]["origin"]) == ("1h", str(tmp_path / "pinewright.toml"))
    assert (rows["days"]["value"], rows["days"]["origin"]) == (30, "PINEWRIGHT_DAYS")
    assert (rows["log_level"]["value"], rows["log_level"]["origin"]) == ("info", "--verbose")
    assert (rows["seed"]["value"], rows["seed"]["origin"]) == (1, "default")


def test_text_has_a_line_for_each_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["settings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["setting", "value", "from", "meaning"]
    assert len(lines) > 10


def test_an_unknown_variable_is_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PINEWRIGHT_DAY", "30")
    assert MainApplication().run(["settings"]) == 2
    assert "did you mean 'PINEWRIGHT_DAYS'?" in capsys.readouterr().err
