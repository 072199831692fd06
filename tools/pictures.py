"""Draw the pictures of docs/images again, from the simulator's invented bars: python tools/pictures.py [FOLDER]."""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pinewright.app.cli import MainApplication
from pinewright.data.simulate import simulated_bars

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "howto" / "draw-charts.md"
FOLDER = ROOT / "docs" / "images"
SEED, DAYS = 7, 40
SCRIPT = """//@version=6
strategy("Crossover", overlay = true, default_qty_type = strategy.fixed, default_qty_value = 10000)
fast = ta.ema(close, 12)
slow = ta.ema(close, 48)
if ta.crossover(fast, slow)
    strategy.entry("long", strategy.long)
if ta.crossunder(fast, slow)
    strategy.entry("short", strategy.short)
"""


def commands() -> Iterator[list[str]]:
    """The calls of `pinewright chart` that the page shows, as words, each with the picture that it writes."""
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line)
            if words[:2] == ["pinewright", "chart"] and "simulated" in words:
                yield words[1:]


def trades(folder: Path) -> Path:
    """A list of trades on the bars that the page's pictures show."""
    bars = simulated_bars(SEED, "15m", days=DAYS)
    script, file, listed = folder / "crossover.pine", folder / "EURUSD_15m.csv", folder / "trades.csv"
    script.write_text(SCRIPT, encoding="utf-8")
    columns = {name: getattr(bars, name) for name in ("time", "open", "high", "low", "close", "volume")}
    pl.DataFrame(columns).write_csv(file)
    code = MainApplication().run(["backtest", str(script), "--bars", str(file), "--trades", str(listed), "--json"])
    if code:
        raise SystemExit(code)
    return listed


def draw(folder: Path) -> list[Path]:
    """Every picture of the page, into a folder; the paths written."""
    written = []
    with tempfile.TemporaryDirectory() as place:
        listed = trades(Path(place))
        for words in commands():
            name = words[words.index("--out") + 1]
            words[words.index("--out") + 1] = str(folder / name)
            if "--trades" in words:
                words[words.index("--trades") + 1] = str(listed)
            code = MainApplication().run([*words, "--json"])
            if code:
                raise SystemExit(code)
            written.append(folder / name)
    return written


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for path in draw(folder):
        sys.stderr.write(f"{path}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
