"""Calls of the script's own functions: each is checked with the types of the call, as Pine does it."""

from __future__ import annotations

from abc import abstractmethod

from pinewright.pine import syntax as s
from pinewright.pine.builtins import Parameter, Signature
from pinewright.pine.checker.calls import Calls
from pinewright.pine.checker.overloads import Given, Match, choose
from pinewright.pine.checker.scopes import IGNORED, TAIL, Use, UserFunction, Variable
from pinewright.pine.types import UNKNOWN, VOID, Kind, Qualifier, Type

_ANYTHING = Type(Kind.ANY)
_MOST_VARIANTS = 64
"""Combinations of argument types for which a function is checked; scripts have a handful."""
_DEEPEST = 60
"""Calls inside calls that are followed; what lies deeper is taken as it is."""


class Declared(Calls):
    """Fifth layer of the check."""

    def __init__(self, tree: s.Script, source: str):
        super().__init__(tree, source)
        self.checked: dict[tuple[int, tuple[Type, ...]], Type] = {}
        self.variants: dict[int, int] = {}
        self.calling: list[int] = []
        self._signatures: dict[int, Signature] = {}

    @abstractmethod
    def body(self, block: s.Block, used: Use = IGNORED) -> Type:
        """Check the statements of a block in the scope that is open; the type of the last."""

    def call_declared(self, candidates: list[UserFunction], node: s.Call, given: list[Given]) -> Type:
        """Type of a call of one of these functions."""
        signatures = [self._signature(one.node) for one in candidates]
        match = choose(signatures, given, self.version)
        name = candidates[0].node.name
        if node.template:
            self.report("PW208", f'The "{name}" function takes no template', node.template[0].span)
        chosen = candidates[next(place for place, one in enumerate(signatures) if one is match.signature)]
        if match.problems:
            self.report_problems(name, match, node, given)
            return UNKNOWN
        found = self.call_user(chosen.node, self._argument_types(chosen.node, match), node.span)
        if any(one.type is None for one in chosen.node.parameters):
            return Type(found.kind, found.qualifier, found.items, found.name, found.quotient, vague=True)
        return found

    def _signature(self, node: s.FunctionDeclaration) -> Signature:
        if id(node) not in self._signatures:
            for one in node.parameters:
                self._check_default(one)
            self._signatures[id(node)] = Signature(
                tuple(
                    Parameter(
                        one.name,
                        self.written_type(one.type) if one.type is not None else _ANYTHING,
                        one.default is None,
                    )
                    for one in node.parameters
                ),
                VOID,
            )
        return self._signatures[id(node)]

    def _check_default(self, parameter: s.Parameter) -> None:
        """Findings about a parameter's default, once."""
        if parameter.default is None:
            return
        given = self.value(parameter.default)
        if parameter.type is None and given.kind is Kind.NA:
            message = f'The parameter "{parameter.name}" has the default na and no type'
            self.report("PW306", message, parameter.default.span, f"write its type: `float {parameter.name} = na`")
        elif parameter.type is not None:
            wanted = self.written_type(parameter.type)
            if wanted.kind is not Kind.UNKNOWN:
                self.fit(wanted.at(Qualifier.SERIES), given, parameter.name, parameter.default)

    def _argument_types(self, node: s.FunctionDeclaration, match: Match) -> tuple[Type, ...]:
        given = {parameter.name: argument.type for parameter, argument in match.bound}
        types = []
        for parameter, declared in zip(node.parameters, match.signature.parameters, strict=True):
            found = given.get(parameter.name)
            if found is None and parameter.default is not None:
                found = self.expression(parameter.default)
            types.append(self._parameter_type(parameter, declared.type, found))
        return tuple(types)

    def _parameter_type(self, parameter: s.Parameter, written: Type, given: Type | None) -> Type:
        """The type that a parameter has in the body."""
        if parameter.type is None:
            return UNKNOWN if given is None or given.kind is Kind.NA else given
        return written if given is None else written.at(min(given.qualifier, written.qualifier))

    def check_uncalled(self, node: s.FunctionDeclaration) -> None:
        """Check a function that nobody calls: what is not written of its parameters is unknown."""
        types = []
        for parameter, declared in zip(node.parameters, self._signature(node).parameters, strict=True):
            default = self.expression(parameter.default) if parameter.default is not None else None
            untyped = parameter.type is None and default is not None and default.kind is not Kind.NA
            types.append(default if untyped and default is not None else self._uncalled(declared.type, parameter))
        self.call_user(node, tuple(types), node.name_span)

    def _uncalled(self, written: Type, parameter: s.Parameter) -> Type:
        # A written type without qualifier is as early as the call's argument: nothing too late can be told yet.
        if parameter.type is None:
            return UNKNOWN
        return written if parameter.type.qualifier else written.at(Qualifier.CONST)

    def call_user(self, node: s.FunctionDeclaration, types: tuple[Type, ...], span: s.Span) -> Type:
        """Type of what a function gives for arguments of these types; its body is checked once for each such list."""
        key = (id(node), types)
        if key in self.checked:
            return self.checked[key]
        if id(node) in self.calling:
            message = f'"{node.name}" calls itself: Pine has no recursion'
            return self.report("PW108", message, span, "write a loop")
        self.variants[id(node)] = self.variants.get(id(node), 0) + 1
        if self.variants[id(node)] > _MOST_VARIANTS or len(self.calling) >= _DEEPEST:
            return UNKNOWN
        self.calling.append(id(node))
        outer = self.scopes, self.function, self.loops, self.conditions
        self.scopes, self.function, self.loops, self.conditions = [self.scopes[0], {}], node, 0, []
        for parameter, kind in zip(node.parameters, types, strict=True):
            span_of = parameter.name_span if parameter.name_span != s.NOWHERE else parameter.span
            written = parameter.type is not None
            self.scopes[-1][parameter.name] = Variable(kind, span_of, written, role="parameter")
        result = self.body(node.body, TAIL)
        self.scopes, self.function, self.loops, self.conditions = outer
        self.calling.pop()
        self.checked[key] = result
        return result
