"""``timestamp("…")``: the forms of a date that Pine reads."""

from __future__ import annotations

from datetime import datetime

import pytest

from pinewright.errors import PineUnsupportedError
from pinewright.pine.compiler.timestamps import parse_timestamp


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-01-31", "2024-01-31T00:00:00+00:00"),
        ("2024-01-31 17:00", "2024-01-31T17:00:00+00:00"),
        ("2024-01-31 17:00:30", "2024-01-31T17:00:30+00:00"),
        ("2024-01-31T17:00", "2024-01-31T17:00:00+00:00"),
        ("2024-01-31T17:00:30Z", "2024-01-31T17:00:30+00:00"),
        ("2024-01-31T17:00:30+02:00", "2024-01-31T17:00:30+02:00"),
        ("2024-01-31 17:00 -0500", "2024-01-31T17:00:00-05:00"),
        ("31 Jan 2024", "2024-01-31T00:00:00+00:00"),
        ("31 Jan 2024 17:00", "2024-01-31T17:00:00+00:00"),
        ("31 Jan 2024 17:00:30 +0000", "2024-01-31T17:00:30+00:00"),
        ("31 January 2024 17:00 +0300", "2024-01-31T17:00:00+03:00"),
        ("Jan 31, 2024", "2024-01-31T00:00:00+00:00"),
        ("Jan 31, 2024 17:00 UTC", "2024-01-31T17:00:00+00:00"),
        ("20 Feb 2020 00:00 GMT", "2020-02-20T00:00:00+00:00"),
    ],
)
def test_forms(text: str, iso: str) -> None:
    found = parse_timestamp(text, PineUnsupportedError)
    assert found.value == datetime.fromisoformat(iso).timestamp() * 1000


@pytest.mark.parametrize("text", ["", "tomorrow", "2024-13-01", "31 Feb 2024", "2024-01-31 17:00 New York"])
def test_no_date(text: str) -> None:
    with pytest.raises(PineUnsupportedError, match="the date"):
        parse_timestamp(text, PineUnsupportedError)
