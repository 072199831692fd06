"""A file is there whole or not at all."""

from pathlib import Path

import pytest

from pinewright.errors import OutputError
from pinewright.machine.whole_file import whole_file


def test_the_old_content_stays_until_the_new_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with whole_file(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == tmp_path
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("a defect")])
def test_after_an_error_all_is_as_it_was(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")

    def write() -> None:
        with whole_file(path, "the table cannot be written") as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(OutputError if isinstance(error, OSError) else ValueError) as caught:
        write()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    if isinstance(caught.value, OutputError):
        assert caught.value.what == "the table cannot be written: No space left on device"
        assert caught.value.where == str(path)


@pytest.mark.parametrize("place", ["absent/table.csv", "file/table.csv", "folder"])
def test_a_place_that_takes_no_file_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written"), whole_file(tmp_path / place) as temporary:
        temporary.write_text("new")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "folder"]
