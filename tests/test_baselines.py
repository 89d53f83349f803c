import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from wordglass.baselines import majority, tfidf

TEXTS = [
    "the cat purrs",
    "a cat sleeps",
    "the dog barks",
    "dogs bark, the dog too",
    "the cat and the dog",
] * 4
TARGETS = np.array([0, 0, 1, 1, 0] * 4)


def test_majority_is_scikit_learns_most_frequent():
    truth = np.array([0, 1, 1, 0, 2])
    theirs = DummyClassifier(strategy="most_frequent").fit(TEXTS, TARGETS).score(truth, truth)
    result = majority(TARGETS, truth, classes=3)
    assert result["accuracy"]["value"] == theirs == 0.4
    assert result["macro_f1"]["value"] < 0.25


def test_majority_of_label_sets_is_the_commonest_set():
    labels = np.array([[True, False], [True, True], [True, True]])
    assert majority(labels, np.array([[True, True], [False, True]]), classes=2)["accuracy"]["value"] == 0.5


def test_tfidf_is_scikit_learns_pipeline():
    texts, truth = ["my cat", "her dog barks", "the the", "bark"], np.array([0, 1, 1, 0])
    vectorizer = TfidfVectorizer(sublinear_tf=True)
    model = LogisticRegression().fit(vectorizer.fit_transform(TEXTS), TARGETS)
    result = tfidf(TEXTS, TARGETS, texts, truth, classes=2)
    assert result["accuracy"]["value"] == model.score(vectorizer.transform(texts), truth)


def test_tfidf_learns_label_sets_even_where_a_label_never_occurs():
    labels = np.column_stack([TARGETS == 0, TARGETS == 1, np.zeros(20, dtype=bool)])
    result = tfidf(
        TEXTS, labels, ["cat", "dog"], np.array([[True, False, False], [False, True, False]]), classes=3
    )
    assert result["accuracy"]["value"] == 1.0


def test_texts_without_words_have_no_tfidf_baseline():
    assert tfidf(["", "!"], np.array([0, 1]), ["a"], np.array([0]), classes=2) is None
