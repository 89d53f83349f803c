"""The trace of a training run, written from what the run left."""

from dataclasses import dataclass
from itertools import islice
from time import perf_counter

import numpy as np

from wordglass.arrow import strings
from wordglass.ensemble import Fitted
from wordglass.evaluate import scores
from wordglass.explain import trace_prediction
from wordglass.explaining.training import class_telling
from wordglass.features import Features
from wordglass.head import EpochRecord, LinearHead
from wordglass.model import Model
from wordglass.parts import Parts
from wordglass.passes import probabilities
from wordglass.sizes import Keep, kept, sizes
from wordglass.trace import stages
from wordglass.trace.document import (
    VERSION,
    ClassTelling,
    Counted,
    Coverage,
    Default,
    Epoch,
    FormFound,
    PredictionTrace,
    Selection,
    Stage,
    Training,
    TrainingTrace,
)
from wordglass.trace.mapping import document_map
from wordglass.trace.mistakes import mistakes
from wordglass.trace.observations import observe
from wordglass.trace.provenance import data_sha256, provenance
from wordglass.vectors import Lookup, VectorTable
from wordglass.vectors.coverage import coverage

SAMPLED_PREDICTIONS = 1
LONGEST_SAMPLED = 10_000  # characters: the trace of a whole book is larger than the book


@dataclass(frozen=True)
class Run:
    """All that a training run read, computed and fitted."""

    parts: Parts
    table: VectorTable
    lookup: Lookup  # of the training rows
    forms: list[FormFound]  # of words, and what each finds in a sample of them
    features: Features  # of the training rows
    selection: Selection
    fit: Fitted
    epochs: list[Epoch]
    epochs_allowed: int
    head: LinearHead  # on the features as pooled
    whole: Model  # of all words of the table
    held_out: Lookup  # of the rows held out
    keep: Keep
    model: Model  # of those words that it keeps
    preset: str
    seconds: tuple[float, float]  # of reading and training
    began: float  # on the clock of perf_counter
    seed: int
    threads: int
    command: str
    samples: bool  # whether to keep samples of the texts


def training_trace(run: Run) -> TrainingTrace:
    """Write the document of a run."""
    parts, targets = run.parts, run.parts.targets
    trace: TrainingTrace = {
        "format": "wordglass-trace",
        "version": VERSION,
        "kind": "training",
        "data": parts.report,
        "stages": five_stages(run),
        "coverage": training_coverage(run),
        "default": default_answer(run.model),
        "selection": run.selection,
        "training": Training(
            loss=run.head.loss,
            features=len(run.head.weights) + _features(run.model),
            outputs=len(run.head.bias),
            epochs_allowed=run.epochs_allowed,
            epochs=run.epochs,
            stopped=run.fit.stopped,
        ),
        "counted": words_and_pairs(run.model),
        "kept": kept(run.keep, run.model, len(run.table)),
        "cut_from": None,
        "scores": None,
        "sizes": [],
        "baselines": [],
        "predictions": [],
        "telling": telling(run),
        "mistakes": [],
        "map": None,
        "provenance": provenance(
            data_sha256(parts.texts, targets.labels()),
            run.table,
            seed=run.seed,
            threads=run.threads,
            command=run.command,
            seconds=perf_counter() - run.began,
        ),
    }
    if len(parts.test):
        texts, truth = parts.held_out
        logits = run.model.scores(texts, run.threads)
        found = probabilities(logits, run.model.loss, run.model.multi_label)
        trace["scores"] = scores(
            truth, found, targets.names, targets.multi_label, run.seed, run.model.thresholds
        )
        counted = run.whole.counted_scores(texts, run.threads)
        trace["sizes"] = sizes(run.whole, run.held_out, counted, truth, run.lookup, run.keep, run.threads)
        if run.samples:
            trace["predictions"] = sampled_predictions(run)
            trace["mistakes"] = mistakes(parts, run.model, found)
            trace["map"] = document_map(parts, run.model, logits, found, run.seed, run.threads)
    return trace


def five_stages(run: Run) -> list[Stage]:
    """The five stages with their shapes and samples, of the training rows."""
    texts, _ = run.parts.training
    reading, training = run.seconds
    features, names = run.features, run.parts.targets.names
    steps = [
        stages.raw_text(texts, run.parts.report["source"], reading),
        stages.tokens(texts, run.lookup, run.table.vocabulary),
        stages.embedding_lookup(run.lookup, run.table),
        stages.pooling(
            features.pooled[: features.rows],
            run.lookup,
            features.pooling.name,
            run.table.dim,
            features.seconds[0],
        ),
    ]
    if features.block and features.counts:
        ngrams = len(features.characters) if features.characters else 0
        steps.append(stages.counting(texts, features.block, features.counts, ngrams, features.seconds[1]))
    trials = run.selection["trials"]
    steps.append(stages.training(run.head, _features(run.model), trials, features.rows, names, training))
    return steps if run.samples else [{**step, "sample": []} for step in steps]


def words_and_pairs(model: Model) -> Counted | None:
    """How many words and pairs a model counts."""
    if model.lexical is None:
        return None
    block = model.lexical.block
    return Counted(words=len(block.words), pairs=len(block.pairs))


def _features(model: Model) -> int:
    """How many words, pairs and n-grams of characters the head has weights for."""
    return sum(len(of.block) for of in (model.lexical, model.characters) if of)


def training_coverage(run: Run) -> Coverage:
    """How many words of the training rows have a vector, over all and by class."""
    texts, values = run.parts.training
    names = run.parts.targets.names
    has = values if values.ndim == 2 else values[:, None] == np.arange(len(names))  # (rows, classes)
    classes = {name: np.flatnonzero(has[:, k]) for k, name in enumerate(names)}
    return coverage(texts, run.lookup, classes, run.table.vocabulary.settings, run.forms)


def default_answer(model: Model) -> Default:
    """What the model says where it knows no word."""
    probabilities = model.probabilities(strings([""]))  # (1, classes)
    return Default(predicted=model.named(probabilities)[0], probability=float(probabilities.max()))


def sampled_predictions(run: Run) -> list[PredictionTrace]:
    """The traces of the first held-out texts that are not too long."""
    held = ((row, run.parts.texts[row].as_py()) for row in run.parts.test.tolist())
    short = ((row, text) for row, text in held if len(text) <= LONGEST_SAMPLED)
    return [
        trace_prediction(text, run.model, run.parts.targets.names_of(row))
        for row, text in islice(short, SAMPLED_PREDICTIONS)
    ]


def telling(run: Run) -> list[ClassTelling]:
    """The most telling words of each class in the training texts."""
    if not run.samples:
        return []
    texts, _ = run.parts.training
    same = run.model.scorer.vocabulary is run.table.vocabulary
    return class_telling(run.model, texts, run.features, run.lookup, same)


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
