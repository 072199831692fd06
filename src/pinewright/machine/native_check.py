"""Proof that native code can be made and run here: one function, compiled and called."""

from __future__ import annotations

import ctypes
from typing import Final

from pinewright.errors import KernelError

_ANSWER: Final = "define i64 @answer(i64 %x) { %y = add i64 %x, 1\n ret i64 %y }"


def check_native_code() -> str:
    """Compile and run one function; the processor name that LLVM compiles for. KernelError where that fails."""
    try:
        from llvmlite import binding
    except (ImportError, OSError) as error:
        raise KernelError(
            f"LLVM cannot be loaded: {error}", where="llvmlite", hint="install llvmlite again for this Python"
        ) from error
    try:
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        module = binding.parse_assembly(_ANSWER)
        target = binding.Target.from_default_triple().create_target_machine()
        engine = binding.create_mcjit_compiler(module, target)
        engine.finalize_object()
        function = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(engine.get_function_address("answer"))
        answer = function(41)
    except (RuntimeError, OSError) as error:
        hint = "a security policy that forbids executable memory has this effect"
        raise KernelError(f"native code cannot be made: {error}", where="llvmlite", hint=hint) from error
    if answer != 42:
        raise KernelError(f"native code gives {answer} for 41 + 1", where="llvmlite")
    return str(binding.get_host_cpu_name())
