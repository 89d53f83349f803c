"""Every mode speaks of every run, in both views, and what strangers wrote is only text."""

import io
import re
from html.parser import HTMLParser

import pytest
from jinja2 import meta
from runs import HOSTILE, KINDS, opened

from wordglass.learn.facts import FACTS
from wordglass.learn.lesson import environment, filled, lesson
from wordglass.learn.literal import literal
from wordglass.learn.markdown import MODE, PAGE, TERM, linked, parsed
from wordglass.learn.modes import NAMES, modes
from wordglass.learn.wording import LANGUAGE, TEXTS, wording
from wordglass.views.html.charts import CHARTS
from wordglass.views.html.lesson import render_lesson
from wordglass.views.terminal import charts, console
from wordglass.views.terminal.lesson import show_lesson
from wordglass.views.visible import visible

SOURCES = {name: (TEXTS / LANGUAGE / f"{name}.md").read_text(encoding="utf-8") for name in NAMES}


def link(path=""):
    return f"/token/{path}"


def printed(text, of, ascii=True):
    file = io.StringIO()
    show_lesson(text, of, console(file, ascii=ascii))
    return file.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", NAMES)
def test_every_mode_speaks_of_every_run(mode, kind):
    of = opened(kind)
    text = lesson(mode, of)
    rendered = render_lesson(text, of, link)
    assert rendered.title == wording("modes")[mode]["title"]
    page = printed(text, of)
    assert page.isascii()
    assert max(map(len, page.splitlines())) <= 80
    for wrong in ("None", "nan", "{{", "{%"):
        if kind != "hostile":
            assert wrong not in page


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if name in ("href", "src")}
        assert not any(name.startswith("on") or name == "style" for name, _ in attrs)


@pytest.mark.parametrize("mode", ["start", "why", "deep", "measure"])
def test_hostile_names_and_texts_are_only_text(mode):
    of = opened("hostile")
    rendered = render_lesson(lesson(mode, of), of, link)
    found = Tags()
    found.feed(str(rendered.body))
    assert not found.tags & {"script", "img", "iframe", "object", "form", "input"}
    assert all(link.startswith(("#", "/token/", "https:")) for link in found.links)
    assert "\u202e" not in rendered.body
    assert all("javascript" not in name for _, name in rendered.contents)


@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "1. a", "- a", "    code", "a\n---", "&lt;b&gt; &amp;"])
def test_a_literal_is_one_piece_of_text_wherever_it_stands(text):
    shown = visible(" ".join(text.split()))
    for before, after, kind in (("x ", " y", "paragraph"), ("> x ", " y", "quote"), ("- x ", " y", "list")):
        tokens = parsed(f"{before}{literal(text)}{after}")
        inline = [token for token in tokens if token.type == "inline"]
        assert len(inline) == 1, kind
        assert {child.type for child in inline[0].children} <= {"text", "text_special"}
        assert inline[0].children
        assert "".join(child.content for child in inline[0].children) == f"x {shown} y"


def test_what_is_put_into_a_text_is_literal():
    of = opened("hostile")
    assert filled("{{ run.classes[0] }}", of) == literal(of.trace["data"]["classes"][0]["name"])


def test_texts_name_only_facts_that_there_are():
    for name, source in SOURCES.items():
        named = meta.find_undeclared_variables(environment().parse(source))
        assert named <= FACTS.keys(), name


def test_no_placeholder_stands_in_inline_code_where_escapes_would_show():
    for name, source in SOURCES.items():
        outside = re.sub(r"^```.*?^```$", "", source, flags=re.DOTALL | re.MULTILINE)
        assert not re.search(r"`[^`\n]*\{[{%][^`\n]*`", outside), name


def test_links_lead_somewhere_and_charts_are_there():
    pages = {"", "texts", "compare", "train", "report", "learn"}
    for name, source in SOURCES.items():
        tokens = parsed(re.sub(r"\{%.*?%\}", "", source))
        assert set(linked(tokens, TERM)) <= wording("terms").keys(), name
        assert set(linked(tokens, MODE)) <= set(NAMES), name
        assert {path.partition("?")[0] for path in linked(tokens, PAGE)} <= pages | {
            "learn/words",
            "learn/quiz",
        }
        called = {token.info.split()[1] for token in tokens if token.info.startswith("chart")}
        assert called <= CHARTS.keys(), name
    assert CHARTS.keys() == charts.CHARTS.keys() == wording("charts")["missing"].keys()


def test_every_term_is_used_and_says_what_it_means():
    used = {term for source in SOURCES.values() for term in re.findall(r"\(term:([\w-]+)\)", source)}
    assert used == wording("terms").keys()
    assert all(of.keys() == {"name", "means"} for of in wording("terms").values())


def test_the_nine_are_in_order():
    assert [mode.name for mode in modes()] == list(NAMES)
    assert [mode.number for mode in modes()] == list(range(1, 10))
