"""Time frames as seconds and back."""

from __future__ import annotations

import pytest

from pinewright.data.timeframes import from_seconds, in_seconds
from pinewright.errors import SymbolError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("30S", 30), ("1", 60), ("60", 3_600), ("D", 86_400), ("1D", 86_400), ("3D", 259_200), ("1W", 604_800)),
        *(("1M", 2_628_003), ("3M", 7_884_009), ("12M", 31_536_036), ("d", 86_400)),
    ],
)
def test_in_seconds(text: str, seconds: int) -> None:
    """A month has 2,628,003 seconds (reference manual)."""
    assert in_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "1H", "4h", "day", "-5", "1.5"])
def test_no_time_frame(text: str) -> None:
    with pytest.raises(SymbolError, match="no time frame of Pine"):
        in_seconds(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((-1, "1S"), (0, "1S"), (1, "1S"), (2, "5S"), (5, "5S"), (46, "1"), (60, "1"), (61, "2"), (3_600, "60")),
        *((14_400, "240"), (86_400, "1D"), (86_401, "2D"), (604_799, "7D"), (604_800, "1W"), (604_801, "8D")),
        *((2_628_003, "1M"), (31_536_036, "12M"), (31_622_401, "12M"), (1e9, "12M")),
    ],
)
def test_from_seconds(seconds: float, text: str) -> None:
    """The examples of the reference manual: 604,799 seconds are ``7D`` and one more ``1W``."""
    assert from_seconds(seconds) == text


def test_there_and_back() -> None:
    for text in ("1S", "45S", "1", "59", "240", "1439", "1D", "6D", "13D", "1W", "3W", "1M", "11M"):
        assert from_seconds(in_seconds(text)) == text
