"""Statements: declarations, assignments, jumps."""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.checker.scopes import IGNORED, Use, Variable
from pinewright.pine.checker.structures import Structures
from pinewright.pine.types import UNKNOWN, VOID, Kind, Qualifier, Type

_STRUCTURES = (s.If, s.Switch, s.For, s.ForIn, s.While, s.Once)


class Statements(Structures):
    """Seventh layer of the check."""

    def statement(self, node: s.Statement, used: Use = IGNORED) -> Type:
        """Check a statement; the type of its value, which is wanted when ``used``."""
        match node:
            case s.ExpressionStatement():
                if isinstance(node.value, _STRUCTURES):
                    return self.structure(node.value, used)
                return self.expression(node.value)
            case s.Declaration():
                return self._declare(node)
            case s.Reassignment():
                return self._reassign(node)
            case s.TupleDeclaration():
                return self._declare_tuple(node)
            case s.Jump():
                if not self.loops:
                    message = f'"{node.keyword}" is only allowed inside loops'
                    self.report("PW404", message, node.span, "it ends or goes on with a `for` or `while`")
                return VOID
            case s.FunctionDeclaration() | s.TypeDeclaration() | s.EnumDeclaration():
                if len(self.scopes) > 1:
                    what = "Functions" if isinstance(node, s.FunctionDeclaration) else "Types"
                    message = f"{what} cannot be declared inside a block"
                    self.report("PW405", message, node.name_span, "move the declaration to the left margin")
                return VOID
            case s.Import():
                return VOID
        raise AssertionError(f"no rule for {type(node).__name__}")

    # Declarations ----------------------------------------------------------------------------------------------------

    def _declare(self, node: s.Declaration) -> Type:
        given = self.expression(node.value)
        span = node.name_span if node.name_span != s.NOWHERE else node.span
        wanted = self.written_type(node.type) if node.type is not None else None
        if given.kind is Kind.TUPLE:
            names = ", ".join("abcdefgh"[: len(given.items)])
            message = f'Cannot assign a tuple to a variable "{node.name}"'
            self.report("PW303", message, span, f"write [{names}] = …")
            given = UNKNOWN
        elif given.kind is Kind.VOID:
            message = "Void expression cannot be assigned to a variable"
            given = self.report("PW309", message, node.value.span, "write it on a line of its own")
        if wanted is not None and wanted.kind is not Kind.UNKNOWN:
            given = self.fit(wanted, given, node.name, node.value)
        elif given.kind is Kind.NA and wanted is None:
            message = "Value with NA type cannot be assigned to a variable that was defined without type keyword"
            self.report("PW306", message, node.value.span, f"write its type: `float {node.name} = na`")
            given = UNKNOWN
        role = "constant" if node.type is not None and node.type.qualifier == "const" else "variable"
        self.declare_name(node.name, Variable(given, span, wanted is not None, role, kept=node.mode is not None))
        return given

    def _declare_tuple(self, node: s.TupleDeclaration) -> Type:
        given = self.expression(node.value)
        if isinstance(node.value, s.Tuple):
            message = "A tuple declaration takes a call or a structure, not a list of values"
            self.report("PW303", message, node.value.span, "declare the variables one by one")
            given = UNKNOWN
        items: tuple[Type, ...] = given.items if given.kind is Kind.TUPLE else ()
        if given.kind is Kind.VOID:
            given = self.no_value(node.value)
        if len(items) != len(node.names):
            if given.kind is not Kind.UNKNOWN:
                count = len(items) or 1
                message = (
                    "Cannot assign a variable to a tuple"
                    if not items
                    else (
                        "The quantity of tuple elements on each side of the assignment operator does not match. "
                        f"The right side has {count} but the left side has {len(node.names)}"
                    )
                )
                self.report("PW303", message, node.span, f"write {count} names; `_` for one that is not wanted")
            items = (UNKNOWN,) * len(node.names)
        for place, (name, item) in enumerate(zip(node.names, items, strict=True)):
            if name != "_":
                kind = UNKNOWN if item.kind is Kind.NA else item
                self.declare_name(name, Variable(kind, node.name_spans[place] if node.name_spans else node.span))
        return given

    # Assignments -----------------------------------------------------------------------------------------------------

    def _reassign(self, node: s.Reassignment) -> Type:
        if isinstance(node.target, s.Name) and self.find(node.target.name) is None:
            found = self._unassignable(node.target.name, node.target)
            self.value(node.value)
            return found
        given = self.value(node.value)
        if isinstance(node.target, s.Name):
            return self._assign_name(node, node.target, given)
        wanted = self.expression(node.target)
        if _has_call(node.target):
            message = f'Unable to determine the object for the field assignment "{self.text(node.target)}"'
            return self.report(
                "PW016", message, node.target.span, "give the object a name first, and assign to its field"
            )
        if isinstance(node.target, s.Member) and self._is_constant(node.target):
            message = f'Cannot assign to "{self.text(node.target)}": built-in names cannot be changed'
            return self.report("PW104", message, node.target.span, "give the value a name of your own")
        return self._assign(node, wanted, given, self.text(node.target))

    def _is_constant(self, target: s.Member) -> bool:
        return self.text(target) in self.builtin_variables and self.find(self.text(target).partition(".")[0]) is None

    def _assign_name(self, node: s.Reassignment, target: s.Name, given: Type) -> Type:
        name = target.name
        variable = self.find(name)
        assert variable is not None
        self._becomes(variable, node, given)
        self.types[id(target)] = variable.type
        if variable.role == "parameter":
            message = f'Function arguments cannot be mutable ("{name}")'
            self.report("PW109", message, target.span, f"copy it first: `{name}_ = {name}`, and change the copy")
        elif variable.role in ("counter", "item"):
            message = f'Variable "{name}" cannot be mutable: it belongs to the loop'
            self.report("PW104", message, target.span, f"copy it first: `{name}_ = {name}`, and change the copy")
        elif variable.role == "constant":
            message = f'Cannot assign to "{name}": it is declared as a constant'
            return self.report("PW104", message, target.span, "take `const` away from its declaration")
        elif self.function is not None and self.scopes[0].get(name) is variable:
            message = f'Cannot modify global variable "{name}" in function'
            self.report(
                "PW109", message, target.span, "return the new value and assign it where the function is called"
            )
        if given.kind is Kind.TUPLE:
            message = f'Cannot assign a tuple to a variable "{name}"'
            return self.report("PW303", message, node.span)
        return self._assign(node, variable.type, given, name)

    def _becomes(self, variable: Variable, node: s.Reassignment, given: Type) -> None:
        """The qualifier of a variable that takes a new value: what reads it from here on may get this one.

        It is known as late as the value and the conditions around the assignment; what keeps its value from bar to bar
        is known on each bar only.
        """
        variable.changed = True
        if variable.kept:
            late = Qualifier.SERIES
        else:
            late = max([variable.type.qualifier, given.qualifier, *self.conditions[variable.depth :]])
        variable.type = variable.type.at(late)

    def _unassignable(self, name: str, target: s.Name) -> Type:
        if name in self.builtin_variables:
            message = f'Cannot assign to "{name}": built-in names cannot be changed'
            return self.report("PW104", message, target.span, f"declare a variable of your own: `my_{name} = …`")
        hint = self.near_hint(name, self.visible()) or f"declare it first, by `=`: `{name} = …`"
        self.scopes[-1][name] = Variable(UNKNOWN, target.span)  # one mistake, one finding
        return self.report("PW104", f'Undeclared identifier "{name}"', target.span, hint)

    def _assign(self, node: s.Reassignment, wanted: Type, given: Type, name: str) -> Type:
        if node.operator != ":=":
            given = self.binary_type(node.operator[0], wanted, given, (node.target, node.value))
        if wanted.kind is Kind.UNKNOWN:
            return UNKNOWN
        self.fit(wanted.at(Qualifier.SERIES), given, name, node.value)
        return wanted


def _has_call(node: s.Expression) -> bool:
    """Whether a field is reached through a call: no object that a name stands for."""
    while isinstance(node, s.Member | s.Index | s.Parenthesis):
        node = node.value
    return isinstance(node, s.Call)
