"""LLVM IR as text: the parts of a module that functions share, and the blocks of one function.

Text and not llvmlite's object tree, because writing strings is several times faster and LLVM parses them in no time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinewright.machine.kernel.functions import External, Function, Signature
from pinewright.machine.kernel.structs import Field, Struct
from pinewright.machine.kernel.types import Kind, Type


@dataclass(frozen=True, slots=True)
class Value:
    """A typed operand."""

    type: Type
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Memory that holds one value; ``tags`` is the metadata that its loads and stores carry."""

    type: Type
    pointer: str
    tags: str = ""
    constant: bool = False


_ELEMENTS = {Kind.FLOATS: "double", Kind.INTS: "i64", Kind.BOOLS: "i8", Kind.BYTES: "i8", Kind.COLUMNS: "ptr"}
"""What the pointers point to, in memory."""

_HELPERS = {
    "floordiv.i64": """define internal i64 @k.floordiv.i64(i64 %a, i64 %b) alwaysinline nounwind memory(none) {
  %zero = icmp eq i64 %b, 0
  br i1 %zero, label %nothing, label %some
nothing:
  ret i64 0
some:
  %one = icmp eq i64 %b, -1
  br i1 %one, label %negate, label %divide
negate:
  %n = sub i64 0, %a
  ret i64 %n
divide:
  %q = sdiv i64 %a, %b
  %r = srem i64 %a, %b
  %inexact = icmp ne i64 %r, 0
  %x = xor i64 %r, %b
  %differ = icmp slt i64 %x, 0
  %down = and i1 %inexact, %differ
  %d = sext i1 %down to i64
  %f = add i64 %q, %d
  ret i64 %f
}""",
    "mod.i64": """define internal i64 @k.mod.i64(i64 %a, i64 %b) alwaysinline nounwind memory(none) {
  %m = add i64 %b, 1
  %small = icmp ult i64 %m, 2
  br i1 %small, label %nothing, label %divide
nothing:
  ret i64 0
divide:
  %r = srem i64 %a, %b
  %inexact = icmp ne i64 %r, 0
  %x = xor i64 %r, %b
  %differ = icmp slt i64 %x, 0
  %down = and i1 %inexact, %differ
  %d = select i1 %down, i64 %b, i64 0
  %f = add i64 %r, %d
  ret i64 %f
}""",
    # The steps of CPython's float_divmod, so that both give the same bits.
    "floordiv.f64": """define internal double @k.floordiv.f64(double %a, double %b) alwaysinline nounwind memory(none) {
  %zero = fcmp oeq double %b, 0.0
  br i1 %zero, label %nothing, label %divide
nothing:
  ret double 0x7FF8000000000000
divide:
  %r = frem double %a, %b
  %s = fsub double %a, %r
  %q = fdiv double %s, %b
  %exact = fcmp oeq double %r, 0.0
  %neg.r = fcmp olt double %r, 0.0
  %neg.b = fcmp olt double %b, 0.0
  %differ = xor i1 %neg.r, %neg.b
  %inexact = xor i1 %exact, true
  %down = and i1 %differ, %inexact
  %q1 = fsub double %q, 1.0
  %d = select i1 %down, double %q1, double %q
  %f = call double @llvm.floor.f64(double %d)
  %rest = fsub double %d, %f
  %far = fcmp ogt double %rest, 0.5
  %f1 = fadd double %f, 1.0
  %whole = select i1 %far, double %f1, double %f
  %none = fcmp oeq double %d, 0.0
  %signed = fdiv double %a, %b
  %empty = call double @llvm.copysign.f64(double 0.0, double %signed)
  %result = select i1 %none, double %empty, double %whole
  ret double %result
}
declare double @llvm.floor.f64(double)
declare double @llvm.copysign.f64(double, double)""",
    "mod.f64": """define internal double @k.mod.f64(double %a, double %b) alwaysinline nounwind memory(none) {
  %zero = fcmp oeq double %b, 0.0
  br i1 %zero, label %nothing, label %divide
nothing:
  ret double 0x7FF8000000000000
divide:
  %r = frem double %a, %b
  %exact = fcmp oeq double %r, 0.0
  %neg.r = fcmp olt double %r, 0.0
  %neg.b = fcmp olt double %b, 0.0
  %differ = xor i1 %neg.r, %neg.b
  %r1 = fadd double %r, %b
  %moved = select i1 %differ, double %r1, double %r
  %empty = call double @llvm.copysign.f64(double 0.0, double %b)
  %result = select i1 %exact, double %empty, double %moved
  ret double %result
}
declare double @llvm.copysign.f64(double, double)""",
}


class Shared:
    """What the functions of one module share: symbols, struct types, alias metadata, declarations."""

    def __init__(self, added: Iterable[Function[..., object]] = (), elsewhere: Iterable[Function[..., object]] = ()):
        self.pending = list(added)
        self.called: dict[str, Signature] = {}
        self._elsewhere = {id(function) for function in elsewhere}
        self._symbols = {id(function): function.name for function in self.pending}
        self._structs: dict[type[Struct], str] = {}
        self._struct_lines: list[str] = []
        self._tags: dict[str, int] = {}
        self._metadata: list[str] = ['!0 = !{!"pinewright"}', "!1 = !{}"]
        self._declarations: dict[str, None] = {}

    def symbol(self, function: Function[..., object] | External) -> str:
        """Name of a function in the module; a function met for the first time is put on the list to be written.

        Those that were added keep their names; those that come along get a number, so that names never meet.
        """
        if isinstance(function, External) or id(function) in self._elsewhere:
            self.called[function.name] = function.signature
            return function.name
        found = self._symbols.get(id(function))
        if found is None:
            found = self._symbols[id(function)] = f"{function.name}.{len(self._symbols)}"
            self.pending.append(function)
        return found

    def struct(self, struct: type[Struct]) -> str:
        """Name of a struct's type in the module."""
        found = self._structs.get(struct)
        if found is None:
            found = f"%S{len(self._structs)}.{struct.__name__}"
            self._structs[struct] = found
            items = ", ".join(self._member(field) for field in struct.__fields__)
            self._struct_lines.append(f"{found} = type {{ {items} }}")
        return found

    def _member(self, field: Field) -> str:
        if not field.embedded:
            return field.type.memory
        if field.type.kind is Kind.REF:
            assert field.type.struct is not None
            return self.struct(field.type.struct)
        return f"[{field.type.length} x {self.element(field.type)}]"

    def element(self, type_: Type) -> str:
        """Spelling of what a pointer type points to."""
        if type_.struct is not None:
            return self.struct(type_.struct)
        return _ELEMENTS[type_.kind]

    def tag(self, name: str, *, constant: bool = False) -> str:
        """Metadata telling LLVM which loads and stores can never meet.

        Each field of each struct, and the elements of each kind of array, are memory of their own: the language
        has no way to point at a field. ``constant`` memory is written by no kernel.
        """
        number = self._tags.get(name)
        if number is None:
            kind = len(self._metadata)
            number = self._tags[name] = kind + 1
            self._metadata.append(f'!{kind} = !{{!"{name}", !0, i64 0}}')
            self._metadata.append(f"!{number} = !{{!{kind}, !{kind}, i64 0}}")
        return f", !tbaa !{number}" + (", !invariant.load !1" if constant else "")

    def field_tag(self, struct: type[Struct], field: Field) -> str:
        """Metadata of one field of a struct."""
        return self.tag(f"{self.struct(struct)}.{field.name}", constant=struct.__frozen__)

    def declare(self, line: str) -> None:
        """Adds a declaration of something defined by LLVM or by the C library."""
        self._declarations[line] = None

    def helper(self, name: str) -> str:
        """Symbol of a helper function, whose text is added."""
        for part in _HELPERS[name].split("\ndeclare"):
            self.declare(part if part.startswith("define") else f"declare{part}")
        return f"@k.{name}"

    def text(self, name: str, bodies: list[str]) -> str:
        """The whole module."""
        head = [f'; kernel module "{name}"', *self._struct_lines, *self._declarations]
        return "\n".join([*head, *bodies, *self._metadata, ""])


class Blocks:
    """The instructions of one function, block after block; nothing is written where control cannot come."""

    def __init__(self) -> None:
        self.entry: list[str] = []
        self.lines: list[str] = []
        self.label = "entry"
        self.open = True
        self._count = 0

    def fresh(self, stem: str = "t") -> str:
        """A name not used before in this function."""
        self._count += 1
        return f"{stem}{self._count}"

    def value(self, instruction: str) -> str:
        """Writes an instruction and names its result."""
        name = f"%{self.fresh()}"
        if self.open:
            self.lines.append(f"  {name} = {instruction}")
        return name

    def run(self, instruction: str) -> None:
        """Writes an instruction without result."""
        if self.open:
            self.lines.append(f"  {instruction}")

    def slot(self, type_: str) -> str:
        """Room for a local variable, which LLVM turns into a register."""
        name = f"%{self.fresh('v')}"
        self.entry.append(f"  {name} = alloca {type_}")
        return name

    def close(self, terminator: str) -> None:
        """Ends the block."""
        self.run(terminator)
        self.open = False

    def jump(self, label: str) -> None:
        """Ends the block by going on at ``label``."""
        self.close(f"br label %{label}")

    def branch(self, condition: str, yes: str, no: str) -> None:
        """Ends the block by going on at one of two labels."""
        self.close(f"br i1 {condition}, label %{yes}, label %{no}")

    def start(self, label: str) -> None:
        """Begins the block ``label``."""
        self.lines.append(f"{label}:")
        self.label = label
        self.open = True
