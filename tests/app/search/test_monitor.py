"""The monitor's events: combinations, best in and out of sample, pace, resources, and the file that is followed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from pinewright.app.search.monitor import FILE, OptimizationProgressMonitor, ProgressForm, monitoring
from pinewright.errors import DataError
from pinewright.machine.events import (
    BatchDone,
    Event,
    Failed,
    Finished,
    Interrupted,
    Record,
    Resources,
    RunStarted,
    SearchStarted,
    StepDone,
    StepStarted,
    Stream,
)
from pinewright.market import FloatArray
from pinewright.optimize.evaluation import Evaluation, Evaluator
from pinewright.optimize.objective import OBJECTIVES
from pinewright.optimize.search import SearchSettings, search
from pinewright.optimize.space import Space
from pinewright.optimize.split import Part, Split
from pinewright.program import InputKind, ProgramInput

PROFIT = OBJECTIVES["net_profit"]
PARTS = Split(
    Part("search", 0, 60, 0, 60, 60), Part("selection", 60, 80, 60, 80, 20), Part("locked", 80, 100, 80, 100, 20), ()
)
INPUTS = (
    ProgramInput("fast", "Fast", InputKind.INT, 5, 1, 9, 1),
    ProgramInput("slow", "Slow", InputKind.INT, 20, 10, 40, 2),
)


@dataclass
class Sum:
    """Net profit is the sum of the inputs, a tenth of it outside the search part."""

    key: str = "sum"
    calls: list[tuple[int, int]] = field(default_factory=list)

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        self.calls.append((first, last))
        profit = parameters.sum(axis=1) * (1.0 if first == 0 else 0.1)
        values = np.stack([profit, np.full(len(profit), 100.0)], axis=1)
        return Evaluation(("net_profit", "trades"), values, np.zeros((len(profit), 3)) if daily else None)


class Kept:
    def __init__(self) -> None:
        self.records: list[Record] = []

    def take(self, record: Record) -> None:
        self.records.append(record)

    def close(self) -> None:
        pass

    def events(self, *kinds: type) -> list[Event]:
        return [record.event for record in self.records if not kinds or isinstance(record.event, kinds)]

    def batches(self) -> list[BatchDone]:
        return [record.event for record in self.records if isinstance(record.event, BatchDone)]


@pytest.fixture
def kept() -> Kept:
    return Kept()


def seconds(step: float = 1.0) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += step


def monitor_of(kept: Kept, step: float = 1.0) -> OptimizationProgressMonitor:
    times = seconds(step)
    return OptimizationProgressMonitor(Stream([kept], run="r"), now=lambda: next(times))


def watched(monitor: OptimizationProgressMonitor, evaluator: Evaluator, name: str = "sum") -> Evaluator:
    return monitor.watch(evaluator, name, [item.name for item in INPUTS], PARTS, PROFIT)


def test_a_search_tells_combinations_and_the_best(kept: Kept) -> None:
    monitor = monitor_of(kept)
    evaluator = watched(monitor, Sum())
    settings = SearchSettings(trials=60, batch=20, seed=2, objective=PROFIT)
    found = search(
        Space.of(INPUTS),
        evaluator,
        PARTS.search,
        settings,
        progress=lambda done, all_, best: monitor("sum", done, all_, best),
    )
    assert kept.events(SearchStarted) == [SearchStarted("sum", "net profit", ("fast", "slow"))]
    batches = kept.batches()
    assert [one.done for one in batches][-1] == 60
    for one in batches:
        rows = found.parameters[: one.done]
        assert one.parameters == tuple(rows[-1])
        assert one.best_inside == rows.sum(axis=1).max() == sum(one.best_parameters)
        assert math.isnan(one.best_outside)
    assert all(one.trials_per_second > 0 for one in batches)
    assert batches[-1].seconds_left == 0


def test_watching_changes_nothing(kept: Kept) -> None:
    plain, seen = Sum(), Sum()
    evaluator = watched(monitor_of(kept), seen)
    rows = np.array([[1.0, 10.0], [2.0, 20.0]])
    for first, last, daily in ((0, 60, False), (60, 80, True), (80, 100, True), (0, 100, False)):
        wanted, found = (one.evaluate(rows, first, last, daily=daily) for one in (plain, evaluator))
        assert found.values.tolist() == wanted.values.tolist()
        assert (found.daily is None) == (wanted.daily is None)
    assert evaluator.key == plain.key
    assert seen.calls == plain.calls


def test_the_best_outside_comes_from_the_selection_part_alone(kept: Kept) -> None:
    monitor = monitor_of(kept)
    evaluator = watched(monitor, Sum())
    rows = np.array([[1.0, 10.0], [2.0, 20.0]])
    monitor("sum", 0, 10, -math.inf)
    evaluator.evaluate(rows, 0, 60)
    monitor("sum", 2, 10, 22.0)
    evaluator.evaluate(100 * rows, 80, 100)
    evaluator.evaluate(100 * rows, 0, 100)
    assert math.isnan(kept.batches()[-1].best_outside)
    evaluator.evaluate(rows, 60, 80, daily=True)
    last = kept.batches()[-1]
    assert (last.done, last.best_inside) == (2, 22.0)
    assert last.best_outside == pytest.approx(2.2)
    assert (last.parameters, last.best_parameters) == ((2.0, 20.0), (2.0, 20.0))
    told = len(kept.records)
    evaluator.evaluate(rows[:1], 60, 80)
    assert len(kept.records) == told


def test_a_state_that_was_read_back_has_no_combinations(kept: Kept) -> None:
    monitor = monitor_of(kept)
    evaluator = watched(monitor, Sum())
    monitor("sum", 0, 10, -math.inf)
    monitor("sum", 4, 10, 50.0)
    assert kept.batches()[-1].best_parameters == ()
    evaluator.evaluate(np.array([[9.0, 30.0]]), 0, 60)
    monitor("sum", 5, 10, 50.0)
    last = kept.batches()[-1]
    assert (last.parameters, last.best_parameters, last.best_inside) == ((9.0, 30.0), (), 50.0)


def test_a_batch_of_several_calls(kept: Kept) -> None:
    monitor = monitor_of(kept)
    evaluator = watched(monitor, Sum())
    monitor("sum", 0, 10, -math.inf)
    for row in ([9.0, 30.0], [1.0, 12.0]):
        evaluator.evaluate(np.array([row]), 0, 60)
    monitor("sum", 2, 10, 39.0)
    last = kept.batches()[-1]
    assert (last.parameters, last.best_parameters) == ((1.0, 12.0), (9.0, 30.0))


def test_families_begin_anew(kept: Kept) -> None:
    monitor = monitor_of(kept)
    first, second = watched(monitor, Sum(), "a"), watched(monitor, Sum(), "b")
    monitor("a", 0, 20, -math.inf)
    first.evaluate(np.array([[9.0, 40.0]]), 0, 60)
    monitor("a", 10, 20, 49.0)
    first.evaluate(np.array([[9.0, 40.0]]), 60, 80)
    monitor("b", 10, 20, -math.inf)
    last = kept.batches()[-1]
    assert (last.name, last.done, last.best_inside, last.parameters) == ("b", 10, -math.inf, ())
    assert math.isnan(last.best_outside)
    first.evaluate(np.array([[9.0, 40.0]]), 60, 80)
    second.evaluate(np.array([[1.0, 12.0]]), 0, 60)
    monitor("b", 20, 20, 13.0)
    last = kept.batches()[-1]
    assert (last.best_inside, last.best_parameters) == (13.0, (1.0, 12.0))
    assert math.isnan(last.best_outside)
    assert [one.name for one in kept.events(SearchStarted) if isinstance(one, SearchStarted)] == ["a", "b"]


def test_only_what_varies_is_told(kept: Kept) -> None:
    monitor = monitor_of(kept)
    evaluator = monitor.watch(Sum(), "sum", ["fast", "slow"], PARTS, PROFIT, vary=["slow"])
    monitor("sum", 0, 10, -math.inf)
    evaluator.evaluate(np.array([[9.0, 30.0]]), 0, 60)
    monitor("sum", 1, 10, 39.0)
    assert kept.events(SearchStarted) == [SearchStarted("sum", "net profit", ("slow",))]
    assert kept.batches()[-1].parameters == (30.0,)


def test_resources_now_and_then(kept: Kept) -> None:
    monitor = monitor_of(kept, step=0.25)
    for done in range(200):
        monitor("sum", done, 200, 1.0)
    found = kept.events(Resources)
    # Each call reads the clock two to three times.
    assert 10 < len(found) < 40


def test_the_frame_of_a_run(kept: Kept) -> None:
    monitor = monitor_of(kept)
    monitor.started("pinewright run", "EURUSD 1h", 512, 1, 2)
    with monitor.step("walk_forward"):
        pass
    monitor.finished("promising", 512)
    monitor.failed(DataError("after the end"))
    kinds = [type(event) for event in kept.events() if not isinstance(event, Resources)]
    assert kinds == [RunStarted, StepStarted, StepDone, Finished]


def test_a_step_lasts_until_the_next(kept: Kept) -> None:
    monitor = monitor_of(kept)
    monitor.begin("select")
    monitor.begin("evidence")
    monitor("trend", 0, 10, -math.inf)
    monitor.begin("report")
    monitor.finished("unproven", 10)
    told = [event for event in kept.events() if not isinstance(event, Resources)]
    assert [(type(event), getattr(event, "name", "")) for event in told] == [
        (StepStarted, "select"),
        (StepDone, "select"),
        (StepStarted, "evidence"),
        (StepDone, "evidence"),
        (SearchStarted, "trend"),
        (StepStarted, "report"),
        (StepDone, "report"),
        (Finished, ""),
    ]


def test_a_step_that_fails_is_not_done(kept: Kept) -> None:
    monitor = monitor_of(kept)
    with pytest.raises(DataError), monitor.step("report"):
        raise DataError("no bars")
    assert kept.events(StepDone) == []


def rows_of(folder: Path) -> list[dict[str, object]]:
    return [json.loads(text) for text in (folder / FILE).read_text().splitlines()]


@pytest.mark.parametrize("form", ProgressForm)
@pytest.mark.parametrize("quiet", [False, True])
def test_where_progress_is_told(
    form: ProgressForm, quiet: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with monitoring(form, tmp_path, quiet=quiet) as monitor:
        for done in range(0, 101, 10):
            monitor("sum", done, 100, 1.0)
        monitor.interrupted(100, 200)
    rows = rows_of(tmp_path)
    assert rows[0]["event"] == "search_started"
    assert [row["done"] for row in rows if row["event"] == "batch_done"][-1] == 100
    assert rows[-1]["event"] == "interrupted"
    assert [row["sequence"] for row in rows] == sorted(int(str(row["sequence"])) for row in rows)
    written = capsys.readouterr()
    assert written.out == ""
    if form is ProgressForm.JSONL:
        told = [json.loads(text) for text in written.err.splitlines()]
        assert [row["sequence"] for row in told] == list(range(len(told)))
    elif form is ProgressForm.NONE or quiet:
        assert written.err == ""
    else:
        assert "100 of 100 tried" in written.err


def test_an_error_is_told_and_goes_on(tmp_path: Path) -> None:
    with pytest.raises(DataError), monitoring(ProgressForm.NONE, tmp_path):
        raise DataError("no bars")
    last = rows_of(tmp_path)[-1]
    assert (last["event"], last["code"], last["what"]) == ("failed", "data", "no bars")
    with pytest.raises(KeyboardInterrupt), monitoring(ProgressForm.NONE, tmp_path):
        raise KeyboardInterrupt
    assert rows_of(tmp_path)[-1]["code"] == "KeyboardInterrupt"


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    with monitoring(ProgressForm.NONE, tmp_path / "none") as monitor:
        monitor("sum", 10, 10, 1.0)
        monitor.finished("unproven", 10)


def test_ends(kept: Kept) -> None:
    monitor = monitor_of(kept)
    monitor.interrupted(3, 9)
    assert monitor.ended
    (event,) = kept.events(Interrupted)
    assert event == Interrupted(3, 9, 1.0)
    monitor = monitor_of(kept)
    monitor.failed(ValueError("odd"))
    assert kept.events(Failed) == [Failed("ValueError", "odd", 1.0)]
