"""Settings: which place wins, what is refused, and how that is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.errors import SettingsError
from pinewright.settings import NAMES, ConfigurationManager, default_files


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_later_places_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = write(tmp_path / "user.toml", "days = 2\nseed = 2\ncapital = 2.0\nmargin_ratio = 2")
    project = write(tmp_path / "project.toml", "seed = 3\ncapital = 3.0\nmargin_ratio = 3")
    monkeypatch.setenv("PINEWRIGHT_CAPITAL", "4")
    monkeypatch.setenv("PINEWRIGHT_MARGIN_RATIO", "4")
    manager = ConfigurationManager(flags={"margin_ratio": 5.0, "days": None}, files=[user, project])
    got = manager.settings
    assert (got.threads, got.days, got.seed, got.capital, got.margin_ratio) == (0, 2, 3, 4.0, 5.0)
    origins = [manager.origin(name) for name in ("threads", "days", "seed", "capital", "margin_ratio")]
    assert origins == ["default", str(user), str(project), "PINEWRIGHT_CAPITAL", "--margin-ratio"]


def test_files_are_found_in_the_users_folder_and_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    user, project = default_files()
    write(user, "days = 7")
    assert ConfigurationManager().settings.days == 7
    write(project, "days = 8")
    assert ConfigurationManager().settings.days == 8
    assert project.parent == tmp_path


def test_the_profile_chooses_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'days = 1\n[staging]\ndays = 2\n[production]\ndays = 3\nlog_format = "json"\n'
    file = write(tmp_path / "pinewright.toml", text)
    assert ConfigurationManager(files=[file]).settings.days == 1
    monkeypatch.setenv("PINEWRIGHT_PROFILE", "staging")
    staging = ConfigurationManager(files=[file])
    assert (staging.settings.days, staging.origin("days")) == (2, f"{file} [staging]")
    assert ConfigurationManager(files=[file], flags={"profile": "production"}).settings.log_format == "json"


def test_the_profile_may_come_from_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "pinewright.toml", 'profile = "production"\n[production]\nseed = 9\n')
    assert ConfigurationManager(files=[file]).settings.seed == 9


def test_symbols_and_time_frames_get_one_spelling() -> None:
    settings = ConfigurationManager(flags={"symbol": "eur/usd", "timeframe": "240"}, files=[]).settings
    assert (settings.symbol, settings.timeframe) == ("EURUSD", "4h")


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("dais = 3", "unknown setting 'dais'", "did you mean 'days'?"),
        ("[staging]\ndais = 3", "unknown setting 'dais'", "did you mean 'days'?"),
        ("days = 0", "days = 0: ", "calendar days"),
        ("days = true", "a number is needed", "calendar days"),
        ("capital = nan", "finite number", "initial capital"),
        ('symbol = "EURUS"', "unknown symbol 'EURUS'", "did you mean 'EURUSD'?"),
        ('timeframe = "7x"', "unknown time frame '7x'", "15m"),
        ("symbol = 5", "symbol = 5: ", "instrument"),
        ('budget = "smal"', "budget = 'smal'", "did you mean 'small'?"),
        ('profile = "prod"', "profile = 'prod'", "legal: development, staging, production"),
        ("days == 3", "not valid TOML", "days = 14"),
    ],
)
def test_what_is_refused_names_the_file_and_the_remedy(tmp_path: Path, text: str, what: str, hint: str) -> None:
    file = write(tmp_path / "pinewright.toml", text)
    with pytest.raises(SettingsError) as caught:
        ConfigurationManager(files=[file])
    assert what in caught.value.what
    assert hint in (caught.value.hint or "")
    assert str(file) in (caught.value.where or "")


def test_several_illegal_values_are_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINEWRIGHT_DAYS", "many")
    with pytest.raises(SettingsError) as caught:
        ConfigurationManager(flags={"seed": -1}, files=[])
    assert "days = 'many'" in caught.value.what
    assert "seed = -1" in caught.value.what
    assert caught.value.where == "PINEWRIGHT_DAYS, --seed"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "pinewright.toml"
    file.write_bytes(b"\xff\xfe\x00days")
    with pytest.raises(SettingsError, match="cannot be read"):
        ConfigurationManager(files=[file])
    with pytest.raises(SettingsError, match="cannot be read"):
        ConfigurationManager(files=[tmp_path])


def test_unknown_flags_and_origins_are_errors() -> None:
    with pytest.raises(SettingsError, match="unknown setting 'dais'"):
        ConfigurationManager(flags={"dais": 3}, files=[])
    with pytest.raises(SettingsError, match="unknown setting 'dais'"):
        ConfigurationManager(files=[]).origin("dais")


def test_an_empty_variable_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINEWRIGHT_DAYS", "")
    assert ConfigurationManager(files=[]).settings.days == 14


def test_rows_cover_every_setting_with_a_meaning() -> None:
    rows = ConfigurationManager(files=[]).rows()
    assert tuple(row.name for row in rows) == NAMES
    assert all(row.description for row in rows)


@given(st.integers(1, 36_500), st.floats(0.05, 100), st.booleans())
def test_values_survive_every_place(days: int, risk: float, rollover: bool) -> None:
    flags = {"days": str(days), "risk_percent": repr(risk), "rollover": str(rollover).lower()}
    spelled = ConfigurationManager(flags=flags, files=[]).settings
    typed = ConfigurationManager(flags={"days": days, "risk_percent": risk, "rollover": rollover}, files=[]).settings
    assert spelled == typed
    assert (typed.days, typed.risk_percent, typed.rollover) == (days, risk, rollover)


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PINEWRIGHT_OANDA_KEY", "abc-123-secret")
    manager = ConfigurationManager(files=())
    (row,) = (row for row in manager.rows() if row.name == "oanda_key")
    assert (row.value, row.origin) == ("**********", "PINEWRIGHT_OANDA_KEY")
    assert "secret" not in repr(manager.settings)
    monkeypatch.delenv("PINEWRIGHT_OANDA_KEY")
    wrong = tmp_path / "pinewright.toml"
    wrong.write_text('oanda_key = ["abc-123-secret"]\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="oanda_key") as caught:
        ConfigurationManager(files=(wrong,))
    assert "secret" not in str(caught.value)
