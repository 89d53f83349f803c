"""The experiment as a whole: prepared, said what it will do, carried out, told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from wordglass.claiming import verdicts
from wordglass.claiming.arms import Bench
from wordglass.claiming.material import Material, material
from wordglass.claiming.names import NAMES, arm_told
from wordglass.claiming.plan import Plan, plan, told
from wordglass.claiming.sweep import OnRun, Swept, missing, sweep
from wordglass.claiming.telling import Told
from wordglass.errors import ArgumentError
from wordglass.parallel import usable_threads
from wordglass.parts import Parts, divide
from wordglass.targets import Targets
from wordglass.trace.claim import (
    ClaimTrace,
    Verdict,
)
from wordglass.trace.document import VERSION
from wordglass.trace.provenance import data_sha256, provenance
from wordglass.trace.shown import show
from wordglass.vectors import VectorTable, load_vectors

DEFAULT_VECTORS = "wordglass-en"
QUESTIONS = tuple(verdicts.RULES)


@dataclass(frozen=True)
class Experiment:
    """An experiment that is ready to be carried out."""

    parts: Parts
    material: Material
    plan: Plan
    source: str
    seed: int
    threads: int | None
    began: float

    def words(self) -> list[str]:
        """What there is to say before work starts: the plan, what it cannot answer, what to keep in mind."""
        return [told(self.plan, self.material), *self.plan.cannot, *self.plan.caution]

    def carry_out(
        self, *, budget: float | None = None, command: str = "", on_run: OnRun | None = None
    ) -> tuple[ClaimTrace, bool]:
        """Train all arms and tell what came of it; and whether the user interrupted it.

        KeyboardInterrupt comes through only where nothing is finished yet.
        """
        swept = sweep(Bench(self.material, self.seed, self.threads), self.plan, budget, on_run)
        return self._document(swept, command), swept.interrupted

    def _document(self, swept: Swept, command: str) -> ClaimTrace:
        m = self.material
        read = Told(self.plan, swept)
        points, differences = read.points(), read.differences()
        others = self.plan.arms[1:] if self.plan.arms[0] == "pretrained" else ()
        faster = {other: read.faster(other) for other in others}
        less = {other: read.less(other, points) for other in others}
        found: list[Verdict] = []
        for question in QUESTIONS:
            own = []
            for other in others:
                between = [one for one in differences if one["arm"] == "pretrained" and one["other"] == other]
                if not between:
                    why = f"nothing was measured of both pre-trained vectors and {NAMES[other]}"
                    own.append(verdicts.cannot_tell(question, other, why))
                elif question == "more accurate":
                    own.append(verdicts.more_accurate(other, between))
                elif question == "faster":
                    own.append(verdicts.faster(other, read.share_faster(other), faster[other]))
                elif len(self.plan.sizes) == 1:
                    own.append(verdicts.cannot_tell(question, other, self.plan.cannot[0]))
                else:
                    own.append(verdicts.with_less(other, read.share_less(other), less[other]))
            if own:
                found += [verdicts.in_all(question, own), *own]
            else:
                found.append(verdicts.cannot_tell(question, None, self.plan.cannot[-1]))
        ordered = [run for arm in self.plan.arms for run in swept.runs.values() if run["arm"] == arm]
        return ClaimTrace(
            format="wordglass-trace",
            version=VERSION,
            kind="claim",
            source=self.source,
            rows=len(m.texts),
            train_rows=len(m.train),
            held_out_rows=len(m.test),
            classes=m.classes,
            multi_label=m.multi_label,
            coverage=m.coverage,
            arms=[arm_told(arm, m) for arm in self.plan.arms],
            sizes=self.plan.sizes,
            runs=ordered,
            points=points,
            differences=differences,
            faster=[one for of in faster.values() for one in of],
            less=[one for of in less.values() for one in of],
            verdicts=found,
            missing=[*self.plan.cannot, *self.plan.caution, *missing(self.plan, swept)],
            provenance=provenance(
                data_sha256(m.texts, self.parts.targets.labels()),
                m.table,
                seed=self.seed,
                threads=usable_threads(self.threads),
                command=command,
                seconds=perf_counter() - self.began,
            ),
        )


def prepare(
    texts: Iterable[str],
    labels: Iterable[Any] | Targets,
    *,
    vectors: str | VectorTable = DEFAULT_VECTORS,
    held_out: float | tuple[Iterable[str], Iterable[Any]] = 0.2,
    sizes: Sequence[int] | None = None,
    draws: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    source: str = "memory",
) -> Experiment:
    """Divide, split and look up all rows, and plan; arguments and errors as of ``claim``."""
    began = perf_counter()
    if not isinstance(held_out, tuple) and not 0 < held_out < 1:
        raise ArgumentError(
            f"held_out={held_out}: the arms are compared on held-out rows; give a share such as 0.2"
        )
    parts = divide(texts, labels, held_out, seed, source)
    if not len(parts.test):
        raise ArgumentError(
            "held_out: no row is held out, and the arms are compared on such rows; give more rows"
        )
    table = load_vectors(vectors) if isinstance(vectors, str) else vectors
    ready = material(parts, table, threads)
    return Experiment(parts, ready, plan(ready, sizes, draws), source, seed, threads, began)


def claim(
    texts: Iterable[str],
    labels: Iterable[Any],
    *,
    vectors: str | VectorTable = DEFAULT_VECTORS,
    held_out: float | tuple[Iterable[str], Iterable[Any]] = 0.2,
    sizes: Sequence[int] | None = None,
    draws: int | None = None,
    budget: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    tell: Callable[[str], None] = lambda words: None,
    on_run: OnRun | None = None,
) -> ClaimTrace:
    """Measure whether pre-trained vectors are more accurate, faster and do with less data on these texts.

    Six arms are trained on the same rows, with the same tokeniser, folds and held-out rows: pre-trained
    vectors; random ones; the pre-trained ones dealt anew among the words; vectors learned from scratch;
    TF-IDF; and vectors with counts.

    Parameters
    ----------
    texts, labels
        The rows; a label each, or a list of labels each.
    vectors
        The table: a name, a path, several joined by ``+``, or a ``VectorTable``.
    held_out
        The share of rows on which the arms are compared, or (texts, labels) of their own.
    sizes
        Labelled rows a class; 8, 16, 32, ... up to four fifths of all where not given. All rows are always
        the last size. A class that has fewer gives all; of several labels a row, it is rows by labels.
    draws
        How often each size is drawn: 4 times, of 20 classes and more 3 times, where not given.
    budget
        Seconds after which no training is begun: draws are left out before sizes, and large sizes before
        small ones.
    seed
        That of split, draws, folds and random vectors.
    threads
        As many as there are processors where not given. Accuracies are the same at any number.
    tell
        Called, before work starts, with what will be done and what cannot be answered.
    on_run
        Called with each training as it ends, how many have, and how many there are.

    Returns the document that ``wordglass.trace.claim`` describes. Ctrl-C ends it early: what is finished is
    returned, and ``missing`` says what is not. Errors: DataError for rows that cannot be divided, as where
    there is one class; ArgumentError for arguments that cannot be.

    >>> texts = [f"{word} day {n}" for n in range(20) for word in ("sunny", "rainy")]
    >>> found = claim(texts, ["good", "bad"] * 20, draws=2)
    >>> [size["size"] for size in found["sizes"]], len(found["verdicts"])
    ([8, None], 18)
    """
    if budget is not None and not budget > 0:
        raise ArgumentError(f"budget={budget}: give seconds, more than 0")
    ready = prepare(
        texts,
        labels,
        vectors=vectors,
        held_out=held_out,
        sizes=sizes,
        draws=draws,
        seed=seed,
        threads=threads,
    )
    for words in ready.words():
        tell(words)
    found, _ = ready.carry_out(budget=budget, command="wordglass.claim", on_run=on_run)
    return show(found)
