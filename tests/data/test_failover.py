"""A list of sources as one source: who answers, who is left and for how long; nothing is spliced in silence."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pinewright import log
from pinewright.data.answers import answer, join_bars
from pinewright.data.calendar import expected_bars, trading_day
from pinewright.data.failover import DataSourceFailover, Happening
from pinewright.data.files import FileSource
from pinewright.data.source import BarRequest, Loaded, Source
from pinewright.data.splice import Spliced
from pinewright.errors import (
    DataError,
    DataFormatError,
    DataNotFoundError,
    DataQualityError,
    SettingsError,
    SymbolError,
    UsageError,
)
from pinewright.market import DAY, HOUR, MINUTE, Bars, IntArray, Side, Symbol, Timeframe

EURUSD = Symbol.get("EURUSD")
MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC
NOW = MONDAY + 4 * DAY + 12 * HOUR
WEEK = BarRequest(EURUSD, Timeframe(15), start=MONDAY, end=MONDAY + 4 * DAY, warmup=50)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def prices(time: IntArray, level: float = 1.1) -> Bars:
    """Minute bars whose prices tell time and level, so that each source has its own."""
    close = np.round(level + 1e-5 * (time // MINUTE % 50), 5)
    spread = np.full(len(time), 1e-5)
    return Bars(EURUSD, Timeframe(1), time, close, close, close, close, np.ones(len(time)), spread=spread)


def minutes(start: int = MONDAY - 9 * DAY, end: int = NOW) -> IntArray:
    return expected_bars(start, end, Timeframe(1), EURUSD)


@dataclass
class Stand:
    """A source that answers from its rows, or fails while ``fault`` is set; asked: every request."""

    name: str
    rows: Bars = field(default_factory=lambda: prices(minutes()))
    fault: BaseException | None = None
    asked: list[BarRequest] = field(default_factory=list)

    def load(self, request: BarRequest) -> Loaded:
        self.asked.append(request)
        if self.fault is not None:
            raise self.fault
        return answer(replace(self.rows, feed=f"feed of {self.name}"), request, self.name)


def without(bars: Bars, start: int, end: int) -> Bars:
    """The bars without those in [start, end)."""
    low, high = np.searchsorted(bars.time, (start, end)).tolist()
    return join_bars([bars.slice(0, low), bars.slice(high, len(bars))])


Make = Callable[..., DataSourceFailover]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock) -> Make:
    def maker(*sources: Source, **options: object) -> DataSourceFailover:
        return DataSourceFailover(sources, clock=clock, now=lambda: NOW, **options)  # type: ignore[arg-type]

    return maker


@pytest.fixture(autouse=True)
def lines() -> Iterator[io.StringIO]:
    """What is logged meanwhile."""
    stream = io.StringIO()
    log.configure(stream=stream)
    yield stream
    log.configure()


def told(sources: DataSourceFailover) -> list[tuple[str, Happening]]:
    return [(event.source, event.what) for event in sources.events]


def same(left: Bars, right: Bars) -> bool:
    columns = ("time", "open", "high", "low", "close", "volume", "spread")
    return (left.feed, left.warmup) == (right.feed, right.warmup) and all(
        np.array_equal(getattr(left, name), getattr(right, name)) for name in columns
    )


class TestOrder:
    def test_it_is_a_source(self, make: Make) -> None:
        both: Source = make(Stand("a"), Stand("b"))
        assert both.name == "first of a, b"
        nested: Source = make(both, Stand("c"))
        assert nested.name == "first of first of a, b, c"

    def test_the_first_that_has_them_answers_alone(self, make: Make) -> None:
        first, second = Stand("a"), Stand("b", prices(minutes(), 1.2))
        sources = make(first, second)
        loaded = sources.load(WEEK)
        assert same(loaded.bars, first.load(WEEK).bars)
        assert loaded.bars.feed == "feed of a"
        assert second.asked == []
        assert told(sources) == [("a", Happening.ANSWERED)]

    def test_the_next_answers_and_it_is_told(self, make: Make, lines: io.StringIO) -> None:
        first, second = Stand("a", fault=DataError("no network")), Stand("b", prices(minutes(), 1.2))
        sources = make(first, second)
        loaded = sources.load(WEEK)
        assert same(loaded.bars, second.load(WEEK).bars)
        assert told(sources) == [("a", Happening.FAILED), ("b", Happening.ANSWERED)]
        assert sources.events[0].text == (
            "2025-06-06 12:00 UTC: a failed and is left: no network; tried again in 1 min"
        )
        assert "no network" in lines.getvalue()
        assert "bars come from another source" in lines.getvalue()

    def test_files_as_sources(self, make: Make, tmp_path: Path) -> None:
        path = tmp_path / "EURUSD.csv"
        rows = prices(minutes())
        time = rows.time.astype("datetime64[ms]")
        frame = {"time": time, "open": rows.open, "high": rows.high, "low": rows.low, "close": rows.close}
        pl.DataFrame(frame).write_csv(path)
        sources = make(FileSource(tmp_path / "missing.csv"), FileSource(path))
        assert sources.load(WEEK).bars.feed == "EURUSD.csv"
        assert told(sources) == [(str(tmp_path / "missing.csv"), Happening.LACKING), (str(path), Happening.ANSWERED)]

    def test_lists_that_cannot_be_meant(self, make: Make) -> None:
        with pytest.raises(UsageError, match="without any"):
            make()
        with pytest.raises(UsageError, match="the same source stands twice: a, a"):
            make(Stand("a"), Stand("a"))
        with pytest.raises(UsageError, match="cannot be meant"):
            make(Stand("a"), least=101)


class TestErrors:
    def test_one_source_keeps_its_error(self, make: Make) -> None:
        fault = DataFormatError("is a PDF", where="a.pdf")
        with pytest.raises(DataFormatError) as caught:
            make(Stand("a", fault=fault)).load(WEEK)
        assert caught.value is fault

    def test_nobody_has_them(self, make: Make) -> None:
        sources = make(Stand("a", fault=SymbolError("unknown")), Stand("b", fault=DataNotFoundError("no rows")))
        with pytest.raises(DataNotFoundError, match="no source has the bars: a: unknown; b: no rows"):
            sources.load(WEEK)

    def test_one_failed(self, make: Make) -> None:
        sources = make(Stand("a", fault=OSError(5, "Input/output error")), Stand("b", fault=DataNotFoundError("no")))
        with pytest.raises(DataError, match="no source gives the bars: a: Input/output error; b: no") as caught:
            sources.load(WEEK)
        assert caught.value.code == "unreachable"

    def test_files_that_cannot_be_read_are_no_lack_of_network(self, make: Make) -> None:
        sources = make(Stand("a", fault=DataFormatError("a PDF")), Stand("b", fault=DataNotFoundError("no")))
        with pytest.raises(DataError, match="a PDF") as caught:
            sources.load(WEEK)
        assert caught.value.code == "data"

    @pytest.mark.parametrize("fault", [UsageError("side"), TypeError("a mistake of ours"), KeyboardInterrupt()])
    def test_what_no_other_source_mends_is_raised(self, make: Make, fault: BaseException) -> None:
        first, second = Stand("a", fault=fault), Stand("b")
        sources = make(first, second)
        with pytest.raises(type(fault)):
            sources.load(WEEK)
        assert second.asked == []
        first.fault = None
        assert sources.load(WEEK).bars.feed == "feed of a"

    @pytest.mark.parametrize(
        "fault",
        [DataError("x"), DataQualityError("x"), DataFormatError("x"), SettingsError("no key"), OSError(28, "x")],
    )
    def test_failures_are_left(self, make: Make, fault: Exception) -> None:
        sources = make(Stand("a", fault=fault), Stand("b"))
        assert sources.load(WEEK).bars.feed == "feed of b"
        assert sources.events[0].what is Happening.FAILED

    @pytest.mark.parametrize("fault", [DataNotFoundError("x"), SymbolError("x")])
    def test_not_having_it_is_no_failure(self, make: Make, fault: Exception) -> None:
        first = Stand("a", fault=fault)
        sources = make(first, Stand("b"))
        sources.load(WEEK)
        first.fault = None
        assert sources.load(WEEK).bars.feed == "feed of a"


class TestCoolDown:
    def test_left_tried_again_and_told(self, make: Make, clock: Clock) -> None:
        first = Stand("a", fault=DataError("no network"))
        sources = make(first, Stand("b"), cooldown=60.0)
        feeds = []
        for second in (0, 30, 59, 60, 100, 179, 180, 200):
            clock.seconds = second
            if second == 180:
                first.fault = None
            feeds.append(sources.load(WEEK).bars.feed[-1])
        assert "".join(feeds) == "bbbbbbaa"
        assert len(first.asked) == 4  # at 0, 60, 180 and 200
        mine = [event.what for event in sources.events if event.source == "a"]
        assert mine == [
            Happening.FAILED,
            Happening.SKIPPED,
            Happening.SKIPPED,
            Happening.AGAIN,
            Happening.FAILED,
            Happening.SKIPPED,
            Happening.SKIPPED,
            Happening.AGAIN,
            Happening.RECOVERED,
            Happening.ANSWERED,
            Happening.ANSWERED,
        ]
        assert sources.events[2].detail == "no network; tried again in 30 s"

    def test_it_grows_to_a_bound(self, make: Make, clock: Clock) -> None:
        first = Stand("a", fault=DataError("x"))
        sources = make(first, Stand("b"), cooldown=60.0, longest_cooldown=200.0)
        tries = []
        for second in range(0, 1_000, 10):
            clock.seconds = second
            before = len(first.asked)
            sources.load(WEEK)
            tries += [second] * (len(first.asked) - before)
        assert tries == [0, 60, 180, 380, 580, 780, 980]

    def test_while_all_are_left_it_says_until_when(self, make: Make) -> None:
        sources = make(Stand("a", fault=DataError("no network")), Stand("b", fault=SettingsError("no key")))
        for _ in range(2):
            with pytest.raises(DataError, match=r"no network.*no key"):
                sources.load(WEEK)
        assert told(sources)[2:] == [("a", Happening.SKIPPED), ("b", Happening.SKIPPED)]

    def test_the_same_happenings_give_the_same_events(self) -> None:
        runs = []
        for _ in range(2):
            clock, first = Clock(), Stand("a", fault=DataError("x"))
            sources = DataSourceFailover([first, Stand("b")], clock=clock, now=lambda: NOW)
            for second in range(0, 300, 20):
                clock.seconds = second
                first.fault = DataError("x") if second < 150 else None
                sources.load(WEEK)
            runs.append(sources.events)
        assert runs[0] == runs[1]


class TestWindow:
    def test_every_source_is_asked_the_same_question(self, make: Make) -> None:
        first, second = Stand("a", fault=DataError("x")), Stand("b")
        make(first, second).load(BarRequest(EURUSD, Timeframe(15), days=2))
        assert [(asked.start, asked.end, asked.days) for asked in first.asked + second.asked] == [
            (NOW - 2 * DAY, NOW, None)
        ] * 2

    def test_old_rows_do_not_answer_for_the_last_days(self, make: Make) -> None:
        old = Stand("old", prices(minutes(MONDAY - 400 * DAY, MONDAY - 380 * DAY)))
        with pytest.raises(DataNotFoundError, match="no source has the bars"):
            make(Stand("a", fault=DataNotFoundError("x")), old).load(BarRequest(EURUSD, days=14))

    def test_all_that_there_is(self, make: Make) -> None:
        first = Stand("a")
        make(first).load(BarRequest(EURUSD))
        assert first.asked == [BarRequest(EURUSD)]

    def test_the_future(self, make: Make) -> None:
        with pytest.raises(DataNotFoundError, match="in the future"):
            make(Stand("a")).load(BarRequest(EURUSD, start=NOW + DAY))

    def test_a_fuller_answer_is_preferred_to_a_part(self, make: Make) -> None:
        part = Stand("part", without(prices(minutes()), MONDAY + DAY, MONDAY + 3 * DAY))
        sources = make(part, Stand("whole", prices(minutes(), 1.2)))
        assert sources.load(WEEK).bars.feed == "feed of whole"
        assert told(sources) == [("part", Happening.PARTIAL), ("whole", Happening.ANSWERED)]
        assert sources.events[0].detail.endswith("% of bars")

    def test_of_parts_the_fullest_and_it_is_told(self, make: Make) -> None:
        less = Stand("less", without(prices(minutes()), MONDAY + DAY, MONDAY + 3 * DAY))
        more = Stand("more", without(prices(minutes()), MONDAY + DAY, MONDAY + 2 * DAY))
        for order in ([less, more], [more, less]):
            sources = make(*order)
            loaded = sources.load(WEEK)
            assert loaded.bars.feed == "feed of more"
            assert loaded.quality.completeness < 90
            assert told(sources)[-1] == ("more", Happening.ANSWERED)


class TestSplice:
    def test_days_that_lack_come_from_the_next(self, make: Make) -> None:
        hole = (MONDAY + DAY + 3 * HOUR, MONDAY + 2 * DAY + 2 * HOUR)
        first = Stand("a", without(prices(minutes()), *hole))
        second = Stand("b", prices(minutes(), 1.2))
        sources = make(first, second, splice=True)
        loaded = sources.load(WEEK)
        assert isinstance(loaded, Spliced)
        bars = loaded.bars
        whole = Stand("c").load(WEEK).bars
        np.testing.assert_array_equal(bars.time, whole.time)
        assert bars.warmup == whole.warmup == 50
        assert loaded.quality.completeness == 100.0
        # Whole trading days, each of one source: Tuesday's lacks most, Wednesday's 5 of 24 hours.
        day = trading_day(bars.time, EURUSD).astype("datetime64[D]").astype(str)
        from_second = {date for date in np.unique(day).tolist() if (bars.close[day == date] > 1.15).all()}
        assert from_second == {"2025-06-03", "2025-06-04"}
        assert (bars.close[~np.isin(day, list(from_second))] < 1.15).all()
        assert bars.feed == (
            "spliced: feed of a 2025-05-30 to 2025-06-02, feed of b 2025-06-03 to 2025-06-04, "
            "feed of a 2025-06-05 to 2025-06-06"
        )
        assert [(part.source, part.bars) for part in loaded.parts] == [("a", 38 + 96), ("b", 2 * 96), ("a", 96 + 12)]
        assert told(sources) == [("a", Happening.ANSWERED), ("b", Happening.SPLICED)]
        assert second.asked[0].warmup == 0
        assert (second.asked[0].start, second.asked[0].end) == (MONDAY + 21 * HOUR, MONDAY + 2 * DAY + 21 * HOUR)

    def test_whole_bars_are_not_touched(self, make: Make) -> None:
        first, second = Stand("a"), Stand("b")
        loaded = make(first, second, splice=True).load(WEEK)
        assert not isinstance(loaded, Spliced)
        assert same(loaded.bars, first.load(WEEK).bars)
        assert second.asked == []

    def test_the_beginning_with_its_warmup(self, make: Make) -> None:
        late = Stand("late", prices(minutes(MONDAY + 2 * DAY)))
        loaded = make(late, Stand("b", prices(minutes(), 1.2)), splice=True).load(WEEK)
        whole = Stand("c").load(WEEK).bars
        np.testing.assert_array_equal(loaded.bars.time, whole.time)
        assert loaded.bars.warmup == 50
        assert isinstance(loaded, Spliced)
        assert [part.source for part in loaded.parts] == ["b", "late"]

    def test_a_day_whose_window_lacks_is_not_saved_by_its_warmup(self, make: Make) -> None:
        noon = MONDAY + 12 * HOUR
        request = BarRequest(EURUSD, Timeframe(15), start=noon, end=noon + 8 * HOUR, warmup=60)
        first = Stand("a", prices(minutes(end=noon + HOUR)))
        loaded = make(first, Stand("b", prices(minutes(), 1.2)), splice=True).load(request)
        assert len(loaded.bars) - loaded.bars.warmup == 32
        assert loaded.bars.feed.startswith("spliced: ")

    def test_the_first_failing_does_not_splice(self, make: Make) -> None:
        sources = make(Stand("a", fault=DataError("x")), Stand("b"), splice=True)
        loaded = sources.load(WEEK)
        assert loaded.bars.feed == "feed of b"
        assert told(sources) == [("a", Happening.FAILED), ("b", Happening.ANSWERED)]

    def test_another_side_is_not_joined(self, make: Make) -> None:
        first = Stand("a", without(prices(minutes()), MONDAY + DAY, MONDAY + 2 * DAY))
        second = Stand("b", replace(prices(minutes()), side=Side.ASK))
        sources = make(first, second, splice=True)
        loaded = sources.load(WEEK)
        assert same(loaded.bars, first.load(WEEK).bars)
        assert ("b", Happening.LACKING) in told(sources)
        assert "ask 15m and cannot be joined with bid 15m" in "".join(event.detail for event in sources.events)

    def test_no_spread_where_a_part_has_none(self, make: Make) -> None:
        first = Stand("a", without(prices(minutes()), MONDAY + DAY, MONDAY + 2 * DAY))
        sources = make(first, Stand("b", replace(prices(minutes()), spread=None)), splice=True)
        loaded = sources.load(WEEK)
        assert loaded.bars.spread is None
        assert loaded.median_spread is None
        assert sources.events[-1].detail.endswith("without spread")

    def test_many_parts_are_counted_by_days(self, make: Make) -> None:
        rows = prices(minutes())
        for day in (0, 2):
            rows = without(rows, MONDAY + day * DAY - 3 * HOUR, MONDAY + (day + 1) * DAY - 3 * HOUR)
        loaded = make(Stand("a", rows), Stand("b"), splice=True).load(WEEK)
        assert isinstance(loaded, Spliced)
        assert len(loaded.parts) == 5
        assert loaded.bars.feed == "spliced: feed of a (4 days), feed of b (2 days)"

    def test_daily_bars(self, make: Make) -> None:
        request = replace(WEEK, timeframe=Timeframe.parse("1d"), warmup=2)
        first = Stand("a", without(prices(minutes()), MONDAY + DAY - 3 * HOUR, MONDAY + 2 * DAY - 3 * HOUR))
        loaded = make(first, Stand("b"), splice=True).load(request)
        np.testing.assert_array_equal(loaded.bars.time, Stand("c").load(request).bars.time)

    def test_what_nobody_has_stays_missing(self, make: Make) -> None:
        hole = (MONDAY + DAY - 3 * HOUR, MONDAY + 2 * DAY - 3 * HOUR)
        first, second = (Stand(name, without(prices(minutes()), *hole)) for name in ("a", "b"))
        loaded = make(first, second, splice=True).load(WEEK)
        assert same(loaded.bars, first.load(WEEK).bars)
        assert loaded.quality.missing == 1440


class TestThreads:
    def test_a_failing_source_is_tried_again_by_one_thread_alone(self, make: Make, clock: Clock) -> None:
        first = Stand("a", fault=DataError("x"))
        sources = make(first, Stand("b"))
        sources.load(WEEK)
        clock.seconds = 61.0
        inside, go_on = threading.Event(), threading.Event()
        first.fault = None
        quick = first.load

        def slow(request: BarRequest) -> Loaded:
            inside.set()
            assert go_on.wait(10)
            return quick(request)

        first.load = slow  # type: ignore[method-assign]
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(sources.load, WEEK)
            assert inside.wait(10)
            assert sources.load(WEEK).bars.feed == "feed of b"
            go_on.set()
            assert waiting.result(10).bars.feed == "feed of a"
        skipped = [event for event in sources.events if event.what is Happening.SKIPPED]
        assert [event.detail for event in skipped] == ["x; being tried again"]

    def test_one_failure_met_by_several_threads_counts_once(self, make: Make) -> None:
        first = Stand("a")
        all_inside = threading.Barrier(4)

        def failing(request: BarRequest) -> Loaded:
            all_inside.wait(10)
            raise DataError("x")

        first.load = failing  # type: ignore[method-assign]
        sources = make(first, Stand("b"))
        with ThreadPoolExecutor(4) as pool:
            assert {loaded.bars.feed for loaded in pool.map(sources.load, [WEEK] * 4)} == {"feed of b"}
        failed = [event.detail for event in sources.events if event.what is Happening.FAILED]
        assert failed == ["x; tried again in 1 min"] * 4

    def test_many_threads_at_once(self, make: Make) -> None:
        sources = make(Stand("a", fault=DataError("x")), Stand("b"))
        request = replace(WEEK, end=MONDAY + DAY)
        with ThreadPoolExecutor(8) as pool:
            feeds = {loaded.bars.feed for loaded in pool.map(sources.load, [request] * 40)}
        assert feeds == {"feed of b"}
        assert sum(event.what is Happening.ANSWERED for event in sources.events) == 40


def test_the_sources_load_no_heavy_library() -> None:
    code = (
        "import sys, pinewright.data.failover, pinewright.data.histdata, pinewright.data.oanda; "
        "print({'polars', 'httpx', 'orjson', 'pydantic', 'scipy'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
