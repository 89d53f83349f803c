"""What ``wordglass explain`` writes of two short texts, by the model of ``wordglass demo``.

python docs/explained.py
"""

from wordglass import TextClassifier

TEXTS = ["A late goal", "Shares fell"]


def main() -> None:
    """Print the table of shares, and what it sums to."""
    clf = TextClassifier.load("build/bbc-news.model")
    table = clf.explain_many(TEXTS)
    names = [name for name in table.column_names if name.startswith("share_")][:3]
    columns = ["row", "token", "start", "end", *names]
    print("  ".join(f"{name:>{max(6, len(name))}}" for name in columns) + "   ...")
    for row in table.select(columns).to_pylist():
        cells = [f"{value:+.4f}" if isinstance(value, float) else str(value) for value in row.values()]
        print("  ".join(f"{cell:>{max(6, len(name))}}" for cell, name in zip(cells, columns, strict=True)))


if __name__ == "__main__":
    main()
