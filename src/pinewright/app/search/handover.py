"""A brought script read with every byte, so that it can go back with every byte."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pinewright.app.given.scripts import read_script

_MARK: Final = b"\xef\xbb\xbf"


def read_exact(path: Path) -> str:
    """Text of a script as ``read_script`` gives it, its byte order mark kept as the first letter; errors alike.

    ``read_exact(path).encode()`` are the bytes of the file.
    """
    text = read_script(path)
    with path.open("rb") as file:
        return "\ufeff" + text if file.read(len(_MARK)) == _MARK else text
