"""The five stages as one estimator: labelled texts in, a traced model out."""

from collections.abc import Callable, Iterable
from copy import copy
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.abstaining import check_abstaining
from wordglass.characters import CharacterScores
from wordglass.classes import as_texts
from wordglass.corpus import to_arrow
from wordglass.ensemble import fit_members
from wordglass.errors import ArgumentError, DataError
from wordglass.estimator import Estimator
from wordglass.explain import trace_prediction
from wordglass.features import Features
from wordglass.gathering import Gathered, gather
from wordglass.head import EpochRecord
from wordglass.lexical import LexicalScores
from wordglass.model import Model
from wordglass.parallel import numpy_in_one_thread, usable_threads
from wordglass.parts import Parts, divide
from wordglass.passes import Floats, Loss, probabilities
from wordglass.presets import FEW, Preset, preset_of, search_of
from wordglass.scaling import checked_weights, row_weights
from wordglass.selection import Search, Selected, Tell, given, select
from wordglass.sizes import Keep, checked_keep, cut, first_rows, refuse_parts, rows_kept
from wordglass.targets import Targets
from wordglass.thresholds import choose_thresholds
from wordglass.trace.document import Epoch, PredictionTrace, TrainingTrace
from wordglass.trace.training import Run, epoch_of, training_trace
from wordglass.vectors import VectorTable, load_vectors
from wordglass.vectors.vocabulary import Vocabulary

MOST_EPOCHS = 100
TOLERANCE = 1e-8  # of the objective, promised by the last step
OF_SEVERAL = 1e-5  # the same where several heads are added up, whose shares are not known nearly so well


class TextClassifier(Estimator):
    """A classifier of texts on pre-trained word vectors, whose every number can be seen.

    Parameters
    ----------
    vectors
        The name or path of a table of word vectors, several joined by ``+``, or a ``VectorTable``; the
        preset's where not given.
    preset
        ``fast``, ``balanced``, ``best`` or ``lesson``: which heads are tried by cross-validation on the
        training rows, and whether they are added up; see ``wordglass.presets``.
    pooling
        ``mean``, ``max``, ``min``, ``p3``, ``sif``, ``usif`` or ``tfidf``, or several joined by ``+``; see
        ``wordglass.pooling``. The mean where not given.
    lexical
        Whether words and pairs of words are counted beside the vectors; as the preset has it where not given.
    characters
        Whether n-grams of three to five characters are counted beside words, by which words that training
        did not see tell something, too; as the preset has it where not given.
    C
        The inverse strength of the L2 penalty on the weights, of every head; the preset's, or chosen among
        the preset's, where not given.
    budget
        Seconds after which no further head is tried; one always is.
    epochs
        How many passes over the training rows to make, exactly. Where not given, training ends when the
        objectives have converged.
    held_out
        The share of rows held out of training, stratified; 0 trains on all. They choose nothing.
    keep
        The words of the table that the fitted model keeps: ``"all"``, how many of its first ones, the most
        frequent where the table is sorted so, or ``"seen"``, those of the training rows. The others are
        unknown to it. It is trained on all words; the scores in the trace are those of what it keeps.
    int8
        Whether the model keeps its words' numbers in a quarter of the room, nearly as they are.
    class_weight
        ``"balanced"``, or a weight for each class by name.
    random_state
        The seed of the split, the folds and the resampling.
    threads
        How many threads to use; as many as there are processors where not given. The result is the same.
    samples
        Whether the trace keeps samples of the texts. Without, ``keep`` cannot be ``"seen"``, and no words
        are counted, as a model has them.

    After ``fit``: ``classes_``, ``trace_`` (see ``wordglass.trace.document``), ``model_`` and
    ``held_out_rows_`` (row numbers).

    >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
    >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
    >>> clf.predict(["a wonderful film"]).tolist()
    ['pos']
    """

    def __init__(
        self,
        vectors: str | VectorTable | None = None,
        *,
        preset: str = "balanced",
        pooling: str | None = None,
        lexical: bool | None = None,
        characters: bool | None = None,
        C: float | None = None,
        budget: float | None = None,
        epochs: int | None = None,
        held_out: float = 0.2,
        keep: Keep = "all",
        int8: bool = False,
        class_weight: Literal["balanced"] | dict[str, float] | None = None,
        random_state: int = 0,
        threads: int | None = None,
        samples: bool = True,
    ) -> None:
        self.vectors = vectors
        self.preset = preset
        self.pooling = pooling
        self.lexical = lexical
        self.characters = characters
        self.C = C
        self.budget = budget
        self.epochs = epochs
        self.held_out = held_out
        self.keep = keep
        self.int8 = int8
        self.class_weight = class_weight
        self.random_state = random_state
        self.threads = threads
        self.samples = samples

    def fit(
        self,
        texts: Iterable[str],
        y: Iterable[Any],
        sample_weight: NDArray[Any] | None = None,
        *,
        held_out: tuple[Iterable[str], Iterable[Any]] | None = None,
        source: str = "memory",
        command: str | None = None,
        unlabelled: Iterable[str] | None = None,
        on_epoch: Callable[[Epoch], None] | None = None,
        tell: Tell = lambda words: None,
    ) -> Self:
        """Train on texts (rows,) and labels ``y`` (rows,), a label being a str, a number or a list of them.

        ``held_out`` is another (texts, labels), used instead of a share of these. ``source`` names the data
        in the trace, ``command`` what was run. ``unlabelled`` are more texts of the kind, from which the
        weights of words are taken, too. ``on_epoch`` is called with every epoch as it ends, ``tell`` with
        words of what is being done.
        """
        began = perf_counter()
        parts = divide(texts, y, held_out or self.held_out, self.random_state, source)
        self._train(
            parts,
            sample_weight,
            began,
            command or f"{self!r}.fit(texts, labels)",
            unlabelled=None if unlabelled is None else to_arrow(unlabelled),
            on_epoch=on_epoch,
            tell=tell,
        )
        alone = held_out is None and unlabelled is None
        weights = np.ones(parts.own) if sample_weight is None else checked_weights(sample_weight, parts.own)
        self._gathered = Gathered(parts.texts, parts.targets, weights, fixed=False) if alone else None
        return self

    def partial_fit(
        self,
        texts: Iterable[str],
        y: Iterable[Any],
        classes: Iterable[Any] | None = None,
        sample_weight: NDArray[Any] | None = None,
    ) -> Self:
        """Train on these rows and those of every call before: the same model that ``fit`` makes of them all.

        ``texts``, ``y`` and ``sample_weight`` as for ``fit``. ``classes`` are all that there will be, and are
        given with the first part; without them each new label is a new class. The rows before, of ``fit``,
        too, are those that this object keeps in memory; neither ``save`` nor a pickle does. A call takes as
        long as training on all of them. Where it is refused, the model and the rows stay what they were.

        DataError for a label that is none of the ``classes``, and as ``fit``. ArgumentError where the rows
        before are not at hand: after loading, unpickling or ``shrink``, and after ``fit`` with ``held_out``
        or ``unlabelled`` of its own.

        >>> clf = TextClassifier(held_out=0, C=1.0)
        >>> clf.partial_fit(["good film", "bad film"], ["pos", "neg"]).classes_.tolist()
        ['neg', 'pos']
        >>> clf.partial_fit(["rain all day"], ["weather"]).predict(["a rainy day"]).tolist()
        ['weather']
        """
        before: Gathered | None = getattr(self, "_gathered", None)
        if before is None and hasattr(self, "model_"):
            raise ArgumentError(
                "the rows that this model was trained on are not at hand: a model folder and a pickle "
                "have none; give all rows to fit"
            )
        began = perf_counter()
        rows = gather(before, texts, y, classes, sample_weight)
        parts = divide(rows.texts, rows.targets, self.held_out, self.random_state)
        self._train(parts, rows.weights, began, f"{self!r}.partial_fit(texts, labels)")
        self._gathered = rows
        return self

    @numpy_in_one_thread()
    def _train(
        self,
        parts: Parts,
        sample_weight: NDArray[Any] | None,
        began: float,
        command: str,
        *,
        unlabelled: pa.LargeStringArray | None = None,
        on_epoch: Callable[[Epoch], None] | None = None,
        tell: Tell = lambda words: None,
    ) -> None:
        """Train on rows that are divided; what ``fit`` leaves is set at the very end, all or nothing."""
        checked_keep(self.keep, self.samples)
        if self.budget is not None and not self.budget > 0:
            raise ArgumentError(f"budget={self.budget}: give seconds, more than 0")
        preset = preset_of(self.preset)
        # Stage 1: raw text, (rows,)
        shown, truth = parts.training
        unseen, unseen_truth = parts.held_out
        weights = self._weights(parts, truth, sample_weight)
        reading = perf_counter() - began

        # Stages 2 and 3: tokens and their rows of the table, (rows, variable)
        table = self._table(preset)
        refuse_parts(self.keep, table.vocabulary)  # before anything is trained
        table, forms = table.fitted(shown)
        lookup = table.vocabulary.lookup(shown, self.threads, keep_missing=self.samples)
        unseen_lookup = table.vocabulary.lookup(unseen, self.threads)

        # Stage 4: pooling, (rows, features), and counts: of words and pairs, (rows, words + pairs), and of
        # n-grams of characters, (rows, buckets)
        softmax = not parts.targets.multi_label and len(parts.targets.classes) > 2
        loss: Loss = "softmax" if softmax else "sigmoid"
        outputs = len(parts.targets.classes) if softmax or parts.targets.multi_label else 1
        lexical = self._lexical(preset, table)
        characters = self._characters(preset, lexical, len(shown))
        names = as_texts(parts.targets.names) if lexical and len(shown) <= FEW else []
        features = Features.of(
            table,
            shown,
            lookup,
            truth,
            weights,
            outputs=outputs,
            pooling=self.pooling or "mean",
            lexical=lexical,
            characters=characters,
            names=names,
            unlabelled=to_arrow([]) if unlabelled is None else unlabelled,
            threads=self.threads,
        )

        # Stage 5: linear heads, (features, outputs), and their shares in the scores
        clock = perf_counter()
        selected = self._select(
            search_of(
                preset,
                len(shown),
                features.block is not None,
                features.characters is not None,
                bool(names),
                self.C,
            ),
            features,
            loss,
            tell,
        )
        held = features.transform(unseen, unseen_lookup, self.threads)
        epochs: list[Epoch] = []

        def record(done: EpochRecord) -> None:
            epochs.append(epoch_of(done, epochs))
            if on_epoch:
                on_epoch(epochs[-1])

        tell("training")
        tolerance = TOLERANCE if len(selected.heads) == 1 else OF_SEVERAL
        fit = fit_members(
            [features.member(setting, share, held) for setting, share in selected.heads],
            features.rows,
            unseen_truth if len(unseen) else None,
            loss=loss,
            outputs=outputs,
            epochs=self.epochs if self.epochs is not None else MOST_EPOCHS,
            tolerance=tolerance if self.epochs is None else -1.0,
            threads=self.threads,
            on_epoch=record,
        )
        folded = features.fold(
            [(*chosen, head) for chosen, head in zip(selected.heads, fit.heads, strict=True)]
        )
        trained = perf_counter() - clock

        # What is left of them for prediction
        whole = Model.of(
            parts.targets,
            table,
            features.pooling,
            folded.head,
            lexical=LexicalScores.of(features.block, folded.words)
            if features.block and folded.words is not None
            else None,
            characters=CharacterScores.of(features.characters, folded.characters)
            if features.characters and folded.characters is not None
            else None,
            thresholds=self._thresholds(selected, features, loss),
        )
        model = whole.reduced(rows_kept(self.keep, len(table), lookup), self.int8)
        run = Run(
            parts=parts,
            table=table,
            lookup=lookup,
            forms=forms,
            features=features,
            selection=selected.document,
            fit=fit,
            epochs=epochs,
            epochs_allowed=self.epochs if self.epochs is not None else MOST_EPOCHS,
            head=folded.head,
            whole=whole,
            held_out=unseen_lookup,
            keep=self.keep,
            model=model,
            preset=self.preset,
            seconds=(reading, trained),
            began=began,
            seed=self.random_state,
            threads=usable_threads(self.threads),
            command=command,
            samples=self.samples,
        )
        trace = training_trace(run)
        self.classes_ = parts.targets.classes
        self.held_out_rows_ = parts.test
        self.model_ = model
        self.trace_: TrainingTrace = trace

    def __getstate__(self) -> dict[str, Any]:
        """Without the training rows: a pickle is for prediction, and small."""
        return {name: value for name, value in vars(self).items() if name != "_gathered"}

    def _table(self, preset: Preset) -> VectorTable:
        """The table of vectors: as given, or the preset's."""
        given = preset.vectors if self.vectors is None else self.vectors
        return load_vectors(given) if isinstance(given, str) else given

    def _lexical(self, preset: Preset, table: VectorTable) -> bool:
        """Whether words and pairs are counted: as wished; if not said, where the table is of whole words."""
        whole = isinstance(table.vocabulary, Vocabulary)
        if self.lexical and not whole:
            raise ArgumentError("lexical=True needs vectors of words, and these are of parts of words")
        if self.lexical and not self.samples:
            raise ArgumentError(
                "a model that counts words tells which words the data has, and no samples are to be kept: "
                "leave lexical out"
            )
        return whole and preset.lexical and self.samples if self.lexical is None else self.lexical

    def _characters(self, preset: Preset, lexical: bool, rows: int) -> bool:
        """Whether n-grams of characters are counted: as wished; if not said, as the preset has it."""
        if self.characters and not lexical:
            raise ArgumentError("characters=True needs words to be counted: leave lexical=False out")
        return lexical and (rows <= preset.characters if self.characters is None else self.characters)

    def _select(self, search: Search, features: Features, loss: Loss, tell: Tell) -> Selected:
        """The heads and their shares: the only one there is, or by cross-validation."""
        if len(search.settings) == 1:
            return given(search.settings)
        return select(
            features,
            search,
            loss=loss,
            seed=self.random_state,
            threads=self.threads,
            budget=self.budget,
            tell=tell,
        )

    def _thresholds(self, selected: Selected, features: Features, loss: Loss) -> Floats | None:
        """The probability from which each of several labels is predicted; None where nothing tells."""
        if features.targets.ndim == 1 or selected.scores is None:
            return None
        found = probabilities(selected.scores, loss, multi_label=True)
        return choose_thresholds(found, features.targets[selected.scored])

    def _weights(self, parts: Parts, truth: NDArray[Any], given: NDArray[Any] | None) -> Floats:
        """The weights of the training rows, (rows,): those given times those of their classes."""
        weights = np.ones(len(parts.train))
        if given is not None:
            weights = checked_weights(given, parts.own)[parts.train]
        if self.class_weight is not None:
            if parts.targets.multi_label:
                raise DataError("class_weight needs one class a row, not several labels")
            wanted = self.class_weight
            if isinstance(wanted, dict):
                wanted = {str(name): weight for name, weight in wanted.items()}
            weights = weights * row_weights(truth, parts.targets.names, wanted)
        if not weights.any():
            raise DataError("every training row has a weight of zero: give one of them more")
        if not parts.targets.multi_label and len(left := np.unique(truth[weights > 0])) == 1:
            raise DataError(
                f"only one class, {parts.targets.names[left[0]]!r}, has rows of a weight above zero: "
                "there is nothing to tell apart"
            )
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

    def predict_or_abstain(self, texts: Iterable[str], below: float) -> NDArray[Any]:
        """The likeliest class of each text, (rows,) objects; None where its probability is below ``below``.

        What to ask for is in the trace: ``trace_["scores"]["abstaining"]`` has the accuracy on the held-out
        rows that are then answered. ArgumentError for a ``below`` that is no probability, and for a model of
        any number of labels a text.

        >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
        >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
        >>> clf.predict_or_abstain(["a wonderful film", "zxcvb"], below=0.8).tolist()
        ['pos', None]
        """
        check_abstaining(below, self._fitted().multi_label)
        probabilities = self.predict_proba(texts)
        answers: NDArray[Any] = self.classes_[self.model_.decide(probabilities)].astype(object)
        answers[probabilities.max(axis=1) < below] = None
        return answers

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

    def shrink(self, keep: Keep = "all", int8: bool = False) -> Self:
        """A smaller classifier: of the first ``keep`` words that this one has, on request in int8.

        This one stays as it is. The scores in the trace stay those of this one; see ``trace_["sizes"]`` for
        what fitting has measured of other sizes, or evaluate the smaller one.

        >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
        >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
        >>> clf.shrink(50_000, int8=True)
        TextClassifier(C=1.0, held_out=0, keep=50000, int8=True)
        """
        model = self._fitted()
        checked_keep(keep)
        if keep == "seen":
            raise ArgumentError("keep='seen' is for training: afterwards no one knows which words were seen")
        had = len(model.scorer.vocabulary)
        smaller = copy(self)
        smaller.model_ = model.reduced(None if keep == "all" else first_rows(keep, had), int8)
        left = len(smaller.model_.scorer.vocabulary)
        smaller.keep, smaller.int8 = self.keep if left == had else left, smaller.model_.int8
        smaller.trace_ = cut(self.trace_, left, smaller.int8)
        return smaller

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
