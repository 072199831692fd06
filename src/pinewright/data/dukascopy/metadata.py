"""Instruments by name: metadata from the service, kept in the store for a week, the offline table without it."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.data.dukascopy.answers import Meaning
from pinewright.data.dukascopy.client import NoHostError, PoliteClient
from pinewright.data.dukascopy.instruments import Instrument, find_instrument, known_instruments, read_metadata
from pinewright.data.dukascopy.transports import Transport
from pinewright.errors import DataFormatError, SymbolError, nearest
from pinewright.log import get_logger
from pinewright.market import DAY

log = get_logger(__name__)

FOLDER: Final = "instruments"  # lower case: no symbol's folder is
FRESH_DAYS: Final = 7
_TRIES: Final = 2


@dataclass(frozen=True)
class Found:
    """Instruments in the order of their names, and what a user should know about where they come from."""

    instruments: tuple[Instrument, ...]
    notes: tuple[str, ...]


class InstrumentBook:
    """Finds instruments by name. root: the store's folder; metadata lie in ``root/instruments/EUR-USD.json`` as the
    service sent them, and are asked for again after seven days."""

    def __init__(self, root: Path, transports: Sequence[Transport]) -> None:
        self._folder = Path(root) / FOLDER
        self._transports = transports

    def path(self, code: str) -> Path:
        """Where the metadata of an instrument ("EUR-USD") are kept."""
        return self._folder / f"{code}.json"

    async def find(self, names: Sequence[str], client: PoliteClient | None) -> Found:
        """The instruments of these names, each once. client: None asks nobody.

        Kept metadata of less than a week, else the service's, else older ones, else the offline table. SymbolError,
        with the nearest names, for a name that none of them knows.
        """
        instruments: dict[str, Instrument] = {}
        notes: list[str] = []
        for name in names:
            found = await self._find(name, client, notes)
            instruments.setdefault(found.symbol, found)
        return Found(tuple(instruments.values()), tuple(dict.fromkeys(notes)))

    async def _find(self, name: str, client: PoliteClient | None, notes: list[str]) -> Instrument:
        offline = _offline(name)
        codes = [offline.code] if offline is not None else _guesses(name)
        for code in codes:
            kept = self._kept(code)
            if kept is not None and self._age_days(code) < FRESH_DAYS:
                return kept
            asked, trouble = (None, "") if client is None else await self._ask(code, client)
            if asked is not None:
                return asked
            if kept is not None:
                notes.append(f"metadata of {code} are {self._age_days(code):.0f} days old ({trouble or 'not asked'})")
                return kept
            if offline is not None:
                why = trouble or "not asked"
                notes.append(f"{code} is taken from the offline table, which lists no holidays ({why})")
                return offline
        raise _unknown(name, bool(codes), client)

    async def _ask(self, code: str, client: PoliteClient) -> tuple[Instrument | None, str]:
        """The service's metadata, kept from now on; None with the trouble where it has none or cannot be asked."""
        trouble = ""
        for transport in self._transports:
            url = transport.metadata_url(code)
            for _ in range(_TRIES if url is not None else 0):
                assert url is not None
                try:
                    answer = await client.ask(transport.name, url)
                except NoHostError:
                    trouble = client.lanes[transport.name].cause
                    break
                trouble = f"{transport.name}: {answer.cause}"
                if answer.meaning in (Meaning.UNKNOWN, Meaning.MISSING):
                    return None, trouble
                if answer.meaning is not Meaning.BODY:
                    continue
                try:
                    instrument = read_metadata(answer.body)
                except DataFormatError as error:
                    client.reject(answer, error.what)
                    trouble = f"{transport.name}: {error.what}"
                    continue
                client.accept(answer)
                self._keep(code, answer.body)
                return instrument, ""
        return None, trouble

    def _kept(self, code: str) -> Instrument | None:
        try:
            return read_metadata(self.path(code).read_bytes())
        except (OSError, DataFormatError):
            return None

    def _age_days(self, code: str) -> float:
        """Days since the metadata were kept; a moment in the future (a wrong clock) counts as old."""
        age = (time.time() - self.path(code).stat().st_mtime) * 1000 / DAY
        return age if age >= 0 else FRESH_DAYS

    def _keep(self, code: str, body: bytes) -> None:
        """Atomic, and of no consequence: without it the service is asked again."""
        part = self.path(code).with_name(f".{code}.{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(body)
            os.replace(part, self.path(code))
        except OSError as error:
            log.warning("metadata cannot be kept", code=code, reason=error.strerror)
            with contextlib.suppress(OSError):
                part.unlink()


def _offline(name: str) -> Instrument | None:
    try:
        return find_instrument(name)
    except SymbolError:
        return None


def _guesses(name: str) -> list[str]:
    """Dukascopy's codes that a name unknown offline may mean: itself, or two currencies of three letters."""
    plain = name.strip().upper().replace("/", "-")
    if re.fullmatch(r"[A-Z0-9.]+-[A-Z0-9]+", plain):
        return [plain]
    return [f"{plain[:3]}-{plain[3:]}"] if re.fullmatch(r"[A-Z]{6}", plain) else []


def _unknown(name: str, guessed: bool, client: PoliteClient | None) -> SymbolError:
    table = known_instruments()
    near = nearest(name.strip().upper(), table)
    start = f"did you mean {' or '.join(near)}? " if near else ""
    asked = "Dukascopy does not know it either" if guessed and client is not None and not client.trouble else ""
    if guessed and not asked:
        asked = "Dukascopy could not be asked" + (f" ({client.trouble})" if client is not None else "")
    legal = f"{len(table)} are known offline, such as {', '.join(list(table)[:6])}; any other by its code, EUR-USD"
    return SymbolError(f"unknown instrument {name!r}", where=asked or None, hint=start + legal)
