"""What a script may ask of its chart: ``syminfo.*``, ``timeframe.*``, ``chart.*``, and the words made of them.

A value of the chart is the same on every bar, but the compiler does not know the chart: it is a ``market`` node, with a
formula that the engine works out before it runs. Texts among them are known by number, as all texts are.

Some arguments must be known before the run: the zone of ``hour()``, the session of ``time()``, the time frame of a
request. Such a word is a literal or a formula of the chart; where a script chooses among several, by an input or on
each bar, ``each_word`` makes a value for each of them and chooses among the values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeGuard

from pinewright.pine import syntax as s
from pinewright.pine.compiler.graph import Const, Graph, Node, Value
from pinewright.pine.types import Kind
from pinewright.program import Formula, Word

if TYPE_CHECKING:
    from pinewright.pine.compiler.expressions import Expressions

_TEXTS: Final = (
    "timeframe.period timeframe.main_period syminfo.tickerid syminfo.main_tickerid syminfo.ticker syminfo.root "
    "syminfo.prefix syminfo.description syminfo.type syminfo.currency syminfo.basecurrency syminfo.timezone "
    "syminfo.volumetype"
)
_FLAGS: Final = "isintraday isdaily isweekly ismonthly isdwm isminutes isseconds isticks"
_VALUES: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(_TEXTS.split(), Kind.STRING),
    **{f"timeframe.{name}": Kind.BOOL for name in _FLAGS.split()},
    "timeframe.multiplier": Kind.INT,
    "syminfo.mincontract": Kind.FLOAT,
    "syminfo.minmove": Kind.INT,
    "syminfo.pricescale": Kind.INT,
}
_UNKNOWN_TEXTS: Final = "country industry sector isin current_contract"
_UNKNOWN_NUMBERS: Final = (
    "employees shareholders shares_outstanding_float shares_outstanding_total expiration_date recommendations_buy "
    "recommendations_buy_strong recommendations_hold recommendations_sell recommendations_sell_strong "
    "recommendations_total recommendations_date target_price_average target_price_high target_price_low "
    "target_price_median target_price_estimates target_price_date"
)
_CONSTANTS: Final[Mapping[str, Const]] = {
    "syminfo.session": Const("regular", Kind.STRING),
    "session.regular": Const("regular", Kind.STRING),
    "session.extended": Const("extended", Kind.STRING),
    **{f"syminfo.{name}": Const(math.nan, Kind.STRING) for name in _UNKNOWN_TEXTS.split()},
    **{f"syminfo.{name}": Const(math.nan, Kind.FLOAT) for name in _UNKNOWN_NUMBERS.split()},
    "chart.is_standard": Const(True, Kind.BOOL),
    **{
        f"chart.is_{name}": Const(False, Kind.BOOL)
        for name in ("heikinashi", "kagi", "linebreak", "pnf", "range", "renko")
    },
}
_MOST_CHOICES: Final = 64
_MOST_PARTS: Final = 100
MARKET_VARIABLES: Final = frozenset([*_VALUES, *_CONSTANTS])
"""Variables of the chart; what only companies and contracts have is na, as it is for currencies and coins."""

_OPERATIONS: Final = frozenset(
    "add sub mul div mod neg int == != < > <= >= int== int!= int< int> int<= int>= bool== bool!= not and or select "
    "truth number na nz math.abs math.max math.min math.floor math.ceil math.round".split()
)
"""Operations of pure nodes that the engine can work out itself."""


def market_variable(graph: Graph, name: str, version: int) -> Value | None:
    """The value of a variable of the chart; None for any other name."""
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    if name not in _VALUES:
        return None
    # Version 5 leaves the 1 of "1D" out.
    spelled = (Const(5.0, Kind.INT),) if name in ("timeframe.period", "timeframe.main_period") and version < 6 else ()
    return market_node(graph, name, _VALUES[name], *spelled)


def market_node(graph: Graph, op: str, kind: Kind, *values: Value) -> Node:
    """The node of an operation over values of the chart; ``op`` as in ``program.Formula``."""
    return graph.node("market", (Const(op, Kind.STRING), *values), kind)


def formula_of(value: Value) -> Formula | float | str | None:
    """What the engine works out for a value of the chart or a constant; None where a value depends on more.

    None too for values of very many operations, which the script works out itself where it can.
    """
    if isinstance(value, Const):
        return value.value if isinstance(value.value, str) else float(value.value)
    if not isinstance(value, Node) or value.parts > _MOST_PARTS:
        return None
    if value.op == "market":
        return market_formula(value)
    return _formula(value.op, value.args) if value.op in _OPERATIONS else None


def market_formula(node: Node) -> Formula:
    """The formula of a ``market`` node, which is made of values that have one."""
    found = _formula(str(_text(node.args[0])), node.args[1:])
    assert found is not None
    return found


def word_of(value: Value) -> Word | None:
    """A text that the engine can know before it runs; None for any other value."""
    found = formula_of(value)
    return found if isinstance(found, str | Formula) and value.kind is Kind.STRING else None


def known_word(value: Value) -> Word:
    """The text of a value that ``each_word`` has handed out."""
    found = word_of(value)
    assert found is not None
    return found


def joined(graph: Graph, left: Value, right: Value) -> Const | Node | None:
    """Two texts put together, where both are known, or words, or the script chooses among such; None for any others."""
    if isinstance(left, Const) and isinstance(right, Const):
        known = isinstance(left.value, str) and isinstance(right.value, str)
        return Const(f"{left.value}{right.value}" if known else math.nan, Kind.STRING)
    if word_of(left) is not None and word_of(right) is not None:
        return market_node(graph, "cat", Kind.STRING, left, right)
    chosen = next((value for value in (left, right) if _is_choice(value)), None)
    if chosen is None or _choices(left) * _choices(right) > _MOST_CHOICES:
        return None
    test, *choices = chosen.args
    pairs = [(choice, right) if chosen is left else (left, choice) for choice in choices]
    first, second = (joined(graph, *pair) for pair in pairs)
    return None if first is None or second is None else graph.node("select", (test, first, second), Kind.STRING)


def spelled(graph: Graph, value: Value) -> Value | None:
    """A whole number of the chart as text, which the engine can know before it runs; None for any other value."""
    if value.kind is not Kind.INT or isinstance(value, Const) or formula_of(value) is None:
        return None
    return market_node(graph, "str.tostring", Kind.STRING, value)


def each_word(
    lowering: Expressions, value: Value, make: Callable[[Const | Node], Value], what: str, span: s.Span
) -> Value:
    """What ``make`` makes of a word; of several that the script chooses among, a choice of what it makes of each.

    ``make`` gets values of which ``word_of`` is not None. Raises NotCompiledError, naming ``what``, for other texts and
    for more than a few dozen choices, since each is a column.
    """
    if _choices(value) > _MOST_CHOICES:
        raise lowering.unsupported(f"{what} that is chosen among more than {_MOST_CHOICES}", span)
    if isinstance(value, Const | Node) and word_of(value) is not None:
        return make(value)
    if _is_choice(value):
        test, *choices = value.args
        first, second = (each_word(lowering, choice, make, what, span) for choice in choices)
        return lowering.operate("select", first.kind, test, first, second, three=first.three)
    raise lowering.unsupported(f"{what} that is put together while the script runs", span)


def is_own(value: Const | Node, variable: str) -> bool:
    """Whether a word is the chart's own, as the variable gives it or by the empty text."""
    if isinstance(value, Const):
        return value.value == ""
    return value.op == "market" and _text(value.args[0]) == variable


def _is_choice(value: Value) -> TypeGuard[Node]:
    """Whether the script chooses among two values."""
    return isinstance(value, Node) and value.op == "select"


def _choices(value: Value) -> int:
    """Among how many words a value is chosen; of more than the most one more."""
    count, waiting = 0, [value]
    while waiting and count <= _MOST_CHOICES:
        one = waiting.pop()
        if _is_choice(one) and word_of(one) is None:
            waiting += one.args[1:]
        else:
            count += 1
    return count


def _formula(op: str, args: tuple[Value, ...]) -> Formula | None:
    parts = []
    for arg in args:
        part = formula_of(arg)
        if part is None:
            return None
        parts.append(part)
    return Formula(op, tuple(parts))


def _text(value: Value) -> object:
    return value.value if isinstance(value, Const) else None
