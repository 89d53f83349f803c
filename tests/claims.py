"""A claim's document with numbers drawn by chance, for views, which do not ask where numbers come from."""

import numpy as np

from wordglass.trace.document import VERSION

ARMS = ("pretrained", "random", "shuffled", "scratch", "tf-idf", "hybrid")
LEVELS = dict(zip(ARMS, (0.16, 0.0, 0.02, 0.05, 0.1, 0.2), strict=True))


def interval(value, half):
    return {"value": value, "low": value - half, "high": value + half}


def claim(sizes=(8, 16, 32, 64, 128, None), draws=3, source="news.csv", seed=0, missing=()):
    rng = np.random.default_rng(seed)
    classes = ["business", "sport", "tech", "world"]
    told = [
        {"size": size, "rows": 900 if size is None else 4 * size, "draws": 1 if size is None else draws}
        for size in sizes
    ]
    runs, points = [], []
    for at, size in enumerate(told):
        for arm in ARMS:
            accuracies = []
            for draw in range(size["draws"]):
                accuracy = float(0.45 + LEVELS[arm] * (1 - at / 12) + 0.06 * at + rng.normal() * 0.015)
                accuracies.append(accuracy)
                pace = 1 if arm == "pretrained" else 4
                epochs = [
                    {
                        "epoch": e,
                        "train_loss": float(np.exp(-e / 3)),
                        "held_out_loss": float(0.4 + np.exp(-e / 3)),
                        "held_out_accuracy": accuracy - 0.4 * float(np.exp(-e / pace)),
                        "seconds": 0.002 * e * (30 if arm == "scratch" else 1),
                    }
                    for e in range(12 + int(rng.integers(4)))
                ]
                runs.append(
                    {
                        "arm": arm, "size": size["size"], "rows": size["rows"], "draw": draw, "C": 1.0,
                        "chosen": "C 1", "accuracy": accuracy, "macro_f1": accuracy - 0.02, "seconds": 0.1,
                        "epochs": [] if arm == "tf-idf" else epochs,
                    }
                )  # fmt: skip
            mean = float(np.mean(accuracies))
            points.append(
                {
                    "arm": arm, "size": size["size"], "rows": size["rows"], "draws": size["draws"],
                    "accuracy": interval(mean, 0.06 - 0.008 * at), "macro_f1": interval(mean - 0.02, 0.06),
                    "seconds": 0.1,
                }
            )  # fmt: skip
    mean = {(p["arm"], p["size"]): p["accuracy"]["value"] for p in points}
    pairs = [("pretrained", other) for other in ARMS[1:]] + [("shuffled", "random")]
    differences = [
        {
            "arm": arm, "other": other, "size": size["size"], "rows": size["rows"], "draws": size["draws"],
            "accuracy": interval(mean[arm, size["size"]] - mean[other, size["size"]], 0.03),
            "macro_f1": interval(mean[arm, size["size"]] - mean[other, size["size"]], 0.035),
        }
        for size in told for arm, other in pairs
    ]  # fmt: skip
    faster = [
        {
            "other": other, "size": size["size"], "target": mean[other, size["size"]],
            "reached": size["draws"], "draws": size["draws"], "fewer": size["draws"], "as_many": 0,
            "epochs": 2.0, "epochs_other": 9.0, "seconds": 0.004, "seconds_other": 0.3,
        }
        for size in told for other in ("random", "shuffled", "scratch")
    ]  # fmt: skip
    less = [
        {
            "other": other, "size_other": size["size"], "rows_other": size["rows"],
            "accuracy": mean[other, size["size"]],
            **(
                {"rows": None, "beyond": "more"} if other == "hybrid"
                else {"rows": size["rows"] * 0.4, "beyond": "within"}
            ),
        }
        for size in told[-2:] for other in ARMS[1:]
    ]  # fmt: skip
    answers = ("holds", "fails", "cannot tell")
    verdicts = [
        {
            "question": question, "other": other, "verdict": answers[(i + j) % 3 if other else i],
            "sentence": ("" if other else f"{question}: ")
            + f"at 64 a class it has {80 + j}.0%, the other 7{i}.1%: +3.1 points (+1.0 to +5.2)",
            "rule": f"{question} where the 95% interval at every size lies above zero; fails where below",
        }
        for i, question in enumerate(("more accurate", "faster", "with less data"))
        for j, other in enumerate((None, *ARMS[1:]))
    ]  # fmt: skip
    return {
        "format": "wordglass-trace", "version": VERSION, "kind": "claim", "source": source, "rows": 1200,
        "train_rows": 900, "held_out_rows": 300, "classes": classes, "multi_label": False, "coverage": 0.93,
        "arms": [{"arm": arm, "what": f"a table of 9,000 x 50 numbers, {arm}"} for arm in ARMS],
        "sizes": told, "runs": runs, "points": points, "differences": differences,
        "faster": faster, "less": less, "verdicts": verdicts, "missing": list(missing),
        "provenance": {
            "created": "2026-11-23T00:00:00+00:00", "command": "wordglass claim news.csv", "seed": 0,
            "threads": 2, "data_sha256": "0" * 64, "vectors": "glove", "vectors_source": "somewhere",
            "vectors_sha256": "1" * 64, "vectors_licence": "PDDL", "versions": {"wordglass": "0.1"},
            "seconds": 41.2,
        },
    }  # fmt: skip
