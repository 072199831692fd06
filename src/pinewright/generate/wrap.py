"""An ``indicator()`` as a strategy: its signals become orders, everything else stays as it was.

    text ──> the condition of each side (an expression, or the name of a plotshape, plotchar or alertcondition)
         ──> indicator(...) becomes strategy(...), orders are written below the last line

A condition counts at the close of its bar and its order fills at the next open. With both sides given, the signal of
one turns the position of the other round. With one side alone, the position is closed by ``exit``; where that is not
given, by the opposite of the ``ta.crossover`` or ``ta.crossunder`` that the condition holds, and where it holds none,
at the first bar on which the condition is no longer true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pinewright.errors import PineError, PineUnsupportedError, UsageError
from pinewright.generate.defaults import with_defaults
from pinewright.generate.handed_back import declaration_call
from pinewright.generate.signals import Condition, SignalFinder
from pinewright.generate.spelling import spell_string
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.checker import check
from pinewright.pine.diagnostics import Diagnostic, Severity, frame
from pinewright.pine.draft import Draft, Edits
from pinewright.pine.edit import line_end_of
from pinewright.pine.migrate.tree import add_arguments, drop_arguments, fresh, name_argument, words_of
from pinewright.pine.parser import parse
from pinewright.pine.walking import walk
from pinewright.program import ProgramInput

ACCOUNT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "initial_capital": "10000",
        "default_qty_type": "strategy.percent_of_equity",
        "default_qty_value": "50",
    }
)
"""What a wrapped indicator trades with: half the equity, so that neither costs nor a losing short meet the margin."""
_GONE: Final = ("timeframe", "timeframe_gaps", "linktoseries")
_SHARED: Final = 6
"""Parameters that indicator() and strategy() have at the same places."""
_NAMES: Final = {"long": "longSignal", "short": "shortSignal", "exit": "exitSignal"}


def wrap_indicator(
    source: str,
    *,
    long: str | None = None,
    short: str | None = None,
    exit: str | None = None,
    title: str | None = None,
    arguments: Mapping[str, str] | None = None,
    where: str = "the script",
) -> str:
    """The strategy that trades an indicator's signals, v5 or v6 as the indicator is.

    long, short, exit: a condition in Pine over the names that the script has at its left margin, or the title of one
    of its plotshape(), plotchar() or alertcondition() calls (the text on the mark where it has no title). title: of
    the strategy, by default the indicator's. arguments: of ``strategy()`` as Pine spells them, over ``ACCOUNT``; costs
    go here. where: name of the script, for errors.

    Errors: UsageError where neither side is given, nothing has a name (with the nearest ones), a condition is none, or
    the script is already a strategy or a library; PineUnsupportedError for an indicator that computes on a time frame
    of its own; PineError with code frames where the script has errors.
    """
    checked = check(source, warn=False)
    _refuse_errors(checked.diagnostics, source, where)
    call = _indicator(checked.tree, where)
    if long is None and short is None:
        raise UsageError("no side to trade", where=where, hint="give --long, --short, or both")
    finder = SignalFinder(checked)
    given = {"long": long, "short": short, "exit": exit}
    found = {side: finder.find(text, f"--{side}") for side, text in given.items() if text is not None}
    end = line_end_of(source)
    draft = Draft(source)
    draft.change("", "", call.span, _head(checked.tree, source, call, title, {**ACCOUNT, **(arguments or {})}))
    orders = _Orders(source, finder, found)
    for place, lines in orders.hoisted():
        span = s.Span(place, place, 1, 1, 1, 1)
        gap = end if place == len(source) and not source.endswith(("\n", "\r")) else ""
        draft.change("", "", span, Edits().line_above(place, gap + "".join(f"{line}{end}" for line in lines)))
    text = draft.apply()
    text += "" if text.endswith(("\n", "\r")) else end
    text += end + "".join(f"{line}{end}" for line in orders.lines())
    _refuse_errors(check(text, warn=False).diagnostics, text, f"{where}, wrapped as a strategy")
    return text


def indicator_with_defaults(source: str, wrapped: str, inputs: Sequence[ProgramInput], values: Sequence[float]) -> str:
    """The indicator itself with the values found for the strategy that was made of it; errors as of ``with_defaults``.

    inputs [K], values [K]: of the program of ``wrapped``. Inputs that a condition brought along are none of its own.
    """
    script, strategy = parse(source)[0], parse(wrapped)[0]
    own = {node.name for node in script.statements if isinstance(node, s.Declaration)}
    lines = dict(zip(_input_lines(strategy, own), _input_lines(script, own), strict=True))
    pairs = [(item, value) for item, value in zip(inputs, values, strict=True) if item.line in lines]
    kept = [replace(item, line=lines[item.line]) for item, _ in pairs]
    return with_defaults(source, kept, [value for _, value in pairs])


def _input_lines(script: s.Script, own: set[str]) -> Iterator[int]:
    """Lines of the ``input`` calls in declarations of these names and in all other statements."""
    for statement in script.statements:
        if isinstance(statement, s.Declaration) and statement.name not in own:
            continue
        for node in walk(statement):
            if isinstance(node, s.Call) and (dotted_name(node.function) or "").partition(".")[0] == "input":
                yield node.span.line


def _indicator(script: s.Script, where: str) -> s.Call:
    """The ``indicator()`` call, after what speaks against wrapping it was refused."""
    call = declaration_call(script, ("indicator",))
    if call is None:
        if declaration_call(script, ("strategy",)) is not None:
            hint = "leave --long and --short away: it is optimised as it is"
            raise UsageError("the script is already a strategy", where=where, hint=hint)
        raise UsageError("the script is no indicator", where=where, hint="a library has no signals to trade")
    own = bind(functions(script.version if script.version in (5, 6) else 6)["indicator"], call).arguments
    frame_of = own.get("timeframe")
    if frame_of is not None and not (isinstance(frame_of, s.Literal) and frame_of.value == ""):
        raise PineUnsupportedError(
            "the indicator computes on a time frame of its own, which strategy() does not know",
            where=f"{where}, line {frame_of.span.line}",
            hint="take `timeframe` out of indicator() and bring bars of that time frame",
        )
    return call


def _head(script: s.Script, source: str, call: s.Call, title: str | None, arguments: Mapping[str, str]) -> Edits:
    """``indicator(...)`` to ``strategy(...)``: names for what stands elsewhere there, and the account behind it.

    A constant that is named is written out, since the account is read before the script.
    """
    constants = {
        node.name: node.value
        for node in script.statements
        if isinstance(node, s.Declaration) and isinstance(node.value, s.Literal)
    }
    order = [parameter.name for parameter in functions(6)["indicator"].widest.parameters]
    edits = Edits().replace(call.function.span, "strategy")
    gone = []
    for place, item in enumerate(call.arguments):
        name = item.name or order[place]
        if name in _GONE:
            gone.append(item)
            continue
        if name == "title" and title is not None:
            edits.replace(item.value.span, spell_string(title))
        elif isinstance(item.value, s.Name) and item.value.name in constants:
            edits.replace(item.value.span, constants[item.value.name].text)
        if item.name is None and place >= _SHARED:
            name_argument(edits, call, item, name)
    drop_arguments(edits, source, call, gone)
    return add_arguments(edits, source, call, [f"{name} = {text}" for name, text in arguments.items()])


@dataclass
class _Orders:
    """The lines of Pine that trade the sides; ``names`` and ``numbers`` are variables that the script lacks."""

    source: str
    finder: SignalFinder
    found: dict[str, Condition]

    def __post_init__(self) -> None:
        taken = words_of(self.source)
        self.names = {side: name if name not in taken else fresh(name, taken) for side, name in _NAMES.items()}
        numbers = {side: name.replace("Signal", "Value") for side, name in _NAMES.items()}
        self.numbers = {side: name if name not in taken else fresh(name, taken) for side, name in numbers.items()}

    def hoisted(self) -> Iterator[tuple[int, list[str]]]:
        """Conditions of marks, right below them: (offset of a line, lines). A variable may change further down."""
        places: dict[int, list[str]] = {}
        for side, condition in self.found.items():
            if condition.below is not None:
                lines = condition.lines(self.names[side], self.numbers[side])
                places.setdefault(condition.below, []).extend(lines)
        yield from places.items()

    def lines(self) -> Iterator[str]:
        """What goes to the end of the script."""
        long, short, exit = (self.names[side] if side in self.found else None for side in _NAMES)
        yield f"// Orders, added by Pinewright: {self._words()}"
        for side, condition in self.found.items():
            if condition.below is None:
                yield from condition.lines(self.names[side], "")
        if long and short:
            yield from _entry("Long", f"{long} and not {short}", exit)
            yield from _entry("Short", f"{short} and not {long}", exit)
            if exit:
                yield from (f"if {exit}", "    strategy.close_all()")
            return
        side, name = ("Long", long) if long else ("Short", short)
        assert name is not None
        opposite = self.finder.opposite(self.found[side.lower()]) if exit is None else None
        if opposite is not None:
            exit = self.names["exit"]
            yield f"{exit} = {opposite}"
        yield from _entry(side, name, exit)
        yield from (f"if {exit or f'not {name}'}", f'    strategy.close("{side}")')

    def _words(self) -> str:
        if {"long", "short"} <= self.found.keys():
            return "a signal fills at the next open and turns the position round."
        if "exit" in self.found:
            return "a signal fills at the next open."
        if self.finder.opposite(next(iter(self.found.values()))) is not None:
            return "a signal fills at the next open, the opposite crossing closes."
        return "a signal fills at the next open, the position is closed when it is no longer true."


def _entry(side: str, condition: str, exit: str | None) -> tuple[str, str]:
    guard = f" and not {exit}" if exit else ""
    return (f"if {condition}{guard}", f'    strategy.entry("{side}", strategy.{side.lower()})')


def _refuse_errors(diagnostics: Sequence[Diagnostic], source: str, where: str) -> None:
    errors = [one for one in diagnostics if one.severity is Severity.ERROR]
    if errors:
        frames = "\n".join(frame(one, source, where) for one in errors)
        raise PineError(f"{len(errors)} error{'s' * (len(errors) > 1)} in the script\n{frames}", where=where)
