"""Requests and moments; the public surface."""

from __future__ import annotations

import subprocess
import sys

import pytest

import pinewright.data
from pinewright.data import BarRequest, FileSource, SimulatedSource, Source, parse_moment
from pinewright.data.zones import iso_text
from pinewright.errors import UsageError
from pinewright.market import DAY


def test_windows() -> None:
    assert BarRequest().window(5, 9) == (5, 9)
    assert BarRequest(start=3, end=7).window(5, 9) == (3, 7)
    assert BarRequest(days=1).window(0, 9 * DAY) == (8 * DAY, 9 * DAY)
    assert BarRequest(days=1, end=5 * DAY).window(0, 9 * DAY) == (4 * DAY, 5 * DAY)
    assert BarRequest(days=1, start=5 * DAY).window(0, 9 * DAY) == (5 * DAY, 6 * DAY)
    with pytest.raises(UsageError, match="-1 warm-up bars"):
        BarRequest(warmup=-1)


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2025-04-01", "UTC", "2025-04-01 00:00"),
        ("2025-04-01", "America/New_York", "2025-04-01 04:00"),
        ("2025-04-01T17:00", "America/New_York", "2025-04-01 21:00"),
        ("2025-04-01T17:00+02:00", "America/New_York", "2025-04-01 15:00"),
    ],
)
def test_moments(text: str, zone: str, moment: str) -> None:
    assert iso_text(parse_moment(text, zone)) == moment


def test_no_moment() -> None:
    with pytest.raises(UsageError, match="'next week' is not a date"):
        parse_moment("next week")


def test_every_public_name_exists() -> None:
    for name in pinewright.data.__all__:
        assert getattr(pinewright.data, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'bar'"):
        getattr(pinewright.data, "bar")  # noqa: B009 - the module's __getattr__ is what is under test


def test_sources_keep_the_protocol(tmp_path: object) -> None:
    sources: list[Source] = [SimulatedSource(1), FileSource(__import__("pathlib").Path("x.csv"))]
    assert [source.name for source in sources] == ["simulated (seed 1)", "x.csv"]


def test_the_calendar_loads_neither_polars_nor_scipy() -> None:
    code = (
        "import sys, pinewright.data.calendar, pinewright.data.simulate; print({'polars', 'scipy'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
