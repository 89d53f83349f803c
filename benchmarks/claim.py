"""Do pre-trained vectors keep the lesson's promise on five sets, and does an independent script agree?"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from claim_page import slim
from harness import Goal, Result, Row, read_texts, wordglass
from sklearn.model_selection import StratifiedShuffleSplit

from wordglass import claim
from wordglass.arrow import take
from wordglass.claiming import prepare
from wordglass.claiming.arms import Bench
from wordglass.claiming.plan import draw_rows
from wordglass.trace.claim import ClaimDifference, ClaimTrace

SETS = ("ag_news", "sst2", "emotion", "sms_spam", "stackoverflow20")
# Questions by their type, which words such as "who" and "how" tell: shown, and not among the goals
HARD = ("trec6",)
ROWS, HELD_OUT = 2_000, 1_000  # of the training and the test part, at most
OTHERS = ("random", "shuffled", "tf-idf")
TABLES = ("wordglass-en", "glove-6b-50d")
WHY, DRAWS = "stackoverflow20", 4
CHECK = Path(__file__).with_name("claim_check.py")


def main() -> None:
    """Measure each set with each table, and once more without wordglass."""
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder, "vectors.txt")
        subprocess.run(wordglass("vectors", "export", TABLES[0], exported), check=True)
        measure(tuple(sys.argv[1:]) or SETS + HARD, exported)


def measure(sets: Sequence[str], exported: Path) -> None:
    """The same, for the script with the vectors that are in a text file."""
    verdicts: list[Row] = []
    steps: list[Row] = []
    noise: list[Row] = []
    agreed = better = alike = pairs = 0
    longest = 0.0
    claims: dict[str, Any] = {}  # for the page of the docs
    for name in sets:
        train, test = part(name, "train", ROWS), part(name, "test", HELD_OUT)
        for vectors in TABLES:
            found = claim(*train, held_out=test, vectors=vectors)
            print(f"{name}, {vectors}: {found['provenance']['seconds']:.1f} s", file=sys.stderr)
            own = {(v["question"], v["other"]): v["verdict"] for v in found["verdicts"]}
            row: Row = {"set": name, "vectors": vectors, "seconds": found["provenance"]["seconds"]}
            for question in ("more accurate", "faster", "with less data"):
                for other in (None, "tf-idf"):
                    row[f"{question}, {other or 'the lesson'}"] = own[question, other]
            verdicts.append(row)
            if vectors != TABLES[0]:
                continue
            claims[name] = slim(found)
            longest = max(longest, found["provenance"]["seconds"])
            checked = check(train, test, exported)
            for other in OTHERS:
                theirs = checked[other]
                same_verdict = own["more accurate", other] == theirs["verdict"]
                print(f"  {other}: {own['more accurate', other]}, {theirs['verdict']}", file=sys.stderr)
                agreed += same_verdict
                pairs += 1
                step: Row = {"set": name, "other": other}
                step |= {"wordglass": own["more accurate", other], "the script": theirs["verdict"]}
                for size in (8, 64):
                    step[f"at {size} a class"] = said(of(found, "pretrained", other, size)["accuracy"])
                    step[f"the script at {size}"] = said(
                        dict(zip(("value", "low", "high"), theirs["differences"][str(size)], strict=True))
                    )
                steps.append(step)
            better += name not in HARD and all(
                of(found, "pretrained", other, size)["accuracy"]["low"] > 0
                for other in ("random", "shuffled")
                for size in (8, 64)
            )
            inside = [
                one for one in found["differences"] if (one["arm"], one["other"]) == ("shuffled", "random")
            ]
            same = sum(within_each_other(found, one["size"]) for one in inside)
            alike += name not in HARD and same == len(inside)
            widest = max(inside, key=lambda one: abs(one["accuracy"]["value"]))
            noise.append(
                {
                    "set": name,
                    "sizes": len(inside),
                    "within each other's interval": same,
                    "largest": said(widest["accuracy"]),
                    "at": "all" if widest["size"] is None else str(widest["size"]),
                }
            )
    Result(
        "claim",
        __doc__ or "",
        f"`wordglass.claim` on {ROWS:,} training rows of each set at most, on {HELD_OUT:,} of its test rows; "
        "the script, `benchmarks/claim_check.py`, has its own words, pooling, draws, heads (scikit-learn's "
        "LogisticRegressionCV) and intervals (a pigeonhole bootstrap), and reads the vectors from a file. "
        "Differences are points of accuracy with 95% intervals.",
        {
            "Verdicts; the lesson's rivals are random, shuffled and learned vectors": verdicts,
            f"Pre-trained vectors ({TABLES[0]}) less each other, by wordglass and by the script": steps,
            "Shuffled less random vectors: neither has meaning": noise,
            f"What makes them differ: accuracy on {WHY} with 16 labels a class, the mean of {DRAWS} draws": [
                why(part(WHY, "train", ROWS), part(WHY, "test", HELD_OUT))
            ],
        },
        [
            Goal(
                "sets on which pre-trained beat random and shuffled vectors at 8 and 64 a class",
                better,
                least=len(set(sets) - set(HARD)),
            ),
            Goal(f"verdicts of {pairs} on which the script agrees", agreed, least=pairs),
            Goal(
                "sets on which shuffled and random are within each other's interval at all sizes",
                alike,
                least=len(set(sets) - set(HARD)),
            ),
            Goal("seconds, the longest", longest, most=60),
        ],
        {"claims": claims},
    ).finish()


def why(train: Any, test: Any) -> Row:
    """What random vectors reach that have more and more of the table's shape."""
    ready = prepare(*train, held_out=test, vectors=TABLES[0])
    m, bench, dim = ready.material, Bench(ready.material, 0, None), ready.material.table.dim
    own = m.vectors[1:, :dim].astype(float)
    lengths = np.linalg.norm(own, axis=1)
    right: dict[str, list[float]] = {}
    for draw in range(DRAWS):
        rng = np.random.default_rng([1, draw])
        plain = rng.normal(own.mean(axis=0), own.std(axis=0), own.shape)
        units = plain / np.linalg.norm(plain, axis=1)[:, None]
        tables = {
            "shuffled": rng.permutation(own),
            "random": plain,
            "and the table's lengths, dealt anew": units * rng.permutation(lengths)[:, None],
            "random, correlated as the table": rng.multivariate_normal(
                own.mean(axis=0), np.cov(own.T), len(own), method="eigh"
            ),
            "random, each word with its own length": units * lengths[:, None],
        }
        rows = draw_rows(m, 16, 0, draw)
        for name, table in tables.items():
            vectors = m.vectors.copy()
            vectors[1:, :dim] = table
            guess = bench.train_on(vectors, rows).guess
            right.setdefault(name, []).append(float((guess == m.truth).mean()))
    return {name: float(np.mean(of)) for name, of in right.items()}


def part(name: str, which: str, most: int) -> tuple[Any, list[str]]:
    """Rows of a set, each class by its share, of classes with two rows and more."""
    texts, labels = read_texts(name, which)
    if len(labels) <= most:
        return texts, labels
    rows, _ = next(StratifiedShuffleSplit(1, train_size=most, random_state=0).split(labels, labels))
    return take(texts, np.sort(rows)), [labels[i] for i in np.sort(rows)]


def check(train: Any, test: Any, exported: Path) -> Any:
    """What the script says, in a process of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for held_out, (texts, labels) in ((False, train), (True, test)):
            for text, label in zip(texts.to_pylist(), labels, strict=True):
                file.write(json.dumps({"text": text, "label": label, "held_out": held_out}) + "\n")
        file.flush()
        command = [sys.executable, str(CHECK), file.name, str(exported)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def of(found: ClaimTrace, arm: str, other: str, size: int | None) -> ClaimDifference:
    """A difference of the document."""
    return next(
        one for one in found["differences"] if (one["arm"], one["other"], one["size"]) == (arm, other, size)
    )


def within_each_other(found: ClaimTrace, size: int | None) -> bool:
    """Whether the mean accuracies of shuffled and random vectors lie in each other's interval."""
    one, other = (
        next(p["accuracy"] for p in found["points"] if (p["arm"], p["size"]) == (arm, size))
        for arm in ("shuffled", "random")
    )
    return one["low"] <= other["value"] <= one["high"] and other["low"] <= one["value"] <= other["high"]


def said(interval: Any) -> str:
    """An interval in points."""
    value, low, high = (100 * interval[end] for end in ("value", "low", "high"))
    return f"{value:+.1f} ({low:+.1f} to {high:+.1f})"


if __name__ == "__main__":
    main()
