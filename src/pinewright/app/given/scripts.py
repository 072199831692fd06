"""Reading and replacing scripts that a user names."""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pinewright.app.words import common as texts
from pinewright.errors import DataFormatError, DataNotFoundError, OutputError, UsageError, nearest
from pinewright.machine.whole_file import whole_file

if TYPE_CHECKING:
    from pinewright.program import Program


def read_scripts(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """The scripts with their texts, each file once however often it is named; errors as of ``read_script``."""
    once: dict[Path, Path] = {}
    for path in paths:
        once.setdefault(path.resolve(), path)
    return [(path, read_script(path)) for path in once.values()]


def read_script(path: Path) -> str:
    """Text of a script, UTF-8 with or without a mark; errors name the file and what to do."""
    if path.is_dir():
        raise DataNotFoundError("this is a folder, not a script", where=str(path), hint="name a .pine file")
    try:
        # newline="" keeps the line ends, so that a script comes back with its own.
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except FileNotFoundError as error:
        raise DataNotFoundError("no such file", where=str(path), hint=_other_scripts(path)) from error
    except UnicodeDecodeError as error:
        raise DataFormatError("not a text in UTF-8", where=str(path), hint="save the script as UTF-8") from error
    except OSError as error:
        raise DataNotFoundError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _other_scripts(path: Path) -> str:
    """The hint for a file that is not there: the scripts of its folder with the nearest names, else the first ones."""
    there = {other.stem: other for other in sorted(path.parent.glob("*.pine"))} if path.parent.is_dir() else {}
    near = nearest(path.stem, there)
    if near:
        return f"did you mean {str(there[near[0]])!r}?"
    shown = ", ".join(map(str, list(there.values())[:3]))
    more = f", … ({len(there)} in all)" if len(there) > 3 else ""
    return f"there are: {shown}{more}" if there else "check the spelling and the folder"


def replace_script(path: Path, text: str) -> None:
    """Write a script anew, whole or not at all; its mode bits, a link to it and a byte order mark stay.

    The text is written with its own line ends. OutputError when the folder or the disk does not take it.
    """
    target = path.resolve()
    temporary = None
    try:
        with target.open("rb") as file:
            marked = file.read(3) == b"\xef\xbb\xbf"
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8-sig" if marked else "utf-8", newline="") as file:
            file.write(text)
        shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except OSError as error:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        hint = "the script is as it was; check the rights of its folder and the room on the disk"
        raise OutputError(f"cannot be written: {error.strerror}", where=str(path), hint=hint) from error


def write_script(path: Path, text: str) -> None:
    """Write a script to a place of its own, or anew where there is one: whole or not at all, with its own line ends."""
    if path.is_dir():
        raise OutputError(texts.IS_FOLDER, where=str(path), hint=texts.IS_FOLDER_HINT)
    if path.exists():
        replace_script(path, text)
        return
    with whole_file(path, texts.CONVERT_NOT_WRITTEN, texts.OTHER_PLACE) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def one_place(count: int, target: Path | None, *, in_place: bool, several: bool, hint: str) -> None:
    """Refuse a call that names two places for a result, or one place for the results of several scripts.

    several: whether the results of many may go where they would go without a place.
    """
    if target is not None and in_place:
        raise UsageError(texts.CONVERT_TWO_PLACES, hint=texts.CONVERT_ONE_PLACE_HINT)
    if count > 1 and (target is not None or not (in_place or several)):
        raise UsageError(texts.CONVERT_SEVERAL.format(count=count), hint=hint)


def difference(source: str, text: str, name: str, after: str) -> str:
    """A unified diff of two texts of a script; lines as they are split in the script, without their ends."""
    return "\n".join(difflib.unified_diff(source.splitlines(), text.splitlines(), name, after, lineterm=""))


def compiled(path: Path) -> Program:
    """The program of a script file; PineError with all findings where it has errors or cannot be compiled."""
    from pinewright.pine.checker import check
    from pinewright.pine.compiler import compile_script

    return compile_script(check(read_script(path)), str(path))
