"""The page without a browser: what it holds, and what it must not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pinewright.app.report import embedded
from pinewright.app.report.charts_library import apache_licence, charts_library
from pinewright.app.report.evidence_model import Place, Rule
from pinewright.app.report.model import CAUTION, Note
from pinewright.app.report.page import report_page
from pinewright.app.report.reporter import PerformanceReporter, ResultsExporter, write_report
from pinewright.errors import OutputError
from pinewright.optimize.proof import Check, Judgement, Outcome, Stress, Word

from .conftest import Example, make_example
from .evidence_example import make_judgement

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \" ' & {{ 7 * 7 }} <!--"
VOID = {"meta", "link", "br", "img", "input", "hr", "line", "polyline"}


class Reader(HTMLParser):
    """Collects elements, the text of every section, and unclosed elements."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str | None]] = []
        self.words: list[tuple[tuple[str | None, ...], str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append((tag, dict(attributes).get("id")))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.words.append((tuple(name for _, name in self.open), data))

    def text(self, part: str) -> str:
        return " ".join(" ".join(data for inside, data in self.words if part in inside).split())


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', page, re.S)
    assert found is not None
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


@pytest.fixture(scope="module")
def page(example: Example) -> str:
    return PerformanceReporter(example.run, example.bars).html()


def test_it_is_well_formed_and_small(page: str) -> None:
    read(page)
    assert len(page.encode()) < 1_500_000


def test_ids_are_unique_and_labels_find_their_fields(page: str) -> None:
    elements = read(page).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    fields = {attributes["for"] for tag, attributes in elements if tag == "label"}
    assert fields <= set(ids)


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    for tag, attributes in read(page).elements:
        assert tag not in ("iframe", "object", "embed", "base", "form", "audio", "video")
        assert not any(name.startswith("on") for name in attributes), f"{tag} has code in an attribute"
        for name in ("src", "href", "srcset", "data", "action", "poster", "background", "xlink:href"):
            value = attributes.get(name)
            assert value is None or value.startswith(("data:,", "#")), f"<{tag} {name}={value}>"
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_the_policy_forbids_the_network_and_foreign_scripts(page: str) -> None:
    policy = next(a["content"] for _, a in read(page).elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    scripts = next(rule for rule in policy.split("; ") if rule.startswith("script-src"))
    assert all(source.startswith("'sha256-") for source in scripts.split()[1:])
    assert "http" not in policy


def test_the_caution_comes_first(page: str, real_example: Example) -> None:
    body = re.sub(r"<[^>]+>", "", page.partition("<body>")[2][:400]).strip()
    assert body.startswith(CAUTION)
    assert re.search(rf"<title>{re.escape(CAUTION)}", page)
    real = PerformanceReporter(real_example.run, real_example.bars).html()
    assert CAUTION not in real


def test_the_first_screen_tells_what_it_must(page: str, example: Example) -> None:
    text = read(page).text("first-screen")
    facts, locked = example.run.facts, example.run.strategies[0].results.locked
    for sentence in facts.verdict:
        assert sentence in text
    for expected in (
        f"+{locked.net_profit:.2f} USD",
        "\u221284.40 to +311.20 USD",
        "95 % interval",
        f"{locked.max_drawdown_percent:.2f} %",
        f"+{locked.pips_per_trade:.2f} pips",
        "1.00 pips of cost",
        "12,288",
        "bid prices of seeded simulator",
        "2025-04-01 to 2025-05-31",
        facts.next_command,
    ):
        assert expected in text, expected
    assert re.search(rf"Trades {locked.trades} ", text)


def test_the_first_screen_holds_no_figure_of_search_or_selection(page: str, example: Example) -> None:
    text = read(page).text("first-screen")
    whole = read(page).text("strategies")
    everyone = [item.results for item in example.run.strategies]
    assert example.run.portfolio is not None
    for results in (*everyone, example.run.portfolio.results):
        for metrics in (results.search, results.selection):
            for value in (metrics.net_profit, metrics.max_drawdown, metrics.pips_per_trade, metrics.net_percent):
                shown = f"{value:,.2f}"
                assert shown in whole, "the figure is below, so that its absence above means something"
                assert shown not in text
    first = example.run.strategies[0].equity
    for value in first.value.tolist():
        assert f"{value:,.2f}" not in text
        assert f"{value:,.0f}" not in text


def test_search_figures_are_marked_as_in_sample(page: str) -> None:
    assert "Search in-sample" in read(page).text("strategies")
    assert "Search (in-sample)" in page


def test_everything_below_is_folded(page: str) -> None:
    folds = [attributes for tag, attributes in read(page).elements if tag == "details" and "id" in attributes]
    assert [fold["id"] for fold in folds] == [
        "strategies",
        "price",
        "equity",
        "trades",
        "data",
        "circumstances",
        "settings",
        "method",
        "licences",
    ]
    assert not any("open" in fold for fold in folds)


def test_quality_settings_costs_and_timing_are_there(page: str) -> None:
    reader = read(page)
    assert "2025-04-18 00:00 UTC" in reader.text("data")
    assert "percentile 95" in reader.text("data")
    assert "environment PINEWRIGHT_LOG_LEVEL" in reader.text("settings")
    assert "default: these bars carry no spread" in reader.text("circumstances")
    assert "0.00005 USD per unit and side" in reader.text("circumstances")
    assert "Together 40.9 s" in reader.text("settings")


def test_long_lists_of_the_quality_report_are_cut_and_told(example: Example) -> None:
    gaps = [{"start": f"g{k}", "missing": k} for k in range(450)]
    facts = replace(example.run.facts, data=replace(example.run.facts.data, quality={"gaps": gaps}))
    text = read(report_page(replace(example.run, facts=facts), example.bars, None)).text("data")
    assert "The first 200 of 450; all are in report.json." in text
    assert "g199" in text
    assert "g200" not in text


def test_hostile_names_stay_text(example: Example) -> None:
    first = example.run.strategies[0]
    trades = replace(first.trades, entry_signal=(HOSTILE,) * len(first.trades))
    bad = replace(first, name=HOSTILE, family=HOSTILE, file_name=HOSTILE, summary=HOSTILE, trades=trades)
    facts = replace(
        example.run.facts,
        title=HOSTILE,
        command=HOSTILE,
        next_command=HOSTILE,
        verdict=(HOSTILE,) * 3,
        data=replace(example.run.facts.data, feed=HOSTILE, quality={HOSTILE: [{HOSTILE: HOSTILE}]}),
        method=(Note(HOSTILE, HOSTILE),),
    )
    calm = report_page(example.run, example.bars, charts_library())
    page = report_page(replace(example.run, facts=facts, strategies=(bad,)), example.bars, charts_library())
    reader = read(page)
    assert sum(tag == "script" for tag, _ in reader.elements) == sum(tag == "script" for tag, _ in read(calm).elements)
    assert not any(tag == "img" for tag, _ in reader.elements)
    assert "{{ 7 * 7 }}" in reader.text("first-screen")
    data = data_of(page)
    assert data["strategies"][0]["label"] == f"1. {HOSTILE}"
    assert HOSTILE in data["strategies"][0]["texts"]


def test_embedded_candles_and_trades_unpack_to_what_they_were(page: str, example: Example) -> None:
    data = data_of(page)
    packed, trades = data["strategies"][0], example.run.strategies[0].trades
    assert (np.cumsum(packed["entry"]) * 1000).tolist() == trades.entry_time.tolist()
    assert packed["net"] == np.round(trades.net_profit, 2).tolist()
    assert [packed["texts"][k] for k in packed["why_out"]] == list(trades.exit_signal)
    candles = data["candles"]
    close = np.cumsum(candles["close"]) / candles["scale"]
    assert close[-1] == pytest.approx(example.bars.close[-1])
    assert ((np.array(candles["high"]) >= 0) & (np.array(candles["low"]) <= 0)).all()
    locked = example.run.facts.periods.locked.start
    entries = trades.entry_time
    assert [part == 2 for part in packed["part"]] == (entries >= locked).tolist()


def test_only_the_latest_of_very_many_trades_are_in_the_page(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "MOST_TRADES", 100)
    packed = data_of(report_page(example.run, example.bars, None))["strategies"][0]
    trades = example.run.strategies[0].trades
    assert packed["skipped"] == len(trades) - 100
    assert (np.cumsum(packed["entry"]) * 1000).tolist() == trades.entry_time[-100:].tolist()


def test_without_the_chart_library_the_page_says_so_and_keeps_its_lines(example: Example) -> None:
    page = report_page(example.run, example.bars, None)
    reader = read(page)
    assert "litecharts" in reader.text("price")
    assert "LightweightCharts v" not in page
    assert any(tag == "polyline" and attributes.get("class") == "line first" for tag, attributes in reader.elements)
    assert "1. Trend cross" in reader.text("strategies")


def test_the_library_is_carried_with_its_notice(page: str) -> None:
    library = charts_library()
    if library is None:
        pytest.skip("litecharts is not installed")
    assert library.source in page
    assert library.version.startswith("5.")
    text = read(page).text("licences")
    assert "TradingView Lightweight Charts" in text
    assert "https://www.tradingview.com/" in text
    assert "Apache License 2.0" in text
    assert apache_licence() == "" or "TERMS AND CONDITIONS" in text


def test_optimize_leads_with_the_better_inputs(example: Example) -> None:
    page = report_page(example.optimize, example.bars, None)
    text = read(page).text("first-screen")
    assert text.index("Found inputs") < text.index("Default inputs")
    assert "Found minus default +40.00 USD 95 % interval \u221220.50 to +101.00 USD" in text
    worse = report_page(replace(example.optimize, better=False), example.bars, None)
    first = read(worse).text("first-screen")
    assert first.index("Default inputs") < first.index("Found inputs")


def test_optimize_that_found_nothing_shows_the_default_alone(example: Example) -> None:
    report = replace(example.optimize, found=None, better=False, gain=None, gain_interval=None)
    text = read(report_page(report, example.bars, None)).text("first-screen")
    assert "Default inputs" in text
    assert "Found" not in text


def test_a_run_without_strategies_has_a_page(example: Example) -> None:
    page = report_page(replace(example.run, strategies=(), portfolio=None), example.bars, None)
    assert "No strategy was delivered" in read(page).text("first-screen")


def test_a_strategy_without_trades_has_a_page(example: Example) -> None:
    first = example.run.strategies[0]
    columns: dict[str, Any] = {
        name: value[:0] for name, value in vars(first.trades).items() if isinstance(value, np.ndarray | tuple)
    }
    columns = {name: value for name, value in columns.items() if name not in ("cumulative", "value")}
    none = replace(first.trades, **columns)
    nan = float("nan")
    locked = replace(first.results.locked, trades=0, win_rate=nan, profit_factor=nan, pips_per_trade=nan, net_profit=0)
    still = replace(first, trades=none, results=replace(first.results, locked=locked))
    page = report_page(replace(example.run, strategies=(still,)), example.bars, None)
    text = read(page).text("first-screen")
    assert "nan" not in text.lower()
    assert "Pips per trade –" in text
    assert data_of(page)["strategies"][0]["entry"] == []


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        example = make_example()
        write_report(example.run, example.bars, tmp_path / folder)
    for name in ("report.html", "report.json", "trades.csv", "checks.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_scripts_are_written_with_the_report(example: Example, tmp_path: Path) -> None:
    paths = ResultsExporter(tmp_path).export(example.run, example.bars, {"1_trend.pine": "//@version=6\n"})
    assert [path.name for path in paths] == ["1_trend.pine", "report.html", "report.json", "trades.csv", "checks.csv"]
    assert (tmp_path / "1_trend.pine").read_text() == "//@version=6\n"


def test_an_unwritable_folder_is_an_output_error(example: Example, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_report(example.run, example.bars, tmp_path / "file" / "below")


def test_a_year_of_minutes_stays_small() -> None:
    example = make_example(size=370_000, minutes=1)
    page = PerformanceReporter(example.run, example.bars).html()
    assert len(page.encode()) < 1_500_000
    assert len(data_of(page)["candles"]["time"]) <= 4_000
    assert "joined from 369,800 bars of 1m" in page


@pytest.fixture(scope="module")
def proved_page(example: Example) -> str:
    return report_page(example.proved_run, example.bars, charts_library())


def test_a_page_with_evidence_is_well_formed_small_and_folded(proved_page: str) -> None:
    reader = read(proved_page)
    assert len(proved_page.encode()) < 1_500_000
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    folds = [attributes for tag, attributes in reader.elements if tag == "details" and "id" in attributes]
    assert [fold["id"] for fold in folds][:3] == ["evidence", "search", "strategies"]
    assert "handoff" in [fold["id"] for fold in folds]
    assert not any("open" in fold for fold in folds)
    used = {attributes["href"] for tag, attributes in reader.elements if tag == "use"}
    assert {f"#{name}" for name in ids} >= used
    copied = {attributes["data-copy"] for _, attributes in reader.elements if "data-copy" in attributes}
    assert copied <= set(ids)


def test_the_first_screen_says_the_verdict_and_what_would_change_it(proved_page: str, example: Example) -> None:
    text = read(proved_page).text("first-screen")
    judged = example.proved_run.facts.judgement
    assert judged is not None
    for sentence in (*judged.reasons, *judged.changes):
        assert sentence in text
    assert re.search(r'<li class="now unproven" aria-current="true">', proved_page)
    assert "7 passed 3 failed 2 without answer" in text
    assert "This locked part is not fresh: days of it were seen 1 time before" in text
    assert "and 40,960 before" in text
    assert "not searched on by this run" in text
    assert "2026-11-20 14:03 UTC by pinewright run --seed 3" in read(proved_page).text("circumstances")
    assert not any(sentence in text for sentence in example.run.facts.verdict), "the reasons stand instead"


def test_the_first_screen_with_evidence_still_holds_no_figure_of_search_or_selection(
    proved_page: str, example: Example
) -> None:
    text = read(proved_page).text("first-screen")
    proof = example.proved_run.strategies[0].proof
    assert proof is not None
    for results in (item.results for item in example.run.strategies):
        for metrics in (results.search, results.selection):
            assert f"{metrics.net_profit:,.2f}" not in text
    for stress in proof.stresses:
        assert f"{abs(stress.net_profit):,.2f}" not in text
    assert f"{abs(proof.bands[0].real_final):,.2f}" not in text


@pytest.mark.parametrize("word", list(Word))
def test_every_verdict_has_its_place(example: Example, word: Word) -> None:
    facts = replace(example.run.facts, judgement=make_judgement(word))
    page = report_page(replace(example.run, facts=facts), example.bars, None)
    assert page.count('aria-current="true"') == 1
    assert f"<strong>{word.value}</strong>" in page
    assert f'aria-label="Verdict: {word.value}"' in page


def test_every_check_has_a_word_for_its_answer(proved_page: str) -> None:
    text = read(proved_page).text("evidence")
    for answer in ("passed Doubled costs", "failed Deflated Sharpe ratio 0.910 at least 0.95", "told Redrawn bars"):
        assert answer in text
    assert "no answer True bid and ask – above 0 these bars have one side only" in text


def test_a_table_stands_behind_every_picture(proved_page: str) -> None:
    figures = re.findall(r'<figure class="picture.*?</figure>', proved_page, re.S)
    assert len(figures) == 5 * (10 + 6)
    for figure in figures:
        assert figure.count("<svg viewBox") == 1
        assert re.search(r"<tbody><tr><th scope=\"row\">", figure)


def test_the_hand_off_card_counts_as_tradingview_does(example: Example) -> None:
    reader = read(report_page(example.proved_optimize, example.bars, None))
    text = reader.text("handoff")
    for expected in (
        "Total trades 159",
        "Total open trades 1",
        'pinewright compare 1_trend_cross.pine --bars "CHART.csv" --trades "LIST.csv"',
        "From 2025-04-01 00:00",
        "The last 10 trades, latest first",
        "Cumulative P&L",
    ):
        assert expected in text.replace("\u00a0", " "), expected
    assert reader.text("code-1").startswith("//@version=6")
    second = report_page(example.proved_run, example.bars, None)
    assert "The script has no dates" in second


def test_rules_of_the_signals_are_in_the_data(proved_page: str) -> None:
    rules = data_of(proved_page)["strategies"][0]["rules"]
    assert [rule["signal"] for rule in rules] == ["Long", "Short", "Take profit", "Stop loss"]
    assert rules[0]["conditions"] == ["goLong and barstate.isconfirmed"]
    assert rules[0]["names"][0] == [5, 'fastLength = input.int(13, "Fast length", minval = 5, maxval = 60)']


def test_patterns_at_the_entries_are_in_the_data(proved_page: str, example: Example) -> None:
    strategy = data_of(proved_page)["strategies"][0]
    seen = strategy["seen"]
    item = example.proved_run.strategies[0]
    assert len(seen) == len(item.sightings) > len(item.trades)
    entries = np.cumsum(strategy["entry"])
    for one in seen:
        assert one["start"] <= one["known"] < entries[one["trade"]]
    assert [one["title"] for one in seen[:2]] == ["Double bottom", "Doji <b>"]
    assert [[len(points) for _, points in one["lines"]] for one in seen[:2]] == [[3, 2], []]
    assert [dashed for dashed, _ in seen[0]["lines"]] == [0, 1]


def test_hostile_words_of_the_evidence_stay_text(example: Example) -> None:
    first = example.proved_run.strategies[0]
    assert first.proof is not None
    assert first.hand_off is not None
    assert first.landscape is not None
    check = Check(HOSTILE, HOSTILE, 1.0, HOSTILE, Outcome.PASS, HOSTILE)
    stress = Stress(HOSTILE, HOSTILE, 1.0, 2.0, 3, HOSTILE)
    bad = replace(
        first,
        inputs=tuple(replace(one, title=HOSTILE) for one in first.inputs),
        proof=replace(first.proof, checks=(check,), stresses=(stress,)),
        judgement=Judgement(Word.WORSE, (HOSTILE,), (HOSTILE,)),
        rules=(Rule("Long", Place(1, HOSTILE), (HOSTILE,), (Place(2, HOSTILE),)),),
        hand_off=replace(first.hand_off, code=HOSTILE, file_name=HOSTILE),
    )
    facts = replace(example.run.facts, judgement=bad.judgement, openings=(HOSTILE,))
    page = report_page(replace(example.run, facts=facts, strategies=(bad,)), example.bars, None)
    reader = read(page)
    assert sum(tag == "script" for tag, _ in reader.elements) == 2
    assert not any(tag == "img" for tag, _ in reader.elements)
    assert reader.text("code-1") == " ".join(HOSTILE.split())
