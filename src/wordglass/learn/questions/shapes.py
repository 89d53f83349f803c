"""What goes into a stage and what comes out of it."""

from random import Random

from wordglass.learn.questions.question import Draft, Option, asks, whole
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace


def dimensions(trace: TrainingTrace) -> tuple[int, int]:
    """How many numbers a word's vector has, and how many a text's after pooling: the last of their shapes."""
    shapes = {stage["name"]: stage["shape_out"] for stage in trace["stages"]}
    word, text = (int(shapes[name].rsplit(" ", 1)[1]) for name in ("embedding lookup", "pooling"))
    return word, text


@asks("shapes", "shape", "easy", "stages")
def shape_after(trace: TrainingTrace, rng: Random) -> Draft:
    """The shape that a stage gives, among those of the others."""
    stages = [(at, stage) for at, stage in enumerate(trace["stages"]) if stage["name"] != "counting"]
    at, asked = rng.choice(stages[1:4])
    rows = numbers.plural(trace["data"]["train_rows"], "row")
    width = dict(zip(("embedding lookup", "pooling"), dimensions(trace), strict=True)).get(asked["name"])
    others = [
        Option("other-stage", of["shape_out"], of["shape_out"], {"stage": of["name"]})
        for _, of in stages
        if of is not asked
    ]
    return Draft(
        Option("right", asked["shape_out"], asked["shape_out"]),
        rng.sample(others, len(others)),
        f"/stages/{at}/shape_out",
        lambda shape: (
            shape == asked["shape_out"]
            and shape.startswith(f"{rows} x ")
            and (width is None or shape.endswith(f" x {width}"))
        ),
        {
            "stage": asked["name"],
            "what": asked["what"],
            "shape": asked["shape_out"],
            "into": asked["shape_in"],
        },
    )


@asks("shapes", "shape", "medium", "stages")
def numbers_after_lookup(trace: TrainingTrace, rng: Random) -> Draft:
    """How many numbers stand for a text of some known words before pooling."""
    dim, _ = dimensions(trace)
    words = rng.randint(3, 12)
    rows = trace["data"]["train_rows"]
    return Draft(
        whole("right", words * dim),
        [
            whole("pooled", dim),
            whole("sum", words + dim),
            whole("square", dim * dim),
            whole("rows", words * rows),
            whole("one", words),
        ],
        f"/stages/{_at(trace, 'embedding lookup')}/shape_out",
        lambda count: count % dim == 0 and count // dim == words,
        {
            "words": str(words),
            "dim": numbers.count(dim),
            "count": numbers.count(words * dim),
            "rows": numbers.count(rows),
        },
    )


@asks("shapes", "shape", "easy", "stages")
def pooled_of_longer(trace: TrainingTrace, rng: Random) -> Draft:
    """A text twice as long has a pooled vector as long as before."""
    dim, pooled = dimensions(trace)
    words = rng.randint(4, 20)
    return Draft(
        whole("right", pooled),
        [
            whole("doubled", 2 * pooled),
            whole("all", 2 * words * dim),
            whole("one-a-word", 2 * words),
            whole("halved", pooled // 2),
        ],
        f"/stages/{_at(trace, 'pooling')}/shape_out",
        lambda count: trace["stages"][_at(trace, "pooling")]["shape_out"].endswith(f" x {count}"),
        {"words": str(words), "twice": str(2 * words), "pooled": numbers.count(pooled)},
    )


@asks("shapes", "shape", "medium", "training")
def weights_of_head(trace: TrainingTrace, rng: Random) -> Draft:
    """How many weights the head has."""
    features, outputs = trace["training"]["features"], trace["training"]["outputs"]
    classes, rows = len(trace["data"]["classes"]), trace["data"]["train_rows"]
    weights = features * outputs
    return Draft(
        whole("right", weights),
        [
            whole("with-biases", weights + outputs)
            if outputs > 1
            else whole("both-classes", weights * classes),
            whole("sum", features + outputs),
            whole("rows", rows * features),
            whole("by-rows", rows * outputs),
            whole("more-outputs", features * (outputs + 1)),
        ],
        "/training/features",
        lambda count: count % features == 0 and count // features == outputs,
        {
            "features": numbers.plural(features, "feature"),
            "outputs": numbers.plural(outputs, "output"),
            "biases": numbers.plural(outputs, "bias"),
            "count": numbers.count(weights),
            "rows": numbers.count(rows),
        },
    )


@asks("shapes", "output", "easy", "training")
def outputs_of_head(trace: TrainingTrace, rng: Random) -> Draft:
    """How many scores the head computes for a text."""
    training, classes = trace["training"], len(trace["data"]["classes"])
    one = classes == 2 and not trace["data"]["multi_label"]
    wrong = [
        whole("features", training["features"]),
        whole("rows", trace["data"]["train_rows"]),
        whole("squared", classes * classes),
        whole("stages", 5),
    ]
    if one:
        wrong.insert(0, whole("two", 2))
    return Draft(
        whole("right", training["outputs"]),
        wrong,
        "/training/outputs",
        lambda count: count == (1 if one else classes),
        {
            "classes": str(classes),
            "outputs": numbers.plural(training["outputs"], "output"),
            "features": numbers.plural(training["features"], "feature"),
            "rows": numbers.count(trace["data"]["train_rows"]),
        },
        because="of-two" if one else "explanation",
    )


def _at(trace: TrainingTrace, name: str) -> int:
    """The place of a stage in the trace."""
    return [stage["name"] for stage in trace["stages"]].index(name)
