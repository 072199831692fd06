"""Compiled objects on disk: checked when read, replaced as a whole, bounded in total size.

An object holds machine code and relocations by name, no absolute address; its file name is the digest of everything
that it depends on. A folder that cannot be written costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pinewright.log import StructuredLogger

log = StructuredLogger(__name__)

_MAGIC = b"pinewright kernel 2\n"
LIMIT = 256 * 1024 * 1024


Spelled = tuple[tuple[str, ...], str]
"""Types of parameters and of the result, as text."""


@dataclass(frozen=True)
class Object:
    """An object file of a module, with the functions that it offers and those that it wants from other objects."""

    name: str
    exports: Mapping[str, Spelled]
    imports: Mapping[str, Spelled]
    code: bytes
    cached: bool = field(default=False, compare=False)


class ObjectCache:
    """A folder of compiled objects; the oldest go when together they exceed ``limit`` bytes."""

    def __init__(self, folder: Path, limit: int = LIMIT):
        self.folder = folder
        self.limit = limit

    def path(self, name: str) -> Path:
        """File of an object."""
        return self.folder / f"{name}.kernel"

    def read(self, name: str) -> Object | None:
        """The object of that name, or None; a damaged file is reported and removed."""
        path = self.path(name)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        item = _decode(data)
        if item is None:
            log.warning("damaged compiled object, made again", file=str(path))
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what is used stays
        return item

    def write(self, name: str, item: Object) -> None:
        """Stores an object; where that fails it says so and goes on."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_encode(item))
                os.replace(temporary, self.path(name))
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
            self._prune()
        except OSError as error:
            log.info("compiled object cannot be stored", folder=str(self.folder), reason=str(error))

    def _prune(self) -> None:
        found = []
        for path in self.folder.glob("*.kernel"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found)[:-1]:  # the newest stays, however large
            if total <= self.limit:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size


def _encode(item: Object) -> bytes:
    head = json.dumps({"name": item.name, "exports": dict(item.exports), "imports": dict(item.imports)}).encode()
    payload = len(head).to_bytes(8, "little") + head + item.code
    return _MAGIC + hashlib.sha256(payload).digest() + payload


def _decode(data: bytes) -> Object | None:
    start = len(_MAGIC) + 32
    payload = data[start:]
    if not data.startswith(_MAGIC) or data[len(_MAGIC) : start] != hashlib.sha256(payload).digest():
        return None
    size = int.from_bytes(payload[:8], "little")
    head = json.loads(payload[8 : 8 + size])
    exports, imports = (
        {name: (tuple(types), returns) for name, (types, returns) in head[part].items()}
        for part in ("exports", "imports")
    )
    return Object(head["name"], exports, imports, payload[8 + size :])
