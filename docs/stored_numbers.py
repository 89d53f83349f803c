"""What it costs to store a table in 2 bytes or 1 byte a number instead of 4: room, cosines and accuracy.

python docs/stored_numbers.py           on BBC news
python docs/stored_numbers.py public    on public data sets that lie beside the checkout
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from wordglass import TextClassifier, VectorTable
from wordglass.corpus import read
from wordglass.corpus.bbc import bbc_news
from wordglass.trace.numbers import size
from wordglass.vectors.names import convert_to

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PUBLIC = ("ag_news", "stackoverflow20", "trec6", "sst2", "emotion", "tweeteval_irony")
TABLES = ("glove-6b-50d", "wordllama-l2-256")
NUMBERS = ("float32", "float16", "int8")
MOST = 2000  # texts to train on, and to test on
COLUMNS = "{:<34}{:>12}{:>12}{:>12}"

Texts = tuple[list[str], list[str]]  # and their labels


def main() -> None:
    """Store each table in three ways and print what becomes of it."""
    sets = public() if sys.argv[1:] == ["public"] else {"BBC news": bbc()}
    for name in TABLES:
        with tempfile.TemporaryDirectory() as folder:
            tables = [convert_to(name, Path(folder) / numbers, numbers=numbers) for numbers in NUMBERS]
            print(COLUMNS.format(name, *NUMBERS))
            print(COLUMNS.format("  on disk", *map(on_disk, tables)))
            print(
                COLUMNS.format(
                    "  smallest cosine with float32", *(f"{cosine(t, tables[0]):.5f}" for t in tables)
                )
            )
            for title, (training, test) in sets.items():
                print(
                    COLUMNS.format(
                        f"  accuracy, {title}", *(f"{accuracy(t, training, test):.3f}" for t in tables)
                    )
                )
        print()


def on_disk(table: VectorTable) -> str:
    """The size of a table's files."""
    return size(sum(file["bytes"] for file in table.manifest["files"].values()))


def cosine(table: VectorTable, original: VectorTable) -> float:
    """The smallest cosine between a word's vector and the original one; of vectors of zeros there is none."""
    smallest = 1.0
    for (_, stored), (_, exact) in zip(table.rows.blocks(), original.rows.blocks(), strict=True):
        lengths = np.linalg.norm(stored, axis=1) * np.linalg.norm(exact, axis=1)
        cosines = np.einsum("ij,ij->i", stored, exact)[lengths > 0] / lengths[lengths > 0]
        smallest = min(smallest, float(cosines.min(initial=1)))
    return smallest


def accuracy(table: VectorTable, training: Texts, test: Texts) -> float:
    """How many texts are labelled right."""
    return TextClassifier(table, preset="lesson", held_out=0).fit(*training).score(*test)


def bbc() -> tuple[Texts, Texts]:
    """1,000 articles, and the others."""
    articles = bbc_news()
    order = np.random.default_rng(0).permutation(len(articles.texts))
    texts = [articles.texts[int(row)].as_py() for row in order]
    labels = [articles.labels[row] for row in order]
    return (texts[:1000], labels[:1000]), (texts[1000:], labels[1000:])


def public() -> dict[str, tuple[Texts, Texts]]:
    """Of each set, the first texts in an order of chance."""
    return {name: (part(name, "train"), part(name, "test")) for name in PUBLIC if (DATA / name).exists()}


def part(name: str, which: str) -> Texts:
    """Some texts of a file."""
    corpus = read(str(DATA / name / f"{which}.parquet"), "text", "label")
    order = np.random.default_rng(0).permutation(len(corpus.texts))[:MOST]
    return [corpus.texts[int(row)].as_py() for row in order], [corpus.labels[row] for row in order]


if __name__ == "__main__":
    main()
