"""The check of a whole script: its version and declaration, its types and functions, its statements in order."""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.builtins import VERSIONS
from pinewright.pine.checker.scopes import UserFunction, UserType
from pinewright.pine.checker.statements import Statements
from pinewright.pine.diagnostics import Severity
from pinewright.pine.types import Kind, Qualifier, Type, accepts
from pinewright.pine.warnings import Facts

_FIRST = s.Span(0, 0, 1, 1, 1, 1)


class ScriptCheck(Statements):
    """Last layer of the check; ``run`` does it all and leaves the findings in ``found``."""

    def run(self) -> None:
        """Check everything."""
        if self.tree.version is not None and self.tree.version not in VERSIONS:
            hint = "`pinewright convert` makes v6 of it" if self.tree.version < min(VERSIONS) else "use //@version=6"
            self.report("PW402", f"Pine v{self.tree.version} is not checked: v5 and v6 are", _FIRST, hint)
            return
        if self.tree.version is None:
            hint = "put //@version=6 on the first line; without it TradingView reads the script as v1"
            self.report("PW402", "The script has no //@version", _FIRST, hint, Severity.WARNING)
        self._collect()
        for statement in self.tree.statements:
            self.statement(statement)
        self._check_functions()
        if self.declaration is None:
            hint = 'add strategy("My strategy") or indicator("My indicator") below the version'
            message = "The script must have one declaration statement: indicator(), strategy() or library()"
            self.report("PW401", message, _FIRST, hint)
        if self.declaration is not None:
            self._exports()

    def facts(self) -> Facts:
        """What the warnings ask about the script."""
        used = frozenset(name for name, variable in self.scopes[0].items() if variable.used)
        return Facts(self.tree, self.version, self.types, self.calls, self.declaration, used)

    # What the left margin declares -----------------------------------------------------------------------------------

    def _collect(self) -> None:
        for node in self.tree.statements:
            match node:
                case s.FunctionDeclaration():
                    self._collect_function(node)
                case s.TypeDeclaration():
                    self._new_type(node.name, node.name_span)
                    self.user_types[node.name] = UserType(node.name, node.name_span)
                case s.EnumDeclaration():
                    self._new_type(node.name, node.name_span)
                    self._distinct([(one.name, one.name_span) for one in node.members], f'enum "{node.name}"')
                    self.enums[node.name] = {one.name: one for one in node.members}
                case s.Import():
                    if node.name in self.imports:
                        self.already_defined(node.name, node.span)
                    self.imports[node.name] = node
                case s.Declaration():
                    self.later.setdefault(node.name, node.name_span)
                case s.TupleDeclaration():
                    for name, span in zip(node.names, node.name_spans, strict=False):
                        self.later.setdefault(name, span)
        for node in self.tree.statements:
            if isinstance(node, s.TypeDeclaration):
                self._fields(node)
            elif isinstance(node, s.EnumDeclaration):
                for member in node.members:
                    if member.title is not None:
                        self._enum_title(node, member, member.title)

    def _enum_title(self, node: s.EnumDeclaration, member: s.EnumMember, title: s.Expression) -> None:
        given = self.value(title)
        if given.kind not in (Kind.STRING, Kind.UNKNOWN) or given.qualifier is not Qualifier.CONST:
            message = (
                f"Incorrect field type '{member.name}' of enum '{node.name}'. "
                f"Unexpected type: '{self.typed(title, given)}'. Expected type: 'literal string'"
            )
            self.report("PW304", message, title.span, "a member of an enum has a title in quotes, or none")

    def _new_type(self, name: str, span: s.Span) -> None:
        if name in self.user_types or name in self.enums:
            self.already_defined(name, span)

    def _fields(self, node: s.TypeDeclaration) -> None:
        fields = self.user_types[node.name].fields
        self._distinct([(one.name, one.name_span) for one in node.fields], f'type "{node.name}"')
        for one in node.fields:
            self.in_fields = True
            kind = self.written_type(one.type)
            self.in_fields = False
            fields[one.name] = kind.at(Qualifier.SERIES)
            if one.default is not None:
                given = self.value(one.default)
                self._field_default(kind, given, one, one.default)

    def _field_default(self, kind: Type, given: Type, one: s.Field, default: s.Expression) -> None:
        if given.kind is Kind.NA and kind.kind is Kind.BOOL:
            self.fit(kind, given, one.name, default)
        if kind.kind is Kind.UNKNOWN or given.kind is Kind.NA or accepts(kind, given, self.version):
            return
        message = (
            f"Default value of type {self.typed(default, given)} can not be assigned to an argument of type "
            f"{kind.at(Qualifier.SERIES)}"
        )
        self.report("PW304", message, default.span, f'the field "{one.name}" is a {kind.plain}')

    def _collect_function(self, node: s.FunctionDeclaration) -> None:
        self._distinct([(one.name, one.name_span) for one in node.parameters], f'function "{node.name}"')
        if node.method and (not node.parameters or node.parameters[0].type is None):
            message = f'The first parameter of the method "{node.name}" must have a type'
            span = node.parameters[0].span if node.parameters else node.name_span
            self.report(
                "PW105", message, span, "it tells of which values this is a method: `method m(float this) => …`"
            )
        others = self.functions.setdefault(node.name, [])
        if any(_same_parameters(node, other.node) for other in others):
            self.already_defined(node.name, node.name_span)
        others.append(UserFunction(node))

    def _distinct(self, names: list[tuple[str, s.Span]], where: str) -> None:
        seen: set[str] = set()
        for name, span in names:
            if name in seen and name != "_":
                self.report("PW310", f'"{name}" stands twice in the {where}', span, "give each a name of its own")
            seen.add(name)

    def _check_functions(self) -> None:
        called = {key for key, _ in self.checked}
        for found in self.functions.values():
            for one in found:
                if id(one.node) not in called:
                    self.check_uncalled(one.node)

    def _exports(self) -> None:
        for node in self.tree.statements:
            if not isinstance(node, _EXPORTABLE) or not node.exported:
                continue
            if self.declaration == "library":
                self._exported(node)
            else:
                message = "`export` can be used only in a library"
                self.report("PW406", message, node.name_span, "declare library(), or take `export` away")

    def _exported(self, node: s.Statement) -> None:
        """What a library must write out for those who import it."""
        if isinstance(node, s.FunctionDeclaration):
            for parameter in node.parameters:
                if parameter.type is None:
                    message = f'All exported functions args should be typified: "{parameter.name}" has no type'
                    self.report("PW406", message, parameter.span, f"write its type: float {parameter.name}")
        elif isinstance(node, s.Declaration) and (node.type is None or node.type.qualifier != "const"):
            message = f'Exported variable should have const modifier and type: "{node.name}"'
            self.report("PW406", message, node.name_span, f"write: export const float {node.name} = …")


_EXPORTABLE = (s.FunctionDeclaration, s.TypeDeclaration, s.EnumDeclaration, s.Declaration)


def _same_parameters(one: s.FunctionDeclaration, two: s.FunctionDeclaration) -> bool:
    """Whether two functions of one name cannot be told apart by a call: by the parameters that it must give."""
    needed = [[parameter for parameter in node.parameters if parameter.default is None] for node in (one, two)]
    if len(needed[0]) != len(needed[1]):
        return False
    pairs = zip(*needed, strict=True)
    return all(a.type is None or b.type is None or _same_type(a.type, b.type) for a, b in pairs)


def _same_type(one: s.TypeName, two: s.TypeName) -> bool:
    return one.name == two.name and one.arguments == two.arguments
