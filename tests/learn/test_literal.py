"""Whatever a text holds, set into Markdown it shows as it is and means nothing."""

from hypothesis import given
from hypothesis import strategies as st

from wordglass.learn.literal import literal, unescaped
from wordglass.learn.markdown import parsed
from wordglass.views.visible import visible

signs = st.text(st.sampled_from("ab \\`*_{}[]()<>#+-.!|~&$:/=\"'1\n\t;x"), max_size=40)


def shown(text):
    return visible(" ".join(text.split()))


def contents(inline):
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    return "".join(child.content for child in inline.children)


@given(st.one_of(signs, st.text(max_size=30)))
def test_in_a_paragraph(text):
    [inline] = [token for token in parsed(f"x{literal(text)}x") if token.type == "inline"]
    assert contents(inline) == f"x{shown(text)}x"


@given(st.one_of(signs, st.text(max_size=30)))
def test_alone_on_a_line(text):
    tokens = parsed(literal(text))
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    if tokens:
        assert contents(tokens[1]) == shown(text)
    else:
        assert not shown(text)


@given(st.one_of(signs, st.text(max_size=30)), signs)
def test_in_a_table(text, other):
    tokens = parsed(f"| a | b |\n| :-- | --: |\n| {literal(text)} | {literal(other)} |")
    cells = [contents(token) for token in tokens if token.type == "inline"]
    assert cells == ["a", "b", shown(text), shown(other)]


@given(st.one_of(signs, st.text(max_size=30)))
def test_in_a_block_it_ends_nothing(text):
    tokens = parsed(f"```formula\n{literal(text)}\n```\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert unescaped(tokens[0].content) == shown(text) + "\n"
