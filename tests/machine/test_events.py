"""The stream: every event once, in order, to every sink; a sink that fails never stops the work."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path

import pytest

from pinewright.machine.event_lines import JsonFile, JsonLines, Thinned, line
from pinewright.machine.events import (
    EVENTS,
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

EXAMPLES: tuple[Event, ...] = (
    RunStarted("pinewright run", "EURUSD 1h", 512, 1, 2),
    SearchStarted("trend", "t-statistic", ("fast", "slow")),
    BatchDone("trend", 128, 512, (1.0, 2.5), (3.0, 4.0), 1.5, 0.5, 900.0, 0.4),
    StepStarted("evidence"),
    StepDone("evidence", 1.25),
    Resources(1000, 2000, 1.9, 12.5),
    Finished("promising", 512, 3.5),
    Interrupted(128, 512, 3.5),
    Failed("data", "no bars", 0.1),
)


@dataclass
class Kept:
    """A sink that keeps what it was given."""

    records: list[Record] = field(default_factory=list)
    closed: int = 0

    def take(self, record: Record) -> None:
        self.records.append(record)

    def close(self) -> None:
        self.closed += 1


class Broken:
    """A sink that fails from its second record on."""

    def __init__(self) -> None:
        self.taken = 0

    def take(self, record: Record) -> None:
        self.taken += 1
        if self.taken > 1:
            raise OSError("disk full")

    def close(self) -> None:
        raise AssertionError("a sink that was left out is not closed")


def clock() -> Callable[[], int]:
    """Milliseconds that rise by 100 with each reading."""
    times = iter(range(1000, 10**9, 100))
    return lambda: next(times)


def test_every_kind_has_an_example_and_a_name_of_its_own() -> None:
    assert tuple(type(event) for event in EXAMPLES) == EVENTS
    assert len({event.kind for event in EXAMPLES}) == len(EVENTS)


def test_records_are_numbered_and_dated_for_every_sink() -> None:
    one, other = Kept(), Kept()
    stream = Stream([one, other], run="r", clock=clock())
    for event in EXAMPLES:
        stream.emit(event)
    stream.close()
    stream.emit(EXAMPLES[0])
    assert one.records == other.records
    assert [record.event for record in one.records] == list(EXAMPLES)
    assert [record.sequence for record in one.records] == list(range(len(EXAMPLES)))
    assert [record.time for record in one.records] == [1000 + 100 * place for place in range(len(EXAMPLES))]
    assert {record.run for record in one.records} == {"r"}
    assert one.closed == 1


def test_runs_have_names_of_their_own() -> None:
    assert Stream().run != Stream().run


def test_a_failing_sink_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    broken, kept = Broken(), Kept()
    stream = Stream([broken, kept])
    for _ in range(4):
        stream.emit(StepStarted("a"))
    stream.close()
    assert broken.taken == 2
    assert len(kept.records) == 4
    assert capsys.readouterr().err.count("progress cannot be told any more") == 1


def test_threads_share_a_stream() -> None:
    kept = Kept()
    stream = Stream([kept])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: stream.emit(StepStarted(str(number))), range(200)))
    assert [record.sequence for record in kept.records] == list(range(200))


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.kind)
def test_a_line_has_the_fields_of_its_event(event: Event) -> None:
    text = line(Record("r", 3, 5, event))
    assert "\n" not in text
    row = json.loads(text)
    assert list(row) == ["run", "sequence", "time", "event", *(each.name for each in fields(event))]
    assert (row["run"], row["sequence"], row["time"], row["event"]) == ("r", 3, 5, event.kind)
    for each in fields(event):
        value = getattr(event, each.name)
        assert row[each.name] == (list(value) if isinstance(value, tuple) else value)


def test_numbers_that_json_lacks_are_null() -> None:
    row = json.loads(line(Record("r", 0, 0, BatchDone("a", 1, 2))))
    assert row["best_inside"] is None
    assert row["best_outside"] is None
    assert row["seconds_left"] is None


def test_lines_on_a_stream(capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    stream = Stream([JsonLines(sys.stderr)])
    stream.emit(EXAMPLES[0])
    stream.emit(EXAMPLES[1])
    stream.close()
    written = capsys.readouterr()
    assert [json.loads(text)["event"] for text in written.err.splitlines()] == ["run_started", "search_started"]
    assert written.out == ""


def test_a_file_tells_of_one_run_and_can_be_followed(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    for run in ("one", "two"):
        stream = Stream([JsonFile(path)], run=run)
        for number, event in enumerate(EXAMPLES, start=1):
            stream.emit(event)
            rows = [json.loads(text) for text in path.read_text().splitlines()]
            assert len(rows) == number
            assert {row["run"] for row in rows} == {run}
        stream.close()


def test_a_file_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    kept = Kept()
    stream = Stream([JsonFile(tmp_path / "no" / "progress.jsonl"), kept])
    stream.emit(EXAMPLES[0])
    stream.close()
    assert len(kept.records) == 1


def thinned(events: list[tuple[int, Event]]) -> list[Record]:
    kept = Kept()
    sink = Thinned(kept, gap=500)
    for number, (time, event) in enumerate(events):
        sink.take(Record("r", number, time, event))
    sink.close()
    assert kept.closed == 1
    return kept.records


def batch(done: int, planned: int = 10_000) -> BatchDone:
    return BatchDone("a", done, planned)


def test_quick_batches_are_thinned_and_the_last_is_told() -> None:
    found = thinned([(10 * number, batch(number)) for number in range(1000)])
    assert len(found) <= 21
    assert found[-1].sequence == 999
    assert all(later.time - earlier.time >= 500 for earlier, later in pairwise(found[:-1]))


def test_what_is_held_back_comes_before_what_follows() -> None:
    found = thinned([(0, batch(1)), (1, batch(2)), (2, batch(3)), (3, StepStarted("s")), (4, batch(4))])
    assert [record.sequence for record in found] == [0, 2, 3, 4]


def test_the_last_batch_of_all_is_told_at_once() -> None:
    kept = Kept()
    sink = Thinned(kept)
    for number, done in enumerate((1, 2, 3)):
        sink.take(Record("r", number, 0, batch(done, planned=3)))
    assert [record.sequence for record in kept.records] == [0, 2]


def test_slow_batches_all_come() -> None:
    assert len(thinned([(500 * number, batch(number)) for number in range(20)])) == 20


def test_the_document_tells_every_kind_and_field() -> None:
    text = Path(__file__).parents[2].joinpath("docs/howto/follow-a-run.md").read_text(encoding="utf-8")
    for event in EVENTS:
        assert f"`{event.kind}`" in text
        for each in fields(event):
            assert f"`{each.name}`" in text, f"{event.kind}: {each.name}"
