"""One text on its way through the five layers, as a fragment of a page."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from wordglass.trace import numbers
from wordglass.trace.document import OutputTrace, PairTrace, PredictionTrace, TokenTrace
from wordglass.views import written
from wordglass.views.html.environment import render
from wordglass.views.html.svg.bars import both_sides, one_side
from wordglass.views.html.text import lines
from wordglass.views.visible import visible

TEXT_SHOWN = 6000  # characters
TOKENS_SHOWN = 60
TOKENS_UNFOLDED = 600
ROWS_SHOWN = 8  # of a table before it is unfolded
ROWS_UNFOLDED = 40
TERMS_SHOWN = 8  # of a formula before it is unfolded
TERMS_UNFOLDED = 1000
PRODUCTS_SHOWN = 3  # of a dot product before it is unfolded
NAME = 40  # characters of a token
NOTHING = 1e-12
STRONGEST = 4  # shades of a token to each side


class Part(NamedTuple):
    """What all occurrences of a token, or of a pair, add to the score of a class."""

    name: str
    times: int
    by_vector: float
    as_word: float
    in_pairs: float  # half of each pair that a token stands in; of a pair all

    @property
    def share(self) -> float:
        """All of it."""
        return self.by_vector + self.as_word + self.in_pairs


class Piece(NamedTuple):
    """A stretch of the text: a token with its shade, or what stands between two."""

    text: str
    shade: str  # "p1" to "p4" for, "n1" to "n4" against, "u" without a share, "" between tokens
    share: str


def render_prediction(
    trace: PredictionTrace, name: str = "text", ask: str = "", unfolded: Collection[str] | None = None
) -> Markup:
    """Render the five layers of a prediction, with the formula of each; ``name`` begins its ids.

    ``ask`` is the id of a form that is asked about a word; without it, words are no buttons. ``unfolded`` are
    the ids of the folds that are open: those that are not are left empty, marked ``data-later``. Without it,
    all are filled.
    """

    def filled(fold: str) -> bool:
        return unfolded is None or f"{name}-{fold}" in unfolded

    chosen = likeliest(trace)
    text, tokens = trace["text"], trace["tokens"]
    few: PredictionTrace = {**trace, "text": "", "tokens": [], "pairs": [], "pooled": None}
    sheet = visible(few)
    words = parts_of_tokens(tokens, chosen)
    pairs = parts_of_pairs(trace["pairs"], chosen)
    terms = len(words) + len(pairs)
    output = sheet["outputs"][chosen]
    return render(
        "prediction.html",
        id=name,
        ask=ask,
        filled=filled,
        trace={**sheet, "pooled": trace["pooled"]},
        output=output,
        chosen=chosen,
        characters=len(text),
        cut=len(text) > TEXT_SHOWN,
        TEXT_SHOWN=TEXT_SHOWN,
        running=Markup("".join(map(marked, running(text, tokens, chosen)))),
        number=len(tokens),
        tokens=legible(tokens[: TOKENS_UNFOLDED if filled("tokens") else TOKENS_SHOWN]),
        TOKENS_SHOWN=TOKENS_SHOWN,
        TOKENS_UNFOLDED=TOKENS_UNFOLDED,
        rows=legible(tokens[: ROWS_UNFOLDED if filled("lookup") else ROWS_SHOWN]),
        ROWS_SHOWN=ROWS_SHOWN,
        ROWS_UNFOLDED=ROWS_UNFOLDED,
        missing=missing(tokens),
        mean=mean_of_first(trace),
        dot=dot_product(trace, chosen),
        PRODUCTS_SHOWN=PRODUCTS_SHOWN,
        kind=sheet["pooling"].split("+")[0],
        counted=sum(token["counted"] for token in tokens),
        counted_pairs=len(trace["pairs"]),
        levels=by_source(output, words, pairs),
        words=words,
        pairs=pairs,
        most=max((abs(part.share) for part in words), default=0.0) or 1.0,
        most_pair=max((abs(part.share) for part in pairs), default=0.0) or 1.0,
        bar=both_sides,
        one_side=one_side,
        few_terms=score_terms(output, words, pairs, TERMS_SHOWN),
        all_terms=score_terms(output, words, pairs, TERMS_UNFOLDED) if filled("terms") else None,
        terms=1 + min(terms, TERMS_UNFOLDED + 1) if terms > TERMS_SHOWN + 1 else 0,
        TERMS_SHOWN=TERMS_SHOWN,
        softmax=None if sigmoid(sheet["outputs"]) else written.written_softmax(sheet["outputs"], chosen),
        sigmoid=written.written_sigmoid(output) if sigmoid(sheet["outputs"]) else None,
        ranked=sorted(sheet["outputs"], key=lambda one: one["probability"], reverse=True),
        verdict=" + ".join(sheet["predicted"]) or "no class",
        nothing=NOTHING,
    )


def legible(tokens: Sequence[TokenTrace]) -> list[TokenTrace]:
    """Tokens whose names can be shown."""
    return [{**token, "token": named(token["token"]), "word": visible(token["word"])} for token in tokens]


def likeliest(trace: PredictionTrace) -> int:
    """Find the output whose score is explained: the likeliest, predicted or not."""
    outputs = trace["outputs"]
    return max(range(len(outputs)), key=lambda index: outputs[index]["probability"])


def sigmoid(outputs: Sequence[OutputTrace]) -> bool:
    """Whether each probability is that of a score alone: of labels, and of two classes with one score."""
    if outputs[0]["threshold"] is not None or len(outputs) == 1:
        return True
    return len(outputs) == 2 and outputs[0]["score"] == -outputs[1]["score"]


def cropped(token: str) -> str:
    """A token, which may be as long as a text, cut to what can be read."""
    return token if len(token) <= NAME else token[: NAME - 1] + "…"


def named(token: str) -> str:
    """A token as it is shown."""
    return cropped(visible(token[: NAME + 1]))


def running(text: str, tokens: Sequence[TokenTrace], chosen: int) -> Iterator[Piece]:
    """The beginning of the text, piece by piece, each token shaded by its share of the chosen class."""
    most = max((abs(token["shares"][chosen]) for token in tokens), default=0.0) or 1.0
    at = 0
    for token in tokens:
        start, end = token["start"], min(token["end"], TEXT_SHOWN)
        if start >= TEXT_SHOWN:
            break
        if start < at:  # parts of words may overlap
            continue
        if start > at:
            yield Piece(lines(text[at:start]), "", "")
        share = token["shares"][chosen]
        size = min(int(abs(share) / most * STRONGEST) + 1, STRONGEST)
        shade = f"{'p' if share > 0 else 'n'}{size}" if abs(share) > NOTHING else "u"
        yield Piece(lines(text[start:end]), shade, numbers.share(share))
        at = end
    if at < min(len(text), TEXT_SHOWN):
        yield Piece(lines(text[at:TEXT_SHOWN]), "", "")


def marked(piece: Piece) -> str:
    """A piece of the text, with its share to read."""
    inner = escape(piece.text)
    if not piece.shade:
        return inner
    return f'<mark class="{piece.shade}" title="{piece.share}">{inner}</mark>'


def missing(tokens: Sequence[TokenTrace]) -> list[tuple[str, list[str]]]:
    """Distinct tokens without a vector, under what that means for each."""
    said: dict[str, dict[str, None]] = {
        "counted as words": {},
        "known by their characters": {},
        "without a share": {},
    }
    for token in tokens:
        if not token["known"]:
            how = "counted as words" if token["counted"] else "without a share"
            if not token["counted"] and any(token["as_word"]):
                how = "known by their characters"
            said[how][token["token"]] = None
    return [
        (how, [named(word) for word in list(words)[:TOKENS_SHOWN]]) for how, words in said.items() if words
    ]


def parts_of_tokens(tokens: Sequence[TokenTrace], chosen: int) -> list[Part]:
    """What each distinct token with a share adds, the largest first."""
    sums: dict[str, list[float]] = {}
    times: Counter[str] = Counter()
    for token in tokens:
        if token["known"] or token["counted"] or any(token["as_word"]):
            own = sums.setdefault(token["token"], [0.0, 0.0, 0.0])
            by_vector, as_word = token["by_vector"][chosen], token["as_word"][chosen]
            own[0] += by_vector
            own[1] += as_word
            own[2] += token["shares"][chosen] - by_vector - as_word
            times[token["token"]] += 1
    return _by_size([Part(named(token), times[token], *own) for token, own in sums.items()])


def parts_of_pairs(traced: Sequence[PairTrace], chosen: int) -> list[Part]:
    """What each distinct pair adds, the largest first."""
    sums: defaultdict[str, float] = defaultdict(float)
    times: Counter[str] = Counter()
    for pair in traced:
        sums[pair["pair"]] += pair["shares"][chosen]
        times[pair["pair"]] += 1
    return _by_size([Part(named(pair), times[pair], 0.0, 0.0, share) for pair, share in sums.items()])


def _by_size(parts: list[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: abs(part.share), reverse=True)


def by_source(output: OutputTrace, words: Sequence[Part], pairs: Sequence[Part]) -> written.Sum:
    """The score as the sum of what comes from the bias, vectors, counted words and pairs."""
    parts = [(output["bias"], "bias"), (sum(part.by_vector for part in words), "words by their vectors")]
    if as_words := sum(part.as_word for part in words):
        parts.append((as_words, "words as counted"))
    if pairs:
        parts.append((sum(part.share for part in pairs), "pairs of words"))
    return written.written_sum(parts, output["score"])


def score_terms(output: OutputTrace, words: Sequence[Part], pairs: Sequence[Part], most: int) -> written.Sum:
    """The score as the sum of every word's and pair's share, ``most`` of them one by one."""
    parts = [(part.by_vector + part.as_word, _times(part)) for part in words]
    parts += [(part.share, _times(part)) for part in pairs]
    parts.sort(key=lambda part: abs(part[0]), reverse=True)
    shown, rest = parts[:most], parts[most:]
    if rest:
        shown.append((sum(share for share, _ in rest), numbers.plural(len(rest), "more term")))
    return written.written_sum([(output["bias"], "bias"), *shown], output["score"])


def _times(part: Part) -> str:
    return part.name if part.times == 1 else f"{part.name} ×{part.times}"


def mean_of_first(trace: PredictionTrace) -> written.Mean | None:
    """The first number of the pooled vector as the mean of those of the words' vectors.

    None where the vectors are not at hand, or are weighed: the weights are not in the trace.
    """
    if trace["pooled"] is None or not trace["pooling"].startswith("mean") or not trace["known"]:
        return None
    counts = Counter((token["vector"][0], token["token"]) for token in trace["tokens"] if "vector" in token)
    if not counts:
        return None
    values = [(value, named(token), times) for (value, token), times in counts.items()]
    return written.written_mean(values, trace["pooled"][0])


def dot_product(trace: PredictionTrace, chosen: int) -> written.Dot | None:
    """What the words add through their vectors as weights · x; None where it is not to be had."""
    if "weights" not in trace or trace["pooled"] is None or not trace["known"]:
        return None
    added = sum(token["by_vector"][chosen] for token in trace["tokens"])
    return written.written_dot(trace["weights"], trace["pooled"], added)
