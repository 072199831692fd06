"""The engine: equal results however the work is cut, windows, stops, columns, and refusals of bad parameters."""

from __future__ import annotations

import dataclasses
import threading
import tracemalloc

import numpy as np
import pytest

from pinewright.backtest import jobs
from pinewright.backtest.columns import ColumnCache, Lease, Plan, all_inputs, plan
from pinewright.backtest.engine import Engine
from pinewright.backtest.jobs import cut
from pinewright.backtest.parameters import checked, defaults, with_values
from pinewright.errors import BacktestError, KernelError
from pinewright.machine.kernel import address
from pinewright.market import FloatArray
from pinewright.program import InputKind, Program, ProgramColumn, ProgramInput, StrategySettings

from .averages import crossover, random_bars
from .support import bars, cache_folder, engine, entry, parameters

BARS = random_bars(3_000)
PAIRS = np.array([(fast, slow, hour) for fast in (3, 5, 8) for slow in (13, 21, 34, 55) for hour in (0, 9)], float)


def make(threads: int = 1, column_bytes: int = 2**28) -> Engine:
    columns = ColumnCache(column_bytes, len(BARS))
    return Engine(crossover(), BARS, threads=threads, cache_dir=cache_folder(), columns=columns)


def test_threads_order_and_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = make().run(PAIRS, daily=True)
    assert expected.finished.all()
    assert expected["trades"].min() > 10
    shuffled = np.random.default_rng(1).permutation(len(PAIRS))
    monkeypatch.setattr(jobs, "MOST_SETS", 3)
    for threads in (1, 2):
        found = make(threads, column_bytes=100_000).run(PAIRS[shuffled], daily=True)
        assert found.daily is not None
        assert expected.daily is not None
        np.testing.assert_array_equal(found.metrics, expected.metrics[shuffled])
        np.testing.assert_array_equal(found.daily, expected.daily[shuffled])


def test_one_set_alone_gives_what_it_gives_among_many() -> None:
    tested = make()
    together = tested.run(PAIRS)
    for row in (0, 7, 23):
        np.testing.assert_array_equal(tested.run(PAIRS[row]).metrics[0], together.metrics[row])
        assert len(tested.trades(PAIRS[row])) >= together["trades"][row]


def test_parameters_and_the_clock_reach_the_script() -> None:
    results = make().run(PAIRS)
    assert len(np.unique(results["net_profit"])) > 20
    assert (results["trades"][0::2] > results["trades"][1::2]).all()  # entries from 9 o'clock on are fewer


def test_a_window_begins_and_ends_the_orders() -> None:
    tested = make()
    row = PAIRS[0]
    trades = tested.trades(row, first=1_000, last=2_000)
    assert trades.entry_bar.min() > 1_000
    assert trades.exit_bar.max() == 1_999
    curve = tested.equity(row, first=1_000, last=2_000)
    assert (curve[:1_000] == 10_000).all()
    assert np.isnan(curve[2_000:]).all()
    with pytest.raises(BacktestError, match="window"):
        tested.run(row, first=2_000, last=2_000)


def test_warm_up_bars_carry_no_orders() -> None:
    warm = dataclasses.replace(BARS, warmup=500)
    assert Engine(crossover(), warm, cache_dir=cache_folder()).trades(PAIRS[0]).entry_bar.min() > 500


def test_daily_profits_are_those_of_the_equity() -> None:
    tested = make()
    results, curve = tested.run(PAIRS[3], daily=True), tested.equity(PAIRS[3])
    assert results.daily is not None
    day = tested._windows.day
    last_of_day = np.append(np.flatnonzero(np.diff(day)), len(day) - 1)
    expected = np.diff(np.append(10_000.0, curve[last_of_day]))
    np.testing.assert_allclose(results.daily[0], expected, atol=1e-9)
    np.testing.assert_array_equal(results.day, day[last_of_day])


def test_a_stop_leaves_rows_unfinished() -> None:
    stop = threading.Event()
    stop.set()
    results = make().run(np.repeat(PAIRS, 20, axis=0), stop=stop)
    assert not results.finished.any()
    assert np.isnan(results.metrics).all()


def test_a_stop_reaches_the_native_loop() -> None:
    long = random_bars(400_000, minutes=1)
    stop = threading.Event()
    timer = threading.Timer(0.1, stop.set)
    timer.start()
    results = Engine(crossover(), long, cache_dir=cache_folder()).run(np.repeat(PAIRS, 50, axis=0), stop=stop)
    timer.join()
    assert not results.finished.all()
    assert np.isnan(results.metrics[~results.finished]).all()
    assert not np.isnan(results["net_profit"][results.finished]).any()


def test_tables_grow_as_far_as_a_script_needs() -> None:
    count = 600
    text = """
def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:
    order_order(b, view, i, i, True, 1.0, math.nan, math.nan, -1, 0, -1)
    order_order(b, view, i, 1000 + i, True, 1.0, 1.0, math.nan, -1, 0, -1)
"""
    names = tuple(str(k) for k in range(2_000))
    program = Program("many", text, (), (), StrategySettings(), names, 0, 0, "many")
    over = bars(*[(100.0, 101.0, 99.0, 100.0)] * count)
    results = Engine(program, over, cache_dir=cache_folder()).run(np.zeros((3, 0)))
    assert (results["max_contracts_held"] == count - 1).all()


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ([5, 20], "3 inputs"),
        ([5, 20, float("nan")], "hour is not a finite number"),
        ([5.5, 20, 0], r"fast = 5.5 is not a whole number"),
        ([0, 20, 0], "fast = 0 is out of range"),
        ([5, 20, 24], "hour = 24 is out of range"),
    ],
)
def test_bad_parameters_are_refused_by_name(row: list[float], text: str) -> None:
    with pytest.raises(BacktestError, match=text):
        make().run(row)


def test_options_and_bools_have_their_own_ranges() -> None:
    inputs = (
        ProgramInput("on", "On", InputKind.BOOL, 1),
        ProgramInput("kind", "Kind", InputKind.STRING, 0, options=("a", "b")),
        ProgramInput("size", "Size", InputKind.FLOAT, 1, options=(1.0, 2.5)),
    )
    head = "def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:"
    text = f"{head}\n    return\n"
    program = Program("options", text, inputs, (), StrategySettings(), (), 0, 0, "options")
    tested = Engine(program, BARS, cache_dir=cache_folder())
    assert tested.run([1, 1, 2.5])["trades"][0] == 0
    for row, name in (([2, 0, 1], "on"), ([0, 2, 1], "kind"), ([0, 0, 2], "size")):
        with pytest.raises(BacktestError, match=name):
            tested.run(row)
    assert with_values(program, {"Kind": 1.0}).tolist() == [1, 1, 1]
    with pytest.raises(BacktestError, match="no input 'kindd'"):
        with_values(program, {"kindd": 1.0})
    assert defaults(program).tolist() == [1, 0, 1]


def test_whole_numbers_are_those_that_a_float_holds() -> None:
    item = ProgramInput("n", "", InputKind.INT, 3)
    program = Program("one", "", (item,), (), StrategySettings(), (), 0, 0, "one")
    assert checked(program, [2.0**53]).tolist() == [[2.0**53]]
    for value in (1e30, -1e30):
        with pytest.raises(BacktestError, match="too large"):
            checked(program, [value])


def test_a_program_that_does_not_compile_names_its_line() -> None:
    program = dataclasses.replace(crossover(), text=crossover().text.replace("c[2][i] == 1.0", "c[2][i] == nobody"))
    with pytest.raises(KernelError, match="nobody"):
        Engine(program, BARS, cache_dir=False)


def test_columns_are_shared_where_that_saves_work() -> None:
    program = crossover()
    reads = all_inputs(program)
    assert reads == ((0,), (1,), (0, 1), ())
    many = plan(program, reads, PAIRS)
    assert (many.shared, many.private) == ((0, 1, 2), ())
    single = plan(program, reads, PAIRS[:1])
    assert (single.shared, single.private) == ((0, 1), (2,))
    step_reads_two = dataclasses.replace(program, reads=(2,))
    # What stands below a shared column is computed when that column is, and not kept for the step.
    assert plan(step_reads_two, reads, PAIRS).shared == (2,)
    unlike = np.array([(k, 40 + k, 0) for k in range(1, 41)], dtype=np.float64)
    assert plan(program, reads, unlike).private == (2,)
    with pytest.raises(BacktestError, match="does not come before"):
        all_inputs(dataclasses.replace(program, columns=(ProgramColumn("fast", (0,), (1,)), program.columns[0])))


def test_the_column_cache_keeps_to_its_budget() -> None:
    cache = ColumnCache(100 * 8 * 3, 100)
    made: list[int] = []

    def use(*numbers: int) -> None:
        lease = Lease()
        for number in numbers:
            column = cache.get(lease, ("", number, b""), lambda memory, number=number: fill(memory, number))  # type: ignore[misc]
            assert (column == number).all()
        assert [cache.get(lease, ("", number, b""), refuse)[0] for number in numbers] == list(numbers)
        cache.give_back(lease)

    def fill(memory: FloatArray, number: int) -> None:
        made.append(number)
        memory[:] = number

    def refuse(memory: FloatArray) -> None:
        raise AssertionError("a leased column was made again")

    for number in (0, 1, 2, 0, 3, 0, 1):
        use(number)
    assert made == [0, 1, 2, 3, 1]
    # A call may need more than the budget; afterwards the budget holds again.
    use(*range(10, 20))
    assert cache.taken == cache.most == 3


def test_a_column_that_was_made_twice_stays_the_first() -> None:
    # It may be dropped between the wait for its maker and the look at what was made; then two make it at once.
    cache, key = ColumnCache(100 * 8 * 4, 100), ("", 0, b"")
    leases = Lease(), Lease()
    others: list[FloatArray] = []

    def make(memory: FloatArray) -> None:
        cache._making.clear()
        others.append(cache.get(leases[1], key, lambda other: other.fill(2.0)))
        memory.fill(1.0)

    found = cache.get(leases[0], key, make)
    assert found is others[0]
    assert (found == 2.0).all()
    assert cache.places(Lease(), [key, ("", 1, b"")]) == [address(found), 0]
    assert cache.taken == 1


def test_a_column_that_could_not_be_made_takes_no_memory() -> None:
    cache = ColumnCache(100 * 8 * 4, 100)

    def fail(memory: FloatArray) -> None:
        raise KernelError("no")

    with pytest.raises(KernelError):
        cache.get(Lease(), ("", 0, b""), fail)
    assert cache.taken == 0
    assert cache.get(Lease(), ("", 0, b""), lambda memory: memory.fill(3.0))[0] == 3.0


def test_short_data_is_run_in_few_pieces() -> None:
    chosen = Plan(np.arange(128), (), ())
    assert [len(job.rows) for job in cut(chosen, 128, 1_500, 2)] == [87, 41]
    assert [len(job.rows) for job in cut(chosen, 128, 400_000, 2)] == [1] * 128
    assert np.concatenate([job.rows for job in cut(chosen, 128, 30_000, 4)]).tolist() == list(range(128))


def test_results_by_name() -> None:
    results = engine(bars(*[(100.0, 101.0, 99.0, 100.0)] * 4)).run(parameters([entry(0, "L", 1)]))
    assert results["trades"].tolist() == [0]
    assert results.row(0)["max_contracts_held"] == 1
    with pytest.raises(BacktestError, match="sharpe"):
        results["sharp"]


@pytest.mark.parametrize("daily", [False, True])
def test_memory_is_told_before_a_run(daily: bool) -> None:
    rng = np.random.default_rng(4)
    matrix = np.column_stack([rng.integers(2, 30, 400), rng.integers(31, 99, 400), np.zeros(400)]).astype(float)
    made = make()
    made.run(matrix[:1])  # what is made once, whatever is asked
    told = made.memory(matrix, daily=daily)
    tracemalloc.start()
    made.run(matrix, daily=daily)
    _, taken = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told / 3 < taken < 1.1 * told + 2**16
    assert make(column_bytes=8 * 1000).memory(matrix) < told
