"""Settings: one value each from files, environment and flags, and the memory of where it came from.

Later places win: default, user's file, project's file, environment, flag. A file is TOML with the names below; its
tables ``[development]``, ``[staging]`` and ``[production]`` win over the file's own lines in that profile.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from pinewright import __version__
from pinewright.errors import PinewrightError, SettingsError, nearest, unknown_name_hint
from pinewright.market import Symbol, Timeframe

PREFIX: Final = "PINEWRIGHT_"
FILE_NAME: Final = "pinewright.toml"
# Read by the tests alone: folders of recorded data. Not settings, and not misspelt ones.
NOT_SETTINGS: Final = frozenset({"PINEWRIGHT_SHARED", "PINEWRIGHT_PROBES"})

Profile = Literal["development", "staging", "production"]
PROFILES: Final[tuple[str, ...]] = get_args(Profile)


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a number is needed, not true or false")
    return value


def _symbol(value: object) -> object:
    return _checked(lambda: Symbol.get(value).name) if isinstance(value, str) else value


def _timeframe(value: object) -> object:
    return _checked(lambda: str(Timeframe.parse(value))) if isinstance(value, str) else value


def _checked(parse: Callable[[], str]) -> object:
    try:
        return parse()
    except PinewrightError as error:
        raise ValueError(error.what) from error


def _path(value: object) -> object:
    return Path(value).expanduser() if isinstance(value, (str, Path)) else value


def default_data_dir() -> Path:
    """The data folder of this system: ``$XDG_DATA_HOME``, ``%LOCALAPPDATA%`` or ``~/.local/share``; ``pinewright``."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "share") / "pinewright"


def default_cache_dir() -> Path:
    """The cache folder of this system: ``$XDG_CACHE_HOME``, ``%LOCALAPPDATA%`` or ``~/.cache``, then ``pinewright``."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "pinewright"


Count = Annotated[int, BeforeValidator(_no_bool)]
Number = Annotated[float, BeforeValidator(_no_bool)]
SymbolName = Annotated[str, BeforeValidator(_symbol)]
TimeframeName = Annotated[str, BeforeValidator(_timeframe)]
UserPath = Annotated[Path, BeforeValidator(_path)]


class Settings(BaseSettings):
    """All settings of one run, checked; frozen."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", validate_default=False
    )

    profile: Profile = Field("development", description="which table of a settings file counts")
    symbol: SymbolName = Field("EURUSD", description="instrument")
    timeframe: TimeframeName = Field("15m", description="time frame of the bars")
    days: Count = Field(14, ge=1, le=36_500, description="calendar days of market data")
    budget: Literal["small", "normal", "large"] = Field("normal", description="size of the search")
    seed: Count = Field(1, ge=0, lt=2**63, description="same seed, same result, on any number of threads")
    threads: Count = Field(0, ge=0, le=4096, description="threads to use; 0: all this process may use")
    out: UserPath | None = Field(None, description="folder for results; none: the command's own under runs/")
    cache_dir: UserPath = Field(default_factory=default_cache_dir, description="folder for what can be made again")
    data_dir: UserPath = Field(default_factory=default_data_dir, description="folder for market data that was fetched")
    dukascopy_jetta_url: str = Field("https://jetta.dukascopy.com", description="where Dukascopy answers in JSON")
    dukascopy_bi5_url: str = Field("https://datafeed.dukascopy.com", description="where Dukascopy has its bi5 files")
    requests_per_second: Number = Field(8.0, ge=0.1, le=8, description="requests to a data service at most")
    user_agent: str = Field(
        f"pinewright/{__version__} (personal research)",
        pattern=r"^[ -~]{3,200}$",
        description="how requests introduce themselves, in ASCII",
    )
    histdata_dir: UserPath | None = Field(None, description="folder with zip files of histdata.com")
    oanda_url: str = Field("https://api-fxpractice.oanda.com", description="address of OANDA's v20 service")
    oanda_key: SecretStr | None = Field(None, description="your key for OANDA; it is never shown or logged")
    rollover: bool = Field(False, description="trade through 16:55 to 18:15 New York, where quotes are an artefact")
    capital: Number = Field(
        10_000.0, gt=0, allow_inf_nan=False, description="initial capital in the quote currency (in yen 1,000,000)"
    )
    risk_percent: Number = Field(0.5, ge=0.05, le=100, description="loss at the stop, percent of equity")
    margin_ratio: Number = Field(30.0, ge=1, le=1000, description="position value over equity at most")
    trades_in_sample: Count = Field(100, ge=1, description="trades in search and selection below which it is unproven")
    trades_locked: Count = Field(30, ge=1, description="trades in the locked part below which it is unproven")
    weights: str = Field("", description="weights of the ranking, such as profit=0.3, drawdown=0.2; others keep theirs")
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="least level that is logged")
    log_format: Literal["console", "json"] = Field("console", description="log lines for people or for machines")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # ConfigurationManager merges the places itself, because it remembers who gave each value.
        return (init_settings,)


NAMES: Final[tuple[str, ...]] = tuple(Settings.model_fields)


@dataclass(frozen=True)
class SettingRow:
    """One setting as people see it: its value, where that came from, and what it means."""

    name: str
    value: str | int | float | bool | None
    origin: str
    description: str


@dataclass(frozen=True)
class _Given:
    """A raw value and the place that gave it."""

    value: object
    origin: str


class ConfigurationManager:
    """Reads the settings once and remembers the origin of each value.

    flags: values given on the command line by setting name; None means not given. labels: how a flag is spelled where
    that is not ``--name``. files: settings files, weakest first; by default the user's and the current folder's.
    Raises SettingsError for unknown names (with the nearest legal ones), illegal values and unreadable files.
    """

    def __init__(
        self,
        *,
        flags: Mapping[str, object] | None = None,
        labels: Mapping[str, str] | None = None,
        files: Sequence[Path] | None = None,
    ) -> None:
        given_flags = _flag_values(flags or {}, labels or {})
        environment = _environment_values()
        tables = [(path, _read(path)) for path in (default_files() if files is None else files) if path.exists()]
        profile = _profile([*(table.get("profile") for _, table in tables)], environment, given_flags)
        given: dict[str, _Given] = {}
        for path, table in tables:
            given |= _file_values(path, table, profile)
        given |= environment | given_flags
        self.settings = _validated(given)
        self._origins = {name: entry.origin for name, entry in given.items()}

    def origin(self, name: str) -> str:
        """Where the value of a setting came from, e.g. ``default``, ``--days``, ``PINEWRIGHT_DAYS`` or a file."""
        if name not in NAMES:
            raise _unknown(name, "settings")
        return self._origins.get(name, "default")

    def rows(self) -> tuple[SettingRow, ...]:
        """Every setting in the order of declaration."""
        return tuple(
            SettingRow(name, _plain(getattr(self.settings, name)), self.origin(name), field.description or "")
            for name, field in Settings.model_fields.items()
        )


def default_files() -> tuple[Path, ...]:
    """The user's file (``~/.config/pinewright/``, or under ``$XDG_CONFIG_HOME``) and the current folder's."""
    base = os.environ.get("XDG_CONFIG_HOME")
    home = Path(base) if base else Path.home() / ".config"
    return (home / "pinewright" / FILE_NAME, Path.cwd() / FILE_NAME)


def _flag_values(flags: Mapping[str, object], labels: Mapping[str, str]) -> dict[str, _Given]:
    given = {}
    for name, value in flags.items():
        label = labels.get(name, "--" + name.replace("_", "-"))
        if name not in NAMES:
            raise _unknown(name, label)
        if value is not None:
            given[name] = _Given(value, label)
    return given


def _environment_values() -> dict[str, _Given]:
    for variable, value in os.environ.items():
        upper = variable.upper()
        if not upper.startswith(PREFIX) or upper in NOT_SETTINGS or not value:
            continue
        if upper.removeprefix(PREFIX).lower() not in NAMES:
            hint = unknown_name_hint(upper, [PREFIX + name.upper() for name in NAMES])
            raise SettingsError(f"unknown setting {variable} in the environment", where=variable, hint=hint)
    return {name: _Given(value, PREFIX + name.upper()) for name, value in EnvSettingsSource(Settings)().items()}


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", where=str(path), hint="lines look like: days = 14") from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingsError(f"settings file cannot be read: {reason}", where=str(path)) from error


def _profile(in_files: Sequence[object], environment: Mapping[str, _Given], flags: Mapping[str, _Given]) -> str:
    """The profile that decides which tables count, before anything else is read; checked later with the rest."""
    chosen: object = "development"
    for value in in_files:
        chosen = chosen if value is None else value
    for place in (environment, flags):
        chosen = place["profile"].value if "profile" in place else chosen
    return str(chosen)


def _file_values(path: Path, table: Mapping[str, object], profile: str) -> dict[str, _Given]:
    given, special = {}, {}
    for name, value in table.items():
        if name in PROFILES and isinstance(value, dict):
            for inner, inner_value in value.items():
                if inner not in NAMES or inner == "profile":
                    raise _unknown(inner, f"{path} [{name}]")
                if name == profile:
                    special[inner] = _Given(inner_value, f"{path} [{name}]")
        elif name in NAMES:
            given[name] = _Given(value, str(path))
        else:
            raise _unknown(name, str(path))
    return given | special


def _validated(given: Mapping[str, _Given]) -> Settings:
    try:
        # Raw values of any type go in: to check them is what pydantic is here for.
        return Settings(**{name: entry.value for name, entry in given.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        problems = [(str(problem["loc"][0]), problem) for problem in error.errors()]
        said = "; ".join(_complaint(name, given[name].value, problem) for name, problem in problems)
        places = ", ".join(dict.fromkeys(given[name].origin for name, _ in problems))
        name, first = problems[0]
        raise SettingsError(said, where=places, hint=_hint(name, given[name].value, first)) from error


def _complaint(name: str, value: object, problem: ErrorDetails) -> str:
    cause = _cause(problem)
    text = problem["msg"].removeprefix("Value error, ") if cause is None else cause.what
    shown = "..." if name.endswith("_key") else repr(value)
    return f"{name} = {shown}: {text[:1].lower()}{text[1:]}"


def _hint(name: str, value: object, problem: ErrorDetails) -> str:
    """What is legal for a setting, and the nearest legal value where the values are words."""
    cause = _cause(problem)
    if cause is not None and cause.hint is not None:
        return cause.hint
    field = Settings.model_fields[name]
    legal = get_args(field.annotation)
    if legal and all(isinstance(word, str) for word in legal):
        near = nearest(str(value), legal, 1)
        return (f"did you mean {near[0]!r}? " if near else "") + f"legal: {', '.join(legal)}"
    return f"{name}: {field.description}"


def _cause(problem: ErrorDetails) -> PinewrightError | None:
    """Our own error behind a complaint of pydantic, where a value was parsed by another file."""
    error = problem.get("ctx", {}).get("error")
    cause = error.__cause__ if isinstance(error, ValueError) else None
    return cause if isinstance(cause, PinewrightError) else None


def _unknown(name: str, where: str) -> SettingsError:
    return SettingsError(f"unknown setting {name!r}", where=where, hint=unknown_name_hint(name, NAMES, len(NAMES)))


def _plain(value: object) -> str | int | float | bool | None:
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
