"""Modules: kernel functions that are compiled together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinewright.errors import KernelError
from pinewright.machine.kernel.emit import Shared
from pinewright.machine.kernel.functions import Function, Signature, Source, kernel_source
from pinewright.machine.kernel.object_cache import Spelled
from pinewright.machine.kernel.statements import Statements


@dataclass(frozen=True)
class Lowered:
    """A module as LLVM IR, and the functions through which it meets other modules."""

    name: str
    text: str
    exports: Mapping[str, Spelled]
    imports: Mapping[str, Spelled]


class Module:
    """Functions that become one piece of native code; whatever they call comes along on its own."""

    def __init__(self, name: str):
        self.name = name
        self.functions: dict[str, Function[..., Any]] = {}
        self.elsewhere: dict[str, Function[..., Any]] = {}

    def add(self, *functions: Function[..., Any]) -> Module:
        """Adds functions under their names; a declaration of that name (``declare``) means them."""
        return self._put(self.functions, functions)

    def add_source(self, text: str, names: Mapping[str, object] | None = None, *, file: str = "<kernel>") -> Source:
        """Adds all functions of a text; see ``kernel_source``."""
        source = kernel_source(text, names, file=file)
        self.add(*source.functions.values())
        return source

    def use(self, *functions: Function[..., Any]) -> Module:
        """Functions that another object exports (``link``): calls of them go there instead of bringing them along."""
        return self._put(self.elsewhere, functions)

    def _put(self, place: dict[str, Function[..., Any]], functions: Sequence[Function[..., Any]]) -> Module:
        for function in functions:
            known = self.functions.get(function.name) or self.elsewhere.get(function.name)
            if known is not None and place.get(function.name) is not function:
                raise KernelError(f"a function {function.name!r} is in the module already", where=f"module {self.name}")
            place[function.name] = function
        return self

    def lower(self, exports: Sequence[str] | None = None) -> Lowered:
        """The module as LLVM IR. ``exports`` are visible from outside, by default all added functions.

        Declared functions that the module does not define are its imports.
        """
        visible = list(self.functions) if exports is None else list(exports)
        for name in visible:
            if name not in self.functions:
                raise KernelError(f"no function {name!r} was added", where=f"module {self.name}")
        shared = Shared(self.functions.values(), self.elsewhere.values())
        bodies: list[str] = []
        while shared.pending:
            function = shared.pending.pop()
            symbol = shared.symbol(function)
            bodies.append(Statements(function, shared).text(symbol, exported=symbol in visible))
        imports: dict[str, Spelled] = {}
        for name, signature in shared.called.items():
            defined = self.functions.get(name)
            if defined is None:
                shared.declare(_declaration(name, signature))
                imports[name] = signature.spelled
            elif defined.signature.types != signature.types or defined.signature.returns != signature.returns:
                what = f"{name!r} is declared as {signature} but defined as {defined.signature}"
                raise KernelError(what, where=f"module {self.name}")
        known = {name: self.functions[name].signature.spelled for name in visible}
        return Lowered(self.name, shared.text(self.name, bodies), known, imports)

    def ir(self, exports: Sequence[str] | None = None) -> str:
        """Text of the module as LLVM IR; see ``lower``."""
        return self.lower(exports).text


def _declaration(name: str, signature: Signature) -> str:
    parameters = ", ".join(type_.passed for type_ in signature.types)
    return f"declare {signature.returns.returned} @{name}({parameters}) nounwind"
