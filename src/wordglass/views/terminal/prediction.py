"""The page of one text: its way through the five layers, and why its winning score is what it is."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import PredictionTrace, TokenTrace
from wordglass.views.terminal.page import GAP, INDENT, Page, bar, cropped, dim, flowing, section, table, title
from wordglass.views.terminal.shares import explanation
from wordglass.views.visible import visible

TEXT_SHOWN = 480  # characters
TOKENS_SHOWN = 40
VECTORS_SHOWN = 10
NUMBERS_SHOWN = 8
OUTPUTS_SHOWN = 10
TOKEN_WIDTH = 16
BAR_WIDTH = 16


def show_prediction(trace: PredictionTrace, console: Console) -> None:
    """Print one text on its way through the five layers."""
    console.print(Page(*layers(trace, console.options.ascii_only, console.width - INDENT)))


def layers(trace: PredictionTrace, ascii_only: bool, width: int) -> Iterator[RenderableType]:
    """Set the five layers of a text below each other."""
    beginning: PredictionTrace = {**trace, "text": trace["text"][:TEXT_SHOWN]}
    yield from _layers(visible(beginning, ascii_only), len(trace["text"]), width)


def why(trace: PredictionTrace, console: Console) -> Iterator[RenderableType]:
    """Set the scores of one text and why its class has the highest, without the layers before."""
    textless: PredictionTrace = {**trace, "text": ""}
    yield from _answer(visible(textless, console.options.ascii_only), console.width - INDENT)


def _layers(trace: PredictionTrace, characters: int, width: int) -> Iterator[RenderableType]:
    tokens = trace["tokens"]
    found = f"{numbers.count(trace['known'])} of {numbers.plural(len(tokens), 'token')} found"
    yield title("prediction", " + ".join(trace["predicted"]) or "no class")
    yield section("1  Text", *_text(trace["text"], characters), note=numbers.plural(characters, "character"))
    offsets = f"{numbers.plural(len(tokens), 'token')}, with [start:end] in characters"
    yield section("2  Tokens", _tokens(tokens, width), note=offsets)
    yield section("3  Lookup", *_lookup(trace, width), note=found)
    counted = any(token["counted"] for token in tokens)
    yield section("4  Pooling and counting" if counted else "4  Pooling", *_pooling(trace))
    yield from _answer(trace, width)


def _answer(trace: PredictionTrace, width: int) -> Iterator[RenderableType]:
    yield section("5  Prediction", *_outputs(trace), note="score (logit) and probability")
    winner = likeliest(trace)
    name = trace["outputs"][winner]["name"]
    note = "the tokens' shares of its score, largest first"
    yield section(f"Why {name}", *explanation(trace, winner, width), note=note)


def likeliest(trace: PredictionTrace) -> int:
    """Find the output whose score is explained: the likeliest, predicted or not."""
    outputs = trace["outputs"]
    return max(range(len(outputs)), key=lambda index: outputs[index]["probability"])


def _text(text: str, characters: int) -> Iterator[Text]:
    yield Text(text) if text else dim("(an empty text)")
    if characters > TEXT_SHOWN:
        yield dim(f"… the first {TEXT_SHOWN} of {numbers.count(characters)} characters shown")


def _tokens(tokens: list[TokenTrace], width: int) -> Text:
    pieces = [
        Text.assemble(cropped(token["token"], TOKEN_WIDTH), (f" [{token['start']}:{token['end']}]", "dim"))
        for token in tokens[:TOKENS_SHOWN]
    ]
    if len(tokens) > TOKENS_SHOWN:
        pieces.append(dim(f"… {numbers.plural(len(tokens) - TOKENS_SHOWN, 'more token')}"))
    return flowing(pieces, width, gap=GAP)


def _lookup(trace: PredictionTrace, width: int) -> Iterator[RenderableType]:
    tokens = trace["tokens"]
    names = max((cell_len(token["token"]) for token in tokens[:VECTORS_SHOWN]), default=0)
    fits = max(min((width - min(names, TOKEN_WIDTH) - 38) // 8, NUMBERS_SHOWN), 1)
    yield table(
        ("token", "found", "row", "length", f"first {fits} of {trace['dimensions']} numbers"),
        (
            (
                cropped(token["token"], TOKEN_WIDTH),
                _how_found(token),
                "-" if token["row"] is None else numbers.count(token["row"]),
                "-" if token["norm"] is None else numbers.score(token["norm"]),
                _entries(token["vector"][:fits]) if "vector" in token else "-",
            )
            for token in tokens[:VECTORS_SHOWN]
        ),
        left=2,
    )
    if len(tokens) > VECTORS_SHOWN:
        yield dim(f"… {numbers.plural(len(tokens) - VECTORS_SHOWN, 'more token')}")
    yield dim(f"\nvectors: {trace['vectors']}")
    counts = any(token["counted"] for token in tokens)
    missing = [token for token in tokens if not token["known"]]
    nothing = "without a vector and not counted" if counts else "without a vector"
    counted = [token for token in missing if token["counted"]]
    spelt = [token for token in missing if not token["counted"] and any(token["as_word"])]
    others = [token for token in missing if not token["counted"] and not any(token["as_word"])]
    yield from _named("without a vector, but counted as words:", counted, width)
    yield from _named("without a vector and new, with a share by their characters:", spelt, width)
    yield from _named(f"{nothing}, so without a share:", others, width)


def _named(heading: str, tokens: list[TokenTrace], width: int) -> Iterator[RenderableType]:
    """List distinct tokens under a heading; nothing where there are none."""
    words = list(dict.fromkeys(token["token"] for token in tokens))
    if words:
        pieces = [Text(cropped(word, TOKEN_WIDTH)) for word in words[:TOKENS_SHOWN]]
        if len(words) > TOKENS_SHOWN:
            pieces.append(dim(f"… {numbers.count(len(words) - TOKENS_SHOWN)} more"))
        yield dim(f"\n{heading}")
        yield flowing(pieces, width, gap=GAP)


def _how_found(token: TokenTrace) -> Text:
    """Whether a token was found as it is, in another form, or put together from n-grams."""
    if not token["known"]:
        return Text("✗ missing", "yellow")
    if token["word"] is None:
        return Text("✓ from n-grams", "green")
    as_is = token["word"] == token["token"]
    return Text("✓ found" if as_is else f"✓ as {cropped(token['word'], TOKEN_WIDTH)}", "green")


def _pooling(trace: PredictionTrace) -> Iterator[Text]:
    yield Text(f"{trace['pooling']} of {numbers.plural(trace['known'], 'vector')}")
    pooled = trace["pooled"]
    if pooled is None:
        yield dim("the vectors are not at hand, so the pooled vector cannot be shown")
    else:
        shown = pooled[:NUMBERS_SHOWN]
        yield Text(_entries(shown))
        yield dim(f"{len(shown)} of {len(pooled)} shown")
    words = sum(token["counted"] for token in trace["tokens"])
    if words:
        pairs = numbers.plural(len(trace["pairs"]), "pair")
        yield Text(f"\ncounted: {numbers.count(words)} of the tokens as words, and {pairs} of them")


def _outputs(trace: PredictionTrace) -> Iterator[RenderableType]:
    ranked = sorted(trace["outputs"], key=lambda output: output["probability"], reverse=True)
    several = any(output["threshold"] is not None for output in ranked)
    yield table(
        ("class", "score", "probability", *["predicted from"] * several, "", ""),
        (
            (
                cropped(output["name"], TOKEN_WIDTH + 8),
                numbers.score(output["score"]),
                numbers.percent(output["probability"]),
                *[numbers.percent(output["threshold"] or 0.0)] * several,
                bar(output["probability"], BAR_WIDTH),
                Text(_verdict(output["name"], trace)),
            )
            for output in ranked[:OUTPUTS_SHOWN]
        ),
    )
    if len(ranked) > OUTPUTS_SHOWN:
        yield dim(f"… {numbers.plural(len(ranked) - OUTPUTS_SHOWN, 'more class')}, each less likely")


def _verdict(name: str, trace: PredictionTrace) -> str:
    predicted, true = name in trace["predicted"], name in (trace["truth"] or ())
    words = "predicted" * predicted + " and " * (predicted and true) + "true" * true
    return f"← {words}" if words else ""


def _entries(vector: Sequence[float]) -> str:
    return " ".join(f"{numbers.entry(value):>7}" for value in vector)
