"""A script as it goes back to its owner: new defaults, costs inside ``strategy()``, and a head that says what was done.

All else stays byte for byte: line ends, byte order mark, tabs, a missing last line end.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

from pinewright.errors import PineError, UsageError, unknown_name_hint
from pinewright.generate.defaults import with_defaults
from pinewright.generate.spelling import spell_bool, spell_float, spell_int
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.diagnostics import Severity
from pinewright.pine.draft import Draft, Edits
from pinewright.pine.edit import line_end_of
from pinewright.pine.migrate.tree import add_arguments
from pinewright.pine.parser import VERSION_COMMENT, parse
from pinewright.program import CommissionType, ProgramInput, QuantityType, StrategySettings

BEGIN: Final = "// ---- Pinewright: what was done to this script, and on which prices ----"
END: Final = "// ---- end of Pinewright's lines; the rest is the script's own ----"
"""First and last line of the block at the head. They are how it is found again, so they never change."""
WIDTH: Final = 112
"""Longest line of the block behind its slashes."""

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_ANNOTATION: Final = re.compile(r"//\s*@(?!version)")
_QUANTITY: Final = {
    QuantityType.FIXED: "strategy.fixed",
    QuantityType.CASH: "strategy.cash",
    QuantityType.PERCENT_OF_EQUITY: "strategy.percent_of_equity",
}
_COMMISSION: Final = {
    CommissionType.PERCENT: "strategy.commission.percent",
    CommissionType.CASH_PER_CONTRACT: "strategy.commission.cash_per_contract",
    CommissionType.CASH_PER_ORDER: "strategy.commission.cash_per_order",
}


def hand_back(
    source: str,
    inputs: Sequence[ProgramInput],
    values: Sequence[float],
    arguments: Mapping[str, str],
    comment: Sequence[str],
) -> str:
    """The script with new defaults, arguments of ``strategy()`` and a block of comment lines at its head.

    inputs [K], values [K]: as for ``with_defaults``. arguments: name to value as Pine spells it, set where the script
    has them and added where not; one that means the same already keeps its spelling. comment: lines without slashes;
    the block stands below ``//@version=`` and the comments that follow it without a gap. An earlier block of ours is
    replaced, and with no lines at all it goes: handing back twice is handing back once.

    Errors: UsageError as of ``with_defaults``, for an argument that ``strategy()`` lacks, and for a script without
    ``strategy()`` where there are arguments; PineError for a text that does not parse.
    """
    text = with_defaults(source, inputs, values)
    text = with_arguments(text, arguments) if arguments else text
    text = _with_head(without_head(text), comment)
    if _read(text).version != _read(source).version:
        raise UsageError("the script would lose its //@version", hint="put it on the first line of the script")
    return text


def with_arguments(source: str, arguments: Mapping[str, str]) -> str:
    """The script with these arguments of its ``strategy()``, values as Pine spells them; errors as of ``hand_back``."""
    script = _read(source)
    call = strategy_call(script)
    if call is None:
        raise UsageError("the script has no strategy() call", hint="an indicator() has to be wrapped first")
    function = functions(script.version if script.version in (5, 6) else 6)["strategy"]
    legal = [parameter.name for parameter in function.widest.parameters]
    for name in arguments:
        if name not in legal:
            raise UsageError(f"strategy() has no argument {name!r}", hint=unknown_name_hint(name, legal))
    own = bind(function, call).arguments
    edits, new = Edits(), []
    for name, text in arguments.items():
        if name not in own:
            new.append(f"{name} = {text}")
        elif not _means(own[name], text):
            edits.replace(own[name].span, text)
    if new:
        add_arguments(edits, source, call, new)
    draft = Draft(source)
    draft.change("", "", call.span, edits)
    return draft.apply()


def strategy_arguments(own: StrategySettings, wanted: StrategySettings) -> dict[str, str]:
    """Arguments with which a script that means ``own`` means ``wanted``, name to Pine text; empty where it does.

    Commission type and value go together, and so do the two of the quantity: one without the other means another thing.
    """
    pairs = {
        "initial_capital": (own.initial_capital, wanted.initial_capital, spell_float),
        "pyramiding": (own.pyramiding, wanted.pyramiding, spell_int),
        "slippage": (own.slippage, wanted.slippage, spell_int),
        "margin_long": (own.margin_long, wanted.margin_long, spell_float),
        "margin_short": (own.margin_short, wanted.margin_short, spell_float),
        "process_orders_on_close": (own.process_orders_on_close, wanted.process_orders_on_close, spell_bool),
        "calc_on_order_fills": (own.calc_on_order_fills, wanted.calc_on_order_fills, spell_bool),
        "backtest_fill_limits_assumption": (own.backtest_fill_limits, wanted.backtest_fill_limits, spell_int),
        "use_bar_magnifier": (own.use_bar_magnifier, wanted.use_bar_magnifier, spell_bool),
        "risk_free_rate": (own.risk_free_rate, wanted.risk_free_rate, spell_float),
        "calc_bars_count": (own.calc_bars_count, wanted.calc_bars_count, spell_int),
    }
    found: dict[str, str] = {}
    if own.currency != wanted.currency:
        found["currency"] = f"currency.{wanted.currency or 'NONE'}"
    if (own.quantity_type, own.quantity_value) != (wanted.quantity_type, wanted.quantity_value):
        found["default_qty_type"] = _QUANTITY[wanted.quantity_type]
        found["default_qty_value"] = _number(wanted.quantity_value)
    if (own.commission_type, own.commission_value) != (wanted.commission_type, wanted.commission_value):
        found["commission_type"] = _COMMISSION[wanted.commission_type]
        found["commission_value"] = _number(wanted.commission_value)
    for name, (before, after, spell) in pairs.items():
        if before != after:
            found[name] = _number(after) if spell is spell_float else spell(after)
    if own.close_any != wanted.close_any:
        found["close_entries_rule"] = '"ANY"' if wanted.close_any else '"FIFO"'
    return found


def strategy_call(script: s.Script) -> s.Call | None:
    """The ``strategy()`` call of a script, None where it has none."""
    return declaration_call(script, ("strategy",))


def declaration_call(script: s.Script, names: Sequence[str]) -> s.Call | None:
    """The first call of one of these functions that is a statement at the left margin."""
    for statement in script.statements:
        value = statement.value if isinstance(statement, s.ExpressionStatement) else None
        if isinstance(value, s.Call) and dotted_name(value.function) in names:
            return value
    return None


def without_head(source: str) -> str:
    """The script without the block that ``hand_back`` puts at its head; as it is where there is none."""
    lines = _LINE.findall(source)
    plain = [line.strip("\ufeff \t\r\n") for line in lines]
    if BEGIN not in plain:
        return source
    first = plain.index(BEGIN)
    last = next((place for place in range(first, len(plain)) if not plain[place].startswith("//")), len(plain))
    if END not in plain[first:last]:
        return source
    mark = "\ufeff" if lines[first].startswith("\ufeff") else ""
    return mark + "".join(lines[:first] + lines[plain.index(END, first) + 1 :])


def _with_head(source: str, comment: Sequence[str]) -> str:
    block = _block(comment)
    if not block:
        return source
    lines = _LINE.findall(source)
    place = _head_place(lines)
    above, end = "".join(lines[:place]), line_end_of(source)
    gap = end if above and not above.endswith(("\n", "\r")) else ""
    mark = "\ufeff" if not above and source.startswith("\ufeff") else ""
    below = "".join(lines[place:]).removeprefix(mark)
    return above + gap + mark + "".join(f"{line}{end}" for line in block) + below


def _head_place(lines: Sequence[str]) -> int:
    """Number of the line before which the block goes: behind the version and the comments right below it.

    Annotations such as ``//@type`` belong to what follows them: the block stays above.
    """
    bare = [line.strip("\ufeff \t\r\n") for line in lines]
    version = next((place for place, line in enumerate(bare) if VERSION_COMMENT.match(line)), None)
    place = 0 if version is None else version + 1
    while place < len(bare) and bare[place].startswith("//") and not _ANNOTATION.match(bare[place]):
        place += 1
    return place


def _block(comment: Sequence[str]) -> list[str]:
    """The lines of the block with their slashes; a line that is one of the two marks is left out."""
    found: list[str] = []
    for line in comment:
        # A line that begins with @version would be read as one.
        flat = " ".join(line.split()).lstrip("@ ")
        wrapped = textwrap.wrap(flat, WIDTH, subsequent_indent="  ", break_on_hyphens=False) or [""]
        found += [text for part in wrapped if (text := f"// {part}".rstrip()) not in (BEGIN, END)]
    return [BEGIN, *found, END] if found else []


def _means(node: s.Expression, text: str) -> bool:
    """Whether a value of the script is the same as a text: the same tree, or the same number."""
    tree, _ = parse(f"x = {text}\n")
    statement = tree.statements[0] if tree.statements else None
    if not isinstance(statement, s.Declaration):
        raise UsageError(f"{text!r} is no value of Pine")
    numbers = [_literal(one) for one in (node, statement.value)]
    if None not in numbers:
        return numbers[0] == numbers[1]
    return node == statement.value


def _literal(node: s.Expression) -> float | None:
    """The value of a number that is written out; None for anything else."""
    if isinstance(node, s.Literal) and node.kind in (s.LiteralKind.INT, s.LiteralKind.FLOAT):
        return float(node.value)
    return None


def _number(value: float) -> str:
    """A number without a needless decimal point: ``10000``, ``0.00005``."""
    return spell_int(value) if value == int(value) else spell_float(value)


def _read(source: str) -> s.Script:
    script, findings = parse(source)
    wrong = [finding for finding in findings if finding.severity is Severity.ERROR]
    if wrong:
        raise PineError(f"the script cannot be read: {wrong[0].message}", where=f"line {wrong[0].span.line}")
    return script
