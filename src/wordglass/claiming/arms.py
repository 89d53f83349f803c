"""The six arms: each is trained on some rows, chooses by the same folds, and answers the held-out rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import strings, take
from wordglass.claiming.learned import choose, learn
from wordglass.claiming.material import Longs, Material, random_vectors, shuffled_vectors
from wordglass.classes import as_texts
from wordglass.ensemble import fit_members
from wordglass.evaluate import decide, log_losses
from wordglass.features import Block, Blocks, Features, Setting
from wordglass.parallel import numpy_in_one_thread
from wordglass.passes import Floats, probabilities
from wordglass.pooling import Pooling
from wordglass.presets import FEW, MANY, PRESETS, search_of
from wordglass.scaling import Scaler
from wordglass.selection import Search, select
from wordglass.thresholds import choose_thresholds
from wordglass.trace import numbers
from wordglass.trace.claim import Arm, ArmEpoch
from wordglass.vectors.table import VectorTable
from wordglass.weighing import NOTHING

GRID = tuple(10.0**k for k in range(-1, 5))  # of C, where rows of features are about as long as 1
EPOCHS = 60  # of a head, at most
TOLERANCE = 1e-5  # of its objective
RANDOM, SHUFFLED, SCRATCH = 1, 2, 3  # what a seed is for, beside that of the claim and the draw
TABLE_BASED: tuple[Arm, ...] = ("pretrained", "random", "shuffled", "hybrid")
DRAWN: tuple[Arm, ...] = ("random", "shuffled", "scratch")  # another table each draw


class Outcome(NamedTuple):
    """What an arm that was trained on some rows says of the held-out ones."""

    guess: NDArray[Any]  # as ``decide`` gives it
    epochs: list[ArmEpoch]
    C: float | None
    chosen: str
    seconds: float


@dataclass(frozen=True)
class Bench:
    """Where arms are trained."""

    material: Material
    seed: int
    threads: int | None

    @numpy_in_one_thread()
    def run(self, arm: Arm, rows: Longs, draw: int) -> Outcome:
        """Train an arm on these rows (of all texts), with the draw's table where it draws one."""
        if arm == "scratch":
            return self._scratch(rows, draw)
        if arm == "tf-idf":
            return self._tfidf(rows)
        if arm == "hybrid":
            return self._hybrid(rows)
        return self.train_on(self.vectors(arm, draw), rows)

    def vectors(self, arm: Arm, draw: int) -> NDArray[np.float32]:
        """The table of an arm, (words found + 1, width)."""
        vectors, dim = self.material.vectors, self.material.table.dim
        if arm == "random":
            return random_vectors(vectors, dim, [self.seed, draw, RANDOM])
        return shuffled_vectors(vectors, [self.seed, draw, SHUFFLED]) if arm == "shuffled" else vectors

    def train_on(self, vectors: NDArray[np.float32], rows: Longs) -> Outcome:
        """Train a linear head on the mean of these vectors, (words found + 1, width)."""
        m = self.material
        began = perf_counter()
        pooled = m.pool(vectors)
        scaled = Scaler.fit(pooled[rows]).transform(pooled).astype(np.float32) / np.float32(m.table.dim**0.5)
        own, held = scaled[rows], scaled[m.test]
        if len(rows) < m.table.dim:
            own, held = in_their_span(own, held)
        features = Features(
            pooling=Pooling.of("mean", m.table, NOTHING),
            pooled=own,
            scaler=Scaler(np.zeros(own.shape[1]), np.ones(own.shape[1])),
            spread=1.0,
            block=None,
            counts=None,
            characters=None,
            character_counts=None,
            targets=m.targets[rows],
            weights=np.ones(len(rows)),
            rows=len(rows),
            outputs=m.outputs,
            seconds=(0.0, 0.0),
        )
        return self._heads(features, one_of("vectors"), Blocks(held, None, None), began)

    def _tfidf(self, rows: Longs) -> Outcome:
        """Counts of words and pairs of words by TF-IDF, and a linear head on them."""
        began = perf_counter()
        features, held = self._counted(self.material.wordless, rows, characters=False, names=False)
        # Texts without any word leave nothing to count, and a head that knows the shares of the classes
        return self._heads(features, one_of("tf-idf" if features.block else "vectors"), held, began)

    def _hybrid(self, rows: Longs) -> Outcome:
        """Vectors and counts, as ``train`` combines them."""
        began = perf_counter()
        features, held = self._counted(
            self.material.table, rows, characters=len(rows) <= MANY, names=len(rows) <= FEW
        )
        search = search_of(
            PRESETS["balanced"],
            len(rows),
            features.block is not None,
            features.characters is not None,
            len(features.targets) > len(rows),
            None,
        )
        return self._heads(features, search, held, began)

    def _counted(
        self, table: VectorTable, rows: Longs, characters: bool, names: bool
    ) -> tuple[Features, Blocks]:
        m = self.material
        texts, unseen = take(m.texts, rows), take(m.texts, m.test)
        features = Features.of(
            table,
            texts,
            table.vocabulary.lookup(texts, self.threads),
            m.targets[rows],
            np.ones(len(rows)),
            outputs=m.outputs,
            pooling="mean",
            lexical=True,
            characters=characters,
            names=as_texts(m.classes) if names else [],
            unlabelled=strings([]),
            threads=self.threads,
        )
        found = table.vocabulary.lookup(unseen, self.threads)
        return features, features.transform(unseen, found, self.threads)

    def _heads(self, features: Features, search: Search, held: Blocks, began: float) -> Outcome:
        """Choose or combine by cross-validation, train on all rows, and answer."""
        m = self.material
        selected = select(features, search, loss=m.loss, seed=self.seed, threads=self.threads)
        scores: list[Floats] = []
        fit = fit_members(
            [features.member(setting, share, held) for setting, share in selected.heads],
            features.rows,
            m.truth,
            loss=m.loss,
            outputs=m.outputs,
            epochs=EPOCHS,
            tolerance=TOLERANCE,
            threads=self.threads,
            on_held=scores.append,
        )
        seconds = np.cumsum([record.seconds for record in fit.epochs]).tolist()
        states = [
            (record.train_loss, held_scores, spent)
            for record, held_scores, spent in zip(fit.epochs, scores, seconds, strict=True)
        ]
        C = None if search.combined else selected.heads[0][0].C
        heads = numbers.plural(len(selected.heads), "head")
        return self._outcome(
            states,
            self._thresholds(features.targets[selected.scored], selected.scores),
            C,
            f"{heads} combined" if C is None else f"C {numbers.strength(C)}",
            began,
        )

    def _scratch(self, rows: Longs, draw: int) -> Outcome:
        """Word vectors learned on these rows."""
        m = self.material
        began = perf_counter()
        seed = int(np.random.SeedSequence([self.seed, draw, SCRATCH]).generate_state(1)[0])
        bags, targets = m.bags.take(rows), m.targets[rows]
        held = m.bags.take(m.test).only(bags.seen)
        chosen = choose(bags, targets, m.outputs, m.loss, self.seed, seed, self.threads)
        states = []
        for net, spent in learn(bags, targets, m.outputs, m.loss, chosen, seed):
            losses = log_losses(targets, probabilities(net.scores(bags), m.loss, m.multi_label))
            states.append((float(losses.mean()), net.scores(held), spent))
        return self._outcome(
            states,
            self._thresholds(targets[chosen.scored], chosen.scores),
            None,
            f"rate {numbers.strength(chosen.rate)}, {numbers.plural(chosen.epochs, 'epoch')}",
            began,
        )

    def _thresholds(self, truth: NDArray[Any], scores: Floats | None) -> Floats | None:
        """The probability from which each of several labels is predicted; None where nothing tells."""
        if not self.material.multi_label or scores is None:
            return None
        return choose_thresholds(probabilities(scores, self.material.loss, multi_label=True), truth)

    def _outcome(
        self,
        states: Sequence[tuple[float, Floats, float]],  # of each epoch: training loss, held-out scores, time
        thresholds: Floats | None,
        C: float | None,
        chosen: str,
        began: float,
    ) -> Outcome:
        m = self.material
        epochs, guess = [], m.truth
        for epoch, (loss, scores, spent) in enumerate(states):
            found = probabilities(scores, m.loss, m.multi_label)
            guess = decide(found, m.multi_label, thresholds)
            epochs.append(
                ArmEpoch(
                    epoch=epoch,
                    train_loss=loss,
                    held_out_loss=float(log_losses(m.truth, found).mean()),
                    held_out_accuracy=float(right(m.truth, guess).mean()),
                    seconds=spent,
                )
            )
        return Outcome(guess, epochs, C, chosen, perf_counter() - began)


def one_of(block: Block) -> Search:
    """A search for the C of one head, the same in every arm that has one."""
    return Search(tuple(Setting(block, C) for C in GRID), combined=False)


def right(truth: NDArray[Any], guess: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows are right, (rows,): of several labels, all of them must be."""
    return np.asarray((truth == guess) if truth.ndim == 1 else (truth == guess).all(axis=1))


def in_their_span(
    own: NDArray[np.float32], held: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Turn rows (rows, dim) into as few columns as there are rows, and others with them.

    Weights with an L2 penalty are sums of training rows, so that a head says the same in the space that these
    span, where it is fitted sooner.

    >>> own, held = in_their_span(np.array([[3.0, 4.0]], np.float32), np.array([[4.0, -3.0]], np.float32))
    >>> abs(own).round(3).tolist(), abs(held).round(3).tolist()
    ([[5.0]], [[0.0]])
    """
    basis = np.linalg.svd(own.astype(np.float64), full_matrices=False)[2].T  # (dim, rows)
    return (own @ basis).astype(np.float32), (held @ basis).astype(np.float32)
