"""Compiled kernels in the user's cache: a file a group, for this source, this processor and these compilers.

A file is written whole or not at all. It begins with the hash of the rest, so that one that a full disk or
a crash has damaged is found out, and compiled again.
"""

import hashlib
import json
import re
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import time

import llvmlite.binding as llvm

from wordglass.cache import cache_folder

Code = dict[str, tuple[str, bytes]]  # of each kernel, the symbol it goes by and an object file

OLD = 90 * 24 * 3600  # seconds after which what another version has compiled is in the way


@cache
def fingerprint() -> str:
    """What the machine code depends on, as 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    processor = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    digest.update(f"{processor} {version('numba')} {version('llvmlite')}".encode())
    return digest.hexdigest()[:16]


def path_of(group: str) -> Path:
    """Where the code of a group lies, if it was compiled."""
    return cache_folder() / "kernels" / fingerprint() / group


def read(group: str) -> Code | None:
    """The code of a group; None where it has yet to be compiled, or is damaged."""
    try:
        content = path_of(group).read_bytes()
    except OSError:
        return None
    head, _, rest = content.partition(b"\n")
    if head != hashlib.sha256(rest).hexdigest().encode():
        return None
    names, _, objects = rest.partition(b"\n")
    code, at = {}, 0
    for name, symbol, size in json.loads(names):
        code[name] = symbol, objects[at : at + size]
        at += size
    return code


def keep(group: str, code: Code) -> None:
    """Write the code of a group, whole or not at all; a cache that cannot be written is let be."""
    names = json.dumps([(name, symbol, len(content)) for name, (symbol, content) in code.items()])
    rest = b"".join([names.encode(), b"\n", *(content for _, content in code.values())])
    path = path_of(group)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as scratch:
            written = Path(scratch) / group
            written.write_bytes(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)
            written.replace(path)
        remove_old(path.parent)


def remove_old(current: Path) -> None:
    """Remove what other versions compiled long ago; one that is still in use compiles again."""
    for folder in current.parent.iterdir():
        named = re.fullmatch(r"[0-9a-f]{16}", folder.name)
        if named and folder != current and folder.stat().st_mtime < time() - OLD:
            shutil.rmtree(folder, ignore_errors=True)
