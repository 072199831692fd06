"""What a person reads while a search runs."""

from __future__ import annotations

import math
import os
import signal
import sys
from threading import Event as Flag

import pytest

from pinewright.app.search.pace import Pace
from pinewright.app.terminal.progress import BarSink, LineSink, best, stop_on_interrupt, terminal_sink
from pinewright.app.words import common as texts
from pinewright.app.words import progress as texts_progress
from pinewright.machine.events import BatchDone, Event, Record, SearchStarted, Sink, StepStarted


def give(sink: Sink, *events: Event) -> None:
    for number, event in enumerate(events):
        sink.take(Record("r", number, 0, event))


def test_a_line_at_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    batches = [BatchDone("trend", done, 1000, best_inside=1.5, best_outside=0.5) for done in range(0, 1001, 10)]
    give(LineSink(), SearchStarted("trend", "net profit"), *batches)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[0] == "trend: 100 of 1,000 tried, best net profit 1.5, outside 0.5"


def test_pace_and_steps_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    give(
        LineSink(),
        BatchDone("trend", 500, 1000, trials_per_second=250.0, seconds_left=300.0),
        StepStarted("walk_forward"),
        StepStarted("own_step"),
    )
    assert capsys.readouterr().err.splitlines() == [
        "trend: 500 of 1,000 tried, no set has a score yet, 250 a second, about 5 min left",
        "walk-forward ...",
        "own step ...",
    ]


def test_no_time_is_left_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    give(LineSink(), BatchDone("trend", 10, 10, best_inside=1.0, trials_per_second=250.0, seconds_left=0.0))
    assert capsys.readouterr().err == "trend: 10 of 10 tried, best t-statistic 1\n"


def test_the_bar_goes_to_standard_error_alone(capsys: pytest.CaptureFixture[str]) -> None:
    sink = BarSink()
    give(
        sink,
        SearchStarted("trend", "net profit"),
        BatchDone("trend", 500, 1000, best_inside=2.0, trials_per_second=250.0, seconds_left=2.0),
        StepStarted("evidence"),
    )
    sink.close()
    sink.close()
    assert capsys.readouterr().out == ""


def test_a_bar_on_a_terminal_and_lines_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert isinstance(terminal_sink(), BarSink)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert isinstance(terminal_sink(), LineSink)


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (90, "90 s"), (600, "10 min"), (9000, "2.5 h")])
def test_spans(seconds: float, words: str) -> None:
    assert texts_progress.span(seconds) == words


def test_best_outside_only_where_it_is_known() -> None:
    assert best(BatchDone("a", 1, 2), "profit") == texts_progress.NO_BEST
    assert best(BatchDone("a", 1, 2, best_inside=3.0), "profit") == "best profit 3"


def test_pace_over_the_last_seconds() -> None:
    pace = Pace(0.0)
    assert all(math.isnan(value) for value in pace.at(0.0, 0, 100))
    assert pace.at(2.0, 20, 100) == (10.0, 8.0)
    # A state of 1,000 that was read back at once is forgotten after the window.
    pace = Pace(0.0)
    pace.at(0.1, 1000, 2000)
    rates = [pace.at(float(second), 1000 + 10 * second, 2000)[0] for second in range(1, 60)]
    assert rates[0] > 100
    assert rates[-1] == pytest.approx(10.0)


def test_pace_of_nothing_done_since() -> None:
    pace = Pace(0.0)
    pace.at(1.0, 10, 100)
    for second in range(2, 40):
        pace.at(float(second), 10, 100)
    assert all(math.isnan(value) for value in pace.at(41.0, 10, 100))


def test_ctrl_c_once_and_twice(capsys: pytest.CaptureFixture[str]) -> None:
    stop = Flag()
    before = signal.getsignal(signal.SIGINT)
    with stop_on_interrupt(stop):
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before
    assert texts.STOPPING in capsys.readouterr().err
