"""Why a class has its score: the bias and every token's exact share, as bars and as a sum that adds up."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import OutputTrace, TokenTrace
from wordglass.views.terminal.page import bar, cropped, dim, flowing, table

TERMS_SHOWN = 12
NAME_WIDTH = 20
BAR_WIDTH = 16  # to each side


class Term(NamedTuple):
    """One token's share of a score; in a long text, that of all its occurrences."""

    name: str
    share: float
    tokens: int


def explanation(
    output: OutputTrace, tokens: list[TokenTrace], index: int, width: int
) -> Iterator[RenderableType]:
    """Show the score of ``output``, the ``index``-th, as bars by size and as a sum.

    A short text's sum is in the order of the text; a long one's has its largest terms and the rest as one.
    """
    terms = _terms(tokens, index)
    by_size = sorted(terms, key=lambda term: abs(term.share), reverse=True)
    shown, rest = by_size[:TERMS_SHOWN], _rest(by_size[TERMS_SHOWN:])
    yield _bars(output["bias"], shown + rest)
    yield dim(
        "\nthe score written out" + (", in the order of the text" if not rest else ", largest shares first")
    )
    yield flowing(written_sum(output, shown + rest if rest else terms), width)


def written_sum(output: OutputTrace, terms: Sequence[Term]) -> list[Text]:
    """Write bias + share + share + ... = score, a piece a term, so that the numbers as printed add up.

    Where rounding to the printed digits leaves a remainder, that remainder is a term of its own.
    """
    parts = [(output["bias"], "bias")] + [(term.share, term.name) for term in terms]
    printed = [Decimal(numbers.share(share)) for share, _ in parts]
    score = numbers.score(output["score"])
    remainder = Decimal(score) - sum(printed)
    pieces = [_piece(value, name) for value, (_, name) in zip(printed, parts, strict=True)]
    pieces[0] = Text.assemble(f"{printed[0]} ", ("(bias)", "dim"))
    if remainder:
        most = Decimal("0.00005") * (len(parts) + 2)
        pieces.append(_piece(remainder, "rounding" if abs(remainder) <= most else "unexplained"))
    pieces.append(Text(f"= {score}", "bold"))
    return pieces


def _terms(tokens: list[TokenTrace], index: int) -> list[Term]:
    """One term a known token in the order of the text; where these are many, one a distinct token."""
    terms = [Term(cropped(t["token"], NAME_WIDTH), t["shares"][index], 1) for t in tokens if t["known"]]
    if len(terms) <= TERMS_SHOWN:
        return terms
    together = defaultdict(list)
    for token in tokens:
        if token["known"]:
            together[token["token"]].append(token["shares"][index])
    return [Term(_times(token, len(shares)), sum(shares), len(shares)) for token, shares in together.items()]


def _times(token: str, occurrences: int) -> str:
    name = cropped(token, NAME_WIDTH)
    return name if occurrences == 1 else f"{name} ×{occurrences}"


def _rest(terms: list[Term]) -> list[Term]:
    if not terms:
        return []
    tokens = sum(term.tokens for term in terms)
    return [Term(f"… {numbers.plural(tokens, 'more token')}", sum(term.share for term in terms), tokens)]


def _bars(bias: float, terms: list[Term]) -> RenderableType:
    rows = [("bias", bias), *((term.name, term.share) for term in terms)]
    most = max(abs(share) for _, share in rows) or 1.0
    return table(
        ("token", "share", "", ""),
        ((name, numbers.share(share), *_both_sides(share / most)) for name, share in rows),
    )


def _both_sides(part: float) -> tuple[Text, Text]:
    against, for_ = bar(-part, BAR_WIDTH, "yellow"), bar(part, BAR_WIDTH)
    against.plain = against.plain.replace("╸", "╺")[::-1].rjust(BAR_WIDTH)
    return against, for_


def _piece(value: Decimal, name: str) -> Text:
    return Text.assemble(f"{'-' if value < 0 else '+'} {abs(value)} ", (f"({name})", "dim"))
