"""How a file was read: every guess, told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pinewright.data.columns import ColumnGuess
from pinewright.data.quality import QualityReport
from pinewright.data.zones import iso_text


@dataclass(frozen=True)
class ReadReport:
    """What was read and how it was understood.

    kind: csv or parquet; ticks: quotes instead of bars; rows: rows of the file; first, last: ms UTC of its first and
    last row; separator, decimal, encoding: None where the kind has none; columns: which was taken for what; unused: the
    others. Each ``*_reason`` says why. source_timeframe: of the rows (``tick`` for ticks); timeframe: of the bars.
    spread_unit: price, points or pips, None without spread. median_spread: price units, traded hours, on the file's own
    rows in the window. tick_step: the grid on which the file's closes lie. quality: the checks of these rows.
    chart: whether it is TradingView's export of a chart.
    """

    path: Path
    kind: str
    ticks: bool
    rows: int
    first: int
    last: int
    separator: str | None
    decimal: str
    encoding: str | None
    header: bool
    columns: tuple[ColumnGuess, ...]
    unused: tuple[str, ...]
    time_format: str
    timezone: str
    timezone_reason: str
    symbol: str
    symbol_reason: str
    side: str
    side_reason: str
    source_timeframe: str
    timeframe: str
    spread_unit: str | None
    median_spread: float | None
    tick_step: float | None
    quality: QualityReport
    chart: bool = False

    def one_line(self) -> str:
        """The guesses as one line: rows, columns, time frame, symbol, side, time zone."""
        frame = self.source_timeframe
        if frame != self.timeframe:
            frame += f" made into {self.timeframe}"
        parts = [
            f"{self.rows:,} rows of {frame}",
            f"{self.symbol} ({self.symbol_reason})",
            f"{self.side} ({self.side_reason})",
            f"times {self.timezone} ({self.timezone_reason})",
            f"{iso_text(self.first)} to {iso_text(self.last)} UTC",
        ]
        renamed = [f"{g.role} from {g.column}" for g in self.columns if g.role.lower() != g.column.lower()]
        if renamed:
            parts.append(", ".join(renamed))
        if self.decimal == ",":
            parts.append("decimal comma")
        if self.chart:
            parts.append("TradingView's chart")
            if self.unused:
                parts.append(f"plots left aside: {_listed(self.unused)}")
        return f"{self.path.name}: " + ", ".join(parts)

    def as_dict(self) -> dict[str, object]:
        """Every field under its name, times as ISO text (UTC), ready for JSON; the file by its name alone."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["path"] = self.path.name
        plain["first"], plain["last"] = iso_text(self.first), iso_text(self.last)
        plain["columns"] = {guess.role: guess.column for guess in self.columns}
        plain["unused"] = list(self.unused)
        plain["quality"] = self.quality.as_dict()
        return plain


def _listed(names: tuple[str, ...], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
