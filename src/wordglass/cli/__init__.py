"""The command line, one file a command. Heavy parts are imported when a command runs: help is instant."""

import sys

import click

from wordglass.cli.demo import demo
from wordglass.cli.evaluate import evaluate
from wordglass.cli.inspect import inspect
from wordglass.cli.predict import predict
from wordglass.cli.trace import trace
from wordglass.cli.train import train
from wordglass.cli.vectors import vectors
from wordglass.errors import WordglassError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wordglass")
def cli() -> None:
    """A glass-box text classifier on pre-trained word vectors.

    \b
    wordglass demo                                   see it all on real news articles
    wordglass train reviews.csv -o model             train on labelled texts
    wordglass trace model "I love sunny days"        follow one text through the model
    wordglass predict model new.csv -o labelled.csv  label new texts

    Exit codes: 0 done, 1 the run failed, 2 wrong arguments.
    """


for command in (demo, train, predict, trace, evaluate, inspect, vectors):
    cli.add_command(command)


def main() -> None:
    """Run the command line; every expected failure is one line on stderr."""
    try:
        cli(standalone_mode=False)
    except WordglassError as error:
        _fail(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted: nothing was left half-written", 1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone, and so has the point of saying anything
        sys.exit(1)
    except MemoryError:
        _fail("not enough memory for this: give fewer rows, or a smaller table of vectors", 1)
    except OSError as error:
        _fail(f"{error.filename or 'output'}: {error.strerror or error}", 1)


def _fail(message: str, code: int) -> None:
    click.echo(f"wordglass: {message}", err=True)
    sys.exit(code)
