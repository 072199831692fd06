"""The page in a real browser: charts are drawn, nothing is asked of the network, the first screen fits."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pinewright.app.report.charts_library import charts_library
from pinewright.app.report.page import report_page

from .conftest import Example

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the browser's own errands shall not leave this machine either
    "--enable-logging=stderr",
    "--virtual-time-budget=3000",
)
SEEN = """<script>addEventListener("load", () => setTimeout(() => {
  %s
  const seen = document.createElement("output"); seen.id = "seen"; seen.textContent = JSON.stringify(%s);
  document.body.append(seen);
}, 1500));</script></body>"""
PIXELS = """(() => {
  const all = (what) => document.querySelectorAll(what);
  const colours = (id) => {
    const seen = new Set();
    all(`#${id} canvas`).forEach((canvas) => {
      if (!canvas.width || !canvas.height) return;
      const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      new Uint32Array(image.data.buffer).forEach((pixel) => seen.add(pixel));
    });
    return seen.size;
  };
  return {
    price: colours("price-chart"), equity: colours("equity-chart"),
    rows: all("#trades-table tbody tr").length, chosen: all("#trades-table tr.chosen").length,
    words: document.getElementById("trade-words").textContent,
  };
})()"""


@dataclass(frozen=True)
class Visit:
    """What came of opening a page: its elements afterwards, console lines, and addresses that were asked for."""

    dom: str
    console: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def seen(self) -> dict[str, Any]:
        found = re.search(r'<output id="seen">(.*?)</output>', self.dom, re.S)
        assert found is not None, "the page's own script did not run to its end"
        loaded: dict[str, Any] = json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        return loaded


@pytest.fixture(scope="module")
def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no chromium here: the page is tested without a browser only")


@pytest.fixture(scope="module")
def page(example: Example) -> str:
    if charts_library() is None:
        pytest.skip("litecharts is not installed: the page has no charts to look at")
    return report_page(example.run, example.bars, charts_library())


def visit(chromium: str, address: str, folder: Path, *flags: str) -> Visit:
    log = folder / "net.json"
    place = (f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--window-size=1280,800", *flags)
    done = subprocess.run(
        [chromium, *FLAGS, *place, "--dump-dom", address], capture_output=True, text=True, timeout=60, check=False
    )
    if not done.stdout:
        pytest.skip(f"chromium does not run here: {done.stderr.strip()[-200:]}")
    asked = sorted(set(asked_by_page(log)))
    console = tuple(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    return Visit(done.stdout, console, tuple(asked))


def asked_by_page(log: Path) -> list[str]:
    """Addresses in the browser's network log that a page asked for; its own errands have no page as initiator."""
    events = [line.rstrip(",\n") for line in log.read_text(errors="replace").splitlines() if '"initiator"' in line]
    parts = [json.loads(line)["params"] for line in events if line.startswith('{"params"')]
    return [
        part["url"] for part in parts if part["initiator"] != "not an origin" and not part["url"].startswith("file:")
    ]


def unguarded(page: str, act: str, look: str) -> str:
    """The page with a script of the test's in it, which its own policy would not run."""
    without = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    return without.replace("</body>", SEEN % (act, look))


def test_charts_are_drawn_without_error_or_request(chromium: str, page: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    result = visit(chromium, f"file://{tmp_path}/report.html#everything", tmp_path)
    for chart in ("price-chart", "equity-chart"):
        inside = result.dom.partition(f'id="{chart}"')[2][:4000]
        assert "<canvas" in inside, chart
    assert 'class="scripted"' in result.dom
    assert "1 to 38 of 38 trades" in result.dom
    assert result.console == ()
    assert result.asked == ()


def test_a_request_would_be_noticed(chromium: str, tmp_path: Path) -> None:
    (tmp_path / "loud.html").write_text('<img src="https://example.invalid/picture.png"><script>nothing()</script>')
    result = visit(chromium, f"file://{tmp_path}/loud.html", tmp_path)
    assert result.asked == ("https://example.invalid/picture.png",)
    assert len(result.console) >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_trade_is_chosen_and_both_charts_have_colours(chromium: str, page: str, tmp_path: Path, scheme: str) -> None:
    act = 'document.querySelectorAll("#trades-table button")[4].click();'
    # Pixels are read a moment later, when the chart has drawn the trade.
    text = unguarded(page, act + "setTimeout(() => {", PIXELS).replace(
        "document.body.append(seen);", "document.body.append(seen); }, 500);"
    )
    (tmp_path / "clicked.html").write_text(text, encoding="utf-8")
    flag = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    result = visit(chromium, f"file://{tmp_path}/clicked.html#everything", tmp_path, flag)
    seen = result.seen
    assert seen["price"] > 10
    assert seen["equity"] > 10
    assert seen["rows"] == 38
    assert seen["chosen"] == 1
    assert seen["words"].startswith("Trade 127, ")
    assert result.console == ()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_first_screen_fits(chromium: str, page: str, tmp_path: Path, width: int, height: int) -> None:
    look = (
        '{ bottom: document.getElementById("next-command").getBoundingClientRect().bottom,'
        " wide: document.documentElement.scrollWidth, screen: innerWidth }"
    )
    told = "parent.postMessage(seen.textContent, '*');"
    text = unguarded(page, "", look).replace("document.body.append(seen);", told)
    (tmp_path / "inner.html").write_text(text, encoding="utf-8")
    # A window cannot be as narrow as a phone; a frame can.
    (tmp_path / "outer.html").write_text(
        f'<body><iframe src="inner.html" style="border:0;width:{width}px;height:{height}px"></iframe><script>'
        'addEventListener("message", (event) => { const seen = document.createElement("output"); seen.id = "seen";'
        " seen.textContent = event.data; document.body.append(seen); });</script></body>"
    )
    seen = visit(chromium, f"file://{tmp_path}/outer.html", tmp_path).seen
    assert seen["screen"] == width
    assert seen["wide"] <= width, "the page must not scroll sideways"
    assert seen["bottom"] <= height
