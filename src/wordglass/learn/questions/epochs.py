"""What training did, epoch by epoch."""

from math import exp, log, log2, log10
from random import Random

from wordglass.learn.questions.question import Draft, Option, asks, whole
from wordglass.learn.questions.shown import short
from wordglass.trace import numbers
from wordglass.trace.document import OutputTrace, TrainingTrace

NEAR = 0.005  # losses on offer differ by as much


def _loss(reason: str, value: float) -> Option:
    return Option(reason, value, numbers.loss(value))


@asks("epochs", "number", "easy", "training")
def passes(trace: TrainingTrace, rng: Random) -> Draft | None:
    """How often training has gone over each row."""
    epochs, rows = trace["training"]["epochs"], trace["data"]["train_rows"]
    last = epochs[-1]["epoch"]
    if last < 1:
        return None
    return Draft(
        whole("right", last),
        [
            whole("with-zero", last + 1),
            whole("all", rows * last),
            whole("rows", rows),
            whole("features", trace["training"]["features"]),
        ],
        f"/training/epochs/{len(epochs) - 1}/epoch",
        lambda times: times == sum(epoch["change"] is not None for epoch in epochs),
        {"epochs": numbers.plural(last, "epoch"), "last": str(last), "rows": numbers.count(rows)},
    )


@asks("epochs", "number", "easy", "training")
def loss_fell(trace: TrainingTrace, rng: Random) -> Draft | None:
    """By how much the training loss fell in all."""
    epochs = trace["training"]["epochs"]
    first, last = epochs[0]["train_loss"], epochs[-1]["train_loss"]
    if len(epochs) < 2 or first - last < 2 * NEAR:
        return None
    fall = sum(-(epoch["change"] or 0.0) for epoch in epochs)
    return Draft(
        _loss("right", first - last),
        [
            _loss("last", last),
            _loss("first", first),
            _loss("sum", first + last),
            _loss("each", (first - last) / len(epochs)),
            _loss("product", first * last),
        ],
        f"/training/epochs/{len(epochs) - 1}/train_loss",
        lambda by: abs(by - fall) < NEAR / 2,
        {
            "first": numbers.loss(first),
            "last": numbers.loss(last),
            "fall": numbers.loss(first - last),
            "epoch": str(epochs[-1]["epoch"]),
        },
        apart=NEAR,
    )


@asks("epochs", "better model", "medium", "training")
def epoch_to_keep(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Which of four states of the model to keep: that of the lowest held-out loss."""
    epochs = trace["training"]["epochs"]
    held = {k: loss for k, of in enumerate(epochs) if (loss := of["held_out_loss"]) is not None}
    if len(held) < 4:
        return None
    best = min(held, key=lambda k: held[k])
    others = [k for k in held if held[k] > held[best] + 0.001]

    def option(reason: str, k: int) -> Option:
        words = {
            "epoch": str(epochs[k]["epoch"]),
            "train": numbers.loss(epochs[k]["train_loss"]),
            "held_out": numbers.loss(held[k]),
        }
        return Option(reason, k, None, words)

    offered = [best, *rng.sample(others, min(3, len(others)))]
    least = min(held[k] for k in offered)

    def reason(k: int) -> str:
        return "fits-more" if epochs[k]["train_loss"] < epochs[best]["train_loss"] else "fits-less"

    return Draft(
        option("right", best),
        [option(reason(k), k) for k in offered[1:]],
        f"/training/epochs/{best}/held_out_loss",
        lambda k: epochs[k]["held_out_loss"] == least,
        {"best": str(epochs[best]["epoch"]), "loss": numbers.loss(held[best])},
    )


@asks("loss", "number", "hard", "predictions")
def loss_of_one(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The log loss of one text, of the probability of its true class."""
    if trace["data"]["multi_label"]:
        return None
    sure = {of["name"]: (k, of["probability"]) for k, of in enumerate(_outputs(trace))}
    truth = trace["predictions"][0]["truth"] if trace["predictions"] else None
    if not truth or truth[0] not in sure:
        return None
    k, p = sure[truth[0]]
    if not 0.01 < p < 0.99:
        return None
    return Draft(
        _loss("right", -log(p)),
        [
            _loss("probability", p),
            _loss("left", 1 - p),
            _loss("base-two", -log2(p)),
            _loss("base-ten", -log10(p)),
            _loss("other", -log(1 - p)),
            _loss("inverse", 1 / p),
        ],
        f"/predictions/0/outputs/{k}/probability",
        lambda loss: abs(exp(-loss) - p) < 0.003 * p,
        {
            "name": short(truth[0]),
            "p": f"{p:.4f}",
            "loss": numbers.loss(-log(p)),
        },
        apart=0.02,
    )


def _outputs(trace: TrainingTrace) -> list[OutputTrace]:
    return trace["predictions"][0]["outputs"] if trace["predictions"] else []


@asks("loss", "concept", "medium", "training")
def sign_of_overfitting(trace: TrainingTrace, rng: Random) -> Draft | None:
    """What the two losses do where a model overfits."""
    epochs = trace["training"]["epochs"]
    first, last = epochs[0], epochs[-1]
    if first["held_out_loss"] is None or last["held_out_loss"] is None:
        return None
    options = [Option(name, name) for name in ("both-fall", "both-rise", "held-lower", "both-still")]
    words = {
        "train": numbers.loss(first["train_loss"]),
        "trained": numbers.loss(last["train_loss"]),
        "held": numbers.loss(first["held_out_loss"]),
        "held_out": numbers.loss(last["held_out_loss"]),
        "epoch": str(last["epoch"]),
    }
    return Draft(
        Option("right", "apart"),
        rng.sample(options, len(options)),
        f"/training/epochs/{len(epochs) - 1}/held_out_loss",
        lambda sign: sign == "apart",
        words,
    )


@asks("loss", "concept", "medium", "training")
def loss_before_training(trace: TrainingTrace, rng: Random) -> Draft:
    """Where the loss of epoch 0 comes from."""
    options = [Option(name, name) for name in ("random", "zero", "vectors", "data-error")]
    return Draft(
        Option("right", "shares"),
        rng.sample(options, len(options)),
        "/training/epochs/0/train_loss",
        lambda source: source == "shares",
        {"loss": numbers.loss(trace["training"]["epochs"][0]["train_loss"])},
    )
