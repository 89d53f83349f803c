"""Installed packages that carry vectors: found by what is written beside them, and never imported."""

import importlib.util
import json
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, PackageNotFoundError, distribution, entry_points
from pathlib import Path

from wordglass.errors import DataError
from wordglass.vectors import catalogue
from wordglass.vectors.formats.packed import ABOUT, read_about
from wordglass.vectors.partial import hash_of

OWN = "wordglass"


@dataclass(frozen=True)
class Installed:
    """Vectors in an installed package."""

    name: str  # by which they are asked for
    distribution: str
    version: str
    path: Path  # the file or folder to read
    source: str
    licence: str
    install: str  # what to give to pip to have it again
    sha256: dict[str, str] = field(default_factory=dict)  # of files below ``path``, as far as they are known

    @property
    def identity(self) -> str:
        """What tells the files from those of another version, wherever they are installed."""
        return f"{self.distribution} {self.version}"

    def check(self) -> None:
        """Hold the files against their hashes. DataError names the one that is damaged."""
        for part, expected in self.sha256.items():
            file = self.path / part
            if not file.is_file() or hash_of(file, "sha256") != expected:
                raise DataError(f"{file} is damaged: pip install --force-reinstall '{self.install}'")


def installed() -> list[Installed]:
    """All packages with vectors, in the order of the catalogue, then pipelines of spaCy by name."""
    found = {package.name: package for package in _catalogued()}
    for point in sorted(entry_points(group="spacy_models"), key=lambda point: point.name):
        if (package := _pipeline(point)) and package.name not in found:
            found[package.name] = package
    return list(found.values())


def find(name: str) -> Installed | None:
    """The package that carries the vectors of this name; None where none is installed."""
    if (entry := catalogue.entries().get(name)) and (package := _carrier(entry)):
        return package
    points = entry_points(group="spacy_models", name=name.replace("-", "_"))
    return next((package for point in points if (package := _pipeline(point)) and package.name == name), None)


def _catalogued() -> list[Installed]:
    return [package for entry in catalogue.entries().values() if (package := _carrier(entry))]


def _carrier(entry: catalogue.Entry) -> Installed | None:
    """The installed package that the catalogue names for an entry."""
    if entry.package is None or entry.package.path is None:
        return None
    if entry.package.distribution == OWN:
        return _built_in(entry, Path(__file__).with_name(entry.package.path))
    try:
        package = distribution(entry.package.distribution)
    except PackageNotFoundError:
        return None
    path = Path(str(package.locate_file(entry.package.path)))
    if not path.exists():
        return None
    return Installed(
        name=entry.name,
        distribution=entry.package.distribution,
        version=package.version,
        path=path,
        source=entry.source,
        licence=entry.licence,
        install=entry.package.install,
        sha256=entry.package.sha256,
    )


def _built_in(entry: catalogue.Entry, folder: Path) -> Installed | None:
    """The table that comes with wordglass, known by its own description: few versions bring another one."""
    if not (folder / ABOUT).is_file():
        return None
    return Installed(
        name=entry.name,
        distribution=OWN,
        version=hash_of(folder / ABOUT, "sha256"),
        path=folder,
        source=entry.source,
        licence=entry.licence,
        install=OWN,
        sha256=read_about(folder)["files"],
    )


def _pipeline(point: EntryPoint) -> Installed | None:
    """A pipeline of spaCy, if its description says that it has vectors."""
    package: Distribution | None = point.dist
    if package is None or not point.value.isidentifier():  # a module within another would import that one
        return None
    try:
        spec = importlib.util.find_spec(point.value)
        if spec is None or spec.origin is None:
            return None
        folder = Path(spec.origin).parent
        about = json.loads((folder / "meta.json").read_bytes())
        if not about["vectors"]["width"] or not about["vectors"]["keys"]:
            return None
        maker = about.get("author") or "its makers"
    except (OSError, ValueError, KeyError, TypeError):  # no pipeline that can be read, whatever it says it is
        return None
    name = package.name.lower().replace("_", "-").replace(".", "-")
    return Installed(
        name=name,
        distribution=name,
        version=package.version,
        path=folder,
        source=f"vectors of the spaCy pipeline {name} {package.version} ({maker})",
        licence=str(about.get("license") or "none is stated"),
        install=f"{name}=={package.version}",
    )
