"""Download pip's newest wheel with nothing but Python: python fetch_pip.py FOLDER; prints the wheel's path.

For machines whose Python came without ensurepip and that have no other pip. Reads the index as pip does:
PIP_INDEX_URL, then `index-url` in pip's configuration files, then the standard index. Proxies come from the
environment; PIP_CERT and SSL_CERT_FILE are honoured. The wheel is checked against the hash that the index gives.
"""

from __future__ import annotations

import configparser
import hashlib
import json
import os
import re
import ssl
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

STANDARD_INDEX = "https://pypi.org/simple"
SECONDS = 60
WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl")


@dataclass(frozen=True)
class Wheel:
    """A wheel that the index offers: version, address, SHA-256 in hex or None."""

    version: tuple[int, ...]
    url: str
    sha256: str | None


def configured_index() -> str:
    """The index that pip would use."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    for file in configuration_files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("install", "global"):
            for name in ("index-url", "index_url"):
                if parser.has_option(section, name):
                    return parser.get(section, name).strip()
    return STANDARD_INDEX


def configuration_files() -> Iterator[Path]:
    """pip's configuration files, strongest first."""
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    if named:
        yield Path(named)
    base = os.environ.get("XDG_CONFIG_HOME")
    yield (Path(base) if base else Path.home() / ".config") / "pip/pip.conf"
    yield Path.home() / ".pip/pip.conf"
    yield Path.home() / "Library/Application Support/pip/pip.conf"
    yield Path("/etc/pip.conf")


class Links(HTMLParser):
    """Wheels in a page of the simple index, in its HTML form (PEP 503)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.found: list[Wheel] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        address, fragment = urllib.parse.urldefrag(values.get("href") or "")
        if tag == "a" and "data-yanked" not in values and _allows(values.get("data-requires-python")):
            url = urllib.parse.urljoin(self.page, address)
            self.found += _wheel(url, fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else None)


def offered(page: str, content_type: str, text: str) -> list[Wheel]:
    """Wheels for this Python in an index page, in its JSON (PEP 691) or HTML form."""
    if "json" not in content_type:
        links = Links(page)
        links.feed(text)
        return links.found
    found = []
    for file in json.loads(text)["files"]:
        if not file.get("yanked") and _allows(file.get("requires-python")):
            found += _wheel(urllib.parse.urljoin(page, file["url"]), file.get("hashes", {}).get("sha256"))
    return found


def _wheel(url: str, sha256: str | None) -> list[Wheel]:
    match = WHEEL.fullmatch(urllib.parse.unquote(url.rsplit("/", 1)[-1]))
    return [Wheel(tuple(map(int, match[1].split("."))), url, sha256)] if match else []


def _allows(requires: str | None) -> bool:
    """Whether this Python meets a `>=3.9` of the index; other forms are taken as met."""
    match = re.search(r">=\s*(\d+)\.(\d+)", requires or "")
    return match is None or sys.version_info[:2] >= (int(match[1]), int(match[2]))


def fetch(folder: Path) -> Path:
    """Download the newest wheel into a folder and return its path; RuntimeError or OSError when there is none."""
    authority = os.environ.get("PIP_CERT") or None
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority)), urllib.request.FileHandler()
    )
    page = configured_index().rstrip("/") + "/pip/"
    if page.startswith("file:"):
        page += "index.html"
    accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
    with opener.open(urllib.request.Request(page, headers={"Accept": accept}), timeout=SECONDS) as answer:
        wheels = offered(page, answer.headers.get("Content-Type", ""), answer.read().decode())
    if not wheels:
        raise RuntimeError(f"the index has no wheel of pip for this Python: {page}")
    wheel = max(wheels, key=lambda each: each.version)
    with opener.open(wheel.url, timeout=SECONDS) as answer:
        content = answer.read()
    if wheel.sha256 is not None and hashlib.sha256(content).hexdigest() != wheel.sha256:
        raise RuntimeError(f"the wheel does not have the hash that the index gives: {wheel.url}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / urllib.parse.unquote(wheel.url.rsplit("/", 1)[-1])
    path.write_bytes(content)
    return path


def main() -> int:
    try:
        print(fetch(Path(sys.argv[1])))
    except (RuntimeError, OSError, ValueError) as error:
        print(f"pip cannot be fetched from the registry: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
