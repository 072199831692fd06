"""The script's own types: objects with fields, and enums."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import variables
from pinewright.pine.compiler.graph import VOID_CONST, Code, Const, Value, type_of
from pinewright.pine.compiler.loops import HERE, Loops
from pinewright.pine.types import Kind, Type, parse_type

_COLLECTIONS = {"array": Kind.ARRAY, "matrix": Kind.MATRIX, "map": Kind.MAP}


__all__ = ["HERE", "Field", "Records"]


@dataclass(frozen=True)
class Field:
    """One field of a type: its place in the record, and what an object has there that was made without it."""

    place: int
    type: Type
    default: s.Expression | None = None


class Records(Loops):
    """Fifth layer of the lowering."""

    record_types: dict[str, dict[str, Field]]
    """Fields by name of each type that the script declares."""
    enums: dict[str, tuple[str, ...]]
    """Members of each enum that the script declares."""
    titles: dict[str, str]
    """Titles of the members of enums, by ``Type.member``."""

    def declare_types(self, tree: s.Script) -> None:
        """Note the types and enums of a script."""
        self.enums, self.titles, self.record_types = {}, {}, {}
        for node in tree.statements:
            if isinstance(node, s.EnumDeclaration):
                self.enums[node.name] = tuple(member.name for member in node.members)
                for member in node.members:
                    given = member.title.value if isinstance(member.title, s.Literal) else member.name
                    self.titles[f"{node.name}.{member.name}"] = str(given)
        declared = [node for node in tree.statements if isinstance(node, s.TypeDeclaration)]
        for node in declared:
            self.record_types[node.name] = {}
        for node in declared:
            self.record_types[node.name] = {
                field.name: Field(place, self.written(field.type), field.default)
                for place, field in enumerate(node.fields)
            }

    def written(self, name: s.TypeName) -> Type:
        """The type that a script spells."""
        if name.name in _COLLECTIONS:
            return Type(_COLLECTIONS[name.name], items=tuple(self.written(item) for item in name.arguments))
        if name.name in self.record_types:
            return Type(Kind.UDT, name=name.name)
        if name.name in self.enums:
            return Type(Kind.ENUM, name=name.name)
        if "." in name.name and name.name != "chart.point":
            raise self.unsupported(f"the type `{name.name}` of a library", name.span)
        return parse_type(name.name)

    def written_or_none(self, name: s.TypeName | None) -> Type | None:
        """The type that a declaration spells, None where it leaves it open."""
        return self.written(name) if name is not None else None

    def member(self, node: s.Member) -> Value | None:
        """The value of ``a.b`` where it is a field or a member of an enum; None for a name of Pine."""
        full = dotted_name(node)
        if full is not None:
            head, _, rest = full.partition(".")
            found, _ = self.lookup(head)
            if found is None or (self.in_prelude and full in variables()):
                return Const(full, Kind.ENUM) if rest in self.enums.get(head, ()) and not self.in_prelude else None
            if full in variables(self.version) and found.kind not in (Kind.UDT, Kind.OBJECT):
                return None
        return self.field(self.expression(node.value), node.name, node)

    def field(self, value: Value, name: str, node: s.Node) -> Value:
        """A field of an object."""
        found = self.field_of(value, name, node)
        self.body.at(self.place_of(node))
        return self.loaded(f"record_get(m, {self.text(value)}, {found.place})", found.type.kind, found.type)

    def field_of(self, value: Value, name: str, node: s.Node) -> Field:
        """What is declared of a field of an object."""
        type_ = type_of(value)
        fields = self.record_types.get(type_.name, {})
        if type_.kind is Kind.OBJECT:
            fields = self.object_fields(type_.name)
        if name not in fields:
            raise self.unsupported(f"the field `{name}` of {type_}", node.span)
        return fields[name]

    @abstractmethod
    def object_fields(self, name: str) -> dict[str, Field]:
        """The fields of a built-in object."""

    def raise_error(self, given: Sequence[tuple[s.Argument, Value]], node: s.Call) -> Value:
        """``runtime.error``: the script ends here."""
        self.body.at(self.place_of(node))
        self.body.line(f"runtime_error(m, {self.text(given[0][1])})")
        return VOID_CONST

    def place_of(self, node: s.Node) -> int:
        """Line of the script of a node, for failures: inside the prelude that of the call."""
        return self.place.line if self.in_prelude or node.span == s.NOWHERE else node.span.line

    def set_field(self, value: Value, name: str, given: Value, node: s.Node) -> None:
        """Give a field of an object another value."""
        found = self.field_of(value, name, node)
        text = self.number(self.cast(given, found.type))
        self.body.at(self.place_of(node))
        self.body.line(f"record_set(m, {self.text(value)}, {found.place}, {text})")

    def new_record(self, name: str, node: s.Call) -> Value:
        """``Type.new(…)``: arguments by place and by name, defaults for the rest."""
        fields = self.record_types[name]
        names = list(fields)
        given: dict[str, Value] = {}
        for place, argument in enumerate(node.arguments):
            given[argument.name or names[place]] = self.expression(argument.value)
        for key, field in fields.items():
            if key not in given and field.default is not None:
                given[key] = self.expression(field.default)
        return self.record(Type(Kind.UDT, name=name), len(fields), [(fields[key], given[key]) for key in given])

    def record(self, type_: Type, size: int, given: list[tuple[Field, Value]]) -> Code:
        """A new object with these fields, the others na."""
        texts = [(field.place, self.number(self.cast(value, field.type))) for field, value in given]
        self.body.at(self.place.line)
        made = self.body.local(f"record_new(m, {size})")
        for place, text in texts:
            if text != "math.nan":
                self.body.line(f"record_set(m, {made}, {place}, {text})")
        return Code(made, type_.kind, type_)

    def copy_record(self, value: Value, node: s.Node) -> Value:
        """A copy of an object; the objects in its fields stay shared."""
        self.body.at(self.place_of(node))
        return Code(self.body.local(f"record_copy(m, {self.text(value)})"), value.kind, type_of(value))
