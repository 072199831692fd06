"""Types of expressions: names, members, history, and what is made of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import namespaces
from pinewright.pine.checker.operators import Operators
from pinewright.pine.checker.scopes import WANTED, Use, Variable
from pinewright.pine.diagnostics import Fix
from pinewright.pine.edit import Edit
from pinewright.pine.types import UNKNOWN, Kind, Qualifier, Type

_POINT_FIELDS = {"time": Type(Kind.INT), "index": Type(Kind.INT), "price": Type(Kind.FLOAT)}
_NAMESPACES_OF_FUNCTIONS = ("ta", "math", "str", "request", "color", "ticker", "timeframe", "syminfo", "strategy")
_MOST_LISTED = 12
_WORDS = {
    "return": "a function gives the value of its last line: leave the word out",
    "None": "a missing value is written na",
    "null": "a missing value is written na",
    "True": "true is written in small letters",
    "False": "false is written in small letters",
}
"""Words of other languages, and what Pine writes."""


class Expressions(Operators, ABC):
    """Third layer of the check."""

    def __init__(self, tree: s.Script, source: str):
        super().__init__(tree, source)
        # Each rule takes the class that it is keyed by, which the type of a dict cannot say.
        self._rules: dict[type[s.Node], Callable[[Any], Type]] = {
            s.Literal: self._literal,
            s.Parenthesis: self._parenthesis,
            s.Name: self._name,
            s.Member: self._member,
            s.Call: self.call,
            s.Index: self._index,
            s.Unary: self._unary,
            s.Binary: self._binary,
            s.Ternary: self._ternary,
            s.Tuple: self._tuple,
        }

    @abstractmethod
    def call(self, node: s.Call) -> Type:
        """Type of a call."""

    @abstractmethod
    def structure(self, node: s.Expression, used: Use) -> Type:
        """Type of an if, switch or loop, and what becomes of its value."""

    def expression(self, node: s.Expression) -> Type:
        """Type of a value; kept in ``types`` by the id of the node."""
        rule = self._rules.get(type(node))
        found = rule(node) if rule is not None else self.structure(node, WANTED)
        self.types[id(node)] = found
        return found

    def value(self, node: s.Expression) -> Type:
        """Type of an expression that must give a value."""
        found = self.expression(node)
        return self.no_value(node) if found.kind is Kind.VOID else found

    def _literal(self, node: s.Literal) -> Type:
        return _LITERALS[node.kind]

    def _parenthesis(self, node: s.Parenthesis) -> Type:
        return self.expression(node.value)

    def _tuple(self, node: s.Tuple) -> Type:
        return Type(Kind.TUPLE, Qualifier.SERIES, tuple(self.value(item) for item in node.items))

    def _unary(self, node: s.Unary) -> Type:
        return self.unary_type(node, self.expression(node.operand))

    def _binary(self, node: s.Binary) -> Type:
        # The left spine in a loop: long sums are deep trees.
        spine: list[s.Binary] = []
        inner: s.Expression = node
        while isinstance(inner, s.Binary):
            spine.append(inner)
            inner = inner.left
        left = self.expression(inner)
        for one in reversed(spine):
            right = self.expression(one.right)
            left = self.binary_type(one.operator, left, right, (one.left, one.right))
            self.types[id(one)] = left
        return left

    def _ternary(self, node: s.Ternary) -> Type:
        condition = self.expression(node.condition)
        self.condition(condition, node.condition, "?:", "expr0")
        then, otherwise = self.value(node.then), self.value(node.otherwise)
        if Kind.TUPLE in (then.kind, otherwise.kind):
            message = "Ternary operations cannot return tuples"
            return self.report("PW303", message, node.span, "use an if with a tuple at the end of each block")
        for given, side in ((then, node.then), (otherwise, node.otherwise)):
            if given.kind is Kind.OBJECT and given.name in ("plot", "hline"):
                message = f'Cannot use a "{given.name}" in a choice: "?:" takes values, not what draws them'
                return self.report("PW307", message, side.span, "make the choice in the argument: plot(c ? a : b)")
        return self.meet([(then, node.then), (otherwise, node.otherwise)], condition.qualifier, "?:", node.span)

    # Names -----------------------------------------------------------------------------------------------------------

    def _name(self, node: s.Name) -> Type:
        name = node.name
        variable = self.find(name)
        if variable is not None:
            variable.used = True
            if self.function is not None and self.function.exported and self.scopes[0].get(name) is variable:
                self._exported_use(node, variable)
            return variable.type
        known = self.builtin_variables.get(name)
        if known is not None:
            first = self.read_builtins.setdefault(name, node.span.start)
            self.read_builtins[name] = min(first, node.span.start)
            return known.type
        return self._unknown_name(node)

    def _exported_use(self, node: s.Name, variable: Variable) -> None:
        """What a function of a library may not take from the library around it."""
        kind = variable.type
        if not variable.changed and kind.kind is not Kind.ARRAY and kind.qualifier is not Qualifier.INPUT:
            return
        message = (
            f'Exported functions cannot use the global variable "{node.name}": it is an array, changes, or is an input'
        )
        self.report("PW406", message, node.span, "make it a parameter of the function")

    def _unknown_name(self, node: s.Name) -> Type:
        name = node.name
        if name in self.functions or (name in self.builtin_functions and name not in namespaces()):
            message = f'"{name}" is a function: its call needs parentheses'
            return self.report("PW103", message, node.span, f"write {name}(…)")
        if name in self.user_types or name in self.enums or name in namespaces() or name in self.imports:
            message = f'Undeclared identifier "{name}": it is {self._what_is(name)}'
            return self.report("PW101", message, node.span)
        if name in self.later:
            line = self.later[name].line
            message = f'Undeclared identifier "{name}": it is declared below, in line {line}'
            advice = "move the declaration above its first use"
            if line == node.span.line:
                message = f'Undeclared identifier "{name}": its own declaration cannot read it'
                advice = f"declare it first, `var float {name} = na`, and then give it its value by `{name} := …`"
            return self.report("PW110", message, node.span, advice)
        if name in _WORDS:
            return self.report("PW101", f'Undeclared identifier "{name}"', node.span, _WORDS[name])
        hint, fix = self._suggestion(node)
        return self.report("PW101", f'Undeclared identifier "{name}"', node.span, hint, fix=fix)

    def _what_is(self, name: str) -> str:
        if name in self.user_types:
            return "a type"
        return "an enum" if name in self.enums else "a namespace"

    def _suggestion(self, node: s.Name) -> tuple[str | None, Fix | None]:
        """What an unknown name was meant to be: with its namespace, or spelt right."""
        name = node.name
        for space in _NAMESPACES_OF_FUNCTIONS:
            full = f"{space}.{name}"
            if full in self.builtin_variables:
                return f"write `{full}`: the namespace is missing", Fix(
                    f"write `{full}`", (Edit(node.span, full),), True
                )
        for full in self.builtin_variables:
            if full.endswith(f".{name}"):
                return f"did you mean `{full}`?", Fix(f"write `{full}`", (Edit(node.span, full),))
        plain = [known for known in self.builtin_variables if "." not in known]
        return self.near_hint(name, [*self.visible(), *plain]), None

    def _member(self, node: s.Member) -> Type:
        full = dotted_name(node)
        head = full.partition(".")[0] if full is not None else None
        if full is not None and head is not None:
            found = self._dotted(full, head, node)
            if found is not None:
                return found
        value = self.expression(node.value)
        return self._field(node, value)

    def _dotted(self, full: str, head: str, node: s.Member) -> Type | None:
        """Type of a member of a namespace, enum or library; None where the head is a value."""
        known = self.builtin_variables.get(full)
        variable = self.find(head)
        if known is not None and (variable is None or variable.type.kind is not Kind.UDT):
            return known.type
        if variable is not None:
            return None
        if head in self.imports:
            return UNKNOWN
        rest = full[len(head) + 1 :]
        if head in self.enums:
            members = self.enums[head]
            if rest in members:
                return Type(Kind.ENUM, Qualifier.CONST, name=head)
            hint = self.near_hint(rest, list(members)) or f"legal: {', '.join(members)}"
            return self.report("PW106", f'The "{head}" enum has no member "{rest}"', node.name_span, hint)
        if full in self.builtin_functions or (head in self.user_types and rest in ("new", "copy")):
            message = f'"{full}" is a function: its call needs parentheses'
            return self.report("PW103", message, node.span, f"write {full}(…)")
        space = full.rpartition(".")[0]
        if space in namespaces() or head in namespaces():
            if isinstance(node.value, s.Member) and dotted_name(node.value) in self.builtin_variables:
                return None
            return self._unknown_member(full, space, node)
        return None

    def _unknown_member(self, full: str, space: str, node: s.Member) -> Type:
        members = [known for known in self.builtin_variables if known.rpartition(".")[0] == space]
        near = self.near_hint(full, members)
        listed = ", ".join(members[:_MOST_LISTED]) + (
            f", … ({len(members)} in all)" if len(members) > _MOST_LISTED else ""
        )
        hint = "; ".join(part for part in (near, f"legal: {listed}" if members else None) if part) or None
        return self.report("PW101", f'Undeclared identifier "{full}"', node.span, hint)

    def _field(self, node: s.Member, value: Type) -> Type:
        if value.kind is Kind.UNKNOWN or (dotted_name(node) or "").partition(".")[0] in self.imports:
            return UNKNOWN
        if value.kind is Kind.UDT:
            fields = self.user_types[value.name].fields
            if node.name in fields:
                return fields[node.name]
            hint = self.near_hint(node.name, list(fields)) or f"its fields: {', '.join(fields)}"
            message = f'Object has no field {node.name}: it is a "{value.name}"'
            return self.report("PW106", message, node.name_span, hint)
        if value.kind is Kind.OBJECT and value.name == "chart.point" and node.name in _POINT_FIELDS:
            return _POINT_FIELDS[node.name]
        message = f'Object has no field {node.name}: it is a "{value}"'
        return self.report("PW106", message, node.name_span, "only values of a declared type have fields")

    # History ---------------------------------------------------------------------------------------------------------

    def _index(self, node: s.Index) -> Type:
        offset = self.value(node.offset)
        if not offset.is_number or (offset.kind is Kind.FLOAT and not offset.quotient and not offset.vague):
            message = f'The offset of the history operator is a "{offset}", but a "series int" is expected'
            self.report("PW301", message, node.offset.span, "use int()")
        value = self.value(node.value)
        inner = node.value
        while isinstance(inner, s.Parenthesis):
            inner = inner.value
        if value.kind is Kind.TUPLE:
            message = "Cannot use the history operator on a tuple"
            return self.report("PW301", message, node.span, "name its members first: [a, b] = …, then a[1]")
        if isinstance(node.value, s.Index):
            message = "Cannot use the history operator twice on one value"
            return self.report("PW301", message, node.span, "add the offsets: close[1][2] is close[3]")
        if self.version >= 6 and isinstance(inner, s.Literal):
            message = f'Cannot use the history operator on a literal ("{self.text(inner)}")'
            return self.report("PW301", message, node.span, "a literal has no past: leave the brackets out")
        if self.version >= 6 and isinstance(inner, s.Member) and self._is_field(inner):
            base = self.text(inner.value)
            message = f'Cannot use the history operator on the field "{inner.name}" of an object'
            hint = f"take the object's past and its field then: ({base}[{self.text(node.offset)}]).{inner.name}"
            return self.report("PW301", message, node.span, hint)
        return value.at(Qualifier.SERIES)

    def _is_field(self, node: s.Member) -> bool:
        owner = self.types.get(id(node.value))
        return owner is not None and owner.kind is Kind.UDT


_LITERALS = {
    s.LiteralKind.INT: Type(Kind.INT, Qualifier.CONST),
    s.LiteralKind.FLOAT: Type(Kind.FLOAT, Qualifier.CONST),
    s.LiteralKind.STRING: Type(Kind.STRING, Qualifier.CONST),
    s.LiteralKind.BOOL: Type(Kind.BOOL, Qualifier.CONST),
    s.LiteralKind.COLOR: Type(Kind.COLOR, Qualifier.CONST),
}
