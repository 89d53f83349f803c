"""The kernels' machine code as functions of numbers and addresses, loaded without Numba.

Numba takes half a second to wake up, longer than most predictions take in all. So it compiles each group of
kernels once for this processor, when one of them is first called; the object files are kept, and LLVM's
loader reads them in milliseconds from then on. Calls go through ctypes, which lets go of the GIL.
"""

import ctypes
import threading
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from wordglass.kernels import keeping
from wordglass.kernels.signatures import GROUP_OF, GROUPS

KINDS: dict[str, Any] = {
    **dict.fromkeys("uilhfd", ctypes.c_void_p),
    **{"n": ctypes.c_int64, "s": ctypes.c_uint64, "x": ctypes.c_float},
}
TYPES = {
    letter: np.dtype(kind)
    for letter, kind in zip("uilhfd", ("u1", "i4", "i8", "u8", "f4", "f8"), strict=True)
}


def announce() -> None:
    """Called before kernels are compiled, which takes seconds: a program can put its own words here."""


def target_machine() -> llvm.TargetMachine:
    """This processor, as LLVM compiles for it."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=3, jit=True
    )


def compile_and_keep(group: str) -> keeping.Code:
    """Compile the kernels of a group for this processor."""
    announce()
    from wordglass.kernels.compiling import compile_group

    code = compile_group(group)
    keeping.keep(group, code)
    return code


class Group:
    """The kernels of a group as functions of numbers and addresses."""

    def __init__(self, group: str) -> None:
        code = keeping.read(group) or compile_and_keep(group)
        self.engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine())  # owns the code
        for _, content in code.values():
            self.engine.add_object_file(llvm.ObjectFileRef.from_data(content))
        self.engine.finalize_object()
        # Numba's convention: a status, and before the arguments the addresses of a result and of an error.
        self.functions = {
            name: ctypes.CFUNCTYPE(
                ctypes.c_int32, *[ctypes.c_void_p] * 2, *(KINDS[letter] for letter in letters)
            )(self.engine.get_function_address(code[name][0]))
            for name, letters in GROUPS[group].items()
        }


_groups: dict[str, Group] = {}
_loading = threading.Lock()


def loaded(group: str) -> Group:
    """A group, ready to be called."""
    if group not in _groups:
        with _loading:
            if group not in _groups:
                _groups[group] = Group(group)
    return _groups[group]


def call(name: str, *arguments: Any) -> None:
    """Call a kernel; arrays go by their addresses. TypeError for an array that it would read astray."""
    group = GROUP_OF[name]
    plain = [address(value, letter) for value, letter in zip(arguments, GROUPS[group][name], strict=True)]
    result, error = ctypes.c_void_p(), ctypes.c_void_p()
    if loaded(group).functions[name](ctypes.byref(result), ctypes.byref(error), *plain):
        raise RuntimeError(f"the kernel {name} failed")


def address(value: Any, letter: str) -> Any:
    """Where an array of the kind that ``letter`` stands for lies; a number as it is."""
    if type(value) is int or letter not in TYPES:
        return value
    if value.dtype != TYPES[letter] or not value.flags.c_contiguous:
        raise TypeError(f"a kernel was given {value.dtype} where {TYPES[letter]} in one piece is needed")
    return value.__array_interface__["data"][0]
