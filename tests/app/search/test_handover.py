"""Every byte of a brought script comes and goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.app.search.handover import read_exact
from pinewright.errors import DataNotFoundError
from pinewright.generate.handed_back import hand_back
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

SOURCE = '//@version=5\r\nstrategy("Mine")\r\nx = input.int(14)\r\nif close > x\r\n    strategy.close_all()'


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_byte_is_read_and_written(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "mine.pine"
    path.write_bytes(mark + SOURCE.encode())
    text = read_exact(path)
    program = compile_script(check(text))
    assert text.encode() == path.read_bytes()
    assert hand_back(text, program.inputs, [14], {}, ()).encode() == path.read_bytes()
    changed = hand_back(text, program.inputs, [15], {}, ["head"]).encode()
    assert changed.startswith(mark + b"//@version=5\r\n// ---- Pinewright")


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError, match="no such file"):
        read_exact(tmp_path / "mine.pine")
