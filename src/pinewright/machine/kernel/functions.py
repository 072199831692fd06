"""Kernel functions: where their source comes from, what their names mean and what their signature is."""

from __future__ import annotations

import ast
import builtins
import functools
import linecache
import math
import threading
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar, overload

from pinewright.errors import KernelError, unknown_name_hint
from pinewright.machine.kernel import intrinsics
from pinewright.machine.kernel.structs import type_of_annotation
from pinewright.machine.kernel.types import Bools, Bytes, Columns, Floats, Ints, Kind, Type

P = ParamSpec("P")
R = TypeVar("R")

# CPython up to 3.11 counts the depth of the tree it builds in one place for all threads.
_parser = threading.Lock()

KNOWN_NAMES: dict[str, object] = {
    "math": math,
    "Floats": Floats,
    "Ints": Ints,
    "Bools": Bools,
    "Bytes": Bytes,
    "Columns": Columns,
    **intrinsics.NAMES,
}
"""Names that a text source knows without being told."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Types of a function's parameters, by name and in order, and of its result."""

    parameters: tuple[tuple[str, Type], ...]
    returns: Type

    @property
    def types(self) -> tuple[Type, ...]:
        """The parameters' types without their names."""
        return tuple(type_ for _, type_ in self.parameters)

    @property
    def spelled(self) -> tuple[tuple[str, ...], str]:
        """The types as text that two objects compare."""
        return tuple(type_.spelled for type_ in self.types), self.returns.spelled

    def __str__(self) -> str:
        return f"({', '.join(str(type_) for type_ in self.types)}) -> {self.returns}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a function was written: the file's name and its lines, for error texts."""

    file: str
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """Text of a 1-based line, without indentation."""
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""


class Function(Generic[P, R]):
    """A function of the kernel language; calling it runs it as plain Python (``reference``), the second opinion."""

    def __init__(
        self,
        name: str,
        load: Callable[[], tuple[ast.FunctionDef, Origin]],
        namespace: dict[str, Any],
        cells: Mapping[str, types.CellType] | None = None,
        *,
        inline: bool | None = None,
        noalias: bool = False,
    ):
        self.name = name
        self.namespace = namespace
        self.inline = inline
        self.noalias = noalias
        self._load = load
        self._cells = cells or {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.python(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<kernel function {self.name}>"

    @functools.cached_property
    def source(self) -> tuple[ast.FunctionDef, Origin]:
        """Syntax tree, with line numbers of the file, and the file."""
        return self._load()

    @functools.cached_property
    def python(self) -> Callable[P, R]:
        """The function as plain Python, with the native meaning of division and of functions outside their domain."""
        from pinewright.machine.kernel.reference import plain_python

        node, origin = self.source
        return plain_python(node, origin.file, self.namespace, self.closure())

    @functools.cached_property
    def signature(self) -> Signature:
        """Types of parameters and result, from the annotations."""
        node, _ = self.source
        arguments = node.args
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults or arguments.posonlyargs:
            raise self.error(node, "a kernel function takes plain positional parameters without defaults")
        parameters = tuple((arg.arg, self.annotation(arg.annotation, arg)) for arg in arguments.args)
        if any(type_.kind is Kind.NONE for _, type_ in parameters):
            raise self.error(node, "a parameter cannot be None")
        return Signature(parameters, self.annotation(node.returns, node))

    def annotation(self, note: ast.expr | None, at: ast.AST) -> Type:
        """The type that an annotation in this function names."""
        if isinstance(note, ast.Constant) and isinstance(note.value, str):
            note = _annotation_text(note.value)
        if note is None:
            raise self.error(at, "annotation is missing", "annotate every parameter and the result")
        found: Type | None = None
        if isinstance(note, ast.Constant) and note.value is None:
            found = type_of_annotation(None)
        elif isinstance(note, ast.Name | ast.Attribute):
            known, value = self.static(note)
            found = type_of_annotation(value) if known else None
        elif isinstance(note, ast.Subscript) and isinstance(note.value, ast.Name) and note.value.id == "list":
            item = self.annotation(note.slice, at)
            found = Type(Kind.TABLE, item.struct) if item.kind is Kind.REF else None
        if found is None:
            legal = "float, int, bool, None, Floats, Ints, Bools, Bytes, Columns, a Struct, list[Struct]"
            raise self.error(at, f"{ast.unparse(note)!r} is no type of the kernel language", f"legal: {legal}")
        return found

    def static(self, node: ast.expr) -> tuple[bool, object]:
        """Whether a dotted name is known outside the function, and what it means there."""
        if isinstance(node, ast.Name):
            if node.id in self._cells:
                return True, self.closure()[node.id]
            if node.id in self.namespace:
                return True, self.namespace[node.id]
            return hasattr(builtins, node.id), getattr(builtins, node.id, None)
        if isinstance(node, ast.Attribute):
            known, owner = self.static(node.value)
            if known and isinstance(owner, types.ModuleType | type) and hasattr(owner, node.attr):
                return True, getattr(owner, node.attr)
        return False, None

    def closure(self) -> dict[str, Any]:
        """Values of the names taken from an enclosing function."""
        result: dict[str, Any] = {}
        for name, cell in self._cells.items():
            try:
                result[name] = cell.cell_contents
            except ValueError as error:
                raise KernelError(f"{name!r} has no value yet", where=f"function {self.name}") from error
        return result

    def error(self, node: ast.AST, what: str, hint: str | None = None) -> KernelError:
        """An error at a node of this function: file, line, function and text of the line."""
        tree, origin = self.source
        number = getattr(node, "lineno", tree.lineno)
        return KernelError(
            f"{what} in `{origin.line(number)}`", where=f"{origin.file}:{number} in {self.name}", hint=hint
        )


class External:
    """A function that is declared here and defined by another source of the same module.

    Called as plain Python it runs ``python``, which the test that wants this sets.
    """

    def __init__(self, name: str, signature: Signature):
        self.name = name
        self.signature = signature
        self.python: Callable[..., Any] | None = None

    def __call__(self, *args: Any) -> Any:
        if self.python is None:
            raise KernelError(f"{self.name} is declared but has no body in plain Python", where=f"function {self.name}")
        return self.python(*args)

    def __repr__(self) -> str:
        return f"<kernel function {self.name}, external>"


def declare(name: str, parameters: tuple[object, ...], returns: object = None) -> External:
    """A function known by signature: ``step = declare("step", (View, int, Floats), None)``.

    Kernel functions may call it; ``Module.ir`` joins it with the function of that name added to the module.
    """
    found = [type_of_annotation(note) for note in (*parameters, returns)]
    for note, type_ in zip((*parameters, returns), found, strict=True):
        if type_ is None:
            raise KernelError(f"{note!r} is no type of the kernel language", where=f"declaration of {name}")
    known = [type_ for type_ in found if type_ is not None]
    return External(name, Signature(tuple((f"a{k}", type_) for k, type_ in enumerate(known[:-1])), known[-1]))


@overload
def kernel(function: Callable[P, R], /) -> Function[P, R]: ...
@overload
def kernel(*, inline: bool | None = None, noalias: bool = False) -> Callable[[Callable[P, R]], Function[P, R]]: ...
def kernel(
    function: Callable[P, R] | None = None, /, *, inline: bool | None = None, noalias: bool = False
) -> Function[P, R] | Callable[[Callable[P, R]], Function[P, R]]:
    """Marks a Python function as written in the kernel language.

    inline: True always inlines it, False never does, None leaves it to LLVM.
    noalias: promises that no pointer parameter reaches memory that another one writes.
    Nothing is read or checked before the function is called or added to a module.
    """

    def wrap(function: Callable[P, R]) -> Function[P, R]:
        assert isinstance(function, types.FunctionType)
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        load = functools.partial(_load_python, function)
        wrapped: Function[P, R] = Function(
            function.__name__, load, function.__globals__, cells, inline=inline, noalias=noalias
        )
        wrapped.__doc__ = function.__doc__
        wrapped.__module__ = function.__module__
        return wrapped

    return wrap if function is None else wrap(function)


def kernel_source(text: str, names: Mapping[str, object] | None = None, *, file: str = "<kernel>") -> Source:
    """The functions of a text of several ``def``s.

    names: what free names of the text mean: kernel functions, Struct classes, constants; ``math``, the pointer types
    and the functions of ``intrinsics`` are known without. Functions of the text may call each other.
    Raises KernelError where the text is not Python or holds anything but functions and constants.
    """
    origin = Origin(file, tuple(text.splitlines()))
    try:
        tree = _parse(text, file)
    except SyntaxError as error:
        where = f"{file}:{error.lineno}"
        raise KernelError(f"{error.msg} in `{origin.line(error.lineno or 0)}`", where=where) from error
    namespace: dict[str, Any] = {**KNOWN_NAMES, **(names or {})}
    functions: dict[str, Function[..., Any]] = {}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            what = f"only functions may stand here, in `{origin.line(node.lineno)}`"
            raise KernelError(what, where=f"{file}:{node.lineno}", hint="pass constants in names")
        if node.name in functions:
            raise KernelError(f"function {node.name!r} is defined twice", where=f"{file}:{node.lineno}")
        inline, noalias = _options(node, origin)
        load = functools.partial(_pair, node, origin)
        functions[node.name] = Function(node.name, load, namespace, inline=inline, noalias=noalias)
    namespace.update(functions)
    return Source(functions)


@dataclass(frozen=True)
class Source:
    """The functions of one text, by name: ``source["step"]``."""

    functions: Mapping[str, Function[..., Any]]

    def __getitem__(self, name: str) -> Function[..., Any]:
        if name not in self.functions:
            raise KernelError(f"no function {name!r} in this source", hint=unknown_name_hint(name, self.functions))
        return self.functions[name]


def _parse(text: str, file: str) -> ast.Module:
    with _parser:
        return ast.parse(text, file)


def _annotation_text(text: str) -> ast.expr | None:
    """The expression inside an annotation written as a string."""
    body = _parse(text, "<annotation>").body
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None


def _pair(node: ast.FunctionDef, origin: Origin) -> tuple[ast.FunctionDef, Origin]:
    return node, origin


def _options(node: ast.FunctionDef, origin: Origin) -> tuple[bool | None, bool]:
    """``inline`` and ``noalias`` of the decorator ``@kernel(...)`` that a function of a text may carry."""
    options: dict[str, Any] = {"inline": None, "noalias": False}
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = call.func if call else decorator
        keywords = {word.arg: word.value for word in call.keywords} if call else {}
        legal = set(keywords) <= set(options) and all(isinstance(value, ast.Constant) for value in keywords.values())
        if not isinstance(name, ast.Name) or name.id != "kernel" or not legal or (call and call.args):
            where = f"{origin.file}:{decorator.lineno} in {node.name}"
            raise KernelError(f"unknown decorator @{ast.unparse(decorator)}", where=where)
        options |= {str(key): value.value for key, value in keywords.items() if isinstance(value, ast.Constant)}
    return options["inline"], bool(options["noalias"])


def _load_python(function: types.FunctionType) -> tuple[ast.FunctionDef, Origin]:
    file, first = function.__code__.co_filename, function.__code__.co_firstlineno
    lines, found = _functions_of_file(file)
    node = found.get((function.__name__, first))
    if node is None:
        where = f"{file}:{first} in {function.__name__}"
        raise KernelError("the source of the function cannot be read", where=where, hint="use kernel_source for text")
    return node, Origin(file.replace("\\", "/").rsplit("/", 1)[-1], lines)


@functools.lru_cache(maxsize=64)
def _functions_of_file(file: str) -> tuple[tuple[str, ...], dict[tuple[str, int], ast.FunctionDef]]:
    """Lines of a Python file and its functions by name and first line; parsing the whole is cheaper than each alone."""
    linecache.checkcache(file)
    lines = linecache.getlines(file)
    tree = _parse("".join(lines), file)
    functions: dict[tuple[str, int], ast.FunctionDef] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            functions[node.name, first] = node
    return tuple(line.rstrip("\n") for line in lines), functions


__all__ = ["External", "Function", "Origin", "Signature", "Source", "declare", "kernel", "kernel_source"]
