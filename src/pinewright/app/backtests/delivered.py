"""The folder of a report as `review` needs it: what was delivered, on which bars, and the trades that it made there."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from pinewright.app.words import review as words
from pinewright.backtest.trades import OPEN_SIGNAL
from pinewright.errors import DataFormatError, DataNotFoundError
from pinewright.market import FloatArray, Side, Symbol, Timeframe

REPORT = "report.json"
TRADES = "trades.csv"


@dataclass(frozen=True, eq=False)
class DeliveredScript:
    """A script of the folder. profits [K]: net, of its closed trades over the report's bars, in order of closing."""

    path: Path
    label: str
    profits: FloatArray

    @property
    def file(self) -> str:
        return self.path.name


@dataclass(frozen=True, eq=False)
class DeliveredFolder:
    """What a report delivered. end: close of its last bar (ms UTC); days: trading days of its three parts.

    pips, words: costs of a round turn as the report had them; pips NaN where they are no plain spread. gone: names of
    delivered scripts that are no longer there.
    """

    folder: Path
    title: str
    symbol: Symbol
    timeframe: Timeframe
    side: Side
    end: int
    days: int
    seed: int
    pips: float
    cost_words: str
    scripts: tuple[DeliveredScript, ...]
    gone: tuple[str, ...]


def read_delivered(folder: Path) -> DeliveredFolder:
    """What the report in a folder delivered.

    DataNotFoundError for a folder, a report or scripts that are not there, and where nothing was delivered;
    DataFormatError for files that are none of ours; SymbolError for a symbol that is not known.
    """
    if not folder.is_dir():
        raise DataNotFoundError(words.NO_FOLDER, where=str(folder), hint=words.NO_FOLDER_HINT)
    report = _report(folder)
    try:
        data, found = report["data"], _delivered(report)
        folder_scripts = [(folder / name, label) for name, label in found.items()]
        there = [(path, label) for path, label in folder_scripts if path.is_file()]
        gone = tuple(path.name for path, _ in folder_scripts if not path.is_file())
        if not there:
            raise _nothing(report, folder, gone)
        profits = _profits(folder)
        timeframe = Timeframe.parse(str(data["timeframe"]))
        pips = report["costs"]["pips_round_turn"]
        return DeliveredFolder(
            folder,
            str(report["title"]),
            Symbol.get(str(data["symbol"])),
            timeframe,
            Side(str(data["side"])),
            _moment(str(data["end"])) + timeframe.milliseconds,
            sum(int(part["days"]) for part in report["parts"].values()),
            int(report["seed"]),
            float("nan") if pips is None else float(pips),
            str(report["costs"]["words"]),
            tuple(DeliveredScript(path, label, profits.get(label, np.empty(0))) for path, label in there),
            gone,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _not_read(folder / REPORT, f"{type(error).__name__}: {error}") from error


def _report(folder: Path) -> dict[str, Any]:
    for name in (REPORT, TRADES):
        if not (folder / name).is_file():
            raise DataNotFoundError(words.NO_REPORT.format(name=name), where=str(folder), hint=words.NO_REPORT_HINT)
    try:
        document = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _not_read(folder / REPORT, str(error)) from error
    if not isinstance(document, dict) or not str(document.get("schema", "")).startswith("pinewright/report/"):
        raise _not_read(folder / REPORT, "it does not say so")
    return document


def _delivered(report: Mapping[str, Any]) -> dict[str, str]:
    """File names of scripts with the label of their trades; of several rows of one file the first is delivered."""
    found: dict[str, str] = {}
    for one in report["strategies"]:
        name = str(one["file"])
        if name and name == Path(name).name:
            found.setdefault(name, str(one["label"]))
    return found


def _nothing(report: Mapping[str, Any], folder: Path, gone: tuple[str, ...]) -> DataNotFoundError:
    about = report.get("optimize")
    if isinstance(about, dict) and not about.get("better"):
        hint = words.NOTHING_HINT.format(script=about.get("script", "SCRIPT"))
        return DataNotFoundError(words.NOTHING, where=str(folder), hint=hint)
    what = words.ALL_GONE.format(names=", ".join(gone) or "none is named")
    return DataNotFoundError(what, where=str(folder), hint=words.ALL_GONE_HINT)


def _profits(folder: Path) -> dict[str, FloatArray]:
    """Net profits of closed trades by label, in the order of the list."""
    import polars as pl

    text = (folder / TRADES).read_text(encoding="utf-8")
    # Of invented prices the first line says so.
    text = text.partition("\n")[2] if text.startswith("# ") else text
    try:
        table = pl.read_csv(io.StringIO(text), infer_schema=False)
        money = next(name for name in table.columns if name.startswith("Net P&L ") and not name.endswith("%"))
        closed = table.filter(
            pl.col("Type").str.starts_with("Exit") & (pl.col("Signal").fill_null("") != OPEN_SIGNAL)
        ).with_columns(pl.col(money).cast(pl.Float64))
    except (pl.exceptions.PolarsError, StopIteration) as error:
        raise _not_read(folder / TRADES, str(error) or "it has no column of profits") from error
    return dict(_by_label(closed, money))


def _by_label(closed: Any, money: str) -> Iterator[tuple[str, FloatArray]]:
    for (label,), rows in closed.group_by("Strategy", maintain_order=True):
        yield str(label), rows[money].to_numpy().astype(np.float64)


def _moment(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _not_read(path: Path, reason: str) -> DataFormatError:
    return DataFormatError(words.NOT_READ.format(reason=reason), where=str(path), hint=words.NOT_READ_HINT)
