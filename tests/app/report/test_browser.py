"""The page in a real browser: charts are drawn, nothing is asked of the network, it fits, the keyboard is enough."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pinewright.app.report.charts_library import charts_library
from pinewright.app.report.model import Report
from pinewright.app.report.page import report_page

from .browser import Browser, BrowserGoneError, programs
from .conftest import Example

SIZES = [(1440, 900), (1280, 800), (390, 844)]
COLOURS = """(id) => {
  const seen = new Set();
  document.querySelectorAll(`#${id} canvas`).forEach((canvas) => {
    if (!canvas.width || !canvas.height) return;
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    new Uint32Array(image.data.buffer).forEach((pixel) => seen.add(pixel));
  });
  return seen.size;
}"""
# Contrast by WCAG 2: of every text on the nearest background that is painted.
FAINT = """(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (text) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => (v / 255 <= 0.04045 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => [r, g, b].map(linear)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  document.querySelectorAll("body *").forEach((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest("script, style, :disabled, noscript, .chart, .hidden")) return;
    if (!element.checkVisibility()) return;
    const style = getComputedStyle(element);
    const ink = parse(element.closest("svg") ? style.fill : style.color), paper = behind(element);
    const [high, low] = [light(ink), light(paper)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const name = `${element.tagName}.${element.getAttribute("class")} ${element.textContent.trim().slice(0, 30)}`;
    if (ratio < 4.5) found.push(`${name}: ${ratio.toFixed(2)}`);
  });
  return [...new Set(found)];
})()"""
CUT = """[...document.querySelectorAll(".pictures svg")].flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const at = text.getBoundingClientRect();
    return at.left < box.left - 2 || at.right > box.right + 2 || at.top < box.top - 2 || at.bottom > box.bottom + 2;
  }).map((text) => `${svg.closest("figure").dataset.picture}: ${text.textContent}`);
})"""

BURST = """[...document.querySelectorAll(".card, .tester > div, .ladder li, button, .bar")].filter((box) => {
  const edge = box.getBoundingClientRect();
  return [...box.querySelectorAll("*")].some((part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    return edge.width && range.getBoundingClientRect().right > edge.right + 1;
  });
}).map((box) => box.textContent.trim().slice(0, 60))"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = next((found for name in programs() if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no chromium here: the page is tested without a browser only")
    try:
        with Browser(program, tmp_path_factory.mktemp("browser")) as started:
            yield started
    except BrowserGoneError as error:
        pytest.skip(f"chromium does not run here: {error}")


@pytest.fixture(scope="module")
def pages(example: Example, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of a run and of a script, with evidence and without."""
    if charts_library() is None:
        pytest.skip("litecharts is not installed: the page has no charts to look at")
    folder = tmp_path_factory.mktemp("pages")
    reports: dict[str, Report] = {
        "run": example.run,
        "optimize": example.optimize,
        "proved_run": example.proved_run,
        "proved_optimize": example.proved_optimize,
    }
    for name, report in reports.items():
        (folder / f"{name}.html").write_text(report_page(report, example.bars, charts_library()), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in reports}


@pytest.fixture(autouse=True)
def _quiet(browser: Browser) -> None:
    browser.console.clear()
    browser.asked.clear()
    browser.size(1280, 800)
    browser.scheme()


@pytest.mark.parametrize("name", ["run", "proved_run", "proved_optimize"])
def test_charts_are_drawn_without_error_or_request(browser: Browser, pages: dict[str, Path], name: str) -> None:
    browser.open(pages[name], "#everything")
    browser.until('document.querySelector("#price-chart canvas") && document.querySelector("#equity-chart canvas")')
    browser.until(f'({COLOURS})("price-chart") > 10 && ({COLOURS})("equity-chart") > 10')
    assert browser.run("[...document.querySelectorAll('details.case, #more > details')].every((one) => one.open)")
    assert "1 to 38 of 38 trades" in browser.run("document.getElementById('trades-count').textContent")
    assert browser.console == []
    assert browser.asked == []


def test_a_request_and_an_error_would_be_noticed(browser: Browser, tmp_path: Path) -> None:
    loud = tmp_path / "loud.html"
    loud.write_text('<img src="https://example.invalid/picture.png"><script>nothing()</script>')
    browser.open(loud)
    browser.frame()
    assert browser.asked == ["https://example.invalid/picture.png"]
    assert any("nothing is not defined" in line for line in browser.console)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_keyboard_alone_chooses_a_trade(browser: Browser, pages: dict[str, Path], scheme: str) -> None:
    browser.scheme(scheme)
    browser.open(pages["proved_optimize"], "#trades")
    reached = "document.activeElement.closest('#trades-table tbody') !== null"
    for _ in range(80):
        browser.press("Tab")
        if browser.run(reached):
            break
    assert browser.run(reached), "Tab reaches the list of trades"
    browser.press("Tab", 4)
    browser.press("Enter")
    browser.until(f'({COLOURS})("price-chart") > 10')
    assert browser.run("document.querySelectorAll('#trades-table tr.chosen').length") == 1
    assert browser.run("document.getElementById('trade-words').textContent").startswith("Trade 156, long 22,000: in ")
    rule = browser.run("document.getElementById('trade-rule').innerText")
    assert "if goLong and barstate.isconfirmed" in rule
    assert 'strategy.entry("Long", strategy.long)' in rule
    assert "comment_profit" in rule
    assert "On the chart when it was decided" in rule
    assert "Double bottom (points up, confidence 0.75), from " in rule
    assert browser.console == []


def test_the_chart_moves_by_keys(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["proved_run"], "#price")
    browser.until(f'({COLOURS})("price-chart") > 10')
    before = browser.run("document.querySelector('#price-chart canvas').toDataURL()")
    browser.run("document.getElementById('price-chart').focus()")
    browser.press("ArrowLeft", 3)
    browser.frame()
    assert browser.run("document.querySelector('#price-chart canvas').toDataURL()") != before


def test_a_cell_of_the_heat_map_is_told_in_words(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["proved_optimize"], "#search")
    point = """(() => {
      const svg = document.querySelector("[data-cells]"), mark = svg.querySelector(".real").getBoundingClientRect();
      const [x, y] = [mark.x + mark.width / 2, mark.y + mark.height / 2];
      svg.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, bubbles: true }));
      return document.querySelector(".readout").textContent;
    })()"""
    assert browser.run(point) == "Fast length 25, Slow length 105: score 1.355"


def test_the_tally_leads_to_the_evidence(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["proved_run"])
    browser.run("document.querySelector('.tally').click()")
    browser.until("document.getElementById('evidence').open")


def test_the_code_is_copied_as_it_is(browser: Browser, pages: dict[str, Path], example: Example) -> None:
    browser.open(pages["proved_optimize"], "#handoff")
    browser.run("document.querySelector('[data-copy=code-1]').click()")
    assert example.proved_optimize.found is not None
    assert example.proved_optimize.found.hand_off is not None
    code = example.proved_optimize.found.hand_off.code
    assert browser.run("getSelection().toString()").rstrip() == code.rstrip()
    assert browser.run("document.getElementById('code-1').textContent") == code


@pytest.mark.parametrize("name", ["run", "optimize", "proved_run", "proved_optimize"])
def test_the_first_screen_fits(browser: Browser, pages: dict[str, Path], name: str) -> None:
    browser.open(pages[name])
    look = "({ bottom: document.getElementById('next-command').getBoundingClientRect().bottom, screen: innerWidth })"
    for width, height in SIZES:
        browser.size(width, height)
        seen = browser.run(look)
        assert seen["screen"] == width
        assert seen["bottom"] <= height, f"at {width} x {height}"


@pytest.mark.parametrize("name", ["proved_run", "proved_optimize"])
def test_nothing_scrolls_sideways_or_is_cut(browser: Browser, pages: dict[str, Path], name: str) -> None:
    browser.open(pages[name], "#everything")
    for width in (360, 390, 768, 1280):
        browser.size(width, 800)
        browser.frame()
        assert browser.run("document.documentElement.scrollWidth") <= width, "the page must not scroll sideways"
        assert browser.run(CUT) == [], f"at {width}"
        assert browser.run(BURST) == [], f"at {width}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(browser: Browser, pages: dict[str, Path], scheme: str) -> None:
    browser.scheme(scheme)
    browser.open(pages["proved_optimize"], "#everything")
    dark = browser.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every((part) => part < 60)")
    assert dark == (scheme == "dark")
    assert browser.run(FAINT) == []


def test_paper_holds_everything(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["proved_optimize"])
    found: Any = browser.paper()
    assert found.startswith(b"%PDF")
    assert found.count(b"/Type /Page\n") >= 5
    browser.scheme("light", "print")
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    folds = "[...document.querySelectorAll('#more > details')].filter((one) => !one.open).map((one) => one.id)"
    assert browser.run(folds) == ["price"]
    shown = "(text) => [...document.querySelectorAll(text)].filter((one) => one.checkVisibility()).length"
    assert browser.run(f"({shown})('.picture > svg')") > 10
    assert browser.run(f"({shown})('button:not(td button), .behind')") == 0
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    assert browser.run("document.querySelectorAll('#more > details[open]').length") == 0
