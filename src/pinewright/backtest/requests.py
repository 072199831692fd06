"""Columns that programs over other bars compute: run once for each distinct set of inputs, then brought to the bars."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from pinewright.backtest.feeds import bounds, is_fresh, places, rate_pair, requested_bars, wanted
from pinewright.errors import BacktestError
from pinewright.machine.heap.state import FIRST_TEXT
from pinewright.market import Bars, FloatArray, IntArray
from pinewright.program import RATE, Program, Request, RequestColumn, RequestPart, Word

KEPT_BYTES: Final = 64 * 2**20
"""Results of requests that are kept for later sets of inputs; the last one always is."""


Key = tuple[tuple[int, ...], bytes]
"""Inputs that matter, by number, and their values."""


class SeriesRun(Protocol):
    """A program made ready over some bars: what ``jobs.Runner`` offers here."""

    def series(self, inputs: FloatArray) -> FloatArray:
        """The outputs [O, M] of the program for one set of inputs [K]."""
        ...


class Kept:
    """The last results of one request by the inputs that it depends on; none is made twice at a time."""

    def __init__(self, most: int):
        self._most = most
        self._found: OrderedDict[Key, FloatArray] = OrderedDict()
        self._making: dict[Key, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], FloatArray]) -> FloatArray:
        """The result of that key, made now where it is not kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._found:
                    return self._found[key]
            made = make()
            with self._lock:
                self._found[key] = made
                self._making.pop(key, None)
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
            return made


@dataclass(frozen=True)
class Answer:
    """One request over its bars.

    place [N]: number of the other bar whose value is shown, -1 for none. begin, end [N] as in ``feeds``. turned: the
    outputs are turned over.
    """

    run: SeriesRun
    kept: Kept
    place: npt.NDArray[np.intp]
    begin: npt.NDArray[np.intp]
    end: npt.NDArray[np.intp]
    turned: bool

    def outputs(self, column: RequestColumn, inputs: FloatArray) -> FloatArray:
        """The outputs [O, M] at the other bars for a set of inputs [K]; those of the column are right, others may be of
        another set that is alike in what the column reads.
        """

        def make() -> FloatArray:
            found = self.run.series(inputs)
            return np.divide(1.0, found) if self.turned else found

        return self.kept.get((column.inputs, inputs[list(column.inputs)].tobytes()), make)


class Requests:
    """The request columns of one program over its bars.

    closes [N]: ends of the bars, ms UTC. others: bars of other symbols or time frames that the engine was given. start:
    makes a program ready over bars. text: works out a word that the program leaves to the engine. Raises BacktestError
    for a request that no bars answer.
    """

    def __init__(
        self,
        program: Program,
        bars: Bars,
        closes: IntArray,
        others: Sequence[Bars],
        start: Callable[[Program, Bars], SeriesRun],
        text: Callable[[Word], str],
    ):
        self._columns = {
            index: column for index, column in enumerate(program.columns) if isinstance(column, RequestColumn)
        }
        self._answers: dict[int, Answer] = {}
        known: dict[int, Answer] = {}
        for index, column in self._columns.items():
            request = column.request
            if id(request) not in known:
                known[id(request)] = _answer(request, bars, closes, others, start, text)
            self._answers[index] = known[id(request)]

    def fill(self, index: int, inputs: FloatArray, out: FloatArray) -> None:
        """Writes a column [N] for a set of inputs [K]."""
        column, answer = self._columns[index], self._answers[index]
        match column.part:
            case RequestPart.BEGIN:
                out[:] = answer.begin
            case RequestPart.END:
                out[:] = answer.end
            case _:
                # Behind the values stands what place -1 shows.
                values = np.append(self.raw(index, inputs), column.empty)
                np.take(values, answer.place, out=out, mode="wrap")

    def raw(self, index: int, inputs: FloatArray) -> FloatArray:
        """An output at the other bars [M]; BacktestError for texts that only the program over those bars knows."""
        column = self._columns[index]
        found: FloatArray = self._answers[index].outputs(column, inputs)[column.output]
        if column.text and (found >= FIRST_TEXT).any():
            request = column.request
            raise BacktestError(
                f"line {request.line}: `{request.function}()` gives a text that is put together while the script runs",
                hint="request the numbers, and make the text of them on the chart",
            )
        return found


def _answer(
    request: Request,
    own: Bars,
    closes: IntArray,
    others: Sequence[Bars],
    start: Callable[[Program, Bars], SeriesRun],
    text: Callable[[Word], str],
) -> Answer:
    asked, turned = wanted(request, own, text), False
    if request.function == RATE:
        asked, turned = rate_pair(asked, own, others)
    bars = requested_bars(asked, own, others)
    place = places(own, closes, bars, request.seen)
    if request.gaps:
        place = np.where(is_fresh(own, bars, place), place, -1)
    begin, end = bounds(own, closes, bars)
    size = 8 * len(bars) * max(1, len(request.program.outputs))
    return Answer(
        run=start(request.program, bars),
        kept=Kept(max(1, KEPT_BYTES // size)),
        place=place,
        begin=begin,
        end=end,
        turned=turned,
    )
