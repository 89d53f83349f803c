"""Hostile files of every format are refused in one line that says where, and nothing is left of them."""

import json
import re
import subprocess
import sys
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from hostile import Hostile, hostile
from samples import MAKERS

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.converting import Origin, convert
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.manifest import read_manifest

PLACE = re.compile(
    r"\b(byte|line|row|word|character|key|n-gram|header|footer|bucket|beginning|content|path|max_length|normalize"
    r"|data are damaged|table is damaged|archive|array|vectors|words|tokeniser|mapping|weights"
    r"|modules?|static|empty|No such file|no such file|no folder|missing)",
)


@cache
def by_format() -> dict[str, list[Hostile]]:
    """The hostile files of each format, and those of none."""
    return {key: list(group) for key, group in groupby(hostile(), lambda each: format_of(each.name))}


def format_of(name: str) -> str:
    fitting = [kind for kind in MAKERS if name.startswith(f"{kind}, ")]
    return max(fitting, key=len, default="bombs and names")


def converted(path: Path, folder: Path, skip: bool) -> tuple[str, OddRows]:
    """Take the whole way to a table: what refuses it, or "", and what was odd."""
    odd = OddRows(str(path), skip)
    try:
        convert(open_vectors(path, odd), folder, Origin("t", "a test", files=path), odd)
    except (DataError, ArgumentError) as error:
        return str(error), odd
    return "", odd


def check(case: Hostile, path: Path, cache_folder: Path, skip: bool) -> None:
    told, odd = converted(path, cache_folder / "v" / "t", skip)
    left = {file.relative_to(cache_folder) for file in cache_folder.rglob("*") if file.is_file()}
    left = {file for file in left if file.parts[0] != "kernels"} - {Path("v/.t.lock")}
    if told:
        assert told.isprintable()
        assert path.name in told or path.parent.name in told, "no file is named"
        assert PLACE.search(told.replace(str(path), "")), f"no place is named: {told}"
        assert not left, "something is left in the cache"
        assert case.comes in ("refused", "either") or (case.comes == "odd" and not skip), told
        return
    manifest = read_manifest(cache_folder / "v" / "t")
    assert left == {Path("v/t/manifest.json"), *(Path("v/t") / name for name in manifest["files"])}
    assert manifest["odd_rows"] == odd.count
    assert case.comes != "refused", "it was read"
    if case.comes == "odd":
        assert skip, "it was read"
        assert odd.count == 1
    if case.comes == "repeated":
        assert manifest["repeated"] == 1 or "spaCy" in case.name  # there one of two words has no key


def check_all(cases: list[Hostile], folder: Path, monkeypatch) -> None:
    failed = []
    for i, case in enumerate(cases):
        for skip in (False, True):
            place = folder / f"{i}{skip}"
            monkeypatch.setenv("WORDGLASS_CACHE", str(place / "cache"))
            path = case.sample.write(place / "in")
            before = sorted(file for file in folder.rglob("*") if "cache" not in file.parts)
            try:
                check(case, path, place / "cache", skip)
                assert sorted(file for file in folder.rglob("*") if "cache" not in file.parts) == before
            except Exception as error:  # all that are wrong are to be seen at once
                failed.append(f"{case.name}, {'skipping' if skip else 'not skipping'}: {error!r}"[:500])
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_damaged_file_is_refused_with_its_place_or_read_and_leaves_nothing(kind, tmp_path, monkeypatch):
    if kind not in by_format():
        pytest.skip("the library that writes it is not installed")
    check_all(by_format()[kind], tmp_path, monkeypatch)


def test_names_that_lead_elsewhere_and_archives_that_lie_write_nothing_anywhere(tmp_path, monkeypatch):
    cases = [case for case in by_format()["bombs and names"] if "bomb" not in case.name]
    evil = [Path("/tmp/evil.txt"), Path("/tmp/evil.txt.npy")]
    before = [path.exists() for path in evil]
    check_all(cases, tmp_path, monkeypatch)
    assert [path.exists() for path in evil] == before


MEASURED = """
import json, os, re, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_hostile as tests
resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32))
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10
def measured(i, case):
    place = Path(sys.argv[2]) / str(i)
    os.environ["WORDGLASS_CACHE"] = str(place / "cache")
    path = case.sample.write(place / "in")
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    tests.check(case, path, place / "cache", False)
    return peak() - before
cases = [case for kind in tests.by_format().values() for case in kind]
cases = [case for case in cases if re.search("bomb|huge|deep", case.name)]
measured("warm", tests.by_format()["word2vec text"][0])
print(json.dumps({case.name: measured(i, case) for i, case in enumerate(cases)}))
"""


def test_bombs_and_huge_headers_are_refused_in_bounded_memory(tmp_path):
    child = [sys.executable, "-c", MEASURED, str(Path(__file__).parent), str(tmp_path)]
    run = subprocess.run(child, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    megabytes = json.loads(run.stdout)
    assert len(megabytes) > 60
    assert {name: size for name, size in megabytes.items() if size > 500} == {}
