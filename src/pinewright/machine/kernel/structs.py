"""Structs: records that Python and native code share, with one layout for both."""

from __future__ import annotations

import inspect
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast, get_args, get_origin

from pinewright.errors import KernelError
from pinewright.machine.kernel.types import (
    ANNOTATIONS,
    BOOLS,
    FLOATS,
    INTS,
    Bools,
    Floats,
    Ints,
    Kind,
    Type,
)

if TYPE_CHECKING:
    import numpy as np

S = TypeVar("S", bound="Struct")


@dataclass(frozen=True)
class _Embedded:
    """An array that lies inside a struct: what ``table``, ``floats``, ``ints`` and ``bools`` leave in the class."""

    type: Type


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``embedded`` says that the value lies inside the struct and not behind a pointer."""

    name: str
    type: Type
    embedded: bool


def table(struct: type[S], length: int) -> list[S]:
    """A field of ``length`` structs inside a struct: ``orders: list[Order] = table(Order, 64)``."""
    return cast("list[S]", _Embedded(Type(Kind.TABLE, struct, length)))


def floats(length: int) -> Floats:
    """A field of ``length`` floats inside a struct."""
    return cast(Floats, _Embedded(Type(FLOATS.kind, None, length)))


def ints(length: int) -> Ints:
    """A field of ``length`` ints inside a struct."""
    return cast(Ints, _Embedded(Type(INTS.kind, None, length)))


def bools(length: int) -> Bools:
    """A field of ``length`` bools inside a struct."""
    return cast(Bools, _Embedded(Type(BOOLS.kind, None, length)))


class Struct:
    """Base of records passed to kernels by pointer.

    Fields are annotated: ``float``, ``int``, ``bool``; pointers ``Floats``, ``Ints``, ``Bools``, ``Bytes``,
    ``Columns`` and ``list[Other]``; another struct, which is embedded; and arrays inside the struct by ``table``,
    ``floats``, ``ints`` and ``bools``. ``class View(Struct, frozen=True)`` promises that no kernel writes its fields,
    so that loads of them may move freely. ``View()`` makes a plain Python object with zeroed fields, ``View.dtype()``
    the numpy type with the native layout.
    """

    __fields__: ClassVar[tuple[Field, ...]] = ()
    __frozen__: ClassVar[bool] = False

    def __init_subclass__(cls, *, frozen: bool = False) -> None:
        super().__init_subclass__()
        frame = sys._getframe(1)  # structs that are local to a function see their neighbours
        names = {**frame.f_globals, **frame.f_locals}
        inherited = [field for base in cls.__bases__ if issubclass(base, Struct) for field in base.__fields__]
        own = [_field(cls, name, note, names) for name, note in inspect.get_annotations(cls).items()]
        cls.__fields__ = (*inherited, *own)
        cls.__frozen__ = frozen
        if not cls.__fields__:
            raise KernelError(f"struct {cls.__name__} has no fields", where=f"{cls.__module__}.{cls.__qualname__}")

    def __init__(self, **values: Any) -> None:
        for field in self.__fields__:
            setattr(self, field.name, _zero(field))
        for name, value in values.items():
            if not hasattr(self, name):
                raise KernelError(f"{type(self).__name__} has no field {name!r}", where=type(self).__name__)
            setattr(self, name, value)

    @classmethod
    def field(cls, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in cls.__fields__ if field.name == name), None)

    @classmethod
    def layout(cls) -> str:
        """A digest of names and types of all fields, with those of the structs inside."""
        parts = [f"{field.name}:{field.type}:{field.type.length}:{field.embedded}" for field in cls.__fields__]
        parts += [field.type.struct.layout() for field in cls.__fields__ if field.embedded and field.type.struct]
        return f"{zlib.crc32(' '.join((*parts, str(cls.__frozen__))).encode()):08x}"

    @classmethod
    @cache
    def dtype(cls) -> np.dtype[np.void]:
        """Numpy structured type with the native layout; pointers are unsigned integers of machine width."""
        import numpy as np

        return np.dtype([(field.name, *_format(field)) for field in cls.__fields__], align=True)

    @classmethod
    def from_record(cls: type[S], record: np.void) -> S:
        """A plain object with the values of a record of ``dtype()``; pointers become addresses."""
        result = cls()
        for field in cls.__fields__:
            setattr(result, field.name, _from_record(field, record[field.name]))
        return result

    def __repr__(self) -> str:
        parts = (f"{field.name}={getattr(self, field.name)!r}" for field in self.__fields__)
        return f"{type(self).__name__}({', '.join(parts)})"


def type_of_annotation(note: object) -> Type | None:
    """The type that an annotation means, or None where it means none."""
    if isinstance(note, type) and issubclass(note, Struct):
        return Type(Kind.REF, note)
    if get_origin(note) is list:
        (item,) = get_args(note)
        return Type(Kind.TABLE, item) if isinstance(item, type) and issubclass(item, Struct) else None
    try:
        return ANNOTATIONS.get(note)
    except TypeError:
        return None


def _field(cls: type[Struct], name: str, note: object, names: Mapping[str, Any]) -> Field:
    where = f"{cls.__module__}.{cls.__qualname__}.{name}"
    default = cls.__dict__.get(name)
    if isinstance(default, _Embedded):
        return Field(name, default.type, embedded=True)
    if default is not None and (not isinstance(default, int | float) or default != 0):
        raise KernelError(f"default {default!r}: fields of a struct start at zero", where=where)
    if isinstance(note, str):
        try:
            note = eval(note, dict(names))
        except NameError as error:
            raise KernelError(f"annotation {note!r}: {error}", where=where) from error
    found = type_of_annotation(note)
    if found is None or found.kind is Kind.NONE:
        raise KernelError(
            f"annotation {note!r} is no type of a field",
            where=where,
            hint="legal: float, int, bool, Floats, Ints, Bools, Bytes, Columns, a Struct, list[Struct]",
        )
    return Field(name, found, embedded=found.kind is Kind.REF)


def _zero(field: Field) -> Any:
    kind, struct, length = field.type.kind, field.type.struct, field.type.length
    if not field.embedded:
        return {Kind.FLOAT: 0.0, Kind.INT: 0, Kind.BOOL: False}.get(kind)
    if kind is Kind.REF:
        assert struct is not None
        return struct()
    assert length is not None
    if kind is Kind.TABLE:
        assert struct is not None
        return [struct() for _ in range(length)]
    return [{Kind.FLOATS: 0.0, Kind.INTS: 0, Kind.BOOLS: False}[kind]] * length


_FORMATS = {Kind.FLOAT: "f8", Kind.INT: "i8", Kind.BOOL: "?", Kind.FLOATS: "f8", Kind.INTS: "i8", Kind.BOOLS: "?"}


def _format(field: Field) -> tuple[Any, ...]:
    kind, struct = field.type.kind, field.type.struct
    if kind in (Kind.FLOAT, Kind.INT, Kind.BOOL):
        return (_FORMATS[kind],)
    if not field.embedded:
        return ("u8",)
    item = struct.dtype() if struct is not None else _FORMATS[kind]
    return (item,) if kind is Kind.REF else (item, (field.type.length,))


def _from_record(field: Field, value: Any) -> Any:
    if not field.embedded:
        return value.item()
    struct = field.type.struct
    if struct is None:
        return value.tolist()
    return struct.from_record(value) if field.type.kind is Kind.REF else [struct.from_record(item) for item in value]
