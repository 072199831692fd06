"""The two doors of this room: PerformanceReporter makes the texts of a report, ResultsExporter writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pinewright.app.report.charts_library import charts_library
from pinewright.app.report.checks_list import checks_csv
from pinewright.app.report.document import report_json
from pinewright.app.report.files import write_files
from pinewright.app.report.model import Report
from pinewright.app.report.page import report_page
from pinewright.app.report.trade_list import trades_csv
from pinewright.market import Bars


@dataclass(frozen=True)
class PerformanceReporter:
    """A report as page, document and table; the same report and bars give the same bytes.

    bars: those the run used, warm-up included; the page draws them behind the trades.
    """

    report: Report
    bars: Bars

    def html(self) -> str:
        """One page that works offline; without the package ``litecharts`` it has no candles and says so."""
        return report_page(self.report, self.bars, charts_library())

    def json(self) -> str:
        """The document that docs/reference/report.md describes."""
        return report_json(self.report)

    def csv(self) -> str:
        """Trades of all strategies, TradingView's columns behind a column ``Strategy``."""
        return trades_csv(self.report)

    def checks(self) -> str:
        """Checks of all strategies, one a row."""
        return checks_csv(self.report)


@dataclass(frozen=True)
class ResultsExporter:
    """Writes a report, and the scripts that belong to it, into ``folder``."""

    folder: Path

    def export(self, report: Report, bars: Bars, scripts: Mapping[str, str] | None = None) -> tuple[Path, ...]:
        """Write ``scripts`` (file name to Pine text), ``report.html``, ``report.json``, ``trades.csv`` and
        ``checks.csv``.

        All or none: every file is complete under a temporary name before the first takes its own. Raises OutputError.
        """
        reporter = PerformanceReporter(report, bars)
        texts = {
            **(scripts or {}),
            "report.html": reporter.html(),
            "report.json": reporter.json(),
            "trades.csv": reporter.csv(),
            "checks.csv": reporter.checks(),
        }
        return write_files(self.folder, {name: text.encode() for name, text in texts.items()})


def write_report(
    report: Report, bars: Bars, folder: Path, scripts: Mapping[str, str] | None = None
) -> tuple[Path, ...]:
    """``ResultsExporter(folder).export(report, bars, scripts)``; returns the paths written."""
    return ResultsExporter(folder).export(report, bars, scripts)
