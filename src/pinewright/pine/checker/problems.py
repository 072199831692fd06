"""The findings for calls whose arguments do not fit, in TradingView's words."""

from __future__ import annotations

from pinewright.errors import nearest
from pinewright.pine import syntax as s
from pinewright.pine.checker.overloads import Given, Match, Problem
from pinewright.pine.checker.scopes import Scopes
from pinewright.pine.types import Kind, Type

_LEVELS = {
    **dict.fromkeys(
        ("take_profit", "takeprofit", "tp", "target"), "a target is `limit`, a price, or `profit`, in ticks"
    ),
    **dict.fromkeys(("stop_loss", "stoploss", "sl"), "a stop loss is `stop`, a price, or `loss`, in ticks"),
}
"""What traders call the levels of strategy.exit()."""
_LONGEST_CALL = 120
_LATER_HINT = "the value must be known {when}; a value that changes from bar to bar comes too late"
_WHEN = {0: "in the source", 1: "before the script runs (an input or a constant)", 2: "on the first bar"}


class Problems(Scopes):
    """Part of the check that words what ``overloads`` found."""

    def report_problems(self, name: str, match: Match, node: s.Call, given: list[Given]) -> None:
        """Note everything that does not fit in a call."""
        kinds = [problem.kind for problem in match.problems]
        for place, problem in enumerate(match.problems):
            # One argument too many moves the others, and of several that are missing the first tells enough.
            if ("many" in kinds and problem.kind == "type") or (
                problem.kind == "missing" and "missing" in kinds[:place]
            ):
                continue
            self._report_problem(name, match, node, given, problem)

    def _report_problem(self, name: str, match: Match, node: s.Call, given: list[Given], problem: Problem) -> None:
        signature = match.signature.shown(name)
        argument = problem.given
        if problem.kind == "missing" and problem.parameter is not None:
            if any(one.kind in ("unknown", "positional") for one in match.problems):
                return
            message = f'No value assigned to the "{problem.parameter.name}" parameter in {name}()'
            self.report("PW202", message, node.span, f"the call is {signature}")
        elif problem.kind == "many" and argument is not None:
            count = len(match.signature.parameters)
            message = (
                f'Too many arguments passed into the "{name}()" function call. '
                f"Passed {len(given)} arguments but expected {count}"
            )
            self.report("PW204", message, argument.node.span, f"the call is {signature}")
        elif problem.kind == "unknown" and argument is not None:
            self._unknown_argument(name, match, argument)
        elif problem.kind == "twice" and problem.parameter is not None and argument is not None:
            message = f'The "{problem.parameter.name}" parameter of {name}() is given twice'
            self.report("PW205", message, argument.node.span, "leave one of the two out")
        elif problem.kind == "positional" and argument is not None:
            message = f"An argument without a name stands behind named ones in {name}()"
            self.report("PW207", message, argument.node.span, "name it too, or move it before the named ones")
        elif problem.parameter is not None and argument is not None and problem.wanted is not None:
            self._wrong_value(name, problem, argument, problem.wanted, signature)

    def _unknown_argument(self, name: str, match: Match, argument: Given) -> None:
        legal = [parameter.name for parameter in match.signature.parameters]
        message = f'The "{name}" function does not have an argument with the name "{argument.name}"'
        span = argument.span
        if argument.name == "when" and name.startswith("strategy."):
            hint = "v6 removed it: put the call into an `if` block with that condition"
            self.report("PW209", message, span, hint)
            return
        if argument.name == "transp":
            self.report("PW209", message, span, "v6 removed it: use color.new(color, transparency)")
            return
        if name.startswith("strategy.") and argument.name in _LEVELS:
            self.report("PW203", message, span, _LEVELS[argument.name])
            return
        near = nearest(argument.name or "", legal, 1)
        hint = f"did you mean `{near[0]}`?" if near else ""
        hint = f"{hint} legal: {', '.join(legal)}".strip()
        self.report("PW203", message, span, hint)

    def _wrong_value(self, name: str, problem: Problem, argument: Given, wanted: Type, signature: str) -> None:
        parameter = problem.parameter
        assert parameter is not None
        if argument.type.kind is Kind.VOID:
            message = f'Void expression "{self.text(argument.node)}" cannot be used as a value'
            self.report("PW309", message, argument.node.span, "write it on a line of its own")
            return
        if argument.type.kind is Kind.NA and wanted.kind is Kind.BOOL:
            self.report("PW305", 'A "bool" cannot be na in Pine v6', argument.node.span, "write false")
            return
        shown = wanted.at(parameter.type.qualifier)
        message = (
            f'Cannot call "{name}" with argument "{parameter.name}"="{self.shown(argument.node)}". '
            f'An argument of "{self.typed(argument.node, argument.type)}" type was used but a "{shown}" is expected'
        )
        if problem.kind == "early":
            hint = _LATER_HINT.format(when=_WHEN.get(int(parameter.type.qualifier), "earlier"))
            self.report("PW206", message, argument.node.span, hint)
        else:
            call = f"the call is {signature}"
            if len(signature) > _LONGEST_CALL:
                call = f'"{parameter.name}" takes a {shown}'
            self.report("PW201", message, argument.node.span, _hint(wanted, argument.type) or call)


def _hint(wanted: Type, given: Type) -> str | None:
    """What turns the given type into the wanted one."""
    if wanted.kind is Kind.STRING:
        return "use str.tostring()"
    if wanted.kind is Kind.INT and given.kind is Kind.FLOAT:
        return "use int(), math.round() or math.floor()"
    if wanted.kind is Kind.BOOL and given.is_number:
        return "write a comparison, or bool()"
    if wanted.kind is Kind.OBJECT and given.kind is Kind.STRING:
        return f"it takes one of the {wanted.name} constants, not a text"
    return None
