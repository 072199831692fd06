"""The types of the kernel language and the annotations that name them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol, overload, runtime_checkable

if TYPE_CHECKING:
    from pinewright.machine.kernel.structs import Struct


@runtime_checkable
class Floats(Protocol):
    """Pointer to float64 values; in plain Python a numpy array or a list. ``p[k:]`` is the pointer moved on by k."""

    @overload
    def __getitem__(self, index: int, /) -> float: ...
    @overload
    def __getitem__(self, index: slice, /) -> Floats: ...
    def __setitem__(self, index: int, value: float, /) -> None: ...


@runtime_checkable
class Ints(Protocol):
    """Pointer to int64 values; in plain Python a numpy array or a list."""

    @overload
    def __getitem__(self, index: int, /) -> int: ...
    @overload
    def __getitem__(self, index: slice, /) -> Ints: ...
    def __setitem__(self, index: int, value: int, /) -> None: ...


@runtime_checkable
class Bools(Protocol):
    """Pointer to bools of one byte each; in plain Python a numpy array or a list."""

    @overload
    def __getitem__(self, index: int, /) -> bool: ...
    @overload
    def __getitem__(self, index: slice, /) -> Bools: ...
    def __setitem__(self, index: int, value: bool, /) -> None: ...


@runtime_checkable
class Bytes(Protocol):
    """Pointer to bytes, read as ints 0 to 255; natively a store keeps the low eight bits. In Python a bytearray."""

    @overload
    def __getitem__(self, index: int, /) -> int: ...
    @overload
    def __getitem__(self, index: slice, /) -> Bytes: ...
    def __setitem__(self, index: int, value: int, /) -> None: ...


@runtime_checkable
class Columns(Protocol):
    """Pointer to ``Floats`` pointers, which native code reads and never writes; in plain Python a list of arrays."""

    @overload
    def __getitem__(self, index: int, /) -> Floats: ...
    @overload
    def __getitem__(self, index: slice, /) -> Columns: ...


class Kind(Enum):
    """What a value is."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"
    BYTE = "byte"
    NONE = "None"
    FLOATS = "Floats"
    INTS = "Ints"
    BOOLS = "Bools"
    BYTES = "Bytes"
    COLUMNS = "Columns"
    REF = "reference"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its kind and, for a reference or a table, the struct; ``length`` is known for arrays inside structs."""

    kind: Kind
    struct: type[Struct] | None = None
    length: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.struct is None:
            return self.kind.value
        return f"list[{self.struct.__name__}]" if self.kind is Kind.TABLE else self.struct.__name__

    @property
    def spelled(self) -> str:
        """The type as text that two objects compare: with the layout of the struct."""
        return str(self) if self.struct is None else f"{self}@{self.struct.layout()}"

    @property
    def is_number(self) -> bool:
        """Whether arithmetic takes it: float or int."""
        return self.kind in (Kind.FLOAT, Kind.INT)

    @property
    def is_pointer(self) -> bool:
        """Whether it is held as an address."""
        return self.kind not in _SCALARS

    @property
    def ir(self) -> str:
        """Spelling as a value in LLVM IR."""
        return _SCALARS.get(self.kind, "ptr")

    @property
    def passed(self) -> str:
        """Spelling as a parameter."""
        return "i1 zeroext" if self.kind is Kind.BOOL else self.ir

    @property
    def returned(self) -> str:
        """Spelling as a result."""
        return "zeroext i1" if self.kind is Kind.BOOL else self.ir

    @property
    def memory(self) -> str:
        """Spelling in memory: a bool takes one byte."""
        return "i8" if self.kind in (Kind.BOOL, Kind.BYTE) else self.ir


_SCALARS = {Kind.FLOAT: "double", Kind.INT: "i64", Kind.BOOL: "i1", Kind.BYTE: "i64", Kind.NONE: "void"}

FLOAT = Type(Kind.FLOAT)
INT = Type(Kind.INT)
BOOL = Type(Kind.BOOL)
BYTE = Type(Kind.BYTE)
"""An element of ``Bytes``; as a value it is an int."""
NONE = Type(Kind.NONE)
FLOATS = Type(Kind.FLOATS)
INTS = Type(Kind.INTS)
BOOLS = Type(Kind.BOOLS)
BYTES = Type(Kind.BYTES)
COLUMNS = Type(Kind.COLUMNS)

ELEMENTS = {Kind.FLOATS: FLOAT, Kind.INTS: INT, Kind.BOOLS: BOOL, Kind.BYTES: BYTE, Kind.COLUMNS: FLOATS}
"""What indexing a pointer gives."""

ANNOTATIONS: dict[object, Type] = {
    float: FLOAT,
    int: INT,
    bool: BOOL,
    None: NONE,
    type(None): NONE,
    Floats: FLOATS,
    Ints: INTS,
    Bools: BOOLS,
    Bytes: BYTES,
    Columns: COLUMNS,
}
"""Annotations other than structs."""
