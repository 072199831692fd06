"""HistData's files on the disk: which of a folder are used, and the one CSV inside a zip."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.data.histdata.names import HistDataFile, is_histdata_name, read_name
from pinewright.errors import DataError, DataFormatError, DataNotFoundError

LARGEST_CSV: Final = 2**31  # a month of the busiest ticks is a tenth of it: more is no price file
_AGAIN: Final = "download it again"


@dataclass(frozen=True)
class Payload:
    """The text of one CSV: place names it in messages; sha256 and size are those of the file as it was downloaded."""

    content: bytes
    place: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Found:
    """Files that can be read by their names, oldest first of each symbol and kind, and why others cannot."""

    files: tuple[HistDataFile, ...]
    faults: tuple[DataError, ...] = ()


def find_files(path: Path) -> Found:
    """The files of HistData at ``path``, one file or a folder (not the folders in it).

    Of files that hold the same rows one is used: a zip before the CSV beside it, a year before its months. In a folder,
    files whose names are not HistData's are passed over, and those of an unknown instrument or another of its formats
    are faults. DataNotFoundError when nothing is there; the errors of ``read_name`` for one file that cannot be used,
    and for a folder of no other.
    """
    if not path.exists():
        raise DataNotFoundError("no such file or folder", where=str(path), hint="check the path")
    if not path.is_dir():
        return Found((read_name(path),))
    try:
        entries = sorted(entry for entry in path.iterdir() if is_histdata_name(entry) and entry.is_file())
    except OSError as error:
        raise DataNotFoundError(f"cannot be read: {error.strerror}", where=str(path)) from None
    if not entries:
        hint = "put files such as HISTDATA_COM_ASCII_EURUSD_M12018.zip there; folders inside are not searched"
        raise DataNotFoundError("the folder holds no file of HistData", where=str(path), hint=hint)
    files, faults = [], []
    for entry in entries:
        try:
            files.append(read_name(entry))
        except DataError as error:
            faults.append(error)
    if not files:
        raise faults[0]
    return Found(_without_doubles(files), tuple(faults))


def _without_doubles(files: list[HistDataFile]) -> tuple[HistDataFile, ...]:
    zips_first = sorted(files, key=lambda file: (file.path.suffix.lower() != ".zip", len(file.path.name), file.path))
    one_each = list({file.content: file for file in reversed(zips_first)}.values())
    years = {(file.symbol.name, file.ticks, file.year) for file in one_each if file.month is None}
    kept = [f for f in one_each if f.month is None or (f.symbol.name, f.ticks, f.year) not in years]
    return tuple(sorted(kept, key=lambda file: (file.symbol.name, file.ticks, file.start)))


def read_payload(file: HistDataFile) -> Payload:
    """The CSV of a file, taken out of its zip where it lies in one.

    DataNotFoundError when it cannot be read; DataFormatError when it is no zip, is damaged, or does not hold exactly
    one CSV, with the instrument and period that the zip is named after.
    """
    try:
        raw = file.path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise DataNotFoundError(f"cannot be read: {reason}", where=str(file.path), hint="check the file") from None
    place, content = str(file.path), raw
    if file.path.suffix.lower() == ".zip":
        name, content = _only_csv(file, raw)
        place = f"{file.path} ({name})"
    if not content.strip():
        raise DataFormatError("the file is empty", where=place, hint=_AGAIN)
    return Payload(content, place, hashlib.sha256(raw).hexdigest(), len(raw))


def _only_csv(file: HistDataFile, raw: bytes) -> tuple[str, bytes]:
    where = str(file.path)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            member = _member(file, archive)
            return Path(member.filename).name, archive.read(member)
    except zipfile.BadZipFile as error:
        if raw[:2] == b"PK":
            raise DataFormatError(f"a damaged zip archive: {error}", where=where, hint=_AGAIN) from None
        page = " (a page of the site)" if raw.lstrip()[:1] == b"<" else ""
        raise DataFormatError(f"is no zip archive{page}", where=where, hint=_AGAIN) from None
    except (zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise DataFormatError(f"a damaged zip archive: {error}", where=where, hint=_AGAIN) from None


def _member(file: HistDataFile, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one CSV of the archive; the report on gaps (.txt) that lies beside it is passed over."""
    where = str(file.path)
    tables = [info for info in archive.infolist() if _is_table(info)]
    if len(tables) != 1:
        names = ", ".join(sorted(info.filename for info in tables or archive.infolist())) or "nothing"
        what = f"holds {len(tables)} CSV files, not one: {names}" if tables else f"holds no CSV file: {names}"
        raise DataFormatError(what, where=where, hint=_AGAIN)
    member = tables[0]
    inside = read_name(file.path.with_name(Path(member.filename).name))
    if inside.content != file.content:
        what = f"is named after {_words(file)}, and holds {_words(inside)}: {member.filename}"
        raise DataFormatError(what, where=where, hint="give it back the name that HistData gave it")
    if member.flag_bits & 1:
        raise DataFormatError("the zip archive asks for a password", where=where, hint=_AGAIN)
    if member.file_size > LARGEST_CSV:
        what = f"{member.filename} would have {member.file_size / 2**30:.1f} GiB"
        raise DataFormatError(what, where=where, hint=_AGAIN)
    return member


def _is_table(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and info.filename.lower().endswith(".csv") and not info.filename.startswith("__MACOSX/")


def _words(file: HistDataFile) -> str:
    return f"{file.symbol.name} {'ticks' if file.ticks else 'M1'} {file.period}"
