"""Why a class has its score: the bias, every token's and every pair's exact share, as bars and as a sum that
adds up.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import PairTrace, PredictionTrace, TokenTrace
from wordglass.views.terminal.page import bar, cropped, dim, flowing, table
from wordglass.views.written import Sum, written_sum

TERMS_SHOWN = 12
NAME_WIDTH = 20
BAR_WIDTH = 16  # to each side
LEAST_BAR = 3
NOTHING = 1e-12
NARROW = 2  # cells between the columns where each share is shown in its parts


class Term(NamedTuple):
    """One token's or pair's part of a score; in a long text, that of all its occurrences."""

    name: str
    by_vector: float
    as_word: float
    in_pairs: float  # half of each pair that a token stands in; of a pair all
    tokens: int  # or pairs

    @property
    def share(self) -> float:
        """All of it."""
        return self.by_vector + self.as_word + self.in_pairs

    @property
    def own(self) -> float:
        """What a token has without its pairs."""
        return self.by_vector + self.as_word


def explanation(trace: PredictionTrace, index: int, width: int) -> Iterator[RenderableType]:
    """Show the score of the ``index``-th output as bars by size and as a sum.

    A token's bar has half of each of its pairs; in the sum each pair is a term of its own. A short text's sum
    is in the order of the text; a long one's has its largest terms and the rest as one.
    """
    output = trace["outputs"][index]
    counts = any(token["counted"] or any(token["as_word"]) for token in trace["tokens"])
    tokens = _of_tokens(trace["tokens"], index)
    pairs = _of_pairs(trace["pairs"], index)
    shown, rest = largest(tokens, "token")
    yield _in_parts(output["bias"], shown + rest, width) if counts else bars(output["bias"], shown + rest)
    pairs_shown, more_pairs = largest(pairs, "pair")
    if pairs:
        yield Text()
        yield _bars_of_pairs(pairs_shown + more_pairs)
        yield dim("half of a pair's share stands with each of its two words above")
    in_order = not rest and not more_pairs
    order = "in the order of the text" if in_order else "largest shares first"
    yield dim(f"\nthe score written out, {order}" + (": words, then pairs" if pairs else ""))
    terms = [(term.own, term.name) for term in (shown + rest if rest else tokens)]
    terms += [(term.share, term.name) for term in (pairs_shown + more_pairs if more_pairs else pairs)]
    yield flowing(in_pieces(written_sum([(output["bias"], "bias"), *terms], output["score"])), width)


def in_pieces(written: Sum) -> list[Text]:
    """A sum, a piece a term: bias + share + share + ... = score."""
    bias, *terms = written.terms
    return [
        Text.assemble(f"{bias.value} ", (f"({bias.name})", "dim")),
        *(_piece(term.value, term.name) for term in terms),
        Text(f"= {written.result}", "bold"),
    ]


def _of_tokens(tokens: list[TokenTrace], index: int) -> list[Term]:
    """One term for each token with a share, in the order of the text; see ``together``."""
    terms = []
    for token in tokens:
        if token["known"] or token["counted"] or any(token["as_word"]):  # by its characters alone
            by_vector, as_word = token["by_vector"][index], token["as_word"][index]
            in_pairs = token["shares"][index] - by_vector - as_word
            terms.append(Term(token["token"], by_vector, as_word, in_pairs, 1))
    return together(terms)


def _of_pairs(pairs: list[PairTrace], index: int) -> list[Term]:
    """The same of pairs."""
    return together([Term(pair["pair"], 0.0, 0.0, pair["shares"][index], 1) for pair in pairs])


def together(terms: list[Term]) -> list[Term]:
    """The terms with names that are cut short; where they are many, one for all of the same name."""
    named = defaultdict(list)
    for place, term in enumerate(terms):
        named[(term.name, place if len(terms) <= TERMS_SHOWN else 0)].append(term)
    return [_sum(_times(name, len(same)), same) for (name, _), same in named.items()]


def _sum(name: str, terms: Sequence[Term]) -> Term:
    """Several terms as one of another name."""
    by_vector, as_word, in_pairs, tokens = (sum(column) for column in list(zip(*terms, strict=True))[1:])
    return Term(name, by_vector, as_word, in_pairs, tokens)


def _times(name: str, occurrences: int) -> str:
    name = cropped(name, NAME_WIDTH)
    return name if occurrences == 1 else f"{name} ×{occurrences}"


def largest(terms: list[Term], noun: str) -> tuple[list[Term], list[Term]]:
    """The terms with the largest shares, and the others, if any, as one."""
    by_size = sorted(terms, key=lambda term: abs(term.share), reverse=True)
    shown, rest = by_size[:TERMS_SHOWN], by_size[TERMS_SHOWN:]
    if not rest:
        return shown, []
    return shown, [_sum(f"… {numbers.plural(sum(term.tokens for term in rest), f'more {noun}')}", rest)]


def bars(bias: float, terms: list[Term], noun: str = "token") -> RenderableType:
    """Set a bias and terms below each other, with a bar for each share."""
    rows = [("bias", bias), *((term.name, term.share) for term in terms)]
    most = _most(share for _, share in rows)
    return table(
        (noun, "share", "", ""),
        ((name, numbers.share(share), *_both_sides(share / most, BAR_WIDTH)) for name, share in rows),
    )


def _bars_of_pairs(terms: list[Term]) -> RenderableType:
    most = _most(term.share for term in terms)
    return table(
        ("pair", "share", "", ""),
        (
            (term.name, numbers.share(term.share), *_both_sides(term.share / most, BAR_WIDTH))
            for term in terms
        ),
    )


def _in_parts(bias: float, terms: list[Term], width: int) -> RenderableType:
    """Each token's share and what it consists of, with bars as far as there is room."""
    rows = [("bias", "", "", "", bias)]
    for term in terms:
        parts = [_part(part) for part in (term.by_vector, term.as_word, term.in_pairs)]
        rows.append((term.name, parts[0], parts[1], parts[2], term.share))
    headings = ("token", "by vector", "as word", "in pairs", "share")
    cells = [(*row[:4], numbers.share(row[4])) for row in rows]
    taken = sum(max(map(cell_len, column)) + NARROW for column in zip(headings, *cells, strict=True))
    room = min((width - taken - NARROW) // 2, BAR_WIDTH)
    if room < LEAST_BAR:
        return table(headings, cells, gap=NARROW)
    most = _most(row[4] for row in rows)
    return table(
        (*headings, "", ""),
        ((*line, *_both_sides(row[4] / most, room)) for line, row in zip(cells, rows, strict=True)),
        gap=NARROW,
    )


def _part(part: float) -> str:
    """A part of a share; a sign for none where there is nothing but what rounding leaves."""
    return numbers.share(part) if abs(part) > NOTHING else "-"


def _most(shares: Iterator[float]) -> float:
    return max(map(abs, shares), default=0.0) or 1.0


def _both_sides(part: float, width: int) -> tuple[Text, Text]:
    against, for_ = bar(-part, width, "yellow"), bar(part, width)
    against.plain = against.plain.replace("╸", "╺")[::-1].rjust(width)
    return against, for_


def _piece(value: Decimal, name: str) -> Text:
    return Text.assemble(f"{'-' if value < 0 else '+'} {abs(value)} ", (f"({name})", "dim"))
