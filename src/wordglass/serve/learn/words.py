"""Word vectors to be explored, on the table of a model: plain forms, whose whole state is in the address."""

from collections.abc import Callable
from typing import TypedDict, TypeVar

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from wordglass.errors import ArgumentError, WordglassError
from wordglass.exploring import (
    Association,
    Direction,
    analogies,
    association,
    direction,
    known_words,
    read_tests,
    words_map,
)
from wordglass.learn.lesson import lesson
from wordglass.opened import Opened
from wordglass.serve.pages import Page, endpoint
from wordglass.serve.session import Session
from wordglass.vectors.table import VectorTable
from wordglass.views.html.lesson import render_lesson
from wordglass.views.html.svg.map import sign
from wordglass.views.html.svg.words import words_in_plane
from wordglass.views.visible import visible

T = TypeVar("T")

TAB = "learn"
FIELDS = ("near", "a", "b", "c", "map", "from", "to", "left", "right", "test")
NEAREST = 12
ANSWERS = 5  # of an analogy
A_CLASS = 6  # telling words of each class, to begin with
CLASSES = 8  # of as many classes at most: as many colours as there are
QUICK = 600_000  # words of a table on which all analogies are answered without being asked for


class Near(TypedDict):
    """A word that is near, and how near."""

    word: str
    cosine: float


class Analogy(TypedDict):
    """What is to c as b is to a."""

    usual: list[Near]
    honest: list[Near]


def routes(session: Session) -> list[Route]:
    """The page's route."""
    return [Route("/learn/words", endpoint(session, TAB, words_page))]


def words_page(page: Page) -> Response:
    """Neighbours, analogies, a map, a direction and a test of bias; what is not asked for is filled in."""
    opened, table = page.opened, page.opened.model.table
    text = opened.remembered(("lesson", "words"), lambda: lesson("words", opened))
    template, introduction = "serve/learn/words.html", render_lesson(text, opened, page.link)
    if table is None:
        return page.render(template, lesson=introduction, table=None)
    telling = telling_words(opened, table)
    given = {name: page.given.get(name, "") for name in FIELDS}
    state = {**filled_in(table, telling), **{name: value for name, value in given.items() if value.strip()}}
    drawn = said(lambda: words_map(table, state["map"].split()))
    groups = {word: group for group, words in enumerate(telling.values()) for word in words}
    tests = read_tests()
    rates = None
    if len(table) <= QUICK or page.given.get("rates"):
        rates = opened.remembered(("analogies",), lambda: analogies(table))
    return page.render(
        template,
        lesson=introduction,
        table=table,
        at=page.given.get("at", ""),
        state=state,
        given_state={name: value for name, value in given.items() if value},
        near=visible(said(lambda: near(table, state["near"]))),
        analogy=visible(said(lambda: analogy(table, state["a"], state["b"], state["c"]))),
        rates=visible(rates),
        drawn=visible(drawn),
        map=Markup() if isinstance(drawn, str) else words_in_plane("words", visible(drawn), groups),
        sign=sign,
        classes=list(visible(list(telling))) if not given["map"] else [],
        along=visible(said(lambda: along(table, state))),
        tests=tests,
        tested=visible(said(lambda: tested(table, state["test"]))),
    )


def telling_words(opened: Opened, table: VectorTable) -> dict[str, list[str]]:
    """The most telling words of each class that the table has, none of them twice."""
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    for of in opened.trace["telling"][:CLASSES]:
        words = [word["text"] for word in of["words"] if word["share"] > 0 and not word["pair"]]
        words = [word for word in words if any(map(str.isalpha, word))]
        new = [word for word in known_words(table, words).words if word not in taken][:A_CLASS]
        taken |= set(new)
        found[of["name"]] = new
    return found


def filled_in(table: VectorTable, telling: dict[str, list[str]]) -> dict[str, str]:
    """What the page shows where nothing is asked: words that tell this model's classes."""
    lists = [words for words in telling.values() if words]
    first, last = (lists[0], lists[-1]) if len(lists) > 1 else ([""], [""])
    king = ["man", "king", "woman"]
    a, b, c = king if len(known_words(table, king).words) == len(king) else ["", "", ""]
    return {
        "near": first[0],
        "a": a,
        "b": b,
        "c": c,
        "map": " ".join(word for words in lists for word in words),
        "from": first[0],
        "to": last[0],
        "left": " ".join(first[1:]),
        "right": " ".join(last[1:]),
        "test": next(iter(read_tests())),
    }


def said(work: Callable[[], T]) -> T | str:
    """What is found, or the sentence that says why it cannot be."""
    try:
        return work()
    except WordglassError as error:
        return str(error)


def form_of(table: VectorTable, word: str) -> str:
    """A word as the table has it; a word that it puts together as it is."""
    found = known_words(table, [word])
    if not found.words:
        raise ArgumentError(f"{table.name} has no word {word!r}" if word else "give a word")
    return table.vocabulary.word(int(found.rows[0])) if found.rows[0] else word.strip()


def near(table: VectorTable, word: str) -> list[Near]:
    """The neighbours of a word."""
    return listed(table.neighbours(form_of(table, word), NEAREST))


def analogy(table: VectorTable, a: str, b: str, c: str) -> Analogy:
    """The answers by the usual rule, and honestly."""
    a, b, c = (form_of(table, word) for word in (a, b, c))
    return Analogy(
        usual=listed(table.analogy(a, b, c, ANSWERS)),
        honest=listed(table.analogy(a, b, c, ANSWERS, honest=True)),
    )


def listed(words: list[tuple[str, float]]) -> list[Near]:
    """Words with their cosines, by name."""
    return [Near(word=word, cosine=cosine) for word, cosine in words]


def along(table: VectorTable, state: dict[str, str]) -> Direction:
    """The direction that is asked for."""
    left, right = (state[side].replace(",", " ").split() for side in ("left", "right"))
    a, b = (form_of(table, state[end]) for end in ("from", "to"))
    return direction(table, a, b, left, right)


def tested(table: VectorTable, name: str) -> Association:
    """One of our tests of association."""
    tests = read_tests()
    if name not in tests:
        raise ArgumentError(f"there is no test {name!r}: {', '.join(tests)}")
    return association(table, tests[name], name)
