"""Small models that fastText and floret train, and what they say the vectors of words are.

Ten threads: fastText's initialisation of a matrix fills as many tenths of it as there are threads, and leaves
the others to what lies in memory.
"""

import random
from pathlib import Path

import numpy as np
import pytest

LETTERS = random.Random(1)
SYLLABLES = ["ka", "to", "mi", "ré", "ßu", "中", "な", "ö", "xy", "ing"]
WORDS = ["".join(LETTERS.choices(SYLLABLES, k=LETTERS.randint(1, 4))) for _ in range(300)]
SENTENCES = [" ".join(LETTERS.choices(WORDS, k=10)) for _ in range(300)]
OOV = ["zebra", "a", "", "kat", "中中中", "tomingré", "🙂xy", "<ka>", "</s", "no such word", "x" * 300]
SETTINGS = {"dim": 10, "bucket": 500, "thread": 10, "verbose": 0, "lr": 0.05, "epoch": 1, "minCount": 1}

UNSUPERVISED = {
    "skipgram": {"model": "skipgram", "minn": 2, "maxn": 4},
    "cbow": {"model": "cbow", "minn": 1, "maxn": 3},
    "without n-grams": {"minn": 0, "maxn": 0},
}
SUPERVISED = {
    "supervised": {},
    "supervised, n-grams": {"minn": 2, "maxn": 3},
    "supervised, pairs of words": {"wordNgrams": 2},
    "supervised, n-grams, pairs of words": {"minn": 2, "maxn": 3, "wordNgrams": 2},
}
QUANTISED = {
    "quantised": {},
    "quantised, norms": {"qnorm": True, "dsub": 3},
    "quantised, cut off": {"cutoff": 300, "qnorm": True, "dsub": 4},
    "quantised, cut off, trained again": {"cutoff": 300, "retrain": True, "epoch": 1},
}
FLORET = {
    "floret": {"mode": "floret", "hashCount": 3, "minn": 1, "maxn": 3},
    "floret, whole words": {"mode": "floret", "hashCount": 1, "minn": 0, "maxn": 0},
    "floret's fastText": {"mode": "fasttext", "minn": 2, "maxn": 3},
}
NAMES = [*UNSUPERVISED, *SUPERVISED, *QUANTISED, *FLORET]


def trained(name, folder: Path):
    """A model by its name: the file, and the library's own model as it loads it from there."""
    library = pytest.importorskip("floret" if name in FLORET else "fasttext")
    file = folder / "model.bin"
    text = folder / "text.txt"
    if name in SUPERVISED or name in QUANTISED:
        text.write_text("\n".join(f"__label__{i % 4} {line}" for i, line in enumerate(SENTENCES)))
        n_grams = {"minn": 2, "maxn": 3} if name in QUANTISED else SUPERVISED[name]
        model = library.train_supervised(str(text), **SETTINGS, **n_grams)
    else:
        text.write_text("\n".join(SENTENCES))
        model = library.train_unsupervised(str(text), **SETTINGS, **{**UNSUPERVISED, **FLORET}[name])
    if name in QUANTISED:
        model.quantize(str(text), thread=10, verbose=0, **QUANTISED[name])
    model.save_model(str(file))
    return file, library.load_model(str(file))


def vectors_of(model, words):
    """The library's own vectors, (words, dim)."""
    return np.stack([model.get_word_vector(word) for word in words])


def mutate(data: bytes, random: random.Random) -> bytes:
    """A file that is damaged somewhere: bits flipped, numbers made huge, a part missing, doubled or moved."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(changed) or 1) if random.random() < 0.5 else random.randrange(200)
        match random.randrange(5):
            case 0 if at < len(changed):
                changed[at] ^= 1 << random.randrange(8)
            case 1:
                changed[at : at + 4] = random.choice(
                    [b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\xff" * 4, b"\0" * 4]
                )
            case 2:
                del changed[at : at + random.randint(1, 64)]
            case 3:
                changed[at:at] = changed[: random.randint(1, 64)]
            case 4:
                del changed[at:]
    return bytes(changed)
