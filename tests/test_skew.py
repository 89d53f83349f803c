import numpy as np
import pytest

from wordglass import TextClassifier
from wordglass.evaluate import scores
from wordglass.skew import never_predicted


def checks(truth, guess, classes=("ham", "spam", "eggs")):
    p = np.eye(len(classes))[guess] * 0.9 + 0.1 / len(classes)
    return scores(np.array(truth), p, list(classes), False)["checks"]


def test_a_model_that_only_ever_predicts_one_class_is_told_of():
    (found,) = checks([0, 0, 0, 1, 2], [0] * 5)
    assert (found["check"], found["mark"], found["count"]) == ("one class predicted", "bad", 2)
    assert found["sentence"].startswith("only ham is ever predicted, and 2 rows of 5 are something else")
    assert checks([0, 0, 0], [0] * 3) == []  # nothing else is there


def test_classes_never_predicted_are_named_the_largest_first():
    (found,) = checks([0, 1, 2, 3, 3], [0, 1, 0, 0, 1], classes=("a", "b", "c", "d"))
    assert (found["check"], found["mark"], found["count"]) == ("never predicted", "warning", 3)
    assert found["sentence"] == "2 of 4 classes never predicted, of 3 rows of 5: d, c"
    assert checks([0, 1, 0], [1, 0, 2]) == []  # eggs is predicted, rightly or not


def test_labels_never_predicted_are_counted_by_rows():
    true = np.array([[1, 1, 1], [0, 1, 1], [1, 0, 0]], bool)
    (found,) = never_predicted(true, np.eye(3, dtype=bool) * [1, 0, 0] == 1, ["a", "b", "c"], True)
    assert found["sentence"] == "2 of 3 labels never predicted, of 2 rows of 3: b, c"
    assert never_predicted(true, true, ["a", "b", "c"], True) == []


@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_a_class_that_outweighs_all_others_is_told_of_and_balanced_weights_help(class_weight):
    rng = np.random.default_rng(0)
    words = ["film", "story", "cast", "plot", "music"]
    texts = [" ".join(rng.choice(words, 6)) for _ in range(190)] + [
        " ".join(rng.choice([*words, "awful"], 6)) for _ in range(10)
    ]
    clf = TextClassifier(C=1e-4, class_weight=class_weight, held_out=0.5)
    clf.fit(texts, ["good"] * 190 + ["bad"] * 10)
    found = [check["check"] for check in clf.trace_["scores"]["checks"]]
    assert found == ([] if class_weight else ["one class predicted"])
