"""Space files as people write them: what is taken, and where each mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.errors import SearchError
from pinewright.optimize.ranges import Fixed, Range, Values
from pinewright.optimize.space_entries import Entries, read_entries


def read(tmp_path: Path, text: str) -> Entries:
    path = tmp_path / "space.toml"
    path.write_text(text, encoding="utf-8")
    return read_entries(path)


def test_every_form(tmp_path: Path) -> None:
    text = """
        where = ["a < b"]
        [vary]
        a = { low = 5, high = 50, step = 1 }
        b = { low = 0.5, high = 2 }
        c = {}
        d = ["SMA", "EMA"]
        e = [3, 5.5]
        f = [true, false]
        "the title" = [2020-01-01, 2021-01-01T12:00:00Z]
        [fix]
        g = "close"
        h = 14
        i = false
        j = 2020-01-01
    """
    assert read(tmp_path, text) == Entries(
        ("a", "b", "c", "d", "e", "f", "the title"),
        (
            Range("a", 5, 50, 1),
            Range("b", 0.5, 2),
            Values("d", ("SMA", "EMA")),
            Values("e", ("3", "5.5")),
            Values("f", ("true", "false")),
            Values("the title", ("2020-01-01", "2021-01-01T12:00:00+00:00")),
        ),
        (Fixed("g", "close"), Fixed("h", "14"), Fixed("i", "false"), Fixed("j", "2020-01-01")),
        ("a < b",),
    )


def test_what_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Entries(None, (), (), None)
    assert read(tmp_path, 'fix = ["a", "b"]\nwhere = []') == Entries(None, (), (Fixed("a"), Fixed("b")), ())
    assert read(tmp_path, "\ufeff[vary]\n") == Entries((), (), (), None)


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        ("[vray]\n", "unknown entry 'vray'", ""),
        ("vary = 3", "vary is no table", ""),
        ("fix = 3", "fix is no table", ""),
        ('where = "a < b"', "where is no list", ""),
        ("where = [3]", "3 is no text", ", where"),
        ("fix = [3]", "3 is no text", ", [fix]"),
        ("[vary]\na = 3", "a = 3 is no range", ", [vary] a"),
        ("[vary]\na = []", "is no range", ", [vary] a"),
        ("[vary]\na = { low = 3 }", "without low or high", ", [vary] a"),
        ("[vary]\na = { from = 3 }", "unknown entry 'from'", ", [vary] a"),
        ('[vary]\na = { low = "3", high = 4 }', "'3' is not a number", ", [vary] a"),
        ("[vary]\na = { low = true, high = 4 }", "True is not a number", ", [vary] a"),
        ("[vary]\na = [[1]]", "is no value", ", [vary] a"),
        ("[fix]\na = {}", "is no value", ", [fix] a"),
        ("[vary]\na = {", "is not TOML", ""),
        ("[vary]\na = {}\na = {}", "is not TOML", ""),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, what: str, place: str) -> None:
    with pytest.raises(SearchError) as error:
        read(tmp_path, text)
    assert what in error.value.what
    assert error.value.where == f"{tmp_path / 'space.toml'}{place}"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="cannot be read: No such file"):
        read_entries(tmp_path / "none.toml")
    with pytest.raises(SearchError, match="cannot be read"):
        read_entries(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SearchError, match="is not TOML"):
        read_entries(tmp_path / "bytes.toml")
