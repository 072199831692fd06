"""Which overload a call means: arguments to parameters, types that the call decides, and what does not fit.

One mechanism for built-in functions, functions of the script and ``Type.new``: all of them are signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.builtins import Parameter, Signature
from pinewright.pine.types import UNKNOWN, Kind, Qualifier, Type, accepts, common, same


@dataclass(frozen=True, slots=True)
class Given:
    """An argument of a call with its type."""

    type: Type
    node: s.Expression
    name: str | None
    span: s.Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an argument, or a call without it, does not fit. ``kind`` is one of the names below.

    ``missing``, ``many``, ``unknown``, ``twice``, ``positional``: binding. ``type``, ``early``: the value.
    """

    kind: str
    parameter: Parameter | None = None
    given: Given | None = None
    wanted: Type | None = None


@dataclass(slots=True)
class Match:
    """A signature with the arguments that it was given."""

    signature: Signature
    bound: list[tuple[Parameter, Given]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    variables: dict[str, Type] = field(default_factory=dict)
    result: Type | None = None
    """The type of the result where several overloads had a say in it."""

    @property
    def returns(self) -> Type:
        """The type of the result; UNKNOWN where the call does not decide it."""
        if self.result is not None:
            return self.result
        made = substitute(self.signature.returns, self.variables)
        if self.signature.follows:
            made = made.at(max((given.type.qualifier for _, given in self.bound), default=Qualifier.CONST))
        return made


def choose(
    overloads: Sequence[Signature], given: list[Given], version: int, variables: dict[str, Type] | None = None
) -> Match:
    """The first overload that fits, else the one that fits best, with its problems.

    A quotient of ints is a float where some overload takes one. Where the type of an argument is not known and several
    overloads fit, the result is what they have in common.
    """
    if len(overloads) == 1:
        return bind(overloads[0], given, version, variables)
    fitting = _fitting(overloads, given, version, variables)
    if fitting and any(one.type.quotient for one in given):
        return _of_quotients(fitting, _fitting(overloads, [_plain(one) for one in given], version, variables))
    if fitting:
        return fitting[0] if len(fitting) == 1 else _merged(fitting)
    matches = [bind(signature, given, version, variables) for signature in overloads]
    return min(matches, key=_rank)


def _plain(given: Given) -> Given:
    """The argument without the leniency for quotients of ints."""
    kind = given.type
    if not kind.quotient:
        return given
    return Given(Type(kind.kind, kind.qualifier, kind.items, kind.name), given.node, given.name, given.span)


def _of_quotients(whole: list[Match], plain: list[Match]) -> Match:
    """The match for quotients of ints: floats that may still stand for ints where ints alone went in."""
    if not plain:
        return whole[0]
    result = plain[0].returns
    if result.kind is not Kind.FLOAT or whole[0].returns.kind is not Kind.INT:
        return plain[0]
    plain[0].result = Type(Kind.FLOAT, result.qualifier, quotient=True)
    return plain[0]


def _fitting(
    overloads: Sequence[Signature], given: list[Given], version: int, variables: dict[str, Type] | None
) -> list[Match]:
    """The first overload that fits; all that fit where an argument is unknown or na."""
    unknown = any(one.type.kind is Kind.UNKNOWN for one in given)
    na = any(one.type.kind is Kind.NA for one in given)
    found = []
    for signature in overloads:
        match = bind(signature, given, version, variables)
        if match.problems:
            continue
        found.append(match)
        if not unknown and (not na or _is_exact(match)):
            break
    return found[-1:] if found and not unknown and _is_exact(found[-1]) else found


def _is_exact(match: Match) -> bool:
    """Whether every argument but na has the very kind of its parameter, and one is not na."""
    pairs = [
        (parameter.type.kind, given.type.kind) for parameter, given in match.bound if given.type.kind is not Kind.NA
    ]
    return bool(pairs) and all(wanted is given for wanted, given in pairs)


def _merged(matches: list[Match]) -> Match:
    """One match for several that fit: its result is what theirs have in common."""
    first = matches[0]
    result: Type | None = first.returns
    for match in matches[1:]:
        result = None if result is None else common(result, match.returns)
    unknown = any(given.type.kind is Kind.UNKNOWN for _, given in first.bound)
    if result is None or (unknown and any(not same(match.returns, first.returns) for match in matches)):
        result = UNKNOWN.at(Qualifier.SERIES)
    first.result = result
    return first


_BINDING = ("unknown", "many", "missing", "twice", "positional")


def _rank(match: Match) -> tuple[int, int]:
    binding = sum(problem.kind in _BINDING for problem in match.problems)
    return len(match.problems), binding


def bind(signature: Signature, given: list[Given], version: int, variables: dict[str, Type] | None = None) -> Match:
    """The arguments of a call on the parameters of a signature, and what does not fit."""
    match = Match(signature, variables=dict(variables) if variables else {})
    parameters = signature.parameters
    taken: set[str] = set()
    named = False
    for place, argument in enumerate(given):
        if argument.name is None:
            if named:
                match.problems.append(Problem("positional", given=argument))
                continue
            if place < len(parameters):
                parameter = parameters[place]
            elif signature.variadic:
                parameter = parameters[-1]
            else:
                match.problems.append(Problem("many", given=argument))
                break
        else:
            named = True
            found = next((one for one in parameters if one.name == argument.name), None)
            if found is None:
                match.problems.append(Problem("unknown", given=argument))
                continue
            if found.name in taken:
                match.problems.append(Problem("twice", found, argument))
                continue
            parameter = found
        taken.add(parameter.name)
        match.bound.append((parameter, argument))
        _fit(match, parameter, argument, version)
    match.problems += [
        Problem("missing", parameter) for parameter in parameters if parameter.required and parameter.name not in taken
    ]
    return match


def _fit(match: Match, parameter: Parameter, argument: Given, version: int) -> None:
    wanted, given = parameter.type, argument.type
    if wanted.kind is Kind.VARIABLE or wanted.items:
        wanted = resolve(wanted, given, match.variables)
    if not accepts(wanted, given, version) and not _holds_ints(wanted, given):
        match.problems.append(Problem("type", parameter, argument, wanted))
    elif (
        given.qualifier > parameter.type.qualifier and not given.vague and Kind.UNKNOWN not in (given.kind, wanted.kind)
    ):
        match.problems.append(Problem("early", parameter, argument, wanted))


def _holds_ints(wanted: Type, given: Type) -> bool:
    """Whether a collection of ints is given where one of floats is asked: calls take it, declarations do not."""
    if wanted.kind is not given.kind or not given.is_collection or len(wanted.items) != len(given.items):
        return False
    pairs = list(zip(wanted.items, given.items, strict=True))
    return all(same(one, two) or (one.kind is Kind.FLOAT and two.kind is Kind.INT) for one, two in pairs)


def resolve(wanted: Type, given: Type, variables: dict[str, Type]) -> Type:
    """A parameter's type with the type variables that the call has decided; undecided ones take the argument's type."""
    if wanted.kind is Kind.VARIABLE:
        bound = variables.get(wanted.name)
        if bound is None:
            if given.kind in (Kind.NA, Kind.UNKNOWN):
                return UNKNOWN
            variables[wanted.name] = given.at(Qualifier.SERIES)
            return given if given.kind is not Kind.VOID else Type(Kind.ANY)
        return bound.at(wanted.qualifier)
    if wanted.kind is given.kind and wanted.kind is not Kind.ANY and len(wanted.items) == len(given.items):
        items = tuple(_element(one, two, variables) for one, two in zip(wanted.items, given.items, strict=True))
        return Type(wanted.kind, wanted.qualifier, items, wanted.name)
    return wanted


def _element(wanted: Type, given: Type, variables: dict[str, Type]) -> Type:
    if wanted.kind is not Kind.VARIABLE:
        return resolve(wanted, given, variables) if wanted.items else wanted
    bound = variables.setdefault(wanted.name, given)
    if bound.kind is Kind.UNKNOWN or same(bound, given):
        return given
    return bound


def substitute(kind: Type, variables: dict[str, Type]) -> Type:
    """A result's type with the type variables of the call; UNKNOWN for one that nothing decided."""
    if kind.kind is Kind.VARIABLE:
        return variables.get(kind.name, UNKNOWN).at(kind.qualifier)
    if kind.items and kind.kind is not Kind.ANY:
        items = tuple(substitute(item, variables) for item in kind.items)
        return Type(kind.kind, kind.qualifier, items, kind.name)
    return kind
