"""How fast are texts explained, and how exactly, beside LIME and SHAP on the same model?"""

import os
from functools import partial
from statistics import median

import numpy as np
import pyarrow as pa
from harness import RATIOS, Goal, Result, Row, arguments, interleaved, peer, read_texts

from wordglass import TextClassifier
from wordglass.arrow import buffers
from wordglass.explain import by_class
from wordglass.passes import probabilities

ONE, TWO, FROM_FEATURES = "wordglass, 1 thread", "wordglass, 2 threads", "SHAP LinearExplainer"
LIME = "LIME, 5,000 samples a text"
TRAINING = 25_000
BACKGROUND = 100  # rows that SHAP takes means over, as its own default masker does
BATCH = 50  # rows that SHAP explains at a time: its answer has a number for every feature and class


class Explicit:
    """A model's features as one table, (rows, features), under which the model is one linear function."""

    def __init__(self, clf: TextClassifier) -> None:
        self.model = clf.model_
        assert self.model.lexical is not None
        assert self.model.characters is None
        self.weights = np.vstack([self.model.weights, self.model.lexical.weights])  # (features, outputs)

    def rows(self, texts: pa.LargeStringArray) -> "object":
        """The features of texts: pooled vectors, then TF-IDF of words and pairs, as SciPy has them."""
        from scipy import sparse

        lookup = self.model.scorer.vocabulary.lookup(texts, 1)
        counted = self.model.lexical.block.rows(buffers(texts), 0, len(texts))
        tfidf = sparse.csr_matrix((counted.values, counted.ids, counted.indptr), counted.shape)
        pooled = self.model.pooled_rows(lookup, 1)
        return sparse.hstack([sparse.csr_matrix(pooled), tfidf], format="csr", dtype=np.float64)


def main() -> None:
    """Explain news by one model in each way, interleaved; LIME and SHAP fewer of them, told a text."""
    given = arguments(__doc__, rounds=3, rows=10_000, shap_rows=200, lime_rows=4, training=TRAINING)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    shap, lime = peer("shap", "shap"), peer("lime.lime_text", "lime")
    texts, labels = read_texts("ag_news", "train")
    clf = TextClassifier(preset="fast", characters=False, C=1.0, held_out=0).fit(
        texts[: given.training], labels[: given.training]
    )
    more = texts if len(read_texts("ag_news")[0]) < given.rows else read_texts("ag_news")[0]
    some = more[len(more) - given.rows :]
    explicit = Explicit(clf)
    features = explicit.rows(some[: given.shap_rows])
    explainer = shap.LinearExplainer(
        (explicit.weights.T, clf.model_.scorer.bias), explicit.rows(texts[:BACKGROUND])
    )
    limes = lime.LimeTextExplainer(class_names=clf.model_.names, random_state=0)
    lime_texts = some[: given.lime_rows].to_pylist()
    classes = len(clf.model_.names)

    def by_shap() -> np.ndarray:
        parts = []
        for first in range(0, given.shap_rows, BATCH):
            values = np.asarray(
                explainer.shap_values(features[first : first + BATCH])
            )  # (rows, features, classes)
            parts.append(values.sum(axis=1) + explainer.expected_value)
        return np.concatenate(parts)

    def by_lime() -> list[object]:
        return [limes.explain_instance(text, clf.predict_proba, labels=range(classes)) for text in lime_texts]

    seconds = interleaved(
        {
            ONE: partial(clf.explain_many, some, threads=1),
            TWO: partial(clf.explain_many, some, threads=2),
            FROM_FEATURES: by_shap,
            LIME: by_lime,
        },
        given.rounds,
    )
    rows = {ONE: given.rows, TWO: given.rows, FROM_FEATURES: given.shap_rows, LIME: given.lime_rows}
    each = {name: [taken / rows[name] for taken in seconds[name]] for name in seconds}
    ratios = {name: median(b / a for a, b in zip(each[ONE], each[name], strict=True)) for name in seconds}
    table: list[Row] = [
        {
            "contender": name,
            "texts explained": rows[name],
            "texts/s": 1 / median(each[name]),
            "times the seconds of wordglass, 1 thread": ratios[name],
        }
        for name in seconds
    ]
    ours, theirs, limed = errors(clf, some, by_shap(), by_lime(), lime_texts)
    Result(
        "explain",
        __doc__,
        f"One model, trained on {given.training:,} AG News texts with preset fast, C=1 and no n-grams of "
        f"characters, explains texts of AG News for all {classes} classes. wordglass: explain_many, from "
        f"texts in Arrow to a table with a row a token. SHAP: LinearExplainer on all {features.shape[1]:,} "
        "features of the same model, pooled vectors and TF-IDF of words and pairs, which are computed "
        f"beforehand and not timed, against the means of {BACKGROUND} texts, {BATCH} rows at a time. LIME: "
        "LimeTextExplainer with its defaults. SHAP and LIME explain fewer texts, and their rates are "
        f"extrapolated from these. Medians of {given.rounds} interleaved rounds; {RATIOS}.",
        {
            "Explaining": table,
            "What is left unexplained": [
                {"contender": "wordglass", "of": "the score", "largest error": f"{ours:.1e}"},
                {"contender": "SHAP LinearExplainer", "of": "the score", "largest error": f"{theirs:.1e}"},
                {"contender": "LIME", "of": "the probability", "largest error": f"{limed:.1e}"},
            ],
        },
        [
            Goal("texts a second, 1 thread, against LIME's", ratios[LIME], least=100),
            Goal("texts a second, 1 thread, against SHAP's", ratios[FROM_FEATURES], least=10),
            Goal("the largest error of a sum of shares and bias, in millionths", ours * 1e6, most=10),
        ],
    ).finish(peers=("shap", "lime"))


def errors(
    clf: TextClassifier, texts: pa.LargeStringArray, shap: np.ndarray, limes: list, lime_texts: list[str]
) -> tuple[float, float, float]:
    """The largest difference of the sum of an explanation from what it explains: ours, SHAP's, LIME's."""
    model = clf.model_
    scores = by_class(model.scores(texts), len(model.names))
    bias = by_class(model.scorer.bias[None, :], len(model.names))[0]
    found = clf.explain_many(texts)
    owners = found["row"].to_numpy()
    sums = [
        np.bincount(owners, found[f"share_{name}"].to_numpy(), minlength=len(texts)) for name in model.names
    ]
    ours = np.abs(np.stack(sums, axis=1) + bias - scores).max()
    theirs = np.abs(shap - scores[: len(shap)]).max()
    true = probabilities(model.scores(pa.array(lime_texts, pa.large_string())), model.loss, model.multi_label)
    limed = 0.0
    for explained, row in zip(limes, true, strict=True):
        for k, probability in enumerate(row):  # LIME's own line at the text itself, where all words are there
            there = explained.intercept[k] + sum(weight for _, weight in explained.local_exp[k])
            limed = max(limed, abs(there - probability))
    return float(ours), float(theirs), limed


if __name__ == "__main__":
    main()
