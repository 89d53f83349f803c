"""A training gone through again, to see what the model said of a text after every epoch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from wordglass.ensemble import fit_members
from wordglass.features import Features, Setting
from wordglass.parallel import numpy_in_one_thread
from wordglass.passes import Floats, Loss, probabilities
from wordglass.vectors.table import VectorTable


@dataclass(frozen=True)
class Replay:
    """The features and heads of a training: all that its epochs are made of.

    Training is deterministic, so that the heads take the same way again. They are those of the model before
    words are left out of it or their numbers put in int8.
    """

    features: Features
    table: VectorTable
    heads: Sequence[tuple[Setting, float]]
    loss: Loss
    epochs: int  # at most
    tolerance: float
    threads: int | None

    @numpy_in_one_thread()  # as in training
    def probabilities(self, texts: pa.LargeStringArray) -> Floats:
        """The probability of each class after each epoch, from epoch 0 on: (epochs + 1, rows, classes).

        Takes as long as the epochs took. There must be a text.
        """
        features = self.features
        multi_label = features.targets.ndim == 2
        held = features.transform(texts, self.table.vocabulary.lookup(texts, self.threads), self.threads)
        blank = np.zeros((len(texts), *features.targets.shape[1:]), features.targets.dtype)  # of no concern
        after: list[Floats] = []
        fit_members(
            [features.member(setting, share, held) for setting, share in self.heads],
            features.rows,
            blank,
            loss=self.loss,
            outputs=features.outputs,
            epochs=self.epochs,
            tolerance=self.tolerance,
            threads=self.threads,
            on_held=after.append,
        )
        return np.stack([probabilities(scores, self.loss, multi_label) for scores in after])
