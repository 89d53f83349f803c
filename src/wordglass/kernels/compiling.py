"""How the loops are compiled: by Numba, without reference counting, down to machine code that is kept."""

from collections.abc import Callable
from typing import Any, TypeVar

import llvmlite.binding as llvm
from numba import njit

from wordglass.kernels.native import target_machine

OPTIONS: dict[str, Any] = {"error_model": "numpy", "_nrt": False}
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
    """Compile an entry point for this processor: the symbol it goes by, and an object file.

    Numba's own wrappers around it, which would need Numba to be loaded again, are dropped.
    """
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
