"""Structured logging on standard error: text for people, or JSON lines with UTC timestamps for machines.

structlog is imported at the first line that is written, so that a quiet command does not wait for it.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings
from collections.abc import MutableMapping
from typing import Any, Final, Literal, TextIO

LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
MASK: Final = "***"

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["console", "json"]

# Whole words of a field's name, so that `api_key` and `dbPassword` are secret and `keyboard` is not.
SECRET_WORDS: Final = frozenset({"token", "tokens", "secret", "secrets", "password", "passwd", "key", "keys", "apikey"})
_URL_PASSWORD: Final = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@")


class StructuredLogger:
    """A named logger of events with fields: ``log.info("bars loaded", rows=120, file="a.csv")``.

    An event is a short constant phrase, what varies goes into fields. Fields whose name speaks of a token, secret,
    password or key are masked, at any depth, and so are passwords inside URLs. Lines below the level cost one
    comparison. Loggers may be made at import time; they follow every later ``configure``.
    """

    def __init__(self, name: str, **fields: object) -> None:
        self.name = name
        self._fields = fields

    def bind(self, **fields: object) -> StructuredLogger:
        """The same logger with more fields on each line."""
        return StructuredLogger(self.name, **{**self._fields, **fields})

    def debug(self, event: str, **fields: object) -> None:
        self._write("debug", event, fields)

    def info(self, event: str, **fields: object) -> None:
        self._write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        self._write("warning", event, fields)

    def error(self, event: str, **fields: object) -> None:
        self._write("error", event, fields)

    def exception(self, event: str, **fields: object) -> None:
        """An error with the traceback of the exception being handled."""
        self._write("error", event, {**fields, "exc_info": True})

    def _write(self, level: Level, event: str, fields: dict[str, object]) -> None:
        if LEVELS[level] >= _state.threshold:
            getattr(_state.logger(), level)(event, logger=self.name, **{**self._fields, **fields})


class _State:
    """The one configuration of the process."""

    def __init__(self) -> None:
        self.threshold = LEVELS["warning"]
        self.format: Format = "console"
        self.stream: TextIO | None = None
        self._logger: Any = None

    def set(self, threshold: int, format: Format, stream: TextIO | None) -> None:
        self.threshold, self.format, self.stream, self._logger = threshold, format, stream, None

    def logger(self) -> Any:
        stream = self.stream or sys.stderr
        if self._logger is None or self._logger[0] is not stream:
            self._logger = (stream, _make_logger(self.format, stream))
        return self._logger[1]


_state = _State()


def configure(*, level: Level = "warning", format: Format = "console", stream: TextIO | None = None) -> None:
    """Set level and form of the whole process, and send the warnings and log lines of libraries the same way.

    ``stream`` None is standard error, looked up at each line. Calling again replaces everything.
    """
    _state.set(LEVELS[level], format, stream)
    warnings.showwarning = _show_warning
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, _LibraryHandler)]
    root.addHandler(_LibraryHandler(level=max(LEVELS[level], LEVELS["warning"])))


def get_logger(name: str) -> StructuredLogger:
    """The logger of a module: ``log = get_logger(__name__)``."""
    return StructuredLogger(name)


def mask_secrets(fields: MutableMapping[str, Any]) -> dict[str, Any]:
    """A copy in which the values under secret names, and passwords in URLs, are replaced by ``***``."""
    return {key: MASK if _is_secret(key) and value is not None else _masked(value) for key, value in fields.items()}


def _is_secret(name: str) -> bool:
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])", str(name))
    return not SECRET_WORDS.isdisjoint(word.lower() for word in words)


def _masked(value: object) -> object:
    if isinstance(value, str):
        return _URL_PASSWORD.sub(rf"\1:{MASK}@", value)
    if isinstance(value, dict):
        return mask_secrets(value)
    if isinstance(value, (list, tuple)):
        return [_masked(item) for item in value]
    return value


def _make_logger(format: Format, stream: TextIO) -> Any:
    import structlog

    def mask(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        return mask_secrets(event)

    last: Any
    if format == "json":
        json = structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
        # As one string: the structured form would print local variables, and secrets among them.
        last = [structlog.processors.format_exc_info, json]
    else:
        plain = structlog.dev.plain_traceback
        colors = stream.isatty()
        last = [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain, pad_event_to=0)]
    processors = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask,
        *last,
    ]
    return structlog.wrap_logger(
        structlog.PrintLogger(stream), processors=processors, wrapper_class=structlog.BoundLogger, context_class=dict
    )


class _LibraryHandler(logging.Handler):
    """What libraries log with the standard module, from warnings on, as lines of our log."""

    def emit(self, record: logging.LogRecord) -> None:
        level: Level = "error" if record.levelno >= logging.ERROR else "warning"
        getattr(get_logger(record.name), level)(record.getMessage())


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Warnings that libraries raise, as lines of the log; ``--debug`` shows where they come from."""
    del file, line
    place = {"place": f"{filename}:{lineno}"} if _state.threshold <= LEVELS["debug"] else {}
    get_logger("warnings").warning(str(message), category=category.__name__, **place)
