"""All five stages on labelled rows: what ``TextClassifier`` does when it is asked to fit."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.characters import CharacterScores
from wordglass.classes import as_texts
from wordglass.corpus import to_arrow
from wordglass.ensemble import fit_members
from wordglass.errors import ArgumentError, DataError
from wordglass.features import Features
from wordglass.head import EpochRecord
from wordglass.lexical import LexicalScores
from wordglass.model import Model
from wordglass.parallel import numpy_in_one_thread, usable_threads
from wordglass.parts import Parts
from wordglass.passes import Floats, Loss, probabilities
from wordglass.presets import FEW, Preset, preset_of, search_of
from wordglass.replay import Replay
from wordglass.scaling import checked_weights, row_weights
from wordglass.selection import Selected, Tell, given, select
from wordglass.sizes import Keep, checked_keep, refuse_parts, rows_kept
from wordglass.thresholds import choose_thresholds
from wordglass.trace.document import Epoch, TrainingTrace
from wordglass.trace.training import Run, epoch_of, training_trace
from wordglass.vectors import VectorTable, load_vectors
from wordglass.vectors.vocabulary import Vocabulary

MOST_EPOCHS = 100
TOLERANCE = 1e-8  # of the objective, promised by the last step
OF_SEVERAL = 1e-5  # the same where several heads are added up, whose shares are not known nearly so well


@dataclass(frozen=True)
class Wanted:
    """What the user asks of a training; ``TextClassifier`` says what each of it is."""

    vectors: str | VectorTable | None
    preset: str
    pooling: str | None
    lexical: bool | None
    characters: bool | None
    C: float | None
    budget: float | None
    epochs: int | None
    held_out: float
    keep: Keep
    int8: bool
    class_weight: Literal["balanced"] | dict[str, float] | None
    random_state: int
    threads: int | None
    samples: bool


@numpy_in_one_thread()
def train(
    wanted: Wanted,
    parts: Parts,
    sample_weight: NDArray[Any] | None,
    began: float,
    command: str,
    *,
    unlabelled: pa.LargeStringArray | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    on_replay: Callable[[Replay], None] | None = None,
    tell: Tell = lambda words: None,
) -> tuple[Model, TrainingTrace]:
    """Train on rows that are divided, and trace it; ``began`` is when, on the clock of ``perf_counter``.

    ``on_replay`` is called, once, with what goes through the epochs again.
    """
    checked_keep(wanted.keep, wanted.samples)
    if wanted.budget is not None and not wanted.budget > 0:
        raise ArgumentError(f"budget={wanted.budget}: give seconds, more than 0")
    preset = preset_of(wanted.preset)

    # Stage 1: raw text, (rows,)
    shown, truth = parts.training
    unseen, unseen_truth = parts.held_out
    weights = _weights(wanted, parts, truth, sample_weight)
    reading = perf_counter() - began

    # Stages 2 and 3: tokens and their rows of the table, (rows, variable)
    table = _table(wanted, preset)
    refuse_parts(wanted.keep, table.vocabulary)  # before anything is trained
    table, forms = table.fitted(shown)
    lookup = table.vocabulary.lookup(shown, wanted.threads, keep_missing=wanted.samples)
    unseen_lookup = table.vocabulary.lookup(unseen, wanted.threads)

    # Stage 4: pooling, (rows, features), and counts: of words and pairs, (rows, words + pairs), and of
    # n-grams of characters, (rows, buckets)
    softmax = not parts.targets.multi_label and len(parts.targets.classes) > 2
    loss: Loss = "softmax" if softmax else "sigmoid"
    outputs = len(parts.targets.classes) if softmax or parts.targets.multi_label else 1
    lexical = _lexical(wanted, preset, table)
    names = as_texts(parts.targets.names) if lexical and len(shown) <= FEW else []
    features = Features.of(
        table,
        shown,
        lookup,
        truth,
        weights,
        outputs=outputs,
        pooling=wanted.pooling or "mean",
        lexical=lexical,
        characters=_characters(wanted, preset, lexical, len(shown)),
        names=names,
        unlabelled=to_arrow([]) if unlabelled is None else unlabelled,
        threads=wanted.threads,
    )

    # Stage 5: linear heads, (features, outputs), and their shares in the scores
    clock = perf_counter()
    selected = _select(wanted, preset, features, loss, tell)
    held = features.transform(unseen, unseen_lookup, wanted.threads)
    epochs: list[Epoch] = []

    def record(done: EpochRecord) -> None:
        epochs.append(epoch_of(done, epochs))
        if on_epoch:
            on_epoch(epochs[-1])

    tell("training")
    most = wanted.epochs if wanted.epochs is not None else MOST_EPOCHS
    tolerance = TOLERANCE if len(selected.heads) == 1 else OF_SEVERAL
    tolerance = tolerance if wanted.epochs is None else -1.0
    if on_replay:
        on_replay(Replay(features, table, selected.heads, loss, most, tolerance, wanted.threads))
    fit = fit_members(
        [features.member(setting, share, held) for setting, share in selected.heads],
        features.rows,
        unseen_truth if len(unseen) else None,
        loss=loss,
        outputs=outputs,
        epochs=most,
        tolerance=tolerance,
        threads=wanted.threads,
        on_epoch=record,
    )
    folded = features.fold([(*chosen, head) for chosen, head in zip(selected.heads, fit.heads, strict=True)])
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
        thresholds=_thresholds(selected, features, loss),
    )
    model = whole.reduced(rows_kept(wanted.keep, len(table), lookup), wanted.int8)
    run = Run(
        parts=parts,
        table=table,
        lookup=lookup,
        forms=forms,
        features=features,
        selection=selected.document,
        fit=fit,
        epochs=epochs,
        epochs_allowed=most,
        head=folded.head,
        whole=whole,
        held_out=unseen_lookup,
        keep=wanted.keep,
        model=model,
        preset=wanted.preset,
        seconds=(reading, trained),
        began=began,
        seed=wanted.random_state,
        threads=usable_threads(wanted.threads),
        command=command,
        samples=wanted.samples,
    )
    return model, training_trace(run)


def _weights(wanted: Wanted, parts: Parts, truth: NDArray[Any], sample_weight: NDArray[Any] | None) -> Floats:
    """The weights of the training rows, (rows,): those given times those of their classes."""
    weights = np.ones(len(parts.train))
    if sample_weight is not None:
        weights = checked_weights(sample_weight, parts.own)[parts.train]
    if wanted.class_weight is not None:
        if parts.targets.multi_label:
            raise DataError("class_weight needs one class a row, not several labels")
        by_class = wanted.class_weight
        if isinstance(by_class, dict):
            by_class = {str(name): weight for name, weight in by_class.items()}
        weights = weights * row_weights(truth, parts.targets.names, by_class)
    if not weights.any():
        raise DataError("every training row has a weight of zero: give one of them more")
    if not parts.targets.multi_label and len(left := np.unique(truth[weights > 0])) == 1:
        raise DataError(
            f"only one class, {parts.targets.names[left[0]]!r}, has rows of a weight above zero: "
            "there is nothing to tell apart"
        )
    return weights


def _table(wanted: Wanted, preset: Preset) -> VectorTable:
    """The table of vectors: as given, or the preset's."""
    table = preset.vectors if wanted.vectors is None else wanted.vectors
    return load_vectors(table) if isinstance(table, str) else table


def _lexical(wanted: Wanted, preset: Preset, table: VectorTable) -> bool:
    """Whether words and pairs are counted: as wished; if not said, where the table is of whole words."""
    whole = isinstance(table.vocabulary, Vocabulary)
    if wanted.lexical and not whole:
        raise ArgumentError("lexical=True needs vectors of words, and these are of parts of words")
    if wanted.lexical and not wanted.samples:
        raise ArgumentError(
            "a model that counts words tells which words the data has, and no samples are to be kept: "
            "leave lexical out"
        )
    return whole and preset.lexical and wanted.samples if wanted.lexical is None else wanted.lexical


def _characters(wanted: Wanted, preset: Preset, lexical: bool, rows: int) -> bool:
    """Whether n-grams of characters are counted: as wished; if not said, as the preset has it."""
    if wanted.characters and not lexical:
        raise ArgumentError("characters=True needs words to be counted: leave lexical=False out")
    return lexical and (rows <= preset.characters if wanted.characters is None else wanted.characters)


def _select(wanted: Wanted, preset: Preset, features: Features, loss: Loss, tell: Tell) -> Selected:
    """The heads and their shares: the only one there is, or by cross-validation."""
    search = search_of(
        preset,
        features.rows,
        features.block is not None,
        features.characters is not None,
        len(features.targets) > features.rows,
        wanted.C,
    )
    if len(search.settings) == 1:
        return given(search.settings)
    return select(
        features,
        search,
        loss=loss,
        seed=wanted.random_state,
        threads=wanted.threads,
        budget=wanted.budget,
        tell=tell,
    )


def _thresholds(selected: Selected, features: Features, loss: Loss) -> Floats | None:
    """The probability from which each of several labels is predicted; None where nothing tells."""
    if features.targets.ndim == 1 or selected.scores is None:
        return None
    found = probabilities(selected.scores, loss, multi_label=True)
    return choose_thresholds(found, features.targets[selected.scored])
