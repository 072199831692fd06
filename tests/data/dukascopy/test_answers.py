"""What statuses, bodies and headers mean."""

from __future__ import annotations

import pytest

from pinewright.data.dukascopy.answers import Meaning, date_of, host_clock, meaning_of, seconds_of

NOON = 1_748_865_600_000  # 2025-06-02 12:00 UTC


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (200, b"", Meaning.BODY),
        (202, b"<html>", Meaning.REFUSED),
        (403, b"", Meaning.REFUSED),
        (429, b"", Meaning.REFUSED),
        (503, b"", Meaning.REFUSED),
        (404, b"", Meaning.MISSING),
        (400, b'{"message":"From time is too late"}', Meaning.LATE),
        (400, b'{"message":"Unknown instrument: EUR-USX"}', Meaning.UNKNOWN),
        (400, b"bad", Meaning.BROKEN),
        (500, b"", Meaning.BROKEN),
        (302, b"", Meaning.BROKEN),
        (204, b"", Meaning.BROKEN),
    ],
)
def test_meanings(status: int, body: bytes, meaning: Meaning) -> None:
    assert meaning_of(status, body)[0] is meaning


def test_trouble_quotes_words_and_no_pages() -> None:
    assert meaning_of(503, b"<html><body>wait</body></html>")[1] == "HTTP 503"
    assert meaning_of(500, b"out\n of   memory")[1] == "HTTP 500 (out of memory)"
    assert "https://login.example" in meaning_of(302, b"", "https://login.example/portal")[1]
    assert len(meaning_of(500, b"a" * 5000)[1]) < 130


def test_retry_after_is_seconds_or_a_date() -> None:
    assert seconds_of("120", NOON) == 120.0
    assert seconds_of("Mon, 02 Jun 2025 12:00:30 GMT", NOON) == 30.0
    assert seconds_of("Mon, 02 Jun 2025 11:00:00 GMT", NOON) == 0.0
    assert seconds_of("soon", NOON) is None
    assert seconds_of("nan", NOON) is None


def test_a_cached_answer_is_as_old_as_it_says() -> None:
    assert date_of("Mon, 02 Jun 2025 12:00:00 GMT") == NOON
    assert date_of("yesterday") is None
    assert host_clock({"date": "Mon, 02 Jun 2025 12:00:00 GMT", "age": "60"}) == NOON + 60_000
    assert host_clock({"date": "Mon, 02 Jun 2025 12:00:00 GMT", "age": "?"}) == NOON
    assert host_clock({}) is None
