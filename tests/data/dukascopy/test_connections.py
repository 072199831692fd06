"""One GET over asyncio and h11, against a server that sends what a test tells it, byte for byte."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import ssl
import subprocess
import zlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import httpx
import pytest

from pinewright.data.dukascopy.connections import (
    ConnectionMaker,
    ConnectionTroubleError,
    DirectConnection,
    HttpxConnection,
    RawAnswer,
    reason,
)
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.errors import SettingsError

HASTY = Politeness(connect_timeout=2.0, read_timeout=0.2, body_limit=100_000)


class Server:
    """Answers the n-th request of all connections with the n-th text; None ends the connection, "" keeps silent."""

    def __init__(self, answers: Sequence[bytes | None], *, end: bool = False) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self._end = end

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while self.answers:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self.answers.pop(0)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                if self._end:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def ask(
    server: Server, use: Callable[[DirectConnection, str], Awaitable[RawAnswer]], path: str = "/v1/x?from=7"
) -> RawAnswer:
    """What ``use`` makes of a connection to the server."""

    async def run() -> RawAnswer:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        maker = ConnectionMaker(HASTY, "pinewright/test")
        connection = maker(f"http://127.0.0.1:{port}")
        assert isinstance(connection, DirectConnection)
        try:
            return await use(connection, f"http://127.0.0.1:{port}{path}")
        finally:
            await connection.close()
            listening.close()

    return asyncio.run(run())


async def once(connection: DirectConnection, url: str) -> RawAnswer:
    return await connection.get(url)


async def twice(connection: DirectConnection, url: str) -> RawAnswer:
    await connection.get(url)
    await asyncio.sleep(0.05)
    return await connection.get(url)


def told(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_the_request_is_honest_and_complete() -> None:
    server = Server([told(b"abc", "Date: Mon, 02 Jun 2025 00:00:00 GMT")])
    answer = ask(server, once)
    assert (answer.status, answer.body, answer.size) == (200, b"abc", 3)
    assert answer.headers["date"] == "Mon, 02 Jun 2025 00:00:00 GMT"
    request = server.requests[0].decode()
    assert request.startswith("GET /v1/x?from=7 HTTP/1.1\r\n")
    assert "User-Agent: pinewright/test\r\n" in request
    assert "Host: 127.0.0.1:" in request


def test_the_connection_is_used_again() -> None:
    server = Server([told(b"one"), told(b"two")])
    assert ask(server, twice).body == b"two"
    assert server.connections == 1


@pytest.mark.parametrize(
    "answers", [[told(b"one"), None, told(b"two")], [told(b"one", "Connection: close"), told(b"two")]]
)
def test_a_host_that_ends_a_connection_is_asked_on_a_new_one(answers: list[bytes | None]) -> None:
    server = Server(answers)
    assert ask(server, twice).body == b"two"
    assert server.connections == 2


def test_a_first_request_without_an_answer_is_not_repeated() -> None:
    server = Server([None, told(b"x")])
    with pytest.raises(ConnectionTroubleError, match="ended before the answer"):
        ask(server, once)
    assert len(server.requests) == 1


def test_bodies_in_chunks_and_bodies_until_the_end() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert ask(Server([chunked]), once).body == b"abcde"
    assert ask(Server([b"HTTP/1.1 200 OK\r\n\r\nabc"], end=True), once).body == b"abc"
    assert ask(Server([b"HTTP/1.1 103 Early Hints\r\n\r\n" + told(b"late")]), once).body == b"late"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
def test_compressed_bodies(encoding: str) -> None:
    plain = b"jetta" * 1000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(plain, mtime=0),
        "deflate": zlib.compress(plain),
        "raw deflate": raw.compress(plain) + raw.flush(),
    }[encoding]
    answer = ask(Server([told(packed, f"Content-Encoding: {encoding.split()[-1]}")]), once)
    assert answer.body == plain
    assert answer.size == len(packed)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (told(b"abcdef")[:-3], "broken answer|ended"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "ended|broken"),
        (b"\x00\x01\x02 nonsense\r\n\r\n", "broken answer"),
        (told(gzip.compress(b"abc" * 99, mtime=0)[:-9], "Content-Encoding: gzip"), "cut"),
        (told(b"not gzip at all", "Content-Encoding: gzip"), "header"),
        (told(b"abc", "Content-Encoding: br"), "Content-Encoding 'br'"),
        (told(b"a" * 100_001), "more than"),
        (told(gzip.compress(b"a" * 200_000, mtime=0), "Content-Encoding: gzip"), "more than"),
    ],
)
def test_answers_that_are_not_whole_are_trouble(answer: bytes, cause: str) -> None:
    with pytest.raises(ConnectionTroubleError, match=cause):
        ask(Server([answer], end=True), once)


def test_a_host_that_accepts_and_keeps_silent() -> None:
    with pytest.raises(ConnectionTroubleError, match=r"connected, but nothing came for 0\.2 s"):
        ask(Server([b"", b""]), once)


def test_after_trouble_the_next_request_has_a_new_connection() -> None:
    async def again(connection: DirectConnection, url: str) -> RawAnswer:
        with pytest.raises(ConnectionTroubleError):
            await connection.get(url)
        return await connection.get(url)

    server = Server([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", told(b"whole")])
    assert ask(server, again).body == b"whole"
    assert server.connections == 2


def test_nobody_there_and_no_such_host() -> None:
    async def run(url: str) -> None:
        await ConnectionMaker(HASTY, "test")(url).get(url)

    with pytest.raises(ConnectionTroubleError, match="Connection refused"):
        asyncio.run(run("http://127.0.0.1:9/x"))


@pytest.mark.parametrize("url", ["jetta.dukascopy.com/v1", "ftp://host/x", "https:///x", ""])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(SettingsError, match="no address"):
        ConnectionMaker(HASTY, "test")(url)


def test_a_proxy_of_the_environment_is_asked_through_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "10.0.0.1")
    assert isinstance(ConnectionMaker(HASTY, "test")("http://192.0.2.1/x"), HttpxConnection)
    assert isinstance(ConnectionMaker(HASTY, "test")("http://10.0.0.1/x"), DirectConnection)


def test_httpx_tells_the_same() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/gone":
            raise httpx.ConnectError("All connection attempts failed")
        return httpx.Response(302, headers={"Location": "/there"}, content=b"moved")

    async def run(path: str) -> RawAnswer:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        connection = HttpxConnection(HASTY, {}, client)
        try:
            return await connection.get(f"http://host{path}")
        finally:
            await connection.close()

    answer = asyncio.run(run("/x"))
    assert (answer.status, answer.headers["location"], answer.body) == (302, "/there", b"moved")
    with pytest.raises(ConnectionTroubleError, match="All connection attempts failed"):
        asyncio.run(run("/gone"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of this computer's own, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    asked = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    made = subprocess.run([openssl, *asked.split(), "-keyout", path, "-out", f"{path}.crt"], capture_output=True)
    assert made.returncode == 0, made.stderr
    with path.open("ab") as file:
        file.write(Path(f"{path}.crt").read_bytes())
    return path


@pytest.mark.parametrize("trusted", [True, False])
def test_https(certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool) -> None:
    async def run() -> list[RawAnswer]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        listening = await asyncio.start_server(Server([told(b"one"), told(b"two")]), "127.0.0.1", 0, ssl=tls)
        url = f"https://localhost:{listening.sockets[0].getsockname()[1]}/x"
        connection = ConnectionMaker(HASTY, "test")(url)
        try:
            return [await connection.get(url) for _ in range(2)]
        finally:
            await connection.close()
            listening.close()

    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
        assert [answer.body for answer in asyncio.run(run())] == [b"one", b"two"]
    else:
        with pytest.raises(ConnectionTroubleError, match="its certificate is not trusted"):
            asyncio.run(run())


def test_reasons_are_the_systems_words() -> None:
    assert reason(ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 9)")) == "Connection refused"
    wrapped = RuntimeError("all attempts failed")
    wrapped.__cause__ = ExceptionGroup("two", [OSError(101, "Network is unreachable"), OSError(111, "x")])
    assert reason(wrapped) == "Network is unreachable"
    assert reason(EOFError()) == "the connection ended before the answer"
    assert reason(ValueError()) == "ValueError"
