"""The command line, one file a command. Heavy parts are imported when a command runs: help is instant."""

import gc
import io
import os
import signal
import sys
from typing import NoReturn

import click

from wordglass.cli.claim import claim
from wordglass.cli.demo import demo
from wordglass.cli.evaluate import evaluate
from wordglass.cli.explain import explain
from wordglass.cli.inspect import inspect
from wordglass.cli.learn import learn
from wordglass.cli.open import open_
from wordglass.cli.predict import predict
from wordglass.cli.quiz import quiz
from wordglass.cli.report import report
from wordglass.cli.shrink import shrink
from wordglass.cli.trace import trace
from wordglass.cli.train import train
from wordglass.cli.vectors import vectors
from wordglass.errors import WordglassError


class InOrder(click.Group):
    """Lists its commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wordglass", message="%(prog)s %(version)s")
def cli() -> None:
    """A glass-box text classifier on pre-trained word vectors.

    \b
    wordglass demo                                   see it all on real news articles
    wordglass train reviews.csv                      train on labelled texts
    wordglass trace reviews.model "what a film"      follow one text through the model
    wordglass open reviews.model                     explore it in the browser
    wordglass report reviews.model -o report.html    see it all on one page, to send on
    wordglass predict reviews.model new.csv          label new texts
    wordglass claim reviews.csv                      measure what the vectors bring
    wordglass learn reviews.model                    learn how it works, on its own numbers
    wordglass quiz reviews.model                     three questions about its training

    Exit codes: 0 done, 1 the run failed, 2 wrong arguments.
    """


for command in (
    demo,
    train,
    predict,
    trace,
    explain,
    open_,
    claim,
    learn,
    quiz,
    evaluate,
    inspect,
    report,
    shrink,
    vectors,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; every expected failure is one line on stderr."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads would only wait, and spin in waiting
    gc.set_threshold(100_000, 50, 50)  # a run makes many objects and few cycles
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: nothing is left half-written
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        cli(prog_name="wordglass", standalone_mode=False)
        sys.stdout.flush()
    except WordglassError as error:
        _fail(str(error), error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else "wordglass"
        _fail(f"{error.format_message().rstrip('.')}; see {asked} --help", error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted: nothing was left half-written", 1)
    except MemoryError:
        _fail("not enough memory for this: give fewer rows, or a smaller table of vectors", 1)
    except BrokenPipeError:  # the reader has gone, and so has the point of saying anything
        _give_up_output()
        sys.exit(1)
    except OSError as error:
        _give_up_output()
        _fail(f"{error.filename or 'standard output'}: {error.strerror or error}", 1)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"wordglass: {' '.join(message.splitlines())}", err=True)
    sys.exit(code)


def _give_up_output() -> None:
    """What could not be written must not be tried again, and complained of, when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
