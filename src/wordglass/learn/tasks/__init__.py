"""Tasks that a learner does with real commands and programs, made from a run and checked by running them."""

from collections.abc import Callable

from wordglass.learn.tasks.files import another_pooling, evaluated, neighbours, smaller, words_used
from wordglass.learn.tasks.programs import pooled_vector, score_by_hand
from wordglass.learn.tasks.task import Task
from wordglass.learn.tasks.texts import one_word, order_counts, same_in_any_order, sure_text, unknown_words
from wordglass.opened import Opened

# From easy to hard. Each makes its task of what the run has, or none where it has not what it takes.
MAKERS: tuple[Callable[[Opened], Task | None], ...] = (
    words_used,
    unknown_words,
    sure_text,
    evaluated,
    same_in_any_order,
    order_counts,
    one_word,
    neighbours,
    another_pooling,
    smaller,
    pooled_vector,
    score_by_hand,
)


def tasks(opened: Opened) -> list[Task]:
    """The tasks of a run, from easy to hard, the same ones each time."""
    found: list[Task] = opened.remembered(
        "tasks", lambda: [task for make in MAKERS if (task := make(opened))]
    )
    return found
