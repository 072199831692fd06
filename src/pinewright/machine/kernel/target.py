"""LLVM: optimised object code for this processor, and objects loaded into this process."""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pinewright.errors import KernelError

OPTIMIZATION = 3
# LLVM's own 225 copies middling functions into each of their callers: on the broker 40 % more time to compile and no
# faster run. Hot helpers say inline=True.
INLINING_THRESHOLD = 25
# llvmlite's objects share one LLVM context, which is not meant for threads.
_lock = threading.RLock()


@dataclass(frozen=True)
class Host:
    """The processor for which code is made."""

    triple: str
    cpu: str
    features: str


@functools.cache
def host() -> Host:
    """This machine's processor."""
    import llvmlite.binding as llvm

    with _lock:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        return Host(llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())


def compile_text(text: str, name: str = "kernel") -> bytes:
    """Object code for this processor from LLVM IR, optimised. Raises KernelError where LLVM refuses the text."""
    import llvmlite.binding as llvm

    with _lock:
        machine = _machine()
        try:
            parsed = llvm.parse_assembly(text)
            parsed.verify()
        except RuntimeError as error:
            raise KernelError(f"LLVM refuses the module: {error}", where=f"module {name}") from error
        parsed.name = name
        parsed.triple = machine.triple
        parsed.data_layout = str(machine.target_data)
        options = llvm.create_pipeline_tuning_options(speed_level=OPTIMIZATION)
        options.loop_vectorization = True
        options.slp_vectorization = True
        options.inlining_threshold = INLINING_THRESHOLD
        builder = llvm.create_pass_builder(machine, options)
        builder.getModulePassManager().run(parsed, builder)
        code: bytes = machine.emit_object(parsed)
        return code


def load(codes: Sequence[bytes]) -> Any:
    """An execution engine with the objects in memory, joined with each other and, by name, with the C library.

    Every symbol must be defined: LLVM ends the process otherwise.
    """
    import llvmlite.binding as llvm

    with _lock:
        machine = _new_machine()
        empty = llvm.parse_assembly("")
        empty.triple = machine.triple
        engine = llvm.create_mcjit_compiler(empty, machine)
        for code in codes:
            engine.add_object_file(llvm.object_file.ObjectFileRef.from_data(code))
        engine.finalize_object()
        return engine


def _new_machine() -> Any:
    import llvmlite.binding as llvm

    target = llvm.Target.from_triple(host().triple)
    return target.create_target_machine(
        cpu=host().cpu, features=host().features, opt=OPTIMIZATION, reloc="default", codemodel="jitdefault", jit=True
    )


@functools.cache
def _machine() -> Any:
    return _new_machine()
