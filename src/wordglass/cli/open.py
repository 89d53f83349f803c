"""``wordglass open``: the report's page, live, in the browser."""

from pathlib import Path

import click

from wordglass.cli.opening import open_path
from wordglass.cli.options import announce_compilation, label_option, note, text_option
from wordglass.kinds import PRESETS


@click.command(name="open")
@click.argument("what", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="MODEL|FILE...")
@click.option(
    "--data",
    type=click.Path(),
    metavar="FILE",
    help="The file that MODEL was trained on, where it is no longer where it was.",
)
@text_option
@label_option
@click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default="balanced",
    show_default=True,
    help="What to train on FILE.",
)
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="The port; a free one if not given.")
@click.option("--any-port", is_flag=True, help="Take another port where N is in use.")
@click.option("--no-browser", is_flag=True, help="Print the address alone; open no browser.")
def open_(
    what: tuple[Path, ...],
    data: str | None,
    text: str | None,
    label: str | None,
    preset: str,
    port: int | None,
    any_port: bool,
    no_browser: bool,
) -> None:
    """Explore MODEL in the browser: its page, live, on this machine alone.

    Type a sentence and see it go through the five layers; click a word; browse what the model gets wrong;
    compare; train again and watch. Of a FILE of labelled texts, a model is trained first, and not saved.
    Ctrl-C ends it. Needs pip install 'wordglass[web]'.

    \b
    wordglass open reviews.model
    wordglass open reviews.csv
    wordglass open one.model other.model
    """
    from wordglass.errors import ArgumentError

    try:
        from wordglass.serve.process import listen, serve
        from wordglass.serve.session import Session
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "anyio", "h11"):
            raise
        raise ArgumentError(f"this needs the package {error.name}: pip install 'wordglass[web]'") from None

    listening = listen(port, any_port, note)  # a port that cannot be had is told before anything is trained
    announce_compilation()
    models = [open_path(path, data, text, label, preset) for path in what]
    note("Ctrl-C ends it")
    serve(Session(models), listening, click.echo, browser=not no_browser)
