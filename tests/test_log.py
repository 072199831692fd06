"""Logging: form, level, secrets, and the words of libraries."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pinewright import log


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    shown = warnings.showwarning
    yield io.StringIO()
    log.configure()
    warnings.showwarning = shown


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_lines_carry_event_fields_and_a_utc_time(stream: io.StringIO) -> None:
    log.configure(level="info", format="json", stream=stream)
    log.get_logger("data").bind(symbol="EURUSD").info("bars loaded", rows=3)
    (line,) = lines(stream)
    stamp = datetime.fromisoformat(str(line.pop("timestamp")))
    assert stamp.utcoffset() == UTC.utcoffset(None)
    assert line == {"event": "bars loaded", "level": "info", "logger": "data", "symbol": "EURUSD", "rows": 3}


@pytest.mark.parametrize(("level", "count"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_levels(stream: io.StringIO, level: log.Level, count: int) -> None:
    log.configure(level=level, format="json", stream=stream)
    logger = log.get_logger("x")
    for write in (logger.debug, logger.info, logger.warning, logger.error):
        write("event")
    assert len(lines(stream)) == count


def test_secrets_are_masked_at_any_depth(stream: io.StringIO) -> None:
    log.configure(level="info", format="json", stream=stream)
    log.get_logger("x").info(
        "connect",
        api_key="s3cret",
        dbPassword="s3cret",
        nested={"list": [{"auth-token": "s3cret"}]},
        url="postgres://me:s3cret@host/db",
        keyboard="qwerty",
        monkey=1,
    )
    assert "s3cret" not in stream.getvalue()
    (line,) = lines(stream)
    assert line["url"] == "postgres://me:***@host/db"
    assert (line["keyboard"], line["monkey"]) == ("qwerty", 1)


@pytest.mark.parametrize("format", ["console", "json"])
def test_tracebacks_do_not_show_local_variables(stream: io.StringIO, format: log.Format) -> None:
    log.configure(level="info", format=format, stream=stream)
    password = "".join(["s3", "cret"])
    try:
        _ = len(password) // 0
    except ZeroDivisionError:
        log.get_logger("x").exception("failed")
    assert "ZeroDivisionError" in stream.getvalue()
    assert password not in stream.getvalue()


def test_console_form_is_one_readable_line(stream: io.StringIO) -> None:
    log.configure(level="info", stream=stream)
    log.get_logger("data").info("bars loaded", rows=3)
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert "bars loaded" in text
    assert "rows=3" in text
    assert "\x1b" not in text


def test_words_of_libraries_come_the_same_way(stream: io.StringIO) -> None:
    log.configure(format="json", stream=stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = log._show_warning
        warnings.warn("careful", UserWarning, stacklevel=1)
    logging.getLogger("library").warning("slow %s", "disk")
    logging.getLogger("library").info("chatter")
    first, second = lines(stream)
    assert (first["event"], first["category"], first["level"]) == ("careful", "UserWarning", "warning")
    assert (second["event"], second["logger"]) == ("slow disk", "library")


def test_configuring_twice_does_not_double_lines(stream: io.StringIO) -> None:
    log.configure(format="json", stream=stream)
    log.configure(format="json", stream=stream)
    logging.getLogger("library").warning("once")
    assert len(lines(stream)) == 1


def test_a_quiet_program_does_not_import_structlog() -> None:
    code = "import sys; from pinewright import log; log.configure(); log.get_logger('x').info('no');"
    code += "print('structlog' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_standard_output_stays_free(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(level="info")
    log.get_logger("x").info("hello")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "hello" in captured.err
    log.configure()
