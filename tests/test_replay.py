import numpy as np
import pytest
from small import drawn, table

from wordglass.arrow import strings
from wordglass.classifier import TextClassifier
from wordglass.parts import divide
from wordglass.training import Wanted, train


@pytest.mark.parametrize("kind", ["binary", "many", "labels"])
def test_after_each_epoch_the_probabilities_are_those_of_a_training_that_ends_there(kind):
    texts, targets = drawn(kind, rows=120)
    labels = [np.flatnonzero(row).tolist() for row in targets] if kind == "labels" else targets.tolist()
    kept = []
    asked = TextClassifier(table(), epochs=4)
    train(Wanted(**asked.get_params()), divide(texts, labels, 0.2), None, 0.0, "", on_replay=kept.append)
    shown = strings(["w1 w12 w65 w2", "nothing known", ""])
    after = kept[0].probabilities(shown)
    assert len(after) == 5
    for epoch in range(5):
        alone = TextClassifier(table(), epochs=epoch, held_out=0.2).fit(texts, labels)
        assert np.allclose(after[epoch], alone.predict_proba(shown), atol=1e-6)


def test_a_replay_ends_where_the_training_did():
    texts, targets = drawn("many", rows=80)
    kept = []
    asked = TextClassifier(table())
    _, trace = train(
        Wanted(**asked.get_params()), divide(texts, targets, 0.2), None, 0.0, "", on_replay=kept.append
    )
    assert len(kept[0].probabilities(strings(["w1"]))) == len(trace["training"]["epochs"])
