"""One sentence, six kinds of word vectors: the same classifier on each, on 1,000 BBC news articles.

python docs/six_kinds.py

Three kinds come from installed packages by name. The other three are trained here on the same articles, by
the libraries that make such files, and given by their paths. How a file is written is found out from its
content.
"""

import re
import tempfile
from pathlib import Path

import fasttext
import floret
import numpy as np
from gensim.models import Word2Vec

from wordglass import TextClassifier, load_vectors
from wordglass.corpus.bbc import bbc_news
from wordglass.vectors.names import remove

SENTENCE = "The striker's unplayable volleys sank Arsenal, said a jubilant manager."
TRAINING = 1000  # articles
COLUMNS = "{:<18} {:<35} {:>9} {:>5} {:>9}  {}"
THREADS = 10  # with fewer, fastText and floret leave parts of their matrices as they lie in memory


def main() -> None:
    """Train six classifiers and print what each makes of the sentence."""
    articles = bbc_news()
    order = np.random.default_rng(0).permutation(len(articles.texts))
    texts = [articles.texts[int(row)].as_py() for row in order]
    labels = [articles.labels[row] for row in order]
    print(f"trained on {TRAINING:,} articles, {len(texts) - TRAINING:,} held out", end="\n\n")
    print(SENTENCE, end="\n\n")
    print(COLUMNS.format("vectors", "found as", "words", "known", "accuracy", "predicted"))
    with tempfile.TemporaryDirectory() as folder:
        named = {
            "GloVe": "glove-6b-50d",
            "Model2Vec": "tokenlearn-static-model",
            "WordLlama": "wordllama-l2-256",
        }
        trained = train_vectors(texts[:TRAINING], Path(folder))
        for kind, vectors in {**named, **trained}.items():
            classifier = TextClassifier(vectors, preset="lesson", epochs=20, C=1.0, held_out=0)
            classifier.fit(texts[:TRAINING], labels[:TRAINING])
            accuracy = classifier.score(texts[TRAINING:], labels[TRAINING:])
            trace = classifier.trace(SENTENCE)
            known = f"{trace['known']}/{len(trace['tokens'])}"
            table = load_vectors(vectors)
            found, words = (
                table.manifest["found"].removesuffix(" list of words"),
                f"{len(table):,}" if len(table) else "-",
            )
            predicted = ", ".join(trace["predicted"])
            print(COLUMNS.format(kind, found, words, known, f"{accuracy:.2f}", predicted))
        for path in trained.values():
            remove(path)  # the tables in the cache that were made from these files


def train_vectors(texts: list[str], folder: Path) -> dict[str, str]:
    """Vectors of gensim, fastText and floret, as these save them: the paths of their files."""
    lines = [re.findall(r"\w+", text.lower()) for text in texts]
    corpus = folder / "articles.txt"
    corpus.write_text("\n".join(" ".join(words) for words in lines))
    of_words, of_both, of_ngrams = (str(folder / name) for name in ("words.kv", "both.bin", "ngrams.floret"))
    Word2Vec(lines, vector_size=50, sg=1, epochs=3, seed=0, workers=1).wv.save(of_words)
    settings = {"dim": 50, "minn": 4, "maxn": 5, "thread": THREADS, "verbose": 0}
    fasttext.train_unsupervised(str(corpus), bucket=50_000, **settings).save_model(of_both)
    floret.train_unsupervised(
        str(corpus), mode="floret", bucket=20_000, hashCount=2, **settings
    ).save_floret_vectors(of_ngrams)
    return {"gensim's word2vec": of_words, "fastText": of_both, "floret": of_ngrams}


if __name__ == "__main__":
    main()
