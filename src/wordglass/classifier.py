"""The five stages as one estimator: labelled texts in, a traced model out."""

from collections.abc import Callable, Iterable
from copy import copy
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.abstaining import check_abstaining
from wordglass.arrow import take
from wordglass.corpus import to_arrow
from wordglass.errors import ArgumentError, DataError
from wordglass.estimator import Estimator
from wordglass.explain import trace_prediction
from wordglass.gathering import Gathered, gather
from wordglass.model import Model
from wordglass.parts import Parts, divide
from wordglass.passes import Floats
from wordglass.scaling import checked_weights
from wordglass.selection import Tell
from wordglass.sizes import Keep, checked_keep, cut, first_rows
from wordglass.targets import Targets
from wordglass.trace.document import Epoch, PredictionTrace, TrainingTrace
from wordglass.trace.shown import show
from wordglass.training import Wanted, train
from wordglass.vectors import VectorTable

if TYPE_CHECKING:
    from wordglass.explaining import Explanation, GlobalExplanation, Neighbourhood


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

    def _train(self, parts: Parts, *rest: Any, **named: Any) -> None:
        """Train on rows that are divided; what ``fit`` leaves is set at the very end, all or nothing."""
        self.model_: Model
        self.trace_: TrainingTrace
        self.model_, trace = train(Wanted(**self.get_params()), parts, *rest, **named)
        self.trace_ = show(trace)
        self.classes_ = parts.targets.classes
        self.held_out_rows_ = parts.test

    def __getstate__(self) -> dict[str, Any]:
        """Without the training rows: a pickle is for prediction, and small."""
        rows = ("_gathered", "_neighbourhood")
        return {name: value for name, value in vars(self).items() if name not in rows}

    def _repr_html_(self) -> str | None:
        """How it was trained and how good it is, for a notebook; one that is not fitted is shown as text."""
        from wordglass.views.notebook import classifier_view

        return classifier_view(self.trace_, repr(self)) if hasattr(self, "model_") else None

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
        >>> clf = TextClassifier(held_out=0).fit(texts * 10, (["pos"] * 3 + ["neg"] * 3) * 10)
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
        return show(trace_prediction(str(to_arrow([text])[0]), self._fitted()))

    def explain(self, text: str, among: Iterable[str] | None = None) -> "Explanation":
        """Why a text is called what it is: exact shares, the smallest edits that change it, nearest texts.

        ``among`` are the texts that ``nearest`` searches: the training rows where not given, which only the
        object that was fitted has, a model folder and a pickle not.

        >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
        >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
        >>> why = clf.explain("a fine film")
        >>> why.predicted, why.top(1)[0].text, why.nearest(1)[0].text
        (['pos'], 'fine', 'good film')
        """
        from wordglass.explaining import Explanation, Neighbourhood

        model = self._fitted()
        given = None if among is None else to_arrow(among)

        def neighbourhood() -> Neighbourhood:
            return (
                self.neighbourhood() if given is None else Neighbourhood(model, given, threads=self.threads)
            )

        return Explanation(self.trace(text), model, neighbourhood)

    def neighbourhood(self) -> "Neighbourhood":
        """The training rows to search for texts like one; made when it is first wanted.

        ArgumentError where the rows are not at hand: after loading, unpickling or ``shrink``, and after
        ``fit`` with ``held_out`` or ``unlabelled`` of its own.
        """
        from wordglass.explaining import Neighbourhood

        model, rows = self._fitted(), getattr(self, "_gathered", None)
        if rows is None:
            raise ArgumentError(
                "the training texts are not at hand, as a model folder and a pickle have none: "
                "give explain(text, among=texts)"
            )
        found: tuple[Model, Neighbourhood] | None = getattr(self, "_neighbourhood", None)
        if found is None or found[0] is not model:
            own = np.setdiff1d(np.arange(len(rows.texts)), self.held_out_rows_)
            labels = [rows.targets.names_of(row) for row in own.tolist()]
            texts = take(rows.texts, own)
            self._neighbourhood = found = model, Neighbourhood(model, texts, own, labels, self.threads)
        return found[1]

    def explain_many(self, texts: Iterable[str], threads: int | None = None) -> pa.Table:
        """The exact shares of all tokens of many texts: an Arrow table with a row a token.

        Columns: ``row`` of the text, from 0; ``token`` as it is looked up; ``start`` and ``end`` in
        characters; ``share_NAME``, its part of the score of each class, with half of each pair that it stands
        in. The shares of a text and the class's bias, which the schema's metadata ``wordglass`` has as JSON,
        sum to its score. A text without tokens has no row.

        >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
        >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
        >>> clf.explain_many(["a fine film", "dull"]).column_names
        ['row', 'token', 'start', 'end', 'share_neg', 'share_pos']
        """
        from wordglass.explaining import explain_many

        return explain_many(self._fitted(), to_arrow(texts), threads or self.threads)

    def explain_global(self, n: int = 20) -> "GlobalExplanation":
        """The ``n`` words and pairs that tell most of each class, from the model alone.

        A share is what a word adds to the class's score in a text of it alone, and a pair in one of its two
        words, less the mean over classes. Ranked by it times how much a word sets the training texts apart by
        being there or not; where the model counts no words, texts of a hundred words, in which it is as
        frequent as its place in the table says. What words add where they stand is in ``trace_["telling"]``.

        >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
        >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
        >>> [word["text"] for word in clf.explain_global(3).classes[1]["words"]]
        ['pos', 'great', 'good']
        """
        from wordglass.explaining import explain_model

        if n < 1:
            raise ArgumentError(f"n={n}: give the number of words of a class, at least 1")
        return explain_model(self._fitted(), n)

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
        smaller.trace_ = show(cut(self.trace_, left, smaller.int8))
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
