"""The facts that lessons name, worked out again in plain Python and by scikit-learn."""

import re
from collections import Counter
from math import exp, log

import numpy as np
import pytest
from runs import opened, table
from sklearn.metrics import confusion_matrix, f1_score, log_loss, precision_score, recall_score

from wordglass.learn.facts import FACTS
from wordglass.learn.facts.groups import swapped
from wordglass.learn.facts.measured import COST
from wordglass.learn.wording import wording


def words(text):
    return re.findall(r"\w+", text.lower())


def vector(word):
    return table().vector(word).astype(float)


def known(text):
    return [word for word in words(text) if table().vocabulary.lookup([word]).ids[0]]


@pytest.mark.parametrize("kind", ["many", "two", "several", "rows lost", "lesson"])
def test_the_average_is_that_of_the_vectors(kind):
    found = FACTS["worked"](opened(kind))
    own = known(found.example.text)
    assert [one.word for one in found.words] == own
    assert found.known == len(own)
    mean = sum(vector(word) for word in own) / len(own)
    assert found.mean == pytest.approx(mean[:3].tolist(), abs=1e-6)
    for one in found.words:
        assert one.numbers == pytest.approx(vector(one.word)[:3].tolist())


@pytest.mark.parametrize("kind", ["many", "two", "several", "lesson"])
def test_a_score_is_the_sum_of_its_parts_and_a_probability_follows_from_it(kind):
    of = opened(kind)
    found = FACTS["worked"](of)
    mean = sum(vector(word) for word in known(found.example.text)) / found.known
    scores = {}
    for one in found.classes:
        k = of.model.names.index(one.name)
        weights = of.model.weights if of.model.weights.shape[1] > 1 else of.model.weights * [[-1, 1]]
        assert one.by_vector == pytest.approx(mean @ weights[:, k], abs=1e-5)
        assert one.bias + one.by_vector + one.counted == pytest.approx(one.score)
        assert sum(each.product for each in one.products) + one.rest == pytest.approx(one.by_vector)
        assert one.power == pytest.approx(exp(one.score))
        scores[one.name] = one.score
    told = [one.probability for one in found.classes]
    if found.own_scores:
        assert told == pytest.approx([1 / (1 + exp(-score)) for score in scores.values()])
    else:
        assert told == pytest.approx(
            [exp(score) / sum(map(exp, scores.values())) for score in scores.values()]
        )


@pytest.mark.parametrize("kind", ["many", "two"])
def test_the_loss_of_the_example_is_its_log_loss(kind):
    of = opened(kind)
    found = FACTS["worked"](of)
    names, probabilities = of.model.names, of.classifier.predict_proba([found.example.text])
    assert found.loss == pytest.approx(log_loss(found.example.truth, probabilities, labels=names), abs=1e-6)


def test_the_loss_of_the_class_shares_is_their_entropy():
    of = opened("two")
    parts = of.rows.parts
    labels = [parts.targets.names_of(row)[0] for row in parts.train.tolist()]
    shares = [n / len(labels) for n in Counter(labels).values()]
    found = FACTS["learning"](of)
    assert found.by_hand == pytest.approx(-sum(share * log(share) for share in shares))
    assert found.best["held_out_loss"] == min(e["held_out_loss"] for e in of.trace["training"]["epochs"])


@pytest.mark.parametrize("kind", ["many", "two", "77"])
def test_words_that_training_never_saw_are_counted_one_by_one(kind):
    of = opened(kind)
    parts = of.rows.parts
    texts = [parts.texts[row].as_py() for row in parts.test.tolist()]
    seen = {word for row in parts.train.tolist() for word in words(parts.texts[row].as_py())}
    new = [[word for word in known(text) if word not in seen] for text in texts]
    found = FACTS["unseen"](of)
    assert found.tokens == sum(len(words(text)) for text in texts)
    assert found.new == sum(map(len, new))
    assert found.texts_with == sum(map(bool, new))


def test_the_matrix_and_the_thresholds_are_those_of_scikit_learn():
    of = opened("many")
    parts, names = of.rows.parts, of.model.names
    texts = [parts.texts[row].as_py() for row in parts.test.tolist()]
    truth = [parts.targets.names_of(row)[0] for row in parts.test.tolist()]
    predicted, probabilities = of.classifier.predict(texts), of.classifier.predict_proba(texts)
    found = FACTS["measured"](of)
    k = names.index(found.traded)
    matrix = confusion_matrix(truth, predicted, labels=names)
    assert (found.weakest.hits, found.weakest.hits + found.weakest.misses) == (matrix[k, k], matrix[k].sum())
    assert found.weakest.hits + found.weakest.alarms == matrix[:, k].sum()
    each = f1_score(truth, predicted, labels=names, average=None)
    assert found.weakest.f1 == pytest.approx(each.min())
    assert found.macro == pytest.approx(each.tolist())
    is_it = np.array(truth) == found.traded
    for trade in found.trades:
        said = probabilities[:, k] >= trade.threshold
        assert trade.precision == pytest.approx(precision_score(is_it, said))
        assert trade.recall == pytest.approx(recall_score(is_it, said))
        assert trade.cost == COST * (is_it & ~said).sum() + (said & ~is_it).sum()
    assert found.cheapest.cost == min(trade.cost for trade in found.trades)


def test_turned_round_a_text_has_the_same_words_and_the_same_score_by_vectors():
    found = FACTS["order"](opened("many"))
    assert sorted(words(found.first)) == sorted(words(found.second))
    assert words(found.first) != words(found.second)
    assert found.by_vector == pytest.approx(found.by_vector_other, abs=1e-5)
    plain = FACTS["order"](opened("lesson"))
    assert plain.probability == pytest.approx(plain.probability_other, abs=1e-6)


def test_texts_with_a_negation_are_counted_one_by_one():
    of = opened("two")
    parts = of.rows.parts
    negators = set(wording("words")["negators"])
    rows = [
        (bool(negators & set(words(text := parts.texts[row].as_py()))), parts.targets.names_of(row)[0], text)
        for row in parts.test.tolist()
    ]
    wrong = [(has, of.classifier.predict([text])[0] != truth) for has, truth, text in rows]
    found = FACTS["negation"](of)
    assert (found.texts, found.wrong) == (
        sum(has for has, _ in wrong),
        sum(has and bad for has, bad in wrong),
    )
    assert (found.others, found.others_wrong) == (
        sum(not has for has, _ in wrong),
        sum(bad and not has for has, bad in wrong),
    )
    example = found.example
    assert example.truth != example.predicted
    k = of.model.names.index(example.predicted[0])
    without = re.sub(rf"\b{example.word}\b ?", "", example.text, count=1)
    assert example.without == pytest.approx(of.classifier.predict_proba([without])[0, k], abs=1e-6)


def test_the_text_with_most_unknown_words_has_the_most():
    of = opened("many")
    parts = of.rows.parts
    texts = [parts.texts[row].as_py() for row in parts.test.tolist()]
    shares = [1 - len(known(text)) / len(words(text)) for text in texts]
    found = FACTS["unknown"](of)
    assert found.share == pytest.approx(max(shares))
    assert set(found.words) == {"unknown"}


def test_words_of_groups_are_swapped_and_the_answers_counted():
    of = opened("many")
    parts = of.rows.parts
    other = {"he": "she", "she": "he", "his": "her", "her": "his"}
    texts = [parts.texts[row].as_py() for row in parts.test.tolist()]
    both = [(text, swapped(text, other)) for text in texts]
    both = [(text, new) for text, new in both if text != new]
    changed = sum(of.classifier.predict([a])[0] != of.classifier.predict([b])[0] for a, b in both)
    found = FACTS["groups"](of)
    assert (found.texts, found.changed) == (len(both), changed)
    k = of.model.names.index(found.example.name)
    before, after = of.classifier.predict_proba([found.example.text, found.example.swapped])[:, k]
    assert (found.example.before, found.example.after) == pytest.approx((before, after), abs=1e-6)
    pair = found.pairs[0]
    k = of.model.names.index(pair.name)
    assert pair.share == pytest.approx(vector(pair.first) @ of.model.weights[:, k], abs=1e-4)


def test_what_needs_texts_is_none_where_they_are_not_at_hand():
    for name in ("unseen", "negation", "unknown"):
        assert FACTS[name](opened("rows lost")) is None
        assert FACTS[name](opened("no held-out rows")) is None
    assert FACTS["measured"](opened("no held-out rows")) is None
    assert FACTS["measured"](opened("rows lost")).trades == []
    assert FACTS["worked"](opened("no table")).words == []
    assert FACTS["unseen"](opened("no table")).examples == []
