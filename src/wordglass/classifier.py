"""The five stages as one estimator: labelled texts in, a traced model out."""

import shlex
import sys
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import strings, take
from wordglass.corpus import data_report, split, text_numbers, to_arrow
from wordglass.errors import DataError
from wordglass.estimator import Estimator
from wordglass.evaluate import scores
from wordglass.explain import trace_prediction
from wordglass.head import EpochRecord, fit_head
from wordglass.model import Model
from wordglass.parallel import numpy_in_one_thread, usable_threads
from wordglass.passes import Floats, Loss, count_outputs
from wordglass.pooling import Pooling
from wordglass.scaling import Scaler, row_weights
from wordglass.scoring import fold
from wordglass.selection import select_penalty
from wordglass.targets import Targets
from wordglass.trace import stages
from wordglass.trace.document import (
    VERSION,
    Default,
    Epoch,
    PredictionTrace,
    Selection,
    Training,
    TrainingTrace,
)
from wordglass.trace.observations import observe
from wordglass.trace.provenance import data_sha256, provenance
from wordglass.vectors import VectorTable, load_vectors
from wordglass.vectors.coverage import coverage

PATIENCE = 3  # epochs without a lower held-out loss
MOST_EPOCHS = 100
SAMPLED_PREDICTIONS = 1
LONGEST_SAMPLED = 10_000  # characters: the trace of a whole book is larger than the book


class TextClassifier(Estimator):
    """A classifier of texts on pre-trained word vectors, whose every number can be seen.

    Parameters
    ----------
    vectors
        The name of a table of word vectors, or a ``VectorTable``.
    pooling
        ``mean``, ``max``, ``min`` or ``sif``, or several joined by ``+``.
    C
        The inverse strength of the L2 penalty on the weights of standardised features; chosen by
        cross-validation on the training rows where not given.
    epochs
        How many passes over the training rows to make, exactly. Where not given, training ends when the
        held-out loss has not fallen for 3 epochs or the objective has converged, and the model is that of
        the lowest held-out loss.
    held_out
        The share of rows held out of training, stratified; 0 trains on all.
    class_weight
        ``"balanced"``, or a weight for each class by name.
    random_state
        The seed of the split, the folds and the resampling.
    threads
        How many threads to use; as many as there are processors where not given. The result is the same.
    samples
        Whether the trace keeps samples of the texts.

    After ``fit``: ``classes_``, ``trace_`` (see ``wordglass.trace.document``), ``model_`` and
    ``held_out_rows_`` (row numbers).

    >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
    >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
    >>> clf.predict(["a wonderful film"]).tolist()
    ['pos']
    """

    def __init__(
        self,
        vectors: str | VectorTable = "glove-6b-50d",
        *,
        pooling: str = "mean",
        C: float | None = None,
        epochs: int | None = None,
        held_out: float = 0.2,
        class_weight: Literal["balanced"] | dict[str, float] | None = None,
        random_state: int = 0,
        threads: int | None = None,
        samples: bool = True,
    ) -> None:
        self.vectors = vectors
        self.pooling = pooling
        self.C = C
        self.epochs = epochs
        self.held_out = held_out
        self.class_weight = class_weight
        self.random_state = random_state
        self.threads = threads
        self.samples = samples

    @numpy_in_one_thread()
    def fit(
        self,
        texts: Iterable[str],
        y: Iterable[Any],
        sample_weight: NDArray[Any] | None = None,
        *,
        held_out: tuple[Iterable[str], Iterable[Any]] | None = None,
        source: str = "memory",
        on_epoch: Callable[[Epoch], None] | None = None,
    ) -> Self:
        """Train on texts (rows,) and labels ``y`` (rows,), a label being a str, a number or a list of them.

        ``held_out`` is another (texts, labels), used instead of a share of these. ``source`` names the data
        in the trace. ``on_epoch`` is called with every epoch as it ends.
        """
        clock = began = perf_counter()
        # Stage 1: raw text, (rows,)
        raw, targets = to_arrow(texts), Targets.encode(y)
        if len(raw) != len(targets.values):
            raise DataError(f"{len(raw)} texts but {len(targets.values)} labels: give one label a text")
        given = None if sample_weight is None else checked_weights(sample_weight, len(raw))
        if len(targets.classes) < 2:
            raise DataError(
                f"only one class, {targets.names[0]!r}: there is nothing to tell apart"
                if targets.names
                else "no rows"
            )
        if held_out is None:
            same_text = text_numbers(raw)
            train, test = split(targets.labels(), self.held_out, self.random_state, same_text=same_text)
        else:
            more, more_targets = to_arrow(held_out[0]), Targets.encode(held_out[1], targets.classes)
            train, test = np.arange(len(raw)), np.arange(len(raw), len(raw) + len(more))
            raw = pa.concat_arrays([raw, more])
            same_text = text_numbers(raw)
            targets = Targets(targets.classes, np.concatenate([targets.values, more_targets.values]))
        data = data_report(raw, targets.labels(), train, test, source, same_text)
        shown, truth = take(raw, train), targets.values[train]
        reading = perf_counter() - clock

        # Stages 2 and 3: tokens and their rows of the table, (rows, variable)
        table = load_vectors(self.vectors) if isinstance(self.vectors, str) else self.vectors
        lookup = table.vocabulary.lookup(shown, self.threads, keep_missing=self.samples)
        unseen = table.vocabulary.lookup(take(raw, test), self.threads)

        # Stage 4: pooling, (rows, features)
        clock = perf_counter()
        pooling = Pooling.fit(self.pooling, table, lookup)
        X, X_test = pooling.pool(lookup, self.threads), pooling.pool(unseen, self.threads)
        pooled = perf_counter() - clock

        # Stage 5: a linear head on the scaled features, then on the raw ones
        clock = perf_counter()
        multi_label = targets.multi_label
        loss: Loss = "softmax" if not multi_label and len(targets.classes) > 2 else "sigmoid"
        weights = self._weights(targets, train, given)
        scaler = Scaler.fit(X, weights)
        Z, Z_test = scaler.transform(X), scaler.transform(X_test)
        chosen: Selection = {"how": "given", "C": 1.0 if self.C is None else self.C, "folds": 0, "trials": []}
        if self.C is None:
            chosen = select_penalty(
                Z, truth, loss=loss, weights=weights, seed=self.random_state, threads=self.threads
            )
        epochs: list[Epoch] = []

        def record(done: EpochRecord) -> None:
            epochs.append(epoch_of(done, epochs))
            if on_epoch:
                on_epoch(epochs[-1])

        fit = fit_head(
            Z,
            truth,
            loss=loss,
            C=chosen["C"],
            epochs=MOST_EPOCHS if self.epochs is None else self.epochs,
            weights=weights,
            held_out=(Z_test, targets.values[test]) if len(test) else None,
            patience=PATIENCE if self.epochs is None and len(test) else None,
            tolerance=1e-8 if self.epochs is None else -1.0,
            threads=self.threads,
            on_epoch=record,
        )
        head = scaler.fold(fit.head)
        trained = perf_counter() - clock

        self.classes_ = targets.classes
        self.model_ = Model(
            classes=targets.classes,
            loss=loss,
            multi_label=multi_label,
            scorer=fold(table.vocabulary, pooling, head.weights, head.bias),
            weights=head.weights,
            pooling=self.pooling,
            sif=pooling.weights,
            dim=table.dim,
            vectors=table.name,
            vectors_sha256=table.manifest["sha256"],
        )
        self.model_.table = table
        self.held_out_rows_ = test
        names = targets.names
        members = truth if multi_label else np.eye(len(names), dtype=bool)[truth]
        steps = [
            stages.raw_text(shown, source, reading),
            stages.tokens(shown, lookup),
            stages.embedding_lookup(lookup, table),
            stages.pooling(X, lookup, self.pooling, table.dim, pooled),
            stages.training(len(X), head.weights, head.bias, names, trained),
        ]
        self.trace_: TrainingTrace = {
            "format": "wordglass-trace",
            "version": VERSION,
            "kind": "training",
            "data": data,
            "stages": steps if self.samples else [{**step, "sample": []} for step in steps],
            "coverage": coverage(
                shown, lookup, {name: np.flatnonzero(members[:, k]) for k, name in enumerate(names)}
            ),
            "default": default_answer(self.model_),
            "selection": chosen,
            "training": Training(
                loss=loss,
                features=X.shape[1],
                outputs=count_outputs(truth, loss),
                epochs_allowed=MOST_EPOCHS if self.epochs is None else self.epochs,
                epochs=epochs,
                best_epoch=fit.best_epoch,
                stopped=fit.stopped,
            ),
            "scores": None,
            "baselines": [],
            "predictions": [],
            "provenance": provenance(
                data_sha256(raw, targets.labels()),
                table,
                seed=self.random_state,
                threads=usable_threads(self.threads),
                command=shlex.join(["wordglass", *sys.argv[1:]]),
                seconds=perf_counter() - began,
            ),
        }
        if len(test):
            found = self.model_.probabilities(take(raw, test), self.threads)
            self.trace_["scores"] = scores(targets.values[test], found, names, multi_label, self.random_state)
            if self.samples:
                held = ((row, raw[row].as_py()) for row in test.tolist())
                short = ((row, text) for row, text in held if len(text) <= LONGEST_SAMPLED)
                self.trace_["predictions"] = [
                    trace_prediction(text, self.model_, targets.names_of(row))
                    for row, text in islice(short, SAMPLED_PREDICTIONS)
                ]
        return self

    def _weights(self, targets: Targets, train: NDArray[np.int64], given: Floats | None) -> Floats:
        """The weights of the training rows, (rows,): those given times those of their classes."""
        weights = np.ones(len(train)) if given is None else given[train]
        if self.class_weight is not None:
            if targets.multi_label:
                raise DataError("class_weight needs one class a row, not several labels")
            wanted = self.class_weight
            if isinstance(wanted, dict):
                wanted = {str(name): weight for name, weight in wanted.items()}
            weights = weights * row_weights(targets.values[train], targets.names, wanted)
        if not weights.any():
            raise DataError("every training row has a weight of zero: give one of them more")
        return weights

    def _fitted(self) -> Model:
        if not hasattr(self, "model_"):
            raise self._not_fitted()
        return self.model_

    def decision_function(self, texts: Iterable[str]) -> Floats:
        """The logits: (rows, classes), or (rows,) of the second of two classes."""
        scores = self._fitted().scores(to_arrow(texts), self.threads)
        return scores[:, 0] if len(self.classes_) == 2 and not self.model_.multi_label else scores

    def predict_proba(self, texts: Iterable[str]) -> Floats:
        """The probability of each class, (rows, classes)."""
        return self._fitted().probabilities(to_arrow(texts), self.threads)

    def predict(self, texts: Iterable[str]) -> NDArray[Any]:
        """The likeliest class of each text, (rows,); for multi-label booleans (rows, labels)."""
        chosen = self._fitted().decide(self.predict_proba(texts))
        return chosen if self.model_.multi_label else self.classes_[chosen]

    def score(
        self, texts: Iterable[str], y: Iterable[Any], sample_weight: NDArray[Any] | None = None
    ) -> float:
        """The share of rows predicted right; for multi-label, of whole sets of labels."""
        multi_label = self._fitted().multi_label
        # of single labels, a class not seen in training is no error: it is never predicted
        truth = Targets.encode(y, self.classes_ if multi_label else None)
        if truth.multi_label != multi_label:
            wants = "a list of labels a row" if multi_label else "one label a row"
            raise DataError(f"the model was trained on {wants}: give the same here")
        found = self.predict(texts)
        if len(found) != len(truth.values):
            raise DataError(f"{len(found)} texts but {len(truth.values)} labels: give one label a text")
        right = (found == truth.values).all(axis=1) if multi_label else found == truth.classes[truth.values]
        return float(np.average(right, weights=sample_weight))

    def trace(self, text: str) -> PredictionTrace:
        """One text on its way through the five layers, with each token's share of the scores."""
        return trace_prediction(str(to_arrow([text])[0]), self._fitted())

    def save(self, folder: str | Path) -> None:
        """Write the model folder; see ``wordglass.store``."""
        from wordglass.store import save

        self._fitted()
        save(self, Path(folder))

    @classmethod
    def load(cls, folder: str | Path) -> "TextClassifier":
        """Read a model folder."""
        from wordglass.store import load

        return load(Path(folder))


def checked_weights(given: NDArray[Any], rows: int) -> Floats:
    """Sample weights as numbers, (rows,). DataError where they are not one a row, finite and at least 0."""
    weights = np.asarray(given, np.float64)
    if weights.shape != (rows,):
        raise DataError(
            f"sample_weight has the shape {weights.shape}: give one number for each of {rows} rows"
        )
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(f"row {row + 1} has the sample weight {weights[row]}: give a finite number from 0 on")
    return weights


def default_answer(model: Model) -> Default:
    """What the model says where it knows no word."""
    probabilities = model.probabilities(strings([""]))  # (1, classes)
    return Default(predicted=model.named(probabilities)[0], probability=float(probabilities.max()))


def epoch_of(done: EpochRecord, before: list[Epoch]) -> Epoch:
    """An epoch as the trace has it, with what it shows."""
    epoch = Epoch(
        epoch=done.epoch,
        train_loss=done.train_loss,
        train_accuracy=done.train_accuracy,
        held_out_loss=done.held_out_loss,
        held_out_accuracy=done.held_out_accuracy,
        change=done.train_loss - before[-1]["train_loss"] if before else None,
        gradient=done.gradient,
        seconds=done.seconds,
        observation={"rule": "", "sentence": ""},
    )
    return {**epoch, "observation": observe([*before, epoch])}
