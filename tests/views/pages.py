"""Reads HTML as strictly as a person would write it: every element is closed where it should be."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Node:
    """An element and what is in it: other elements and texts, in order."""

    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.content = tag, attributes, []

    def all(self, tag=None, **wanted):
        """All elements below with a tag and attributes; ``kind`` is a class among others."""
        kind = wanted.pop("kind", None)
        for child in self.content:
            if isinstance(child, Node):
                own = child.attributes
                if (
                    tag in (None, child.tag)
                    and all(own.get(name.replace("_", "-")) == value for name, value in wanted.items())
                    and (kind is None or kind in (own.get("class") or "").split())
                ):
                    yield child
                yield from child.all(tag, **wanted, **({"kind": kind} if kind else {}))

    def one(self, tag=None, **wanted):
        """The only such element."""
        (found,) = self.all(tag, **wanted)
        return found

    @property
    def raw(self):
        """The text of the element as it stands."""
        return "".join(child.raw if isinstance(child, Node) else child for child in self.content)

    @property
    def text(self):
        """The text with single spaces."""
        return " ".join(self.raw.split())

    def rows(self):
        """The rows of a table, or of all tables within, as texts."""
        return [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in self.all("tr")]


class Strict(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"<{tag}> has an attribute twice"
        node = Node(tag, dict(attrs))
        self.open[-1].content.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].content.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].content.append(data)


def parsed(html):
    """The tree of a page; fails where an element is not closed in its place or an id stands twice."""
    reader = Strict()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
    ids = [node.attributes["id"] for node in reader.root.all() if "id" in node.attributes]
    assert len(set(ids)) == len(ids)
    for node in reader.root.all():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set((node.attributes.get(name) or "").split()) <= set(ids)
        if node.tag == "a":
            assert node.attributes["href"].removeprefix("#") in ids
    return reader.root


def assert_nothing_runs_or_loads(root, scripts):
    """Fail for an element or attribute that runs code or fetches anything, but for so many scripts."""
    running = [node for node in root.all("script") if node.attributes.get("type") != "application/json"]
    assert len(running) == scripts
    assert all("src" not in node.attributes for node in running)
    for node in root.all():
        assert node.tag not in {
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "image",
            "use",
            "foreignobject",
        }
        for name, value in node.attributes.items():
            assert not name.startswith("on"), f"<{node.tag} {name}>"
            assert name not in {"style", "src", "srcset", "action", "xlink:href", "ping"}
            if name == "href":
                assert value.startswith("#") or value == "data:,"
        if node.tag == "style":
            assert not re.search(r"url\(|@import|https?:", node.raw)
