"""Words and pairs counted by scikit-learn, under its linear classifiers."""

from typing import Any

from contenders import Predict, Task
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC

from peers.linear import tuned

WEIGHTS = 5_000_000  # from which on logistic regression gets no word or pair that stands in one text alone


def untuned(task: Task) -> Predict:
    """What the defaults give: single words, C = 1."""
    if not isinstance(task.labels[0], list):
        return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(task.texts, task.labels).predict
    binarizer = MultiLabelBinarizer()
    model = make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression()))
    model.fit(task.texts, binarizer.fit_transform(task.labels))
    return lambda texts: binarizer.inverse_transform(model.predict(texts))


def logistic(task: Task) -> Predict:
    """Logistic regression: over all classes at once, or of several labels a row one a label."""
    several = isinstance(task.labels[0], list)
    classes = 1 if several else len(set(task.labels))

    def make(C: float) -> Any:
        return LogisticRegression(C=C, solver="liblinear" if several else "lbfgs", max_iter=300)

    counter, X = counted(task.texts)
    if X.shape[1] * classes > WEIGHTS:
        counter, X = counted(task.texts, min_df=2)
    predict = tuned(make, (1, 10, 100), X, task.labels, task.seed)
    return lambda texts: predict(counter.transform(texts))


def support_vectors(task: Task) -> Predict:
    """A linear support vector machine, one a class."""
    counter, X = counted(task.texts)
    predict = tuned(lambda C: LinearSVC(C=C), (0.1, 1, 10), X, task.labels, task.seed)
    return lambda texts: predict(counter.transform(texts))


def counted(texts: list[str], min_df: int = 1) -> tuple[TfidfVectorizer, Any]:
    """L2-normalised sublinear TF-IDF of words and pairs, (texts, words and pairs)."""
    counter = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=min_df)
    return counter, counter.fit_transform(texts)
