import os
import shutil
import subprocess
import sys
from time import time

import numpy as np
import pytest

from wordglass.kernels import keeping, loading
from wordglass.kernels.signatures import GROUPS

# The group that is compiled in the least time: prints spaCy's key of a word and whether Numba was needed.
KEYS = """
import sys
import numpy as np
from wordglass.kernels import native
print(native.spacy_keys(np.frombuffer(b"film", "u1"), np.array([0, 4]))[0], "numba" in sys.modules)
"""
COMPILED, READ = "1827453542365867094 True\n", "1827453542365867094 False\n"
YEAR = 365 * 24 * 3600


def started(cache, code=KEYS):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "WORDGLASS_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process):
    out, err = process.communicate(timeout=120)
    assert err == ""
    return out


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A cache that has the keys' kernels only, and what the process printed that compiled them."""
    cache = tmp_path_factory.mktemp("cache")
    return cache, said(started(cache))


@pytest.fixture
def cache(compiled, tmp_path, monkeypatch):
    """A copy of it, which this process takes for the user's."""
    shutil.copytree(compiled[0], tmp_path / "cache")
    monkeypatch.setenv("WORDGLASS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def files(cache):
    return sorted(path.name for path in cache.rglob("*") if path.is_file())


def test_a_group_of_kernels_is_compiled_when_it_is_first_called_and_read_without_numba_from_then_on(compiled):
    cache, printed = compiled
    assert printed == COMPILED
    assert files(cache) == ["keys"]
    assert said(started(cache)) == READ


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "header"])
def test_damaged_machine_code_is_not_read(damage, cache):
    path = keeping.path_of("keys")
    whole = path.read_bytes()
    flipped = whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:]
    path.write_bytes({"cut": whole[:-1], "flipped": flipped, "empty": b"", "header": whole[:64]}[damage])
    assert keeping.read("keys") is None
    path.write_bytes(whole)
    assert keeping.read("keys") is not None


def test_damaged_machine_code_is_compiled_again(cache):
    path = keeping.path_of("keys")
    path.write_bytes(path.read_bytes()[:-1000])
    assert said(started(cache)) == COMPILED
    assert said(started(cache)) == READ
    assert files(cache) == ["keys"]


def test_a_cache_that_cannot_be_written_costs_a_compilation_and_nothing_else(tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert said(started(tmp_path / "cache")) == COMPILED


def test_processes_that_compile_at_once_leave_one_whole_file(tmp_path):
    both = [started(tmp_path / "cache") for _ in range(2)]
    assert {said(process) for process in both} <= {COMPILED, READ}
    assert files(tmp_path / "cache") == ["keys"]
    assert said(started(tmp_path / "cache")) == READ


def test_what_is_kept_is_what_was_compiled(cache):
    code = {"first": ("symbol", b"\n\0 code \n"), "second": ("other", b"")}
    keeping.keep("keys", code)
    assert keeping.read("keys") == code
    assert keeping.read("pooling") is None


def test_only_what_other_versions_compiled_long_ago_is_removed(cache):
    current = keeping.path_of("keys").parent
    old, recent, foreign = (cache / "kernels" / name for name in ("0" * 16, "1" * 16, "notes"))
    for folder in (old, recent, foreign):
        folder.mkdir()
        (folder / "file").write_text("")
    for folder in (old, foreign, current):
        os.utime(folder, (time() - YEAR, time() - YEAR))
    keeping.remove_old(current)
    assert set((cache / "kernels").iterdir()) == {recent, foreign, current}


def test_compilation_is_announced_once_and_only_where_there_is_any(cache):
    code = """
from wordglass.cli.options import announce_compilation
from wordglass.kernels.loading import loaded
announce_compilation()
loaded("keys"), loaded("words")
"""
    environment = {**os.environ, "WORDGLASS_CACHE": str(cache)}

    def heard():
        found = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120
        )
        assert found.returncode == 0, found.stderr
        return found.stderr

    keeping.path_of("keys").unlink()
    assert heard() == "compiling the kernels for this machine, once: some seconds\n"
    assert heard() == ""


def test_code_for_another_processor_or_by_another_compiler_is_not_taken(monkeypatch):
    ours = keeping.fingerprint()
    with monkeypatch.context() as changed:
        changed.setattr(keeping, "version", lambda package: "0")
        assert keeping.fingerprint.__wrapped__() != ours
    with monkeypatch.context() as changed:
        changed.setattr(keeping.llvm, "get_host_cpu_name", lambda: "another")
        assert keeping.fingerprint.__wrapped__() != ours
    assert keeping.fingerprint.__wrapped__() == ours


def test_an_array_that_a_kernel_would_read_astray_is_refused():
    with pytest.raises(TypeError, match="float64 where uint8 in one piece"):
        loading.call("hash_words", np.zeros(3), 3, np.zeros(2, np.int64), 1, np.zeros(1, np.uint64))
    with pytest.raises(TypeError, match="in one piece"):
        loading.address(np.zeros(6, np.uint8)[::2], "u")


def test_every_kernel_is_called_by_a_name_of_its_own():
    names = [name for entries in GROUPS.values() for name in entries]
    assert len(set(names)) == len(names)
