"""Formulas of a user: what they mean, what is refused, and that nothing is ever run."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.market import FloatArray
from pinewright.optimize.expressions import Expression, parse

NAMES = ("fast", "slow", "profit", "useStop", "from")
COLUMNS = {
    "fast": np.array([5.0, 10.0, 20.0]),
    "slow": np.array([20.0, 20.0, 20.0]),
    "profit": np.array([-4.0, 0.0, math.nan]),
    "useStop": np.array([0.0, 1.0, 1.0]),
    "from": np.array([1.0, 2.0, 3.0]),
}


def read(text: str) -> Expression:
    return parse(text, NAMES, where="--where")


def values(text: str) -> list[float]:
    found: list[float] = read(text).values(COLUMNS).tolist()
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("fast + 5 * 2", [15, 20, 30]),
        ("-fast ** 2", [-25, -100, -400]),
        ("(fast - slow) / 5", [-3, -2, 0]),
        ("2 ** 3 ** 0 + 0 * fast", [2, 2, 2]),
        ("min(fast, 12, slow)", [5, 10, 12]),
        ("max(fast, 12)", [12, 12, 20]),
        ("abs(fast - slow)", [15, 10, 0]),
        ("sqrt(slow * 5)", [10, 10, 10]),
        ("log(slow) - log(slow)", [0, 0, 0]),
        ("fast < slow", [1, 1, 0]),
        ("fast <= slow", [1, 1, 1]),
        ("fast >= slow", [0, 0, 1]),
        ("fast > slow", [0, 0, 0]),
        ("fast == 10", [0, 1, 0]),
        ("fast != 10", [1, 0, 1]),
        ("5 < fast < slow", [0, 1, 0]),
        ("not fast < slow", [0, 0, 1]),
        ("fast < 10 or slow > 30", [1, 0, 0]),
        ("fast < 15 and slow > 15 and useStop", [0, 1, 0]),
        ("useStop == true", [0, 1, 1]),
        ("(fast < slow) * 3", [3, 3, 0]),
        ("from + 1e1", [11, 12, 13]),
        ("+fast", [5, 10, 20]),
        ("1_000 + fast", [1005, 1010, 1020]),
    ],
)
def test_values(text: str, wanted: list[float]) -> None:
    assert values(text) == pytest.approx(wanted)


def test_nan_and_division_by_zero_make_no_warning_and_fulfil_nothing() -> None:
    assert values("fast / (fast - fast)") == [math.inf] * 3
    assert np.isnan(read("profit - profit / 0").values(COLUMNS)).tolist() == [False, True, True]
    assert np.isnan(values("sqrt(-fast)")).all()
    for sign in ("<", "<=", ">", ">=", "==", "!="):
        assert values(f"profit {sign} 0")[2] == 0
    assert values("not profit")[2] == 1
    assert values("profit or fast < 6") == [1, 0, 0]


def test_the_dust_of_fractions_is_no_difference() -> None:
    column = {"a": np.array([0.1, 0.3, 1e9]), "b": np.array([0.2, 0.0, 0.1])}
    assert parse("a + b <= 0.3", "ab", where="x").values(column).tolist() == [1, 1, 0]
    assert parse("a + b == 0.3", "ab", where="x").values(column).tolist() == [1, 1, 0]
    assert parse("a + b < 0.3", "ab", where="x").values(column).tolist() == [0, 0, 0]
    far = {"a": np.array([math.inf, math.inf, -math.inf]), "b": np.array([5.0, math.inf, math.inf])}
    assert parse("a <= b", "ab", where="x").values(far).tolist() == [0, 1, 1]


def test_what_a_formula_tells_of_itself() -> None:
    found = read("  slow -\n fast >   useStop ")
    assert (found.text, found.names, found.boolean) == ("slow - fast > useStop", ("slow", "fast", "useStop"), True)
    assert not read("fast * 2").boolean
    assert not read("fast").boolean
    assert read("not fast").boolean
    assert read("fast<slow") == read("fast<slow") != read("fast<=slow")
    assert pickle.loads(pickle.dumps(found)) == found
    assert pickle.loads(pickle.dumps(found)).values(COLUMNS).tolist() == found.values(COLUMNS).tolist()


def test_a_value_that_is_the_same_for_all_sets_stands_for_each() -> None:
    mixed: dict[str, FloatArray] = {"fast": np.array(3.0), "slow": np.array([1.0, 5.0])}
    assert read("fast < slow").values(mixed).tolist() == [0, 1]
    assert read("fast * 2").values(mixed).tolist() == 6.0
    with pytest.raises(SearchError, match="no values of 'slow'"):
        read("fast < slow").values({"fast": COLUMNS["fast"]})


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("fats < slow", "unknown name 'fats'", "did you mean 'fast'"),
        ("fast = slow", "is not a formula", "`==`"),
        ("fast && slow", "is not a formula", "`and`"),
        ("fast || slow", "is not a formula", "`or`"),
        ("!fast", "is not a formula", "`not`"),
        ("fast ^ 2", "`fast ^ 2` is not allowed", "`**`"),
        ("fast ? 1 : 2", "is not a formula", "choice"),
        ("fast % 2", "`fast % 2` is not allowed", "a formula has"),
        ("fast // 2", "is not allowed", "a formula has"),
        ("sum(fast)", "unknown function 'sum'", "legal: abs"),
        ("fast.real", "`fast.real` is not allowed", ""),
        ("from.real + 1", "`from.real` is not allowed", ""),
        ("fast[0]", "is not allowed", ""),
        ("fast if slow else 1", "is not allowed", ""),
        ("lambda: fast", "is not allowed", ""),
        ("(fast := 1)", "is not allowed", ""),
        ("[fast]", "is not allowed", ""),
        ("fast + 'a'", "is not allowed", ""),
        ("fast + 1j", "is not allowed", ""),
        ("fast is slow", "is not allowed", "comparisons"),
        ("fast in slow", "is not allowed", "comparisons"),
        ("True + fast", "`True` is not allowed", "write true"),
        ("min(fast)", "is not allowed", "two or more"),
        ("min(*fast)", "is not allowed", "two or more"),
        ("abs(fast, slow)", "is not allowed", "one value"),
        ("abs(x=fast)", "is not allowed", "one value"),
        ("fast # slow", "is not a formula", ""),
        ("fast; slow", "is not a formula", ""),
        ("", "an empty formula", ""),
        ("1 < 2", "names nothing", "legal: fast"),
        ("9" * 400 + " * fast", "too large", ""),
        ("9" * 1200 + " * fast", "1,207 characters", ""),
        ("-" * 500 + "fast", "levels deep", ""),
        ("(" * 400 + "fast" + ")" * 400, "is not a formula", ""),
        ("__import__('os').system('true')", "unknown function", ""),
        ("fast.__class__.__mro__", "is not allowed", ""),
    ],
)
def test_what_is_no_formula_is_told(text: str, what: str, hint: str) -> None:
    with pytest.raises(SearchError) as error:
        read(text)
    assert what in error.value.what
    assert error.value.where == "--where"
    assert hint in (error.value.hint or "")
    assert len(error.value.what) < 500


def test_missed_ranks_what_breaks_a_condition() -> None:
    assert read("fast >= 10").missed(COLUMNS).tolist() == [0.5, 0, 0]
    assert read("fast >= 10 and slow < 16").missed(COLUMNS) == pytest.approx([0.7, 0.2, 0.2])
    assert read("fast >= 10 or slow < 16").missed(COLUMNS) == pytest.approx([0.2, 0, 0])
    assert read("profit > 0").missed(COLUMNS)[2] == math.inf
    assert 0 < read("profit > 0").missed(COLUMNS)[1] < 1e-9
    assert read("not fast < slow").missed(COLUMNS).tolist() == [1, 1, 0]


SAFE = st.recursive(
    st.sampled_from(["a", "b", "c"]) | st.integers(0, 20).map(str),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "<", "<=", "==", "!=", ">", ">="]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda one: f"(-{one})"),
        inner.map(lambda one: f"(not {one})"),
        st.tuples(inner, inner).map(lambda two: f"min({two[0]}, {two[1]})"),
        inner.map(lambda one: f"abs({one})"),
    ),
    max_leaves=8,
)


@given(SAFE, st.lists(st.integers(-9, 9), min_size=3, max_size=3))
def test_formulas_mean_what_python_means(text: str, numbers: list[int]) -> None:
    columns = {name: np.array([float(number)]) for name, number in zip("abc", numbers, strict=True)}
    scope = {name: column[0] for name, column in columns.items()}
    found = parse(f"{text} + a * 0", "abc", where="x").values(columns)[0]
    assert found == pytest.approx(float(eval(text, {"min": min, "abs": abs}, scope)), rel=1e-9)


@given(st.text(alphabet="fast slow()+-*/<>=!&|.,0123456789#'\"\\\n[]{}:@^~%", max_size=40) | st.text(max_size=30))
def test_any_text_is_a_formula_or_one_error(text: str) -> None:
    try:
        found = read(text)
    except SearchError:
        return
    assert set(found.names) <= set(NAMES)
    assert found.values(COLUMNS).shape == (3,)
