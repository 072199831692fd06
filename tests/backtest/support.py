"""A program that carries out lists of commands, so that one compiled script serves all tests of the broker's rules.

A command is a row of numbers in the parameters: the bar at whose close it runs (or EACH), its kind, its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.backtest.engine import Engine
from pinewright.backtest.execution import Execution
from pinewright.market import Bars, FloatArray, Symbol, Timeframe, Trade
from pinewright.program import InputKind, Program, ProgramInput, StrategySettings

EACH: Final = -1
WIDTH: Final = 20
MOST: Final = 24
NA: Final = 1e300
STRINGS: Final = ("L", "S", "X", "Y", "note", "profit", "loss", "trail", "A", "B", "group")
TEST: Final = Symbol("TEST", "TST", "USD", 1.0, 1.0, quantity_step=1.0, timezone="Etc/UTC", day_start_hour=0)
MONDAY: Final = 1_736_121_600_000  # 2025-01-06 00:00 UTC

PLAYER: Final = """
def na(x: float) -> float:
    return math.nan if x > 1e299 else x

def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:
    for k in range(int(p[0])):
        q = p[1 + 20 * k :]
        bar = int(q[0])
        kind = int(q[1])
        if bar == i or bar < 0:
            if kind == 0:
                order_entry(
                    b, view, i, int(q[2]), q[3] > 0.0, na(q[4]), na(q[5]), na(q[6]), int(q[7]), int(q[8]), int(q[9])
                )
            elif kind == 1:
                order_order(
                    b, view, i, int(q[2]), q[3] > 0.0, na(q[4]), na(q[5]), na(q[6]), int(q[7]), int(q[8]), int(q[9])
                )
            elif kind == 2:
                order_exit(
                    b, view, i, int(q[2]), int(q[3]), na(q[4]), na(q[5]), na(q[6]), na(q[7]), na(q[8]), na(q[9]),
                    na(q[10]), na(q[11]), na(q[12]), int(q[13]), int(q[14]), int(q[15]), int(q[16]), int(q[17]),
                )
            elif kind == 3:
                order_close(b, view, i, int(q[2]), int(q[3]), na(q[4]), na(q[5]), q[6] > 0.0)
            elif kind == 4:
                order_close_all(b, view, i, int(q[2]), q[3] > 0.0)
            elif kind == 5:
                order_cancel(b, view, i, int(q[2]))
            else:
                order_cancel_all(b, view, i)
"""

Command = list[float]


def number(text: str | None) -> float:
    """The number of a string of the program, -1 for none."""
    return -1.0 if text is None else float(STRINGS.index(text))


def _order(kind: int, bar: int, id: str, qty: float, limit: float, stop: float, oca: str | None, how: int) -> Command:
    return [bar, kind, number(id), 1.0 if qty > 0 else 0.0, abs(qty), limit, stop, number(oca), how, -1.0]


def entry(
    bar: int, id: str, qty: float, *, limit: float = NA, stop: float = NA, oca: str | None = None, how: int = 0
) -> Command:
    """strategy.entry; a negative quantity is short, +-NA is the default quantity. how: 1 OCA cancel, 2 reduce."""
    return _order(0, bar, id, qty, limit, stop, oca, how)


def order(
    bar: int, id: str, qty: float, *, limit: float = NA, stop: float = NA, oca: str | None = None, how: int = 0
) -> Command:
    """strategy.order."""
    return _order(1, bar, id, qty, limit, stop, oca, how)


def exit_(
    bar: int,
    id: str,
    from_entry: str | None = None,
    *,
    qty: float = NA,
    percent: float = NA,
    profit: float = NA,
    limit: float = NA,
    loss: float = NA,
    stop: float = NA,
    trail_price: float = NA,
    trail_points: float = NA,
    trail_offset: float = NA,
    oca: str | None = None,
    comments: bool = False,
) -> Command:
    """strategy.exit; ``comments`` gives the comments profit, loss and trail."""
    levels = [profit, limit, loss, stop, trail_price, trail_points, trail_offset]
    texts = [number(text) for text in ("profit", "loss", "trail")] if comments else [-1.0] * 3
    return [bar, 2, number(id), number(from_entry), qty, percent, *levels, number(oca), -1.0, *texts]


def close(bar: int, id: str, *, qty: float = NA, percent: float = NA, immediately: bool = False) -> Command:
    """strategy.close."""
    return [bar, 3, number(id), -1.0, qty, percent, float(immediately)]


def close_all(bar: int, *, immediately: bool = False) -> Command:
    """strategy.close_all."""
    return [bar, 4, -1.0, float(immediately)]


def cancel(bar: int, id: str) -> Command:
    """strategy.cancel."""
    return [bar, 5, number(id)]


def cancel_all(bar: int) -> Command:
    """strategy.cancel_all."""
    return [bar, 6]


def player(settings: StrategySettings | None = None) -> Program:
    """The program that carries out commands."""
    inputs = tuple(ProgramInput(f"p{k}", f"p{k}", InputKind.FLOAT, 0.0) for k in range(1 + MOST * WIDTH))
    return Program("player", PLAYER, inputs, (), settings or StrategySettings(), STRINGS, 0, 0, "player")


def parameters(commands: Sequence[Command]) -> FloatArray:
    """Commands as one row of inputs."""
    row = np.zeros(1 + MOST * WIDTH)
    row[0] = len(commands)
    for k, command in enumerate(commands):
        row[1 + k * WIDTH : 1 + k * WIDTH + len(command)] = command
    return row


def bars(*prices: tuple[float, float, float, float], symbol: Symbol = TEST, minutes: int = 60) -> Bars:
    """Hourly bars of (open, high, low, close) from a Monday on; the tick is 1."""
    table = np.array(prices, dtype=np.float64)
    time = MONDAY + np.arange(len(table), dtype=np.int64) * minutes * 60_000
    opened, high, low, end = (np.ascontiguousarray(table[:, k]) for k in range(4))
    return Bars(symbol, Timeframe(minutes), time, opened, high, low, end, np.zeros(len(table)), feed="by hand")


_folders: list[Path] = []


def use_cache(folder: Path) -> None:
    """Sets the folder of compiled programs for this run of the tests."""
    _folders.append(folder)


def cache_folder() -> Path:
    """The folder of compiled programs."""
    return _folders[-1]


def engine(
    over: Bars,
    settings: StrategySettings | None = None,
    threads: int = 1,
    *,
    others: Sequence[Bars] = (),
    execution: Execution | None = None,
) -> Engine:
    """An engine of the player."""
    return Engine(player(settings), over, threads=threads, cache_dir=cache_folder(), others=others, execution=execution)


def play(
    over: Bars,
    *commands: Command,
    settings: StrategySettings | None = None,
    first: int = 0,
    others: Sequence[Bars] = (),
    execution: Execution | None = None,
) -> list[Trade]:
    """The trades that commands make."""
    tested = engine(over, settings, others=others, execution=execution)
    return list(tested.trades(parameters(commands), first=first))


def brief(trades: Sequence[Trade]) -> list[tuple[str, float, int, float, int, float]]:
    """Side, quantity, entry bar, entry price, exit bar and exit price of each; -1 for the exit bar of open ones."""
    hour = 3_600_000
    return [
        (
            "long" if trade.is_long else "short",
            trade.quantity,
            (trade.entry_time - MONDAY) // hour,
            trade.entry_price,
            -1 if trade.is_open else (trade.exit_time - MONDAY) // hour,
            trade.exit_price,
        )
        for trade in trades
    ]
