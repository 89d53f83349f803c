"""A fitted model: all that prediction, explanation and the model folder need, whoever trained it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.characters import CharacterScores
from wordglass.errors import WordglassError
from wordglass.evaluate import decide
from wordglass.head import LinearHead
from wordglass.lexical import LexicalScores, Shares
from wordglass.parallel import numpy_in_one_thread
from wordglass.passes import Floats, Loss, probabilities
from wordglass.pooling import Pooling
from wordglass.scoring import PooledScores, Scorer, fold
from wordglass.targets import Targets
from wordglass.vectors.gathering import distinct
from wordglass.vectors.names import load_vectors
from wordglass.vectors.rows import Rows, padded
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup, Vocabulary
from wordglass.weighing import Learned


@dataclass
class Model:
    """A linear head on pooled word vectors, ready to predict.

    The scores come from ``scorer`` alone. The vectors themselves are only for showing: ``table`` finds them
    by name where they are installed.
    """

    classes: NDArray[Any]  # (classes,) sorted
    loss: Loss
    multi_label: bool
    scorer: Scorer
    weights: Floats  # (features, outputs) of the head, on raw pooled vectors
    pooling: str
    learned: Learned  # by the pooling
    dim: int
    vectors: str  # the table's name
    vectors_sha256: str
    lexical: LexicalScores | None = None  # what words and pairs add to the scores
    characters: CharacterScores | None = None  # and n-grams of characters
    thresholds: Floats | None = None  # (labels,) from which each is predicted; None for 0.5

    @classmethod
    def of(
        cls,
        targets: Targets,
        table: VectorTable,
        pooling: Pooling,
        head: LinearHead,
        lexical: LexicalScores | None = None,
        characters: CharacterScores | None = None,
        thresholds: Floats | None = None,
    ) -> "Model":
        """The model of a head on the pooled vectors of a table."""
        model = cls(
            classes=targets.classes,
            loss=head.loss,
            multi_label=targets.multi_label,
            scorer=fold(table.vocabulary, pooling, head.weights, head.bias),
            weights=head.weights,
            pooling=pooling.name,
            learned=pooling.learned,
            dim=table.dim,
            vectors=table.name,
            vectors_sha256=table.manifest["sha256"],
            lexical=lexical,
            characters=characters,
            thresholds=thresholds,
        )
        model.table = table
        return model

    @property
    def int8(self) -> bool:
        """Whether the words' numbers are those that 8 bits can hold."""
        return self.scorer.scales is not None

    def reduced(self, rows: NDArray[np.int64] | None, int8: bool) -> "Model":
        """The model of some of its words, ``rows`` (kept,) from 1 on, on request with their numbers in int8.

        ``rows`` is None to keep all words. Numbers that are in int8 stay so.
        """
        scorer, learned = self.scorer, self.learned
        if rows is not None:
            scorer = scorer.only(rows, scorer.vocabulary.only(rows))
            learned = learned.only(np.concatenate([[0], rows]))
        if (int8 or self.int8) and scorer.scales is None:
            scorer = scorer.in_int8()
        lexical = self.lexical and self.lexical.split_by(scorer.vocabulary)
        characters = self.characters and self.characters.split_by(scorer.vocabulary)
        model = replace(self, scorer=scorer, learned=learned, lexical=lexical, characters=characters)
        if "table" in vars(self):
            model.table = self.table
        return model

    @property
    def names(self) -> list[str]:
        """The classes as strings."""
        return [str(name) for name in self.classes.tolist()]

    def scores(self, texts: pa.LargeStringArray, threads: int | None = None) -> Floats:
        """The logits of texts, (rows, outputs)."""
        scores, counted = self.scorer.scores(texts, threads), self.counted_scores(texts, threads)
        return scores if counted is None else scores + counted

    def counted_scores(self, texts: pa.LargeStringArray, threads: int | None = None) -> Floats | None:
        """What is counted adds to the scores, (rows, outputs); None where nothing is."""
        parts = [of.scores(texts, threads) for of in (self.lexical, self.characters) if of is not None]
        return np.asarray(sum(parts)) if parts else None

    def lexical_shares(self, text: str) -> Shares:
        """What each token and pair of one text adds as counted; zeros where nothing is counted.

        A token's n-grams of characters are a part of it.
        """
        if self.lexical is not None:
            shares = self.lexical.shares(text)
        else:
            tokens = self.scorer.vocabulary.tokens(text)
            nothing, none = np.zeros((len(tokens), len(self.scorer.bias))), np.zeros(len(tokens), bool)
            shares = Shares(tokens, nothing, nothing, none, none)
        if self.characters is not None:
            of_characters, any_ngram = self.characters.shares(text)
            shares = shares._replace(words=shares.words + of_characters, counted=shares.counted | any_ngram)
        return shares

    def probabilities(self, texts: pa.LargeStringArray, threads: int | None = None) -> Floats:
        """The probability of each class, (rows, classes)."""
        return probabilities(self.scores(texts, threads), self.loss, self.multi_label)

    def decide(self, probabilities: Floats) -> NDArray[Any]:
        """Class numbers (rows,), or for multi-label booleans (rows, labels)."""
        return decide(probabilities, self.multi_label, self.thresholds)

    def __getstate__(self) -> dict[str, Any]:
        """Without scores that the table gives back, so that a pickle for another process is small."""
        state = vars(self).copy()
        table = state.get("table")
        as_folded = self.scorer.scales is None
        if table and table.folder and self.scorer.vocabulary is table.vocabulary and as_folded:
            state["scorer"] = self.scorer.bias
            for counted in ("lexical", "characters"):
                state[counted] = state[counted] and state[counted].split_by(Vocabulary.of([]))
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if isinstance(self.scorer, np.ndarray):
            table = state["table"]
            pooling = Pooling.of(self.pooling, table, self.learned)
            with numpy_in_one_thread():  # as in training
                self.scorer = fold(table.vocabulary, pooling, self.weights, self.scorer)
            self.lexical = self.lexical and self.lexical.split_by(table.vocabulary)
            self.characters = self.characters and self.characters.split_by(table.vocabulary)

    def named(self, probabilities: Floats) -> list[list[str]]:
        """The names predicted for each row: one, or for multi-label any number."""
        chosen = self.decide(probabilities)
        if self.multi_label:
            return [[self.names[k] for k in np.flatnonzero(row)] for row in chosen]
        return [[self.names[k]] for k in chosen]

    @cached_property
    def table(self) -> VectorTable | None:
        """The table of vectors that the model was trained on; None where it is not at hand."""
        try:
            table = load_vectors(self.vectors)
        except WordglassError:
            return None
        return table if table.manifest["sha256"] == self.vectors_sha256 else None

    def vectors_of(self, lookup: Lookup, rows: NDArray[np.int32]) -> NDArray[np.float32] | None:
        """The vectors of some of the rows that a lookup found, (rows, dim); None without the table."""
        if self.table is None:
            return None
        return self.table.vectors([self._word(lookup, row) for row in rows.tolist()])

    def _word(self, lookup: Lookup, row: int) -> str:
        """The word of a row of the model, or of one composed for a lookup."""
        composed = lookup.composed_word(row)
        return self.scorer.vocabulary.word(row) if composed is None else composed

    def pooled(self, lookup: Lookup) -> list[float] | None:
        """The pooled vector of one text; None where the vectors are not at hand."""
        pooled = self.pooled_rows(lookup, threads=1)
        numbers: list[float] | None = None if pooled is None else pooled[0].astype(float).tolist()
        return numbers

    def pooled_rows(self, lookup: Lookup, threads: int | None = None) -> NDArray[np.float32] | None:
        """The pooled vectors of texts, (rows, features); None where the vectors are not at hand."""
        if isinstance(self.scorer, PooledScores):
            return self.scorer.pooling.pool(lookup, threads)
        if self.table is None:
            return None
        found, ids = distinct(lookup.ids, len(self.scorer.vocabulary) + 1 + len(lookup.composed or ()))
        rows = np.zeros((len(found), padded(self.dim)), np.float32)  # row 0 for unknown words
        rows[1:, : self.dim] = self.table.vectors([self._word(lookup, row) for row in found[1:].tolist()])
        pooling = Pooling(self.pooling, self.dim, Rows(rows), self.learned.only(found))
        return pooling.pool(Lookup(ids, lookup.offsets), threads)
