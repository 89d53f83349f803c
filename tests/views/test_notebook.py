import json
import os
import pickle
import re
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbconvert import HTMLExporter
from small import drawn, table

import wordglass
from wordglass import TextClassifier
from wordglass.views.notebook import DARK, LIGHT

DOCS = Path(__file__).parents[2] / "docs" / "notebook.md"
CHROMIUM = Path("/usr/bin/chromium")
MOST = 60_000  # bytes of a view
HOSTILE = (
    "</style></script><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7 * 7 }} \u202e\x00 &lt; \"'"
)
VOID = {"br", "img", "input", "meta", "link", "rect", "path", "circle"}


@cache
def fitted(kind="many"):
    texts, targets = drawn(kind, 200)
    if kind == "labels":
        labels = [[f"label {k}" for k in row.nonzero()[0]] for row in targets]
    else:
        labels = [f"class {k}" for k in targets.tolist()]
    return TextClassifier(table(), C=1.0, threads=1).fit(texts, labels)


@cache
def views():
    """Every kind of view, of every kind of model, by name."""
    found = {}
    for kind in ("binary", "many", "labels"):
        clf = fitted(kind)
        why = clf.explain("w1 w12 w3 w61 w1 what")
        found[f"{kind} classifier"] = clf
        found[f"{kind} training"] = clf.trace_
        found[f"{kind} prediction"] = clf.trace("w1 w12 w3 w61")
        found[f"{kind} explanation"] = why
        found[f"{kind} versus"] = why.versus(*[output["name"] for output in why.trace["outputs"][:2]])
        found[f"{kind} words"] = clf.explain_global(5)
    why = fitted().explain("w1 w2 w3 w4 w15")
    found["edits"] = why.edits()
    found["explanation with edits"] = why
    found["empty"] = fitted().trace("")
    found["held-out text"] = wordglass.show(fitted().trace_["predictions"][0])
    found["hostile"] = fitted().explain(HOSTILE)
    found["hostile classifier"] = _hostile()
    found["hostile trace"] = _hostile().trace_
    found["hostile words"] = _hostile().explain_global()
    html = {name: shown._repr_html_() for name, shown in found.items()}
    assert {type(one) for one in html.values()} == {str}
    return html


@cache
def _hostile():
    texts = [f"{HOSTILE} w{i % 7}" for i in range(20)]
    labels = [HOSTILE if i % 2 else "x" * 10_000 for i in range(20)]
    return TextClassifier(table(), C=1.0, threads=1).fit(texts, labels, source=HOSTILE)


class Elements(HTMLParser):
    """The elements of a page: names, attributes, and what is left open."""

    def __init__(self, html):
        super().__init__()
        self.found, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def selectors(html):
    css = re.sub(r"/\*.*?\*/", "", "".join(re.findall(r"<style>(.*?)</style>", html, re.S)), flags=re.S)
    rules = re.sub(r"@media[^{]*\{", "", css)
    return [
        part.strip() for rule in re.findall(r"([^{}]+)\{", rules) for part in re.split(r",(?![^(]*\))", rule)
    ]


def test_all_views_twice_on_one_page_have_no_id_in_common_and_every_element_is_closed():
    page = Elements("".join([*views().values(), *views().values()]))
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert not page.open


def test_every_rule_of_the_style_is_of_the_view_alone():
    found = selectors(views()["many classifier"])
    assert len(found) > 100
    for selector in found:
        assert ".wordglass" in selector, selector
        assert not re.search(r"(^|[\s>+~])(html|body|\*)\s*$", selector.split(".wordglass")[0]), selector


def test_no_view_has_a_script_or_loads_anything():
    for name, html in views().items():
        for tag, attributes in Elements(html).found:
            assert tag not in {"script", "iframe", "object", "img", "link", "meta", "base", "form"}, name
            assert not {key for key in attributes if key.startswith("on") or key in {"src", "href", "style"}}
        assert "url(" not in html
        assert "@import" not in html


def test_hostile_texts_and_names_are_shown_as_text():
    for name in ("hostile", "hostile classifier", "hostile trace", "hostile words"):
        html = views()[name]
        assert html.count("</style>") == 1
        assert "&lt;" in html
        assert "<script" not in html
        assert not {"\u202e", "\0"} & set(html)
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(.{0,6})", html)
        assert "x" * 1000 not in html


@pytest.mark.parametrize("text", ["w1 w12 " * 10_000, "x" * 1_000_000, "<&\"'" * 10_000, "\u202e" * 5_000])
def test_a_long_text_makes_no_long_view(text):
    why = fitted().explain(text)
    for shown in (why, why.versus("class 0", "class 1")):
        assert len(shown._repr_html_().encode()) < MOST


def test_views_are_small_with_many_classes_and_many_epochs():
    assert max(len(html.encode()) for html in views().values()) < MOST
    texts = [f"w{i % 60} w{i % 7}" for i in range(300)]
    clf = TextClassifier(table(), C=1.0, epochs=90, threads=1)
    clf.fit(texts, [f"a rather long name of a class, of number {i % 50}" for i in range(300)])
    for shown in (clf, clf.trace_, clf.explain("w1 w2 w3"), clf.explain_global()):
        assert len(shown._repr_html_().encode()) < MOST


def test_what_is_not_fitted_is_shown_as_text_and_repr_stays():
    assert TextClassifier(C=1.0)._repr_html_() is None
    assert repr(TextClassifier(C=1.0)) == "TextClassifier(C=1.0)"
    assert repr(fitted()).startswith("TextClassifier(vectors=")
    data, _ = InteractiveShell.instance().display_formatter.format(TextClassifier())
    assert data == {"text/plain": "TextClassifier()"}


def test_a_trace_is_the_plain_dictionary_that_it_was(tmp_path):
    trace = fitted().trace_
    plain = json.loads(json.dumps(trace))
    assert trace == plain
    assert repr(trace) == repr(dict(trace))
    assert pickle.loads(pickle.dumps(trace)) == trace
    fitted().save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    assert loaded.trace_ == trace
    assert "One of 4 classes" in loaded._repr_html_()
    assert wordglass.show({"kind": "something else"})._repr_html_() is None


def test_the_numbers_are_those_of_the_trace():
    trace = fitted().trace("w1 w12 w3 w61")
    html = trace._repr_html_()
    for output in trace["outputs"]:
        assert f'<td class="n">{output["score"]:z.4f}</td>' in html
    first, second = sorted(trace["outputs"], key=lambda output: -output["probability"])[:2]
    for of in (first["score"], second["score"], first["score"] - second["score"]):
        assert f'<td class="n">{of:+z.4f}</td>' in html
    scores = fitted().trace_["scores"]
    assert f"{scores['accuracy']['value']:.1%}" in fitted()._repr_html_()
    assert f"{scores['accuracy']['low']:.1%} to {scores['accuracy']['high']:.1%}" in fitted()._repr_html_()


def test_an_explanation_shows_the_edits_that_were_asked_for():
    why = fitted().explain("w1 w2 w3 w4 w15")
    assert "What would change it" not in why._repr_html_()
    edits = why.edits()
    assert "What would change it" in why._repr_html_()
    assert why.edits() is edits


def test_an_edit_far_into_a_text_is_shown_where_it_is():
    html = fitted().explain("w65 " * 500 + "w1 w12").edits()._repr_html_()
    assert "With <b><bdi>" in html
    assert "<bdi>…w65 w65" in html


def _cells():
    """The code of the page on notebooks, a cell a paragraph."""
    code = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    return "\n".join(code).split("\n\n")


def _exported(notebook):
    html, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook)
    return html


def _assert_shown(html):
    assert len(re.findall('<div class="wordglass" hidden[=">]', html)) == 7
    for words in ("One of 2 classes", "Five stages", "Why <bdi>pos</bdi>", "What would make it other than"):
        assert words in html
    assert "The most telling words of each class" in html


def test_a_notebook_that_is_run_and_exported_has_the_views():
    shell = InteractiveShell.instance()
    notebook = nbformat.v4.new_notebook()
    for cell in _cells():
        result = shell.run_cell(cell)
        result.raise_error()
        outputs = []
        if result.result is not None:
            data, metadata = shell.display_formatter.format(result.result)
            outputs = [nbformat.v4.new_output("execute_result", data, metadata=metadata)]
        notebook.cells.append(nbformat.v4.new_code_cell(cell, outputs=outputs))
    nbformat.validate(notebook)
    _assert_shown(_exported(notebook))


def test_a_kernel_gives_the_views(tmp_path, monkeypatch):
    pytest.importorskip("ipykernel")
    from jupyter_client import KernelManager
    from jupyter_client.kernelspec import KernelSpec
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    kernel = KernelManager(connection_file=str(tmp_path / "kernel.json"))
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel._kernel_spec = KernelSpec(argv=command, language="python", display_name="Python")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in _cells()])
    NotebookClient(notebook, km=kernel, timeout=120).execute()
    _assert_shown(_exported(notebook))


LAB = "--jp-layout-color0:{};--jp-content-font-color1:{};--jp-rendermime-table-row-background:#f00"
CODE = "--vscode-editor-background:{};--vscode-editor-foreground:{}"
HOSTS = {  # what stands on the body, and whether it is dark; None: as the system is
    "JupyterLab, light": (f'data-jp-theme-light="true" style="{LAB.format("#fff", "#000")}"', False),
    "JupyterLab, dark": (f'data-jp-theme-light="false" style="{LAB.format("#111", "#fff")}"', True),
    "VS Code, light": (f'class="vscode-light" style="{CODE.format("#fff", "#333")}"', False),
    "VS Code, dark": (f'class="vscode-dark" style="{CODE.format("#1e1e1e", "#ccc")}"', True),
    "VS Code, Solarized": (f'class="vscode-dark" style="{CODE.format("#002b36", "#839496")}"', True),
    "VS Code, high contrast": (f'class="vscode-high-contrast" style="{CODE.format("#000", "#fff")}"', True),
    "VS Code, light high contrast": (
        f'class="vscode-high-contrast vscode-high-contrast-light" style="{CODE.format("#fff", "#000")}"',
        False,
    ),
    "Sphinx, dark": ('data-theme="dark"', True),
    "a plain page": ("", None),
}


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("no chromium here: script/browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def _page(body, html):
    return (
        '<!DOCTYPE html><html lang="en"><head><title>Views</title></head>'
        f"<body {body}><main>{html}</main></body></html>"
    )


SYSTEMS = {None: ["light", "dark"], True: ["light"], False: ["dark"]}  # where a host says it, the other


@pytest.mark.parametrize(
    ("host", "system"), [(host, system) for host, (_, dark) in HOSTS.items() for system in SYSTEMS[dark]]
)
def test_colours_follow_the_notebook_and_have_contrast(browser, host, system):
    from axe_playwright_python.sync_playwright import Axe

    body, dark = HOSTS[host]
    dark = system == "dark" if dark is None else dark
    names = [
        "many classifier",
        "labels training",
        "explanation with edits",
        "many versus",
        "binary prediction",
    ]
    page = browser.new_page(color_scheme=system, viewport={"width": 900, "height": 800})
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.set_content(_page(body, "".join(views()[name] for name in names)))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    ink = page.evaluate("getComputedStyle(document.querySelector('.wordglass')).color")
    assert (int(re.search(r"\d+", ink)[0]) > 128) == dark
    assert page.locator(".wordglass").count() == len(names)
    assert page.locator(".wordglass >> visible=true").count() == len(names)
    assert page.locator(".wordglass-plain >> visible=true").count() == 0
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]}}
    found = Axe().run(page, options=rules)
    assert found.violations_count == 0, found.generate_report()
    assert not requests
    page.close()


def test_an_export_of_jupyter_does_not_undo_the_style(browser):
    notebook = nbformat.v4.new_notebook()
    for name in ("many explanation", "many classifier", "many explanation"):
        output = nbformat.v4.new_output("execute_result", {"text/html": views()[name]})
        notebook.cells.append(nbformat.v4.new_code_cell("x", outputs=[output]))
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.route(re.compile("^https?:"), lambda route: route.abort())  # Jupyter's own template asks for scripts
    page.set_content(_exported(notebook))
    align = "one => [getComputedStyle(one).textAlign, getComputedStyle(one.parentElement).backgroundColor]"
    found = page.locator(".wordglass tbody th").evaluate_all(f"all => all.map({align})")
    assert {tuple(one) for one in found} == {("left", "rgba(0, 0, 0, 0)")}
    page.close()


def test_where_the_style_is_dropped_a_line_of_text_is_left(browser):
    page = browser.new_page()
    page.set_content(_page("", re.sub(r"<style>.*?</style>", "", views()["many classifier"], flags=re.S)))
    assert page.locator("main").inner_text().strip() == _line_before(views()["many classifier"])
    page.close()


def _line_before(html):
    return re.sub(r"<[^>]+>", "", html.split("</div>")[0]).split("#}")[-1].strip()


def test_the_hosts_of_the_tests_are_those_of_the_style():
    css = views()["many classifier"]
    assert all(f"{host} .wordglass" in css for host in (*LIGHT, *DARK))
