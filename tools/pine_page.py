"""The page docs/reference/pine-subset.md: tables from pine/builtins.py, and by hand what lies around them."""

from __future__ import annotations

import textwrap
from typing import Final

from pinewright.pine.builtins import Function, Role, functions, variables
from pinewright.pine.compiler.account import NOT_EMULATED
from pinewright.pine.compiler.expressions import COMPILED_VARIABLES
from pinewright.pine.types import Kind

HEAD: Final = """# Pine: what runs

Written by `make docs` from the code; a test fails when they differ. `pinewright check` reads and checks the whole of
Pine v5 and v6 ([all built-ins](builtins.md)). Backtests, searches and indicators run the part below; `check` says as a
note (`PW902`) where a strategy that is right needs more, and every other command names the line.

What cannot reach an order (plots, drawings, tables, alerts, and all that only they need) is checked and then left out.
Everything else is compiled, or it is an error that names the line.
"""
LANGUAGE_TAIL: Final = """\
Comparisons of numbers are tolerant to 1e-10, and lengths are cut to whole numbers. A call with
memory (`ta.*`, own functions with `var` or history) inside a block advances only when the block runs."""
FUNCTIONS_HEAD: Final = """\
Square brackets: may be left out. The qualifier of a parameter says how early its value must be
known: `const` in the source, `input` in the dialog, `simple` on the first bar, `series` on each bar. The result of a
formula is as early as its arguments."""
ACCOUNT_TAIL: Final = """\
One of these matters: the Sharpe and Sortino ratios always use 2 % a year. An account in another
`currency` than the symbol's needs bars of the pair of currencies; between the dollar and coins that stand for it a
missing rate counts as 1. What a script leaves out is, in v6: capital 100,000, all of the equity in each order
(`strategy.percent_of_equity`, 100), and a margin of 100 %; before October 2026, and in v5: capital 1,000,000 and 1 unit
(`strategy.fixed`), the margin unchecked in v5; and no pyramiding, no commission, no slippage. Where a version has
changed, the answer tells which rule was taken. Write them out, and a change of TradingView's defaults changes
nothing."""

LANGUAGE: Final[tuple[tuple[str, str], ...]] = (
    ("declarations, with and without a type", "float v = 1.0"),
    ("`var`: keeps its value from bar to bar", "var float v = 0.0\nv := v + 1"),
    ("`:=`, `+=`, `-=`, `*=`, `/=`, `%=`", "float v = 1.0\nv += close"),
    ("several names from one call", "[middle, v, lower] = ta.bb(close, 20, 2)"),
    ("history, also by an offset that changes", "v = close[bar_index % 5]"),
    ("`+ - * / %`, `== != < <= > >=`, `and`, `or`, `not`, `?:`", "v = close > open and not na(close[1]) ? 1 : 2"),
    ("`if`, `else if`, `else`, also as a value", "v = if close > open\n    1.0\nelse\n    2.0"),
    ("`switch`, with and without a subject", "v = switch\n    close > open => 1.0\n    => 2.0"),
    ("own functions: one line or a block, defaults, tuples", "f(float x, int n = 3) => x * n\nv = f(close)"),
    ("several statements on a line, lines that go on", "a = 1, b = 2\nv = a +\n     b"),
    (
        "loops: `for`, `for...in`, `while`, also as values; `break`, `continue`",
        "v = 0.0\nfor i = 0 to 9\n    v += close[i]",
    ),
    ("`varip`: as `var` on past bars", "varip float v = 0.0"),
    ("arrays, maps, matrices, of numbers, texts and objects", "a = array.new<float>(3, close)\nv = a.get(0)"),
    ("`type` with its objects, `enum`, methods, overloads", "type P\n    float x\np = P.new(1.0)\nv = p.x"),
    ("several values from one `if` or `switch`", "[a, v] = if close > open\n    [1, 2]\nelse\n    [3, 4]"),
    ("texts made while the script runs, also as ids of orders", 'v = 1\nstrategy.close("L" + str.tostring(close))'),
)
"""What the language has here, each with the shortest script that shows it (a test compiles every one)."""

OUTSIDE: Final[tuple[tuple[str, str], ...]] = (
    ("functions of an imported library", "import TradingView/ta/7\nv = ta.t3(close, 5)"),
    (
        "data that bars do not hold: `request.dividends`, `request.financial` and their kin",
        'v = request.dividends("X")',
    ),
    (
        "bars that are made otherwise: `ticker.renko` and its kin",
        'v = request.security(ticker.kagi("X", 3), "D", close)',
    ),
    ("a request whose time frame is put together on each bar", 'v = request.security("X", str.tostring(hour), close)'),
    ("a session, zone or time frame made of numbers on each bar", 'v = hour(time, "UTC+" + str.tostring(hour))'),
    ("what only a screen has: `chart.left_visible_bar_time` and its kin", "v = chart.left_visible_bar_time"),
    ("regular expressions: `str.match`", 'v = str.length(str.match("ab", "a."))'),
)
"""Legal Pine that does not run, and a script that shows it (a test checks every one)."""

NO_EFFECT: Final = (
    "shorttitle overlay format precision scale max_bars_back explicit_plot_zorder max_lines_count max_labels_count "
    "max_boxes_count max_polylines_count dynamic_requests behind_chart risk_free_rate".split()
)
"""Arguments of strategy() that are read and change nothing here."""

CLOCK_NOTE: Final = (
    "Zones, sessions and time frames are literals, inputs, or words of the chart such as `timeframe.period`, also "
    "chosen among and put together. A bar is in a session by its open. What tells where the data end is warned of: "
    "`last_bar_index`, `last_bar_time`, `barstate.islast`, and `timenow`, which is the close of the last bar here."
)
REQUEST_NOTE: Final = (
    "Bars of longer time frames are made of the chart's own; shorter ones and other symbols must be given as well. A "
    "value is seen on the last bar of the chart within its period (where that is missing, on the next), the first "
    "period may lack its beginning, and `lookahead_on` shows what TradingView shows: the close at the open, with a "
    "warning. The expression is run over the other bars with all of the script that it needs, wherever the call "
    "stands; it may give numbers, bools, words and tuples of them, no arrays and objects. A symbol or time frame may "
    "be chosen among words by an input or on each bar."
)

_GROUPS: Final[tuple[tuple[str, str, Role], ...]] = (
    ("Script", "", Role.DECLARATION),
    ("Inputs", "A search varies `input.int`, `input.float` and `input.bool`; others keep their value.", Role.INPUT),
    ("Orders", "", Role.ORDER),
    ("Trades and account", "A trade that is not there gives 0 for money and sizes, else na.", Role.ACCOUNT),
    ("Indicators and sums", "", Role.PRELUDE),
    ("Numbers", "", Role.MATH),
    ("Time, sessions, time frames", CLOCK_NOTE, Role.CLOCK),
    ("Other bars", REQUEST_NOTE, Role.REQUEST),
    ("Arrays, maps, matrices, texts", "What fails ends the run with its line, as on TradingView.", Role.HEAP),
)
_LONG: Final = 60
"""Letters of a call and its types above which it does not fit the table and is shown below it."""


def pine_page() -> str:
    """The whole page."""
    parts = (_language(), _functions(), _variables(), _outside(), _account())
    return "\n".join([HEAD, *(line for part in parts for line in part)]) + "\n"


def _language() -> list[str]:
    return ["## Language", "", *(f"- {words}" for words, _ in LANGUAGE), "", *_wrap(LANGUAGE_TAIL), ""]


def _functions() -> list[str]:
    lines = ["## Functions", "", *_wrap(FUNCTIONS_HEAD), ""]
    for title, words, role in _GROUPS:
        chosen = [function for function in functions().values() if function.role is role]
        lines += [f"### {title}", ""]
        lines += [*_wrap(words), ""] if words else []
        lines += ["| call | takes | gives | meaning |", "|---|---|---|---|"]
        lines += [f"| `{_call(one)}` | {_takes(one)} | {_gives(one)} | {one.doc} |" for one in chosen]
        typed = [line for one in chosen if _is_long(one) for line in _typed(one)]
        lines += ["", "```text", *typed, "```", ""] if typed else [""]
    return lines


def _is_long(function: Function) -> bool:
    types = ", ".join(str(parameter.type) for parameter in function.parameters)
    return len(function.signature) + len(types) > _LONG


def _call(function: Function) -> str:
    return function.signature if len(function.signature) <= _LONG else f"{function.name}(...)"


def _takes(function: Function) -> str:
    return "below" if _is_long(function) else ", ".join(str(parameter.type) for parameter in function.parameters)


def _gives(function: Function) -> str:
    if function.returns.items:
        return f"[{', '.join(item.kind.value for item in function.returns.items)}]"
    return "" if function.returns.kind is Kind.VOID else function.returns.kind.value


def _typed(function: Function) -> list[str]:
    # A type and its name stay on one line.
    parts = [f"{p.type} {p.name}".replace(" ", "\u00a0") for p in function.parameters]
    shown = [part if p.required else f"[{part}]" for part, p in zip(parts, function.parameters, strict=True)]
    text = f"{function.name}({', '.join(shown)}{', ...' if function.variadic else ''})"
    return [line.replace("\u00a0", " ") for line in _wrap(text, "    ")]


def _variables() -> list[str]:
    rows = [one for name, one in variables().items() if name in COMPILED_VARIABLES and name != "na"]
    lines = ["## Variables", "", "| name | type | meaning |", "|---|---|---|"]
    return [*lines, *(f"| `{one.name}` | {one.type} | {one.doc} |" for one in rows), ""]


def _outside() -> list[str]:
    head = [
        "## Outside",
        "",
        "Legal Pine that does not run yet where it reaches an order, named with its line (`PW902`):",
        "",
    ]
    return [*head, *(f"- {words}" for words, _ in OUTSIDE), ""]


RUNS: Final = (
    "`use_bar_magnifier` needs bars of the same symbol and of a time frame that divides the chart's, and is refused "
    "without them. `calc_on_order_fills` runs the script again inside a bar, at the next of its ticks (open, the "
    "extremes in the order of the way, close) before which something filled; `varip` variables must then be numbers, "
    "bools or colours. `calc_bars_count` lets the script begin so many bars before the end; `bar_index` keeps the "
    "chart's numbers. `calc_on_every_tick` concerns realtime bars alone, `fill_orders_on_standard_ohlc` charts whose "
    "bars are no standard candles: neither changes a trade here."
)


def _account() -> list[str]:
    return [
        "## Arguments of `strategy()`",
        "",
        "Refused when they are set, because what they ask for is not emulated:",
        "",
        "| argument | what it asks for |",
        "|---|---|",
        *(f"| `{name}` | {words} |" for name, words in NOT_EMULATED.items()),
        "",
        *_wrap(RUNS),
        "",
        *_wrap("Read, and without effect here: " + ", ".join(f"`{name}`" for name in NO_EFFECT) + "."),
        "",
        *_wrap(ACCOUNT_TAIL),
    ]


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, 116, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
