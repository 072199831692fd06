"""Compiling modules, with a cache on disk, and joining the objects into functions that ctypes can call."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pinewright.errors import KernelError, unknown_name_hint
from pinewright.machine.code_folder import default_folder
from pinewright.machine.kernel import target
from pinewright.machine.kernel.module import Module
from pinewright.machine.kernel.object_cache import Object, ObjectCache, Spelled

if TYPE_CHECKING:
    import numpy as np

_CTYPES: dict[str, Any] = {"float": ctypes.c_double, "int": ctypes.c_int64, "bool": ctypes.c_bool, "None": None}


class Native:
    """Compiled functions, loaded; the code lives as long as this object or one of its functions.

    cached: whether all of it came from the cache.
    """

    def __init__(self, objects: Sequence[Object]):
        self.signatures = _joined(objects)
        self.cached = all(item.cached for item in objects)
        self._engine = target.load([item.code for item in objects])
        self._functions: dict[str, Any] = {}

    def function(self, name: str) -> Callable[..., Any]:
        """The exported function as a ctypes function, which releases the GIL while it runs.

        Pointers are passed as addresses (``address``) or None, numbers and bools as Python's own.
        """
        found = self._functions.get(name)
        if found is None:
            if name not in self.signatures:
                raise KernelError(f"no function {name!r} is exported", hint=unknown_name_hint(name, self.signatures))
            parameters, returns = self.signatures[name]
            prototype = ctypes.CFUNCTYPE(*(_CTYPES.get(kind, ctypes.c_void_p) for kind in (returns, *parameters)))
            made: Any = prototype(self._engine.get_function_address(name))
            made._native = self  # keeps the code in memory
            found = self._functions[name] = made
        function: Callable[..., Any] = found
        return function


def _joined(objects: Sequence[Object]) -> dict[str, Spelled]:
    """Signatures of all exports; raises where a name is defined twice, not at all, or with other types."""
    exports: dict[str, Spelled] = {}
    for item in objects:
        for name, spelled in item.exports.items():
            if name in exports:
                raise KernelError(f"{name!r} is defined twice", where=f"module {item.name}")
            exports[name] = spelled
    for item in objects:
        for name, wanted in item.imports.items():
            if name not in exports:
                raise KernelError(f"{name!r} is called but defined nowhere", where=f"module {item.name}")
            if exports[name] != wanted:
                what = f"{name!r} is called as {_text(wanted)} but defined as {_text(exports[name])}"
                raise KernelError(what, where=f"module {item.name}")
    return exports


def _text(spelled: Spelled) -> str:
    return f"({', '.join(spelled[0])}) -> {spelled[1]}"


def compile_object(
    module: Module | Callable[[], Module],
    exports: Sequence[str],
    *,
    key: str | None = None,
    cache: Path | bool | None = None,
) -> Object:
    """Object code of a module, made now or found in the cache; ``link`` makes functions of one or more objects.

    module: a module or, better, the function that builds one: it is not called where the cache has the answer.
    exports: names of the functions to call from outside; all others are inlined or internal.
    key: identifies all that the module is built from (``source_key`` of the Python files, text of the script). Without
    a key the module is built each time and its IR is the key.
    cache: folder for compiled objects; None means ``PINEWRIGHT_CACHE_DIR`` or the user's cache folder, False none. The
    objects used last are remembered by the process as well, whatever the folder.
    Raises KernelError where a function is outside the language or LLVM refuses it.
    """
    lowered = None
    if key is None:
        lowered = _build(module).lower(exports)
        key = lowered.text
    folder = default_folder() if cache is None or cache is True else cache
    store = ObjectCache(folder) if folder else None
    name = _digest(key, *exports)
    found = (_recent.get(name) or store.read(name)) if store else None
    if found is None:
        lowered = lowered or _build(module).lower(exports)
        code = target.compile_text(lowered.text, lowered.name)
        found = Object(lowered.name, lowered.exports, lowered.imports, code)
        if store:
            store.write(name, found)
            _remember(name, found)
        return found
    _remember(name, found)
    return replace(found, cached=True)


def is_stored(exports: Sequence[str], *, key: str, cache: Path | None = None) -> bool:
    """Whether ``compile_object`` with these exports, key and cache would find its answer; nothing is read or made."""
    name = _digest(key, *exports)
    return name in _recent or ObjectCache(cache or default_folder()).path(name).is_file()


def _build(module: Module | Callable[[], Module]) -> Module:
    return module if isinstance(module, Module) else module()


# The objects used last, so that a process that compiles many scripts reads the engine's object once.
_recent: dict[str, Object] = {}
_RECENT = 32
_recent_lock = threading.Lock()


def _remember(name: str, item: Object) -> None:
    with _recent_lock:
        _recent.pop(name, None)
        _recent[name] = item
        while len(_recent) > _RECENT:
            del _recent[next(iter(_recent))]


def forget() -> None:
    """Drops the objects that this process remembers; the cache on disk stays."""
    with _recent_lock:
        _recent.clear()


def link(*objects: Object) -> Native:
    """Loads objects that call each other as one piece; raises KernelError where names or types do not meet."""
    return Native(objects)


def compile_module(
    module: Module | Callable[[], Module],
    exports: Sequence[str],
    *,
    key: str | None = None,
    cache: Path | bool | None = None,
    libraries: Sequence[Object] = (),
) -> Native:
    """``compile_object`` and ``link`` in one; ``libraries`` are objects that the module calls or that call it."""
    return link(compile_object(module, exports, key=key, cache=cache), *libraries)


def _digest(*parts: str) -> str:
    """Name of an object in the cache: what was compiled, by which compiler, for which processor."""
    import llvmlite

    host = target.host()
    own = (_own_source(), str(llvmlite.__version__), host.triple, host.cpu, host.features)
    return hashlib.sha256("\0".join((*own, *parts)).encode()).hexdigest()


@functools.cache
def _own_source() -> str:
    return _files_digest(sorted(Path(__file__).parent.glob("*.py")))


def source_key(*modules: ModuleType | Path) -> str:
    """A key from the files of Python modules (or from paths): changes when any of them does."""
    return _files_digest([item if isinstance(item, Path) else Path(str(item.__file__)) for item in modules])


def _files_digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def address(array: np.ndarray[Any, Any]) -> int:
    """Address of an array's memory, which the caller keeps alive; raises KernelError where it is not contiguous."""
    if not array.flags.c_contiguous:
        raise KernelError("a kernel reads contiguous arrays only", hint="pass numpy.ascontiguousarray(a)")
    return int(array.ctypes.data)


def addresses(arrays: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """The addresses of float64 arrays as an array, for a ``Columns`` argument: pass ``address`` of the result."""
    import numpy as np

    for array in arrays:
        if array.dtype != np.float64:
            raise KernelError(f"a column holds float64, not {array.dtype}")
    return np.array([address(array) for array in arrays], dtype=np.uintp)
