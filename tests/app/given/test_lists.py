"""Lists that one option takes."""

import pytest

from pinewright.app.given.lists import parts, timeframes, whole_numbers
from pinewright.errors import SymbolError, UsageError
from pinewright.market import Timeframe


@pytest.mark.parametrize(("text", "found"), [(None, ()), ("", ()), ("a", ("a",)), (" a, b ,,c,", ("a", "b", "c"))])
def test_blanks_and_empty_places_do_not_count(text: str | None, found: tuple[str, ...]) -> None:
    assert parts(text) == found


def test_time_frames() -> None:
    assert timeframes("5m, 1h") == (Timeframe(5), Timeframe(60))
    assert timeframes(None) == ()
    with pytest.raises(SymbolError, match="7x"):
        timeframes("5m,7x")


def test_whole_numbers() -> None:
    assert whole_numbers("16, 32", "--lengths") == (16, 32)


@pytest.mark.parametrize("text", ["", ",", "16,a", "1.5"])
def test_what_is_no_list_of_whole_numbers(text: str) -> None:
    with pytest.raises(UsageError, match="no list of whole numbers") as caught:
        whole_numbers(text, "--lengths")
    assert caught.value.where == "--lengths"
    assert "16,32" in str(caught.value.hint)
