"""One sentence, six kinds of word vectors: the same classifier on each, on 1,000 BBC news articles.

python docs/six_kinds.py

Three kinds come from installed packages by name. The other three are trained here, by the libraries that
make such files, and given by their paths. How a file is written is found out from its content.
"""

import tempfile
from pathlib import Path

import fasttext
import floret
import numpy as np
from gensim.models import Word2Vec

from wordglass import TextClassifier, load_vectors, tokenise
from wordglass.corpus.bbc import bbc_news

SENTENCE = "The striker's unplayable volleys sank Arsenal, said a jubilant manager."
TRAINING = 1000  # articles


def main() -> None:
    """Train six classifiers and print what each makes of the sentence."""
    articles = bbc_news()
    order = np.random.default_rng(0).permutation(len(articles.texts))
    texts = [articles.texts[int(row)].as_py() for row in order]
    labels = [articles.labels[row] for row in order]
    print(SENTENCE, end="\n\n")
    print(f"{'vectors':<28}{'found as':<40}{'known':>7}  {'accuracy':>8}  predicted")
    with tempfile.TemporaryDirectory() as folder:
        trained = train_vectors([" ".join(words(text)) for text in texts], Path(folder))
        for kind, vectors in {
            "GloVe": "glove-6b-50d",
            "Model2Vec": "tokenlearn-static-model",
            "WordLlama": "wordllama-l2-256",
            **trained,
        }.items():
            classifier = TextClassifier(vectors, epochs=20, C=1.0, held_out=0)
            classifier.fit(texts[:TRAINING], labels[:TRAINING])
            accuracy = classifier.score(texts[TRAINING:], labels[TRAINING:])
            trace = classifier.trace(SENTENCE)
            known = f"{trace['known']}/{len(trace['tokens'])}"
            found = load_vectors(vectors).manifest["found"]
            print(f"{kind:<28}{found:<40}{known:>7}  {accuracy:>8.1%}  {', '.join(trace['predicted'])}")


def train_vectors(lines: list[str], folder: Path) -> dict[str, str]:
    """Vectors of gensim, fastText and floret, as these save them: the paths of their files."""
    corpus = folder / "articles.txt"
    corpus.write_text("\n".join(lines))
    Word2Vec([line.split() for line in lines], vector_size=50, seed=0, workers=1).wv.save(
        str(folder / "word2vec.kv")
    )
    fasttext.train_unsupervised(str(corpus), dim=50, bucket=50_000, thread=10, verbose=0).save_model(
        str(folder / "skipgram.bin")
    )
    floret.train_unsupervised(
        str(corpus), mode="floret", dim=50, bucket=20_000, hashCount=2, thread=10, verbose=0
    ).save_vectors(str(folder / "vectors.floret"))
    return {
        "gensim's word2vec": str(folder / "word2vec.kv"),
        "fastText, n-grams for others": str(folder / "skipgram.bin"),
        "floret, n-grams alone": str(folder / "vectors.floret"),
    }


def words(text: str) -> list[str]:
    """A text's tokens."""
    return [token.text for token in tokenise(text)]


if __name__ == "__main__":
    main()
