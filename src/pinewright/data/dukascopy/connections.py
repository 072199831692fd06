"""One HTTP/1.1 connection and one GET at a time: bytes by asyncio, their meaning by h11; through a proxy by httpx.

httpx alone would do, but it takes ten times the work for a small answer (docs/log.md), and 14 days of ticks are 240 of
them. Where the environment names a proxy, httpx asks: it knows all kinds of them.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pinewright.data.dukascopy.politeness import Politeness
from pinewright.errors import SettingsError

if TYPE_CHECKING:
    import h11
    import httpx

_CHUNK: Final = 1 << 18
_PORTS: Final = {"http": 80, "https": 443}


class ConnectionTroubleError(Exception):
    """No whole answer came; the message says why."""


@dataclass(frozen=True)
class RawAnswer:
    """status, headers by lower-case name, the body after any Content-Encoding, and its bytes on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int


class Connection(Protocol):
    """A connection to one host, opened when it is first used and again when the host has ended it."""

    async def get(self, url: str) -> RawAnswer:
        """The answer, redirections included; ConnectionTroubleError where none came. After any trouble or cancelling
        the next call begins with a new connection."""
        ...

    async def close(self) -> None: ...


Connect = Callable[[str], Connection]


class ConnectionMaker:
    """Makes connections to addresses as the environment wants them: directly, or through its proxy."""

    def __init__(self, politeness: Politeness, user_agent: str) -> None:
        self._politeness = politeness
        self._headers = {"User-Agent": user_agent, "Accept": "*/*"}
        self._tls: ssl.SSLContext | None = None

    def __call__(self, url: str) -> Connection:
        """A connection for the host of an address; SettingsError where it is no http or https address."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingsError(
                f"{url!r} is no address of a data service", hint="an address begins with https:// and a host's name"
            )
        if parts.scheme in getproxies() and not proxy_bypass(parts.hostname):
            return HttpxConnection(self._politeness, self._headers)
        if parts.scheme == "https" and self._tls is None:
            self._tls = tls_context()
        return DirectConnection(self._politeness, self._headers, self._tls if parts.scheme == "https" else None)


def tls_context() -> ssl.SSLContext:
    """The certificates of certifi, or those that SSL_CERT_FILE names, as httpx reads them."""
    import httpx

    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass
class _Link:
    """An open connection: its two ends, and what h11 knows of the conversation on it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    state: h11.Connection


class DirectConnection:
    """HTTP/1.1 over asyncio's streams."""

    def __init__(self, politeness: Politeness, headers: dict[str, str], tls: ssl.SSLContext | None) -> None:
        self._limits = politeness
        self._headers = [*headers.items(), ("Accept-Encoding", "gzip, deflate")]
        self._tls = tls
        self._link: _Link | None = None

    async def get(self, url: str) -> RawAnswer:
        import h11

        whole = False
        try:
            answer = await self._answer(url)
            whole = True
            return answer
        except TimeoutError as error:
            raise ConnectionTroubleError(str(error) or "time-out") from None
        except h11.RemoteProtocolError as error:
            raise ConnectionTroubleError(f"a broken answer: {error}") from error
        except (OSError, EOFError, zlib.error) as error:
            raise ConnectionTroubleError(reason(error)) from error
        finally:
            if not whole:
                self._drop()

    async def close(self) -> None:
        self._drop()

    def _drop(self) -> None:
        if self._link is not None:
            self._link.writer.transport.abort()
        self._link = None

    async def _answer(self, url: str) -> RawAnswer:
        import h11

        link = self._link
        if link is not None and not link.reader.at_eof():
            try:
                return await self._ask(link, url)
            except TimeoutError:
                raise
            except (OSError, EOFError, h11.RemoteProtocolError):
                # A host may end a connection in the moment in which it is used again; that answers nothing.
                if link.state.their_state is not h11.SEND_RESPONSE:
                    raise
        self._drop()
        self._link = await self._open(url)
        return await self._ask(self._link, url)

    async def _open(self, url: str) -> _Link:
        import h11

        parts = urlsplit(url)
        host = parts.hostname or ""
        try:
            async with asyncio.timeout(self._limits.connect_timeout):
                reader, writer = await asyncio.open_connection(
                    host,
                    parts.port or _PORTS[parts.scheme],
                    limit=_CHUNK,
                    ssl=self._tls,
                    server_hostname=host if self._tls else None,
                )
        except TimeoutError:
            raise TimeoutError(f"no connection after {self._limits.connect_timeout:g} s") from None
        return _Link(reader, writer, h11.Connection(h11.CLIENT))

    async def _ask(self, link: _Link, url: str) -> RawAnswer:
        import h11

        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = [("Host", parts.netloc.rpartition("@")[2]), *self._headers]
        asked = link.state.send(h11.Request(method="GET", target=target, headers=headers)) or b""
        link.writer.write(asked + (link.state.send(h11.EndOfMessage()) or b""))
        while isinstance(response := await self._event(link), h11.InformationalResponse):
            pass
        if not isinstance(response, h11.Response):
            raise EOFError
        body: list[bytes] = []
        size = 0
        while isinstance(event := await self._event(link), h11.Data):
            size += len(event.data)
            if size > self._limits.body_limit:
                raise ConnectionTroubleError(f"an answer of more than {self._limits.body_limit >> 20} MiB")
            body.append(bytes(event.data))
        if link.state.our_state is h11.DONE and link.state.their_state is h11.DONE:
            link.state.start_next_cycle()
        else:
            self._drop()  # the host wants no other request on it
        found = {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
        whole = self._decoded(b"".join(body), found.get("content-encoding", "").strip().lower())
        return RawAnswer(response.status_code, found, whole, size)

    async def _event(self, link: _Link) -> object:
        """What the host says next; EOFError where it has ended the connection."""
        import h11

        while (event := link.state.next_event()) is h11.NEED_DATA:
            try:
                async with asyncio.timeout(self._limits.read_timeout):
                    data = await link.reader.read(_CHUNK)
            except TimeoutError:
                raise TimeoutError(f"connected, but nothing came for {self._limits.read_timeout:g} s") from None
            if not data and link.state.their_state is h11.SEND_RESPONSE:
                raise EOFError
            link.state.receive_data(data)
        if isinstance(event, h11.ConnectionClosed):
            raise EOFError
        return event

    def _decoded(self, body: bytes, encoding: str) -> bytes:
        if encoding in ("", "identity"):
            return body
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise ConnectionTroubleError(f"an answer with the Content-Encoding {encoding[:40]!r}")
        limit = self._limits.body_limit
        # 32 + 15: gzip or zlib, told by the header; some hosts mean raw deflate by "deflate".
        bits = -15 if encoding == "deflate" and body[:1] and body[0] & 0x0F != 8 else 47
        inflater = zlib.decompressobj(bits)
        found = inflater.decompress(body, limit + 1)
        if len(found) > limit:
            raise ConnectionTroubleError(f"an answer of more than {limit >> 20} MiB")
        if not inflater.eof:
            raise ConnectionTroubleError("a compressed answer that is cut")
        return found


class HttpxConnection:
    """The same through httpx, for proxies. client: for tests."""

    def __init__(
        self, politeness: Politeness, headers: dict[str, str], client: httpx.AsyncClient | None = None
    ) -> None:
        import httpx

        self._limits = politeness
        self._client = client or httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(politeness.read_timeout, connect=politeness.connect_timeout),
            limits=httpx.Limits(max_connections=1),
            follow_redirects=False,
        )

    async def get(self, url: str) -> RawAnswer:
        import httpx

        parts: list[bytes] = []
        try:
            async with self._client.stream("GET", url) as response:
                async for part in response.aiter_bytes():
                    parts.append(part)
                    if sum(map(len, parts)) > self._limits.body_limit:
                        raise ConnectionTroubleError(f"an answer of more than {self._limits.body_limit >> 20} MiB")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise SettingsError(f"{url!r} is no address of a data service: {error}") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise ConnectionTroubleError(reason(error)) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return RawAnswer(response.status_code, headers, b"".join(parts), response.num_bytes_downloaded)

    async def close(self) -> None:
        await self._client.aclose()


def reason(error: BaseException) -> str:
    """The plain reason of a network error: "Connection refused", not "All connection attempts failed"."""
    found: BaseException = error
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            break
        if isinstance(seen, OSError) and seen.strerror:
            found = seen
        group = isinstance(seen, BaseExceptionGroup) and seen.exceptions
        seen = group[0] if group else seen.__cause__ or seen.__context__
    if isinstance(found, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({found.verify_message})"
    if isinstance(found, OSError) and found.strerror:
        # asyncio says "Connect call failed" and the address, and the system's word is behind the number.
        text = found.strerror
        if found.errno and "call failed" in text.lower():
            import os

            text = os.strerror(found.errno)
        return text
    if isinstance(found, EOFError):
        return "the connection ended before the answer"
    return str(found) or type(found).__name__
