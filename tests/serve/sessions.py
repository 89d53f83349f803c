"""A session of small models, and a client that has its token."""

import json
import time
from functools import cache

from small import table
from starlette.testclient import TestClient

from wordglass.classifier import TextClassifier
from wordglass.opened import Opened
from wordglass.parts import divide
from wordglass.rows import Rows, Told
from wordglass.serve.app import application
from wordglass.serve.runs import Trainer
from wordglass.serve.session import Session

TOKEN, PORT = "a-token", 4321
TELLING = {"pos": ("w1", "w2", "w3"), "neg": ("w11", "w12", "w13")}
TEXTS = [
    f"{words[i % 3]} w{30 + i % 20} w{40 + (i * 7) % 20} number {i}"
    for words in TELLING.values()
    for i in range(40)
]
LABELS = ["pos"] * 40 + ["neg"] * 40
TEXTS[0] = "w11 w12 w13 w31 called wrongly"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></title><svg onload=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eright to left\u202c \u0000 \u2028 \ufeff",
    "",
    "   ",
    "zxcvb qwert",
    "w1 " * 5000,
]


@cache
def trained(lexical=True, **settings):
    clf = TextClassifier(table(), lexical=lexical, characters=False, C=1.0, **settings)
    return clf.fit(TEXTS, LABELS)


def opened(name="first", file=None, **settings):
    clf = trained(**settings)
    rows = Rows(lambda: divide(TEXTS, LABELS, clf.held_out, clf.random_state, "sentences.csv"))
    return Opened(name, clf, rows, Told(file))


def session(*models):
    return Session(list(models) or [opened(), opened("second", lexical=False)])


def client(of=None, **headers):
    of = of or session()
    app = application(of, Trainer(of), TOKEN, PORT)
    return TestClient(app, f"http://127.0.0.1:{PORT}/{TOKEN}/", headers=headers, follow_redirects=False)


def events(lines):
    """The events of a stream, until it ends."""
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return found
