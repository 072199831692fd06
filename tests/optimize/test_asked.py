"""What a user asks for: flags, a file below them, and the space that both make of a script."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.data.simulate import simulated_bars
from pinewright.errors import SearchError
from pinewright.optimize.asked import Asked, parse_asked
from pinewright.optimize.ranges import Fixed, Range, Values
from pinewright.optimize.space import Space
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import InputKind, ProgramInput

SCRIPT = """//@version=6
strategy("Asked")
fastLength = input.int(10, "Fast", minval=2, maxval=60)
slowLength = input.int(40, "Slow", minval=10, maxval=200)
stop = input.float(2.0, "Stop", minval=0.5, maxval=6, step=0.25)
kind = input.string("SMA", "Average", options=["SMA", "EMA", "WMA"])
src = input.source(close, "Source")
frame = input.timeframe("60", "Frame", options=["60", "240"])
lone = input.timeframe("D", "Day")
start = input.time(timestamp("2020-01-01"), "Start")
useStop = input.bool(true, "Use stop")
average(float x, simple int length) =>
    switch kind
        "SMA" => ta.sma(x, length)
        "EMA" => ta.ema(x, length)
        => ta.wma(x, length)
higher = request.security(syminfo.tickerid, frame, close) + request.security(syminfo.tickerid, lone, close)
if ta.crossover(average(src, fastLength), average(src, slowLength)) and time > start and close < higher
    strategy.entry("L", strategy.long)
if useStop
    strategy.exit("X", "L", loss = stop * 100)
"""


@pytest.fixture(scope="module")
def inputs() -> tuple[ProgramInput, ...]:
    return compile_script(check(SCRIPT), "asked.pine").inputs


def grids(space: Space) -> dict[str, tuple[float, ...]]:
    return {dimension.name: dimension.grid for dimension in space.dimensions}


def test_forms_of_vary() -> None:
    found = parse_asked(["a", "b=5:50:1", "c=0.5:2", "d=SMA, EMA", 'e="x, y",z', "f=-5:5", "g=0930-1600"], [], [])
    assert found.vary == ("a", "b", "c", "d", "e", "f", "g")
    assert found.ranges == (
        Range("b", 5, 50, 1),
        Range("c", 0.5, 2),
        Values("d", ("SMA", "EMA")),
        Values("e", ("x, y", "z")),
        Range("f", -5, 5),
        Values("g", ("0930-1600",)),
    )
    assert found.fixed == ()
    assert found.by_name


def test_forms_of_fix_and_where() -> None:
    found = parse_asked([], ["a", "b=5", "c = x=y"], ["fast < slow"])
    assert found == Asked(None, (), (Fixed("a"), Fixed("b", "5"), Fixed("c", "x=y")), ("fast < slow",))
    assert parse_asked([], [], []) == Asked()


@pytest.mark.parametrize(
    ("vary", "fix", "what"),
    [
        (["=5:6"], [], "names no input"),
        (["a="], [], "names no input"),
        (["a=1:2:3:4"], [], "'1:2:3:4' is no range"),
        (["a=1,,2"], [], "an empty value"),
        (["a=1:5", "a=2:6"], [], "'a' stands there twice"),
        ([], ["=5"], "names no input"),
        ([], ["a="], "names no input"),
        ([], ["a=1", "a=2"], "'a' stands there twice"),
    ],
)
def test_texts_of_no_form_are_told(vary: list[str], fix: list[str], what: str) -> None:
    with pytest.raises(SearchError, match=what):
        parse_asked(vary, fix, [])


def test_nothing_asked_is_the_space_of_the_script(inputs: tuple[ProgramInput, ...]) -> None:
    space = Asked().space(inputs)
    assert space == Space.of(inputs)
    assert set(grids(space)) == {"fastLength", "slowLength", "stop", "kind", "frame", "useStop"}
    assert space.rules == ("fastLength < slowLength",)


def test_what_is_asked_to_vary_varies_alone(inputs: tuple[ProgramInput, ...]) -> None:
    space = parse_asked(["src", "Fast=5:15:5", "start=2020-01-01,2021-01-01"], [], []).space(inputs)
    found = grids(space)
    assert set(found) == {"src", "fastLength", "start"}
    assert [len(one) for one in found.values()] == [3, 8, 2]
    assert 15.0 in found["fastLength"]
    # The slow length stands still, and the fast one stays below it.
    assert space.rules == ("fastLength < slowLength",)
    assert parse_asked(["src=close,hl2,ohlc4"], [], []).space(inputs).dimensions[0].grid == (3, 4, 6)


def test_time_frames_and_texts_vary_by_their_options(inputs: tuple[ProgramInput, ...]) -> None:
    found = grids(parse_asked(["frame", "kind=WMA,EMA"], [], []).space(inputs))
    assert found == {"frame": (0, 1), "kind": (1, 2)}


@pytest.mark.parametrize(
    ("vary", "what", "hint"),
    [
        ("start", r"'start' \(line 10\) cannot vary: it is a time", "list the moments"),
        ("lone", r"'lone' \(line 9\) cannot vary: it is a text without options", "options = "),
        ("lone=60,240", "lone = '60' is not an option", "(line 9) gives it no options"),
        ("fastLength=5", r"one value for input 'fastLength' \(line 3\)", "--fix fastLength=VALUE"),
        ("fastlen", "no input 'fastlen'", "did you mean 'fastLength'"),
        ("kind=SNA", "kind = 'SNA' is not an option", "did you mean 'SMA'"),
        ("kind=1:2", r"kind \(line 6\) is no number", "tries them all"),
        ("fastLength=1:70", "out of range", "from 2 to 60"),
    ],
)
def test_what_cannot_vary_is_told_with_reason_and_line(
    inputs: tuple[ProgramInput, ...], vary: str, what: str, hint: str
) -> None:
    with pytest.raises(SearchError, match=what) as error:
        parse_asked([vary], [], []).space(inputs)
    assert hint in (error.value.hint or "")


def test_unknown_names_are_told_with_the_flag(inputs: tuple[ProgramInput, ...]) -> None:
    for vary, fix, where in ((["slw=1:5"], [], "--vary slw=1:5"), (["slw"], [], "--vary"), ([], ["slw"], "--fix slw")):
        with pytest.raises(SearchError, match="no input 'slw'") as error:
            parse_asked(vary, fix, []).space(inputs)
        assert error.value.where == where


def test_a_fixed_value_is_held_and_the_own_default_is_kept(inputs: tuple[ProgramInput, ...]) -> None:
    place = [item.name for item in inputs].index("slowLength")
    space = parse_asked([], ["slowLength=20", "kind=EMA", "stop"], []).space(inputs)
    assert {"slowLength", "kind", "stop"}.isdisjoint(grids(space))
    assert space.defaults[place] == 20
    assert space.own == tuple(item.default for item in inputs)
    rows = space.parameters(space.points(np.random.default_rng(1).random((50, len(space.dimensions)))))
    assert (rows[:, place] == 20).all()
    assert space.key != Asked().space(inputs).key
    # fastLength goes up to 60, but stays below the value that slowLength is held at.
    one = [dimension.name for dimension in space.dimensions].index("fastLength")
    points = np.zeros((2, len(space.dimensions)), np.int64)
    points[:, one] = [17, 18]
    assert space.legal(points).tolist() == [True, False]


def test_an_input_cannot_vary_and_be_fixed(inputs: tuple[ProgramInput, ...]) -> None:
    with pytest.raises(SearchError, match="'Fast' is to vary and is fixed"):
        parse_asked(["Fast"], ["fastLength=5"], []).space(inputs)
    with pytest.raises(SearchError, match=r"fastLength = '5\.5' is not a whole number") as error:
        parse_asked([], ["fastLength=5.5"], []).space(inputs)
    assert error.value.where == "--fix fastLength=5.5"


def test_texts_to_be_compiled_in(inputs: tuple[ProgramInput, ...]) -> None:
    assert parse_asked([], ["lone=W", "kind=EMA", "fastLength=5"], []).compiled_in(inputs) == (Values("lone", ("W",)),)
    assert parse_asked(["Day=60,240"], [], []).compiled_in(inputs) == (Values("lone", ("60", "240")),)
    assert parse_asked([], ["lone=D"], []).compiled_in(inputs) == ()
    again = compile_script(check(SCRIPT), "asked.pine", overrides={"lone": "W"}).inputs
    asked = parse_asked([], ["lone=W"], [])
    assert asked.compiled_in(again) == ()
    assert "lone" not in grids(asked.space(again))


FILE = """
where = ["fastLength * 2 <= slowLength"]
[vary]
fastLength = { low = 5, high = 20, step = 5 }
slowLength = {}
[fix]
kind = "EMA"
"""


def test_flags_stand_above_the_file(tmp_path: Path, inputs: tuple[ProgramInput, ...]) -> None:
    path = tmp_path / "space.toml"
    path.write_text(FILE)
    alone = parse_asked([], [], [], path)
    assert alone.vary == ("fastLength", "slowLength")
    assert not alone.by_name
    assert alone.space(inputs).rules == ("fastLength * 2 <= slowLength",)
    both = parse_asked(["kind", "fastLength=6:8"], ["slowLength=50"], ["fastLength > 5"], path)
    assert both.vary == ("kind", "fastLength")
    assert both.ranges == (Range("fastLength", 6, 8),)
    assert both.fixed == (Fixed("slowLength", "50"),)
    assert both.where == ("fastLength * 2 <= slowLength", "fastLength > 5")
    assert grids(both.space(inputs))["fastLength"] == (6, 7, 8)


def test_a_file_that_names_no_inputs_to_vary_leaves_all(tmp_path: Path, inputs: tuple[ProgramInput, ...]) -> None:
    path = tmp_path / "space.toml"
    path.write_text('[fix]\nkind = "EMA"\n')
    asked = parse_asked([], [], [], path)
    assert asked.vary is None
    assert asked.by_name
    assert set(grids(asked.space(inputs))) == {"fastLength", "slowLength", "stop", "frame", "useStop"}
    assert set(grids(parse_asked(["stop"], [], [], path).space(inputs))) == {"stop"}


def test_kinds_of_the_script_are_what_the_tests_think(inputs: tuple[ProgramInput, ...]) -> None:
    kinds = {item.name: item.kind for item in inputs}
    assert kinds["frame"] is kinds["lone"] is kinds["kind"] is InputKind.STRING
    assert kinds["src"] is InputKind.SOURCE


def test_varied_sources_texts_and_time_frames_trade_as_the_script_that_says_so(
    inputs: tuple[ProgramInput, ...],
) -> None:
    bars = simulated_bars(5, "15m", days=40, warmup=0)
    space = parse_asked(["src", "kind", "frame", "useStop"], ["start=2000-01-01"], []).space(inputs)
    place = [item.name for item in inputs].index("useStop")
    random = np.random.default_rng(4)
    rows = space.parameters(space.points(random.random((3, len(space.dimensions)))))
    program = compile_script(check(SCRIPT), "asked.pine")
    together = Engine(program, bars).run(rows).metrics
    assert len(np.unique(together, axis=0)) == 3
    for row, metrics in zip(rows, together, strict=True):
        words = {item.name: item.options[int(value)] for item, value in zip(inputs, row, strict=True) if item.options}
        text = (
            SCRIPT.replace('"SMA", "Average"', f'"{words["kind"]}", "Average"')
            .replace("(close, ", f"({words['src']}, ")
            .replace('("60", ', f'("{words["frame"]}", ')
            .replace("(true, ", "(true, " if row[place] else "(false, ")
            .replace("2020-01-01", "2000-01-01")
        )
        again = compile_script(check(text), "asked.pine")
        alone = Engine(again, bars).run(np.array([item.default for item in again.inputs])).metrics
        assert np.array_equal(alone[0], metrics, equal_nan=True)
