"""The native code of all functions over the heap: compiled once, family by family, and linked where a script calls it.

Small functions are inlined into scripts and not found here. What they call in turn is: a script's module then holds no
copy of it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from pinewright.machine.heap import (
    algebra,
    arrays,
    kinds,
    maps,
    matrices,
    memory,
    parts,
    reading,
    records,
    searching,
    sorting,
    spectra,
    statistics,
    strings,
    texts,
    times,
    writing,
)
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.state import FUEL, Heap
from pinewright.machine.heap.table import FUNCTIONS
from pinewright.machine.kernel import Function, Module, Object, compile_object, source_key

_FAMILIES: Final = {
    "arrays": (arrays, parts, records, memory),
    "searches": (searching, sorting, statistics),
    "maps": (maps,),
    "matrices": (matrices, algebra, kinds),
    "spectra": (spectra,),
    "texts": (texts, strings, reading),
    "writing": (writing, times),
}
"""Objects, and the files whose functions they hold."""

_CALLED: Final = (
    *(item.function for item in FUNCTIONS.values()),
    arrays.array_empty,
    arrays.array_with,
    arrays.array_taken,
    records.record_new,
    records.record_with,
    records.record_get,
    records.record_set,
    records.record_copy,
    strings.str_concat,
    writing.str_format,
    texts.text_for_broker,
    texts.runtime_error,
    texts.loop_limit,
)
_BELOW: Final = (
    arrays.no_array,
    arrays.other_index,
    arrays.insert_at,
    memory.fail,
    memory.new_object,
    records.no_field,
)
"""What inlined functions call."""

NAMES: Final[dict[str, object]] = {
    "Heap": Heap,
    "FUEL": FUEL,
    "STEP_LIMIT": int(Failure.STEP_LIMIT),
    **{function.name: function for function in _CALLED},
}
"""What the free names of a script that uses the heap mean."""


def _exports() -> dict[str, tuple[Function[..., Any], ...]]:
    found: dict[str, list[Function[..., Any]]] = {family: [] for family in _FAMILIES}
    for function in dict.fromkeys((*_CALLED, *_BELOW)):
        if function.inline is not True:
            family = next(name for name, files in _FAMILIES.items() if function.namespace in map(vars, files))
            found[family].append(function)
    return {family: tuple(functions) for family, functions in found.items()}


EXPORTS: Final = _exports()
"""The functions of each object."""


@functools.cache
def heap_key() -> str:
    """Identifies the sources of this package."""
    return source_key(*sorted(Path(__file__).parent.glob("*.py")))


def heap_objects(imports: Iterable[str], cache: Path | bool | None = None) -> list[Object]:
    """The objects that define any of the functions which a script's object imports; cache as in ``compile_object``."""
    wanted = set(imports)
    return [
        compile_object(
            functools.partial(Module(f"heap.{family}").add, *functions),
            [function.name for function in functions],
            key=f"{family}\0{heap_key()}",
            cache=cache,
        )
        for family, functions in EXPORTS.items()
        if any(function.name in wanted for function in functions)
    ]
