"""How the loops are compiled: by Numba, without reference counting, down to machine code that is kept."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import llvmlite.binding as llvm
from numba import float32, float64, int32, int64, njit, types, uint8, uint64

from wordglass.kernels.keeping import Code
from wordglass.kernels.loading import target_machine
from wordglass.kernels.signatures import GROUPS

CPointer: Any = types.CPointer
KINDS = {
    "u": CPointer(uint8),
    "i": CPointer(int32),
    "l": CPointer(int64),
    "h": CPointer(uint64),
    "f": CPointer(float32),
    "d": CPointer(float64),
    "n": int64,
    "s": uint64,
    "x": float32,
}
OPTIONS: dict[str, Any] = {
    **{"error_model": "numpy", "_nrt": False},
    **{"no_cpython_wrapper": True, "no_cfunc_wrapper": True},  # by which Python would call it through Numba
}
F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function that other kernels call."""
    compiled: F = njit(**OPTIONS)(function)
    return compiled


def inlined(function: F) -> F:
    """Compile a function into the kernels that call it: a call of its own costs more than its work."""
    compiled: F = njit(**OPTIONS, forceinline=True)(function)
    return compiled


def compile_entry(entry: Callable[..., Any], signature: Any) -> tuple[str, bytes]:
    """Compile an entry point for this processor: the symbol it goes by, and an object file."""
    compiled = njit(signature, **OPTIONS)(entry)
    symbol = str(compiled.overloads[compiled.signatures[0]].fndesc.llvm_func_name)
    module = llvm.parse_assembly(compiled.inspect_llvm(compiled.signatures[0]))
    for function in module.functions:
        if not function.is_declaration and function.name != symbol:
            function.linkage = "internal"
    module.get_function(symbol).linkage = "external"
    machine = target_machine()
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    missing = [f.name for f in module.functions if f.is_declaration and not f.name.startswith("llvm.")]
    if missing:
        raise RuntimeError(f"the kernel {entry.__name__} needs {missing[0]}, which only Numba has")
    return symbol, machine.emit_object(module)


def compile_group(group: str) -> Code:
    """Compile the kernels of a group for this processor."""
    entries = import_module(f"wordglass.kernels.entries.{group}")
    return {
        name: compile_entry(getattr(entries, name), types.void(*(KINDS[letter] for letter in letters)))
        for name, letters in GROUPS[group].items()
    }
