"""A map of chosen words as a file: a drawing, or a page with the words in a table as well."""

from wordglass.exploring.words_map import WordsMap
from wordglass.views.html.page import page
from wordglass.views.html.svg.words import by_itself, words_in_plane
from wordglass.views.visible import visible


def as_svg(drawn: WordsMap) -> str:
    """The map as a drawing for any other page."""
    return by_itself(words_in_plane("words", visible(drawn)))


def as_page(drawn: WordsMap) -> str:
    """The map as a page of its own."""
    drawn = visible(drawn)
    given = {"drawn": drawn, "map": words_in_plane("words", drawn)}
    title = f"{len(drawn['words'])} words in {drawn['table']}"
    return page("words_map.html", title, [("map", "Map"), ("words", "Words")], given)
