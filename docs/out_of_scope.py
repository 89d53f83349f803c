"""Texts of a class that training never saw: how many of them a classifier answers that abstains when unsure.

python docs/out_of_scope.py

Each of the five classes of the BBC news articles is left out of training once. The probability to abstain
below is that from which 90% of the held-out articles of the other four are answered, as the trace has it.
"""

import numpy as np

from wordglass import TextClassifier
from wordglass.arrow import take
from wordglass.corpus.bbc import bbc_news

COVERAGE = 0.9
COLUMNS = "{:<14} {:>13} {:>9} {:>9} {:>20}"


def main() -> None:
    """Train five classifiers and print what each answers."""
    articles = bbc_news()
    labels = np.array(articles.labels)
    print(COLUMNS.format("", "abstains", "answered", "", "answered of the"))
    print(COLUMNS.format("left out", "below", "of four", "accuracy", "class left out"))
    for left_out in sorted(set(articles.labels or [])):
        known, unknown = np.flatnonzero(labels != left_out), np.flatnonzero(labels == left_out)
        classifier = TextClassifier(held_out=0.5).fit(take(articles.texts, known), labels[known])
        scores = classifier.trace_["scores"]
        assert scores is not None
        point = [point for point in scores["abstaining"] if point["coverage"] >= COVERAGE][-1]
        answers = classifier.predict_or_abstain(take(articles.texts, unknown), point["least"])
        print(
            COLUMNS.format(
                left_out,
                f"{point['least']:.3f}",
                f"{point['coverage']:.0%}",
                f"{point['accuracy']:.1%}",
                f"{np.mean([answer is not None for answer in answers]):.0%}",
            )
        )


if __name__ == "__main__":
    main()
