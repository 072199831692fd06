"""Requests: values of other bars where they may be seen, worked out by hand; all of it without a script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.series import ColumnEngine
from pinewright.data.source import parse_moment
from pinewright.errors import BacktestError
from pinewright.market import HOUR, MINUTE, NEW_YORK, Bars, FloatArray, Symbol, Timeframe
from pinewright.program import (
    HEIKIN_ASHI,
    RATE,
    InputKind,
    Program,
    ProgramInput,
    Request,
    RequestColumn,
    RequestPart,
    Seen,
    StrategySettings,
)

EURUSD = Symbol.get("EURUSD")
GBPUSD = Symbol.get("GBPUSD")
NA = math.nan
MONDAY = parse_moment("2025-06-02T17:00", NEW_YORK)
STEP = "def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:\n"


def bars_at(times: Sequence[int], timeframe: str = "15", symbol: Symbol = EURUSD, first: float = 1.0) -> Bars:
    """Bars whose closes count up from ``first``; open is the close before, high and low lie a tenth beyond."""
    close = first + np.arange(len(times), dtype=np.float64)
    return Bars(
        symbol,
        Timeframe.from_pine(timeframe),
        np.array(times, dtype=np.int64),
        close - 1.0,
        close + 0.1,
        close - 1.1,
        close,
        np.ones(len(times)),
    )


def quarters(start: int, count: int, left_out: Sequence[int] = ()) -> list[int]:
    return [start + 15 * MINUTE * k for k in range(count) if k not in left_out]


def text_of(*outputs: str) -> str:
    return STEP + "".join(f"    h[{k}][i] = {output}\n" for k, output in enumerate(outputs))


INPUTS = (ProgramInput("factor", "factor", InputKind.FLOAT, 1.0),)


def program_of(*outputs: str, columns: tuple[RequestColumn, ...] = ()) -> Program:
    """A program that answers a request with these texts of the kernel language."""
    places = tuple(range(len(outputs)))
    text = text_of(*outputs)
    settings = StrategySettings()
    return Program("asked", text, INPUTS, columns, settings, (), 2, len(outputs), text, outputs=places)


def asked(
    bars: Bars,
    request: Request,
    kernels: Path,
    others: Sequence[Bars] = (),
    *,
    parts: Sequence[RequestPart] = (RequestPart.VALUE,),
    output: int = 0,
    empty: float = NA,
    inputs: Sequence[float] = (1.0,),
) -> list[FloatArray]:
    """The columns of a request over some bars."""
    columns = tuple(RequestColumn(request, part, output, (0,), empty) for part in parts)
    text = f"{STEP}    return\n"
    program = Program("asking", text, INPUTS, columns, StrategySettings(), (), 0, 0, text)
    engine = ColumnEngine(program, cache_dir=kernels)
    return list(engine.compute(bars, range(len(columns)), inputs, others=others))


def test_the_value_of_an_hour_is_seen_on_its_last_quarter(kernels: Path) -> None:
    (found,) = asked(bars_at(quarters(MONDAY, 10)), Request("", "60", program_of("view.close[i]")), kernels)
    np.testing.assert_array_equal(found, [NA, NA, NA, 4, 4, 4, 4, 8, 8, 8])


def test_where_the_last_quarter_is_missing_the_next_bar_shows_the_hour(kernels: Path) -> None:
    bars = bars_at(quarters(MONDAY, 10, left_out=[3]))
    (found,) = asked(bars, Request("", "60", program_of("view.close[i]")), kernels)
    np.testing.assert_array_equal(found, [NA, NA, NA, 3, 3, 3, 7, 7, 7])


def test_an_hour_without_bars_is_none(kernels: Path) -> None:
    bars = bars_at(quarters(MONDAY, 14, left_out=range(4, 8)))
    (found,) = asked(bars, Request("", "60", program_of("view.close[i - 1] if i > 0 else math.nan")), kernels)
    np.testing.assert_array_equal(found, [NA, NA, NA, NA, NA, NA, NA, 4, 4, 4])


def test_the_first_hour_may_lack_its_beginning(kernels: Path) -> None:
    bars = bars_at(quarters(MONDAY, 8)[2:])
    close, opened = (
        asked(bars, Request("", "60", program_of("view.close[i]", "view.open[i]")), kernels, output=k)[0]
        for k in (0, 1)
    )
    np.testing.assert_array_equal(close, [NA, 2, 2, 2, 2, 6])
    np.testing.assert_array_equal(opened, [NA, 0, 0, 0, 0, 2])


def test_with_gaps_a_value_is_there_once(kernels: Path) -> None:
    request = Request("", "60", program_of("view.close[i]"), gaps=True)
    (found,) = asked(bars_at(quarters(MONDAY, 10)), request, kernels)
    np.testing.assert_array_equal(found, [NA, NA, NA, 4, NA, NA, NA, 8, NA, NA])


def test_with_lookahead_the_close_is_there_at_the_open_and_the_last_hour_as_far_as_it_goes(kernels: Path) -> None:
    request = Request("", "60", program_of("view.close[i]"), seen=Seen.OPENED)
    (found,) = asked(bars_at(quarters(MONDAY, 10)), request, kernels)
    np.testing.assert_array_equal(found, [4, 4, 4, 4, 8, 8, 8, 8, 10, 10])
    before = program_of("view.close[i - 1] if i > 0 else math.nan")
    (found,) = asked(bars_at(quarters(MONDAY, 10)), Request("", "60", before, seen=Seen.OPENED), kernels)
    np.testing.assert_array_equal(found, [NA, NA, NA, NA, 4, 4, 4, 4, 8, 8])


def test_bools_are_false_where_there_is_no_value(kernels: Path) -> None:
    request = Request("", "60", program_of("1.0 if view.close[i] > 5.0 else 0.0"))
    (found,) = asked(bars_at(quarters(MONDAY, 10)), request, kernels, empty=0.0)
    np.testing.assert_array_equal(found, [0, 0, 0, 0, 0, 0, 0, 1, 1, 1])


@pytest.mark.parametrize("day", ["2025-03-06", "2025-10-30"])
def test_a_day_of_currencies_ends_at_17_new_york_in_winter_and_summer(day: str, kernels: Path) -> None:
    start = parse_moment(f"{day}T17:00", NEW_YORK)  # Thursday: Friday's trading day
    week = parse_moment("2025-03-09T17:00" if day < "2025-06" else "2025-11-02T17:00", NEW_YORK)
    bars = bars_at([start + HOUR * k for k in range(24)] + [week + HOUR * k for k in range(24)], "60")
    (found,) = asked(bars, Request("", "D", program_of("view.close[i]")), kernels)
    np.testing.assert_array_equal(found, [NA] * 23 + [24.0] * 24 + [48.0])


def test_a_week_is_seen_on_the_last_bar_of_friday(kernels: Path) -> None:
    friday = parse_moment("2025-03-07T13:00", NEW_YORK)
    sunday = parse_moment("2025-03-09T17:00", NEW_YORK)
    bars = bars_at([friday, sunday, sunday + 4 * HOUR], "240")
    (found,) = asked(bars, Request("", "W", program_of("view.close[i]")), kernels)
    np.testing.assert_array_equal(found, [1, 1, 1])
    (stamp,) = asked(bars, Request("", "W", program_of("view.time[i]")), kernels)
    assert stamp[0] == parse_moment("2025-03-02T17:00", NEW_YORK)


def test_a_longer_bar_holds_extremes_and_sums(kernels: Path) -> None:
    outputs = ("view.high[i]", "view.low[i]", "view.volume[i]", "view.time[i]", "view.time_close[i]", "i * 1.0")
    bars = bars_at(quarters(MONDAY, 8))
    request = Request("", "60", program_of(*outputs))
    found = [asked(bars, request, kernels, output=k)[0][-1] for k in range(6)]
    assert found == [8.1, pytest.approx(3.9), 4.0, MONDAY + HOUR, MONDAY + 2 * HOUR, 1.0]


def test_state_lives_over_the_other_bars(kernels: Path) -> None:
    text = (
        STEP
        + "    s[0] += view.close[i]\n    k = 0\n    while k < 3:\n        k += 1\n        s[1] += 1.0\n"
        + "    h[0][i] = s[0]\n    h[1][i] = s[1]\n"
    )
    program = Program("asked", text, INPUTS, (), StrategySettings(), (), 2, 2, text, outputs=(0, 1))
    bars = bars_at(quarters(MONDAY, 9))
    total, count = (asked(bars, Request("", "60", program), kernels, output=k)[0] for k in (0, 1))
    np.testing.assert_array_equal(total, [NA, NA, NA, 4, 4, 4, 4, 12, 12])
    np.testing.assert_array_equal(count, [NA, NA, NA, 3, 3, 3, 3, 6, 6])


def test_inputs_reach_the_program(kernels: Path) -> None:
    request = Request("", "60", program_of("view.close[i] * p[0]"))
    (found,) = asked(bars_at(quarters(MONDAY, 4)), request, kernels, inputs=[2.5])
    assert found[-1] == 10.0


def test_another_symbol_is_seen_as_its_bars_close(kernels: Path) -> None:
    pound = bars_at(quarters(MONDAY, 8, left_out=[2]), symbol=GBPUSD, first=100.0)
    bars = bars_at(quarters(MONDAY, 8))
    request = Request("OANDA:GBPUSD", "", program_of("view.close[i]"))
    (found,) = asked(bars, request, kernels, [pound])
    np.testing.assert_array_equal(found, [100, 101, 101, 102, 103, 104, 105, 106])
    (found,) = asked(bars, Request("GBPUSD", "30", program_of("view.close[i]"), gaps=True), kernels, [pound])
    np.testing.assert_array_equal(found, [NA, 101, NA, 102, NA, 104, NA, 106])


def test_what_no_bars_answer_is_said_with_its_line(kernels: Path) -> None:
    bars = bars_at(quarters(MONDAY, 8))
    program = program_of("view.close[i]")
    with pytest.raises(BacktestError, match=r"line 7: .*GBPUSD at 1h, and there are none of that symbol") as error:
        asked(bars, Request("GBPUSD", "60", program, line=7), kernels)
    assert "--also FILE" in str(error.value)
    with pytest.raises(BacktestError, match="EURUSD at 1m, and there are none so short: EURUSD is here at 15m"):
        asked(bars, Request("", "1", program), kernels)
    with pytest.raises(BacktestError, match="EURUSD at 20m, which those at 15m do not make up"):
        asked(bars, Request("", "20", program), kernels)
    with pytest.raises(BacktestError, match="GBPUSD in EUR"):
        asked(
            bars,
            Request("GBPUSD", "60", program, currency="EUR"),
            kernels,
            [bars_at(quarters(MONDAY, 4), "15", GBPUSD)],
        )


def test_of_shorter_bars_the_last_is_seen_and_with_lookahead_the_first(kernels: Path) -> None:
    bars = bars_at(quarters(MONDAY, 3))
    finer = bars_at([MONDAY + 5 * MINUTE * k for k in range(9) if k != 4], "5", first=10.0)
    close = program_of("view.close[i]")
    (found,) = asked(bars, Request("", "5", close), kernels, [finer])
    np.testing.assert_array_equal(found, [12, 14, 17])
    (found,) = asked(bars, Request("", "5", close, seen=Seen.OPENED), kernels, [finer])
    np.testing.assert_array_equal(found, [10, 13, 15])
    (found,) = asked(bars, Request("", "10", close), kernels, [finer])
    np.testing.assert_array_equal(found, [11, 14, 16])


def test_shorter_bars_within_a_bar(kernels: Path) -> None:
    bars = bars_at(quarters(MONDAY, 4))
    finer = bars_at([MONDAY + 5 * MINUTE * k for k in (0, 1, 2, 3, 5, 9, 10, 11, 12)], "5", first=10.0)
    parts = (RequestPart.BEGIN, RequestPart.END)
    begin, end = asked(bars, Request("", "5", program_of("view.close[i]")), kernels, [finer], parts=parts)
    np.testing.assert_array_equal(begin, [0, 3, 5, 5])
    np.testing.assert_array_equal(end, [3, 5, 5, 8])


def test_bars_of_the_time_frame_itself_are_preferred(kernels: Path) -> None:
    bars = bars_at(quarters(MONDAY, 8))
    hours = bars_at([MONDAY, MONDAY + HOUR], "60", first=500.0)
    (found,) = asked(bars, Request("", "60", program_of("view.close[i]")), kernels, [hours])
    np.testing.assert_array_equal(found, [NA, NA, NA, 500, 500, 500, 500, 501])


def test_heikin_ashi_bars(kernels: Path) -> None:
    bars = bars_at(quarters(MONDAY, 2))
    request = Request(HEIKIN_ASHI, "", program_of("view.open[i]", "view.close[i]", "view.high[i]", "view.low[i]"))
    found = [asked(bars, request, kernels, output=k)[0] for k in range(4)]
    # Of (0, 1.1, -0.1, 1) and (1, 2.1, 0.9, 2).
    np.testing.assert_allclose(found, [[0.5, 0.5], [0.5, 1.5], [1.1, 2.1], [-0.1, 0.5]])


def test_the_last_bars_alone(kernels: Path) -> None:
    request = Request("", "60", program_of("i * 1.0"), most=1)
    (found,) = asked(bars_at(quarters(MONDAY, 12)), request, kernels)
    np.testing.assert_array_equal(found, [NA] * 11 + [0])


def test_a_request_in_a_request(kernels: Path) -> None:
    hour = Request("", "60", program_of("view.close[i]"))
    inside = RequestColumn(hour, RequestPart.VALUE, 0, (0,))
    day = program_of("c[0][i]", "view.close[i]", columns=(inside,))
    bars = bars_at([MONDAY + 15 * MINUTE * k for k in range(98)])
    for output, expected in ((0, 96.0), (1, 96.0)):
        (found,) = asked(bars, Request("", "D", day), kernels, output=output)
        np.testing.assert_array_equal(found, [NA] * 95 + [expected] * 3)


def test_a_rate_is_yesterdays_close_of_the_pair_or_its_reverse(kernels: Path) -> None:
    bars = bars_at([MONDAY + HOUR * k for k in range(50)], "60")
    days = bars_at([MONDAY, MONDAY + 24 * HOUR], "D", Symbol.get("USDJPY"), first=100.0)
    close = program_of("view.close[i]")
    for pair, expected in (("USD/JPY", 100.0), ("JPY/USD", 0.01)):
        (found,) = asked(bars, Request(pair, "1D", close, seen=Seen.BEFORE, function=RATE), kernels, [days])
        np.testing.assert_allclose(found[:25], [NA] * 24 + [expected])
    with pytest.raises(BacktestError, match="USDCHF at 1d, and there are none of that symbol"):
        asked(bars, Request("USD/CHF", "1D", close, seen=Seen.BEFORE, function=RATE), kernels)


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("timeframe", ["30", "60", "240", "D", "W", "M"])
def test_cutting_off_the_future_never_changes_the_past(timeframe: str, gaps: bool, kernels: Path) -> None:
    start = parse_moment("2025-02-24T17:00", NEW_YORK)
    holes = np.flatnonzero(np.random.default_rng(5).random(1500) < 0.2)
    bars = bars_at(quarters(start, 1500, left_out=holes.tolist()))
    request = Request("", timeframe, program_of("view.close[i] + view.high[i] - view.open[i]"), gaps=gaps)
    (whole,) = asked(bars, request, kernels)
    for end in (1, 2, 5, 77, 300, 411, 801, 1100):
        (part,) = asked(bars.slice(0, end), request, kernels)
        np.testing.assert_array_equal(part, whole[:end])
