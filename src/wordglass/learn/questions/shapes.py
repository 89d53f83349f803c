"""What goes into a stage and what comes out of it."""

from random import Random

from wordglass.learn.questions.question import Draft, Option, asks
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace


def dimensions(trace: TrainingTrace) -> tuple[int, int]:
    """How many numbers a word's vector has, and how many a text's after pooling: the last of their shapes."""
    shapes = {stage["name"]: stage["shape_out"] for stage in trace["stages"]}
    return tuple(int(shapes[name].rsplit(" ", 1)[1]) for name in ("embedding lookup", "pooling"))  # type: ignore[return-value]


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
