"""The memory of a search on disk: one file that only grows, each batch whole or not there, so that a run can go on.

    file    = magic, record*
    record  = mark (4 bytes), length of the body (8, little endian), blake2b of the body (16), body
    body    = name of the batch (32), columns M (4), length of the names (4), names of the metrics as JSON,
              values [P, M] float64

The name of a batch is a hash of its bars and parameters, so that a batch is given back for exactly those. What follows
the last whole record, the rest of a write that was killed, is cut off when the file is opened.
"""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

import numpy as np

from pinewright.errors import OutputError, SearchError
from pinewright.market import FloatArray
from pinewright.optimize.evaluation import Evaluation

_MAGIC: Final = b"pinewright search 1\n"
_MARK: Final = b"\xf5BAT"
_HEAD: Final = struct.Struct("<4sQ16s")
_NAME_BYTES: Final = 32
_SIZES: Final = struct.Struct("<II")
_CHUNK: Final = 1 << 20


class Journal:
    """Batches of one search in ``folder/key.journal``; other settings have another key, so searches never mix.

    Opened by ``with``: it is locked from then on, and a second search of the same key gets a SearchError. A record that
    is damaged counts as absent, its batch is computed again. Reading all batches costs one pass over the file.
    """

    def __init__(self, folder: Path, key: str):
        from filelock import FileLock, Timeout

        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder of the search: {error.strerror}", where=str(folder)) from error
        self.path = folder / f"{key}.journal"
        # The lock lasts as long as the process at most: one that was killed leaves none behind.
        self._lock = FileLock(folder / f"{key}.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise SearchError(
                "another run is at this very search",
                where=str(folder),
                hint="wait until it ends, or give this run a folder of its own (--out)",
            ) from None
        except OSError as error:
            raise OutputError(f"cannot lock the search: {error.strerror}", where=str(folder)) from error
        try:
            self._file: BinaryIO = self._open()
            self._places = self._scan()
        except BaseException as error:
            self._lock.release()
            if isinstance(error, OSError):
                raise self._failed("read", error) from error
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._lock.release()

    def read(self, first: int, last: int, parameters: FloatArray) -> Evaluation | None:
        """The finished batch of these parameters [P, K] over bars [first, last), None where there is none."""
        place = self._places.get(_name(first, last, parameters))
        if place is None:
            return None
        try:
            self._file.seek(place[0])
            body = self._file.read(place[1])
        except OSError as error:
            raise self._failed("read", error) from error
        return _evaluation(body, len(parameters))

    def write(self, first: int, last: int, parameters: FloatArray, evaluation: Evaluation) -> None:
        """Appends a finished batch in one write."""
        name = _name(first, last, parameters)
        words = json.dumps(evaluation.names).encode()
        sizes = _SIZES.pack(len(evaluation.names), len(words))
        body = b"".join((name, sizes, words, np.ascontiguousarray(evaluation.values, dtype="<f8").tobytes()))
        try:
            begin = self._file.seek(0, 2)
            self._file.write(_HEAD.pack(_MARK, len(body), _check(body)) + body)
            self._file.flush()
        except OSError as error:
            raise self._failed("write", error) from error
        self._places[name] = (begin + _HEAD.size, len(body))

    def _open(self) -> BinaryIO:
        with self.path.open("ab") as file:
            if file.tell() == 0:
                file.write(_MAGIC)
        return self.path.open("r+b")

    def _scan(self) -> dict[bytes, tuple[int, int]]:
        """Where the body of each whole batch lies and how long it is; what follows the last one is cut off."""
        file, found = self._file, {}
        size = file.seek(0, 2)
        file.seek(0)
        at = len(_MAGIC) if file.read(len(_MAGIC)) == _MAGIC else 0
        sound = at
        while at + _HEAD.size <= size:
            file.seek(at)
            mark, length, check = _HEAD.unpack(file.read(_HEAD.size))
            if mark == _MARK and at + _HEAD.size + length <= size:
                body = file.read(length)
                if _check(body) == check:
                    found[body[:_NAME_BYTES]] = (at + _HEAD.size, length)
                    at = sound = at + _HEAD.size + length
                    continue
            at = self._next_mark(at + 1, size)
        file.truncate(sound)
        if sound == 0:
            file.seek(0)
            file.write(_MAGIC)
            file.flush()
        return found

    def _next_mark(self, at: int, size: int) -> int:
        """Where the next record may begin; ``size`` when there is none."""
        while at < size:
            self._file.seek(at)
            block = self._file.read(_CHUNK)
            place = block.find(_MARK)
            if place >= 0:
                return at + place
            at += max(1, len(block) - len(_MARK) + 1)
        return size

    def _failed(self, verb: str, error: OSError) -> OutputError:
        return OutputError(f"cannot {verb} the state of the search: {error.strerror}", where=str(self.path))


def _name(first: int, last: int, parameters: FloatArray) -> bytes:
    digest = hashlib.blake2b(f"{first} {last} {parameters.shape} ".encode(), digest_size=_NAME_BYTES)
    digest.update(np.ascontiguousarray(parameters, dtype="<f8").tobytes())
    return digest.digest()


def _check(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()


def _evaluation(body: bytes, rows: int) -> Evaluation | None:
    """The batch of a body that was checked; None where another version wrote it in another shape."""
    columns, length = _SIZES.unpack_from(body, _NAME_BYTES)
    begin = _NAME_BYTES + _SIZES.size
    if len(body) != begin + length + 8 * rows * columns:
        return None
    names = tuple(str(name) for name in json.loads(body[begin : begin + length]))
    values = np.frombuffer(body, dtype="<f8", offset=begin + length).reshape(rows, columns)
    return Evaluation(names, values.astype(np.float64))
