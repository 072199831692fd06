"""Files that are there whole or not at all: written beside their place under another name, then put into it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from pinewright.errors import OutputError


@contextlib.contextmanager
def whole_file(
    path: Path,
    what: str = "the file cannot be written",
    hint: str = "name a file in a folder that exists and may be written",
) -> Iterator[Path]:
    """The name to write to inside the block; after it the file has its own name, after an error there is none.

    What ``path`` held before stays until then. Raises OutputError with ``what``, the reason and the hint for every
    OSError inside the block; other errors pass.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{what}: {error.strerror or error}", where=str(path), hint=hint) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
