"""Reading scripts that a user names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinewright.errors import DataFormatError, DataNotFoundError

if TYPE_CHECKING:
    from pinewright.program import Program


def read_script(path: Path) -> str:
    """Text of a script, UTF-8 with or without a mark; errors name the file and what to do."""
    if path.is_dir():
        raise DataNotFoundError("this is a folder, not a script", where=str(path), hint="name a .pine file")
    try:
        # newline="" keeps the line ends, so that a script comes back with its own.
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except FileNotFoundError as error:
        near = sorted(str(other) for other in path.parent.glob("*.pine"))[:3] if path.parent.is_dir() else []
        hint = f"there are: {', '.join(near)}" if near else "check the spelling and the folder"
        raise DataNotFoundError("no such file", where=str(path), hint=hint) from error
    except UnicodeDecodeError as error:
        raise DataFormatError("not a text in UTF-8", where=str(path), hint="save the script as UTF-8") from error
    except OSError as error:
        raise DataNotFoundError(f"cannot be read: {error.strerror}", where=str(path)) from error


def compiled(path: Path) -> Program:
    """The program of a script file; PineError with all findings where it has errors or cannot be compiled."""
    from pinewright.pine.checker import check
    from pinewright.pine.compiler import compile_script

    return compile_script(check(read_script(path)), str(path))
