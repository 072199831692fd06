"""OANDA's v20 service over HTTP: one page of candles a call, the key kept to the header that it belongs in.

Source: developer.oanda.com, REST-v20: Instrument (candles), Best Practices (keep the connection), Troubleshooting.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import urlsplit

from pinewright.errors import DataError, DataFormatError, SettingsError, SymbolError

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr

MOST_CANDLES: Final = 5_000  # of one answer; more is refused with "Maximum value for 'count' exceeded"
UNREACHABLE: Final = "unreachable"
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_LARGEST_PAGE: Final = 16 * 2**20  # 5,000 candles of both sides take a tenth of it
_HOME: Final = ("127.0.0.1", "::1", "localhost")
_ADDRESSES: Final = "oanda_url is https://api-fxpractice.oanda.com or https://api-fxtrade.oanda.com"
_NEW_KEY: Final = "put a key into PINEWRIGHT_OANDA_KEY; one for a practice account is free, under 'Manage API Access'"


@dataclass(frozen=True)
class Patience:
    """How long a call is tried: tries in all; first_wait doubles with each, half of it by chance; seconds. A longer
    Retry-After than longest_wait ends the call. answer_timeout bounds a body that drips."""

    tries: int = 4
    first_wait: float = 0.5
    longest_wait: float = 30.0
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    answer_timeout: float = 120.0


class OandaClient:
    """A connection to the service, to be used with ``with``; it is kept open between calls, as OANDA asks.

    key: of an account that the address serves (practice and live differ). SettingsError for an address or a key that
    cannot be used; neither error nor log holds the key.
    """

    def __init__(
        self,
        key: SecretStr | None,
        url: str,
        user_agent: str,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
    ) -> None:
        self._key = checked_key(key)
        self.url = checked_url(url)
        self._user_agent = user_agent
        self._patience = patience or Patience()
        self._sleep = sleep
        self._rng = rng or random.Random()
        self._http: httpx.Client | None = None

    def __repr__(self) -> str:
        return f"OandaClient({self.url})"

    def __enter__(self) -> OandaClient:
        import httpx

        patience = self._patience
        try:
            self._http = httpx.Client(
                base_url=self.url,
                headers={"Authorization": f"Bearer {self._key.get_secret_value()}", "User-Agent": self._user_agent},
                timeout=httpx.Timeout(patience.read_timeout, connect=patience.connect_timeout),
                # The key goes to the address that was configured and to no other.
                follow_redirects=False,
                # Certificates take 0.1 s to load, and an unencrypted address (this machine's own) needs none.
                verify=self.url.startswith("https:"),
            )
        except httpx.InvalidURL:
            raise SettingsError(f"{self.url!r} is no address", where="oanda_url", hint=_ADDRESSES) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def candles(self, instrument: str, granularity: str, start: int, count: int) -> bytes:
        """The body of the answer: ``count`` (1 to 5,000) candles of bid and ask from ``start`` (ms UTC) on, as JSON.

        ``to`` is never sent: a moment that the server's clock has not reached is refused, and so is a span of more than
        5,000 candles. Days begin at 17:00 New York. SettingsError for a refused key, SymbolError for an instrument that
        is not there, DataError (code ``unreachable``) when the service cannot be reached or asks to wait.
        """
        parameters: dict[str, str | int] = {
            "price": "BA",
            "granularity": granularity,
            "from": rfc3339(start),
            "count": count,
            "dailyAlignment": 17,
            "alignmentTimezone": "America/New_York",
        }
        return self._get(f"/v3/instruments/{instrument}/candles", parameters, instrument)

    def _get(self, path: str, parameters: dict[str, str | int], instrument: str) -> bytes:
        import httpx

        assert self._http is not None, "use the client with `with`"
        for attempt in range(1, self._patience.tries + 1):
            wait, cause = None, ""
            try:
                status, body, headers = self._answer(self._http, path, parameters)
            except httpx.HTTPError as error:
                cause = _network_cause(error)
            else:
                if status == 200:
                    return body
                if status not in _PASSING:
                    self._refuse(status, _message(body), instrument)
                wait, cause = _retry_after(headers), f"it answers {status}{_message(body)}"
            longest = self._patience.longest_wait
            if attempt == self._patience.tries or (wait is not None and wait > longest):
                asked = f", and asks to wait {wait:.0f} s" if wait is not None and wait > longest else ""
                hint = "try again later, or take another source"
                raise DataError(
                    f"OANDA cannot be used: {cause}{asked}", where=self.url, hint=hint, code=UNREACHABLE
                ) from None
            backoff = min(longest, self._patience.first_wait * 2 ** (attempt - 1))
            self._sleep(backoff * (0.5 + 0.5 * self._rng.random()) if wait is None else wait)
        raise AssertionError("the last try returns or raises")

    def _answer(
        self, http: httpx.Client, path: str, parameters: dict[str, str | int]
    ) -> tuple[int, bytes, httpx.Headers]:
        """Status, body and headers; a body larger than any page is refused."""
        import httpx

        until = time.monotonic() + self._patience.answer_timeout
        with http.stream("GET", path, params=parameters) as response:
            body = bytearray()
            for part in response.iter_bytes():
                body += part
                if len(body) > _LARGEST_PAGE:
                    raise DataFormatError("an answer of more than 16 MiB", where=self.url)
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the body drips")
            # Should the service echo the key, it goes no further than this.
            clean = bytes(body).replace(self._key.get_secret_value().encode(), b"***")
            return response.status_code, clean, response.headers

    def _refuse(self, status: int, said: str, instrument: str) -> NoReturn:
        if status in (401, 403):
            what = f"OANDA does not take the key: {status}{said}"
            hint = f"practice and live keys differ: is oanda_url right? {_NEW_KEY}"
            raise SettingsError(what, where="oanda_key", hint=hint)
        if status == 404 or (status == 400 and "instrument" in said.lower()):
            what = f"OANDA has no instrument {instrument}: {status}{said}"
            raise SymbolError(what, where=self.url, hint="names are those of its list, as in EUR_USD or XAU_USD")
        if 300 <= status < 400:
            raise SettingsError(f"the address sends on to another one ({status})", where=self.url, hint=_ADDRESSES)
        raise DataError(f"OANDA refuses the request: {status}{said}", where=self.url, code="data-refused")


def checked_key(key: SecretStr | None) -> SecretStr:
    """The key if it can be one; SettingsError, without it, else."""
    if key is None or not key.get_secret_value().strip():
        raise SettingsError("no key for OANDA", where="oanda_key", hint=_NEW_KEY)
    text = key.get_secret_value()
    if not (text.isascii() and text.isprintable() and " " not in text):
        what = "the key for OANDA has spaces, line ends or letters that no key has"
        raise SettingsError(what, where="oanda_key", hint="copy it again, without quotation marks")
    return key


def checked_url(url: str) -> str:
    """The address without a slash at its end; SettingsError unless it is encrypted or this machine's own."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if host is None:
        raise SettingsError(f"{url!r} is no address", where="oanda_url", hint=_ADDRESSES)
    if parts.username or parts.password:
        raise SettingsError("the address holds a password", where="oanda_url", hint="leave it away")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _HOME):
        raise SettingsError(f"{url!r} would send the key unencrypted", where="oanda_url", hint=_ADDRESSES)
    return url.rstrip("/")


def rfc3339(moment: int) -> str:
    """``2025-06-02T00:00:00.000Z`` of ms UTC."""
    text = datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _network_cause(error: httpx.HTTPError) -> str:
    """The kind of failure in words; the error's own text may hold the request and is left out."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return "it does not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "it cannot be reached; is there a network?"
    return f"the connection breaks ({type(error).__name__})"


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds of the header Retry-After (a number, or a date by this machine's clock), None without a sound one."""
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _message(body: bytes) -> str:
    """What the service says of an error, ready to be put behind a text."""
    import orjson

    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    said = found.get("errorMessage") if isinstance(found, dict) else None
    if not isinstance(said, str) or not said:
        return ""
    return f" ({said[:200].rstrip('.')})"
