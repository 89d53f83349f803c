"""How fast is prediction, text to label, beside fastText's predict and model2vec's encode?"""

import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from harness import (
    EPOCHS,
    RATIOS,
    Goal,
    Result,
    arguments,
    interleaved,
    peer,
    read_texts,
    size_of,
    times_faster,
    write_fasttext,
)

from wordglass import TextClassifier

ONE, TWO, ARROW = "wordglass, 1 thread", "wordglass, 2 threads", "wordglass, 1 thread, texts in Arrow"
FASTTEXT, MODEL2VEC = "fastText predict", "model2vec encode (no label)"


def main() -> None:
    """Train on the same reviews, then time prediction of test reviews, interleaved."""
    given = arguments(__doc__, rounds=5, rows=5000)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # model2vec's tokenizer would take every core
    fasttext, model2vec = peer("fasttext", "fasttext-numpy2-wheel"), peer("model2vec", "model2vec")
    static = model2vec.StaticModel.from_pretrained(static_model())
    texts, labels = read_texts("imdb", "train")
    ours = TextClassifier(C=1.0, epochs=EPOCHS, held_out=0).fit(texts, labels)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        write_fasttext(file, map(plain, texts.to_pylist()), labels)
        theirs = fasttext.train_supervised(input=str(file), dim=50, epoch=EPOCHS, thread=2, verbose=0)

    arrow = read_texts("imdb")[0].slice(0, given.rows)
    strings = arrow.to_pylist()
    plain_strings = [plain(text) for text in strings]
    seconds = interleaved(
        {
            ONE: lambda: ours.set_params(threads=1).predict(strings),
            TWO: lambda: ours.set_params(threads=2).predict(strings),
            ARROW: lambda: ours.set_params(threads=1).predict(arrow),
            FASTTEXT: lambda: theirs.predict(plain_strings),
            MODEL2VEC: lambda: static.encode(plain_strings, max_length=None, use_multiprocessing=False),
        },
        given.rounds,
    )
    megabytes = size_of(arrow) / 1e6
    rows = [
        {
            "contender": name,
            "MB/s": megabytes / median(taken),
            "texts/s": round(len(strings) / median(taken)),
            "times the seconds of wordglass, 1 thread": times_faster(seconds, ONE, name),
        }
        for name, taken in seconds.items()
    ]
    Result(
        "predict",
        __doc__,
        f"{len(strings):,} IMDb test reviews, {megabytes:.1f} MB, as a list of str in memory. fastText (dim "
        "50, trained on the same 25,000 reviews) gets them in lower case and without line ends, prepared "
        "beforehand; model2vec (64 dimensions, the model of tokenlearn-static-model) reads whole reviews and "
        "stops before any label; both use one thread. "
        f"Medians of {given.rounds} interleaved rounds; {RATIOS}.",
        {"Prediction": rows},
        [
            Goal("1 thread against fastText's predict", times_faster(seconds, ONE, FASTTEXT), least=8),
            Goal("the same, 2 threads", times_faster(seconds, TWO, FASTTEXT), least=8),
            Goal("1 thread against model2vec's encode", times_faster(seconds, ONE, MODEL2VEC), least=50),
        ],
    ).finish(peers=("fasttext-numpy2-wheel", "model2vec", "tokenlearn-static-model"))


def static_model() -> Path:
    """The folder of the Model2Vec model that tokenlearn-static-model carries; its code is not imported."""
    found = importlib.util.find_spec("static_model")
    if found is None or found.origin is None:
        sys.exit("tokenlearn-static-model is not installed: pip install -e '.[bench]'")
    return Path(found.origin).parent / "model"


def plain(text: str) -> str:
    """What fastText's predict takes: one line, in the case of its training."""
    return " ".join(text.lower().splitlines())


if __name__ == "__main__":
    main()
