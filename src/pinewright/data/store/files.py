"""A partition as a file: Parquet whose key-value metadata hold the ledger, so that rows and ledger cannot disagree.

A file is written beside its place, brought to the disk, and put in place at once: whoever reads it sees the old one or
the new one. A digest of the rows stands in the ledger, and one of the ledger beside it, because Parquet itself does
not notice a flipped bit.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import numpy as np

from pinewright.data.store.kinds import Columns, Kind, column_type
from pinewright.data.store.layout import LOCKS, Place, part_of
from pinewright.data.store.merge import Contents
from pinewright.data.store.pieces import Piece
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError, OutputError

if TYPE_CHECKING:
    import polars

KEY: Final = "pinewright"
KEY_DIGEST: Final = "pinewright.sha256"
VERSION: Final = 1
REPAIR: Final = "`pinewright data verify --repair` moves it aside, and the next fetch gets it again"
DAMAGED_CODE: Final = "store-damaged"
OTHER_VERSION: Final = "store-version"
UNREADABLE: Final = "store-unreadable"
LOCK_SECONDS: Final = 60.0
# Partitions share so many locks: locks are files that stay, and a year of ticks has 365 partitions.
_LOCK_FILES: Final = 64


def encode(symbol: str, kind: Kind, contents: Contents) -> bytes:
    """The bytes of the file of a partition."""
    import polars as pl

    ledger = {
        "version": VERSION,
        "symbol": symbol,
        "kind": kind.value,
        "digest": digest(kind, contents.columns),
        "pieces": [piece.as_dict() for piece in contents.pieces],
    }
    frame = pl.DataFrame({name: contents.columns[name] for name in kind.columns}, schema=schema(kind))
    text = json.dumps(ledger, separators=(",", ":"))
    buffer = io.BytesIO()
    frame.write_parquet(
        buffer, compression="zstd", compression_level=1, metadata={KEY: text, KEY_DIGEST: _text_digest(text)}
    )
    return buffer.getvalue()


def decode(body: bytes, symbol: str, kind: Kind, where: str) -> Contents:
    """The contents of a partition's file; DataFormatError with the remedy for what ``encode`` did not make."""
    import polars as pl

    plain = _ledger(body, symbol, kind, where)
    with _broken(where):
        frame = pl.read_parquet(io.BytesIO(body))
    if dict(frame.schema) != schema(kind):
        raise damaged(_columns_text(frame.columns, kind), where)
    columns: Columns = {name: frame[name].to_numpy() for name in kind.columns}
    pieces = _pieces(plain, where)
    if plain.get("digest") != digest(kind, columns):
        raise damaged("its rows are not those that were written", where)
    inside = sum(piece.rows for piece in pieces)
    if inside != frame.height:
        raise damaged(f"it has {frame.height:,} rows and its ledger tells of {inside:,}", where)
    return Contents(pieces, columns)


def decode_ledger(body: bytes | Path, symbol: str, kind: Kind, where: str) -> tuple[Piece, ...]:
    """The pieces of a partition's file alone, which takes no reading of its rows."""
    return _pieces(_ledger(body, symbol, kind, where), where)


def schema(kind: Kind) -> dict[str, polars.DataType | type[polars.DataType]]:
    """Types of the columns for Polars."""
    import polars as pl

    return {name: pl.Int64() if column_type(name) is np.int64 else pl.Float64() for name in kind.columns}


def digest(kind: Kind, columns: Columns) -> str:
    """SHA-256 over the values of all columns, in their order."""
    found = hashlib.sha256()
    for name in kind.columns:
        found.update(np.ascontiguousarray(columns[name]).data)
    return found.hexdigest()


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def damaged(what: str, where: str) -> DataFormatError:
    """The error of a file of the store that is not whole."""
    return DataFormatError(f"a damaged file of the store: {what}", where=where, hint=REPAIR, code=DAMAGED_CODE)


def read(place: Place, symbol: str, kind: Kind) -> Contents | None:
    """What a partition holds, or None where it is not there. DataFormatError where its file is damaged."""
    body = _body(place.path)
    if body is None:
        return None
    contents = decode(body, symbol, kind, str(place.path))
    _inside(place, contents.pieces)
    return contents


def read_ledger(place: Place, symbol: str, kind: Kind) -> tuple[Piece, ...]:
    """The pieces of a partition, none where it is not there. DataFormatError where its file is damaged."""
    try:
        pieces = decode_ledger(place.path, symbol, kind, str(place.path))
    except FileNotFoundError:
        return ()
    _inside(place, pieces)
    return pieces


def _inside(place: Place, pieces: Iterable[Piece]) -> None:
    """A file that was copied to the place of another day must not answer for it."""
    for piece in pieces:
        if piece.start < place.start or piece.end > place.end:
            raise damaged(f"its ledger tells of {iso_text(piece.start)} UTC, which is not its place", str(place.path))


def _body(path: Path) -> bytes | None:
    with _broken(str(path)):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


def _ledger(body: bytes | Path, symbol: str, kind: Kind, where: str) -> dict[str, Any]:
    import polars as pl

    with _broken(where):
        metadata = pl.read_parquet_metadata(io.BytesIO(body) if isinstance(body, bytes) else body)
    if KEY not in metadata:
        raise damaged("it has no ledger, so it was not written by Pinewright", where)
    if metadata.get(KEY_DIGEST) != _text_digest(metadata[KEY]):
        raise damaged("its ledger is not the one that was written", where)
    try:
        plain: dict[str, Any] = json.loads(metadata[KEY])
        written = (plain["version"], plain["symbol"], plain["kind"])
    except (ValueError, TypeError, KeyError) as error:
        raise damaged("its ledger cannot be read", where) from error
    if written[0] != VERSION:
        hint = "it needs another version of Pinewright"
        what = f"a file of the store of version {written[0]}, not {VERSION}"
        raise DataFormatError(what, where=where, hint=hint, code=OTHER_VERSION)
    if written[1:] != (symbol, kind.value):
        raise damaged(f"it holds {written[1]} {written[2]}, not {symbol} {kind.value}", where)
    return plain


def _pieces(plain: dict[str, Any], where: str) -> tuple[Piece, ...]:
    try:
        return tuple(Piece.from_dict(piece) for piece in plain["pieces"])
    except (ValueError, TypeError, KeyError) as error:
        raise damaged("its ledger cannot be read", where) from error


def _columns_text(found: list[str], kind: Kind) -> str:
    missing = [name for name in kind.columns if name not in found]
    extra = [name for name in found if name not in kind.columns]
    told = [f"{word} {', '.join(names)}" for word, names in (("lacks", missing), ("has also", extra)) if names]
    return f"of the columns it {' and '.join(told)}" if told else "its columns have other types or another order"


@contextlib.contextmanager
def _broken(where: str) -> Iterator[None]:
    """Polars' complaints about a file as ours. It panics on some broken files; a panic is no Exception."""
    from polars.exceptions import PanicException, PolarsError

    try:
        yield
    except FileNotFoundError:
        raise
    except PermissionError as error:
        hint = "mend the file's permissions, or name another folder (data_dir)"
        what = f"a file of the store cannot be read ({error.strerror or error})"
        raise DataFormatError(what, where=where, hint=hint, code=UNREADABLE) from error
    except (PolarsError, PanicException, OSError, UnicodeError, ValueError, OverflowError, MemoryError) as error:
        text = (str(error).splitlines() or [""])[0]
        raise damaged(f"it cannot be read ({text})", where) from error


def write(place: Place, symbol: str, kind: Kind, contents: Contents) -> None:
    """Put a partition in its place, whole or not at all; the lock of the place must be held, ``settle`` comes after.

    OutputError where the disk is full or the folder cannot be written: what was there before is still there.
    """
    body = encode(symbol, kind, contents)
    part = part_of(place.path)
    with writing(place.path):
        try:
            with _opened(part) as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, place.path)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise


def _opened(part: Path) -> io.BufferedWriter:
    """The file to write into; its folder is made, again where another process has just removed an empty one."""
    for _ in range(100):
        part.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            return part.open("wb")
    return part.open("wb")


def settle(folders: Iterable[Path]) -> None:
    """The names in folders to the disk, so that a loss of power keeps the changes; not every system can."""
    for folder in folders:
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """What the system says against writing, as OutputError with what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            what, hint = "the disk is full", "make room, then run the same command again: what is stored stays"
        elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            what, hint = "the store cannot be written", "mend the folder's permissions, or name another (data_dir)"
        else:
            what, hint = "the store cannot be written", "name another folder (data_dir)"
        raise OutputError(f"{what} ({error.strerror})", where=str(path), hint=hint) from error


@contextlib.contextmanager
def locked(root: Path, place: Place, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of a partition against other threads and processes; it is free again when a holder dies.

    OutputError where another holds it for longer than ``seconds``, or where the store cannot be written.
    """
    from filelock import FileLock, Timeout

    number = crc32(str(place.path.relative_to(root)).encode()) % _LOCK_FILES
    file = root / LOCKS / f"{number:02}.lock"
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(file, timeout=seconds, poll_interval=0.005)
        try:
            lock.acquire()
        except Timeout as error:
            what = f"another process has been writing for {seconds:.0f} s"
            raise OutputError(what, where=str(place.path), hint="end it, or wait for it, and try again") from error
    try:
        yield
    finally:
        lock.release()
