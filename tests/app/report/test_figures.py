"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.app.report import figures

MINUS, HARD = "\u2212", "\u00a0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, f"+1,234.50{HARD}USD"),
        (-83.4, f"{MINUS}83.40{HARD}USD"),
        (0.0, f"0.00{HARD}USD"),
        (-0.001, f"0.00{HARD}USD"),
        (12_345.6, f"+12,346{HARD}USD"),
        (math.nan, "–"),
    ],
)
def test_money_has_sign_separators_and_unit(value: float, text: str) -> None:
    assert figures.money(value, "USD") == text


def test_a_range_names_its_unit_once() -> None:
    assert figures.span(-84.4, 311.2, "USD") == f"{MINUS}84.40 to +311.20{HARD}USD"


def test_infinity_is_told_and_not_computed() -> None:
    assert figures.number(math.inf) == "∞"


def test_counts_and_their_nouns() -> None:
    assert figures.count(12288) == "12,288"
    assert figures.plural(1, "day") == f"1{HARD}day"
    assert figures.plural(5, "strategy", "strategies") == f"5{HARD}strategies"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00001, "0.00001"),
        (0.0001, "0.0001"),
        (1.75, "1.75"),
        (2.0, "2"),
        (1234, "1234"),
        (123_456, "123,456"),
        (-0.5, f"{MINUS}0.5"),
        (True, "yes"),
        (None, "–"),
        ("2025-04-18T21:00:00+00:00", "2025-04-18 21:00 UTC"),
        ("a name", "a name"),
    ],
)
def test_any_scalar_is_shown_plainly(value: object, text: str) -> None:
    assert figures.plain(value) == text


def test_times_are_utc() -> None:
    assert figures.moment(1_743_465_600_000) == "2025-04-01 00:00"
    assert figures.iso(1_743_465_600_000) == "2025-04-01T00:00:00+00:00"
    assert figures.iso(1_743_465_600_123) == "2025-04-01T00:00:00.123+00:00"


def test_lengths_of_time() -> None:
    assert figures.seconds(0.42) == f"0.42{HARD}s"
    assert figures.seconds(125) == f"2{HARD}min 5{HARD}s"


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_a_shown_number_can_be_read_back(value: float) -> None:
    text = figures.number(value, 2, signed=True)
    assert float(text.replace(",", "").replace(MINUS, "-")) == pytest.approx(value, abs=0.00501)
    assert "-" not in text
