"""What a learner did: one file of the user's, on this machine alone."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, TypedDict, cast

from wordglass.errors import DataError
from wordglass.store.config import to_json
from wordglass.store.whole import write_file

VERSION = 1


class CardDue(TypedDict):
    """How well a card is known, and when it is to be seen again."""

    box: int  # from 1, the cards seen most often
    due: str  # ISO 8601 date


class Done(TypedDict):
    """Something that was done: a quiz, a challenge, a test, a task, a lesson read."""

    mode: str  # one of the nine, or "quiz"
    what: str  # which: a task's name, or the model's
    right: int
    of: int
    when: str  # ISO 8601, UTC


class Progress(TypedDict):
    """All that is kept."""

    format: Literal["wordglass-progress"]
    version: int
    cards: dict[str, CardDue]
    done: list[Done]


def progress_file() -> Path:
    """Where it is kept: ``wordglass/progress.json`` in $XDG_DATA_HOME or ~/.local/share."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "wordglass" / "progress.json"


def progress() -> Progress:
    """What was done so far. DataError where the file is there and cannot be read."""
    path = progress_file()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Progress(format="wordglass-progress", version=VERSION, cards={}, done=[])
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    return _checked(content, path)


@contextmanager
def changing() -> Iterator[Progress]:
    """What was done so far, to be changed; written when the block ends without an error.

    Whoever else would change it waits meanwhile. DataError where it cannot be read or written.
    """
    path = progress_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_suffix(".lock").open("wb")
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = progress()
        yield kept
        write_file(path, to_json(kept, indent=1))


def note_done(mode: str, what: str, right: int, of: int) -> None:
    """Keep that something was done, and how much of it was right."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with changing() as kept:
        kept["done"].append(Done(mode=mode, what=what, right=right, of=of, when=now))


def _checked(content: bytes, path: Path) -> Progress:
    try:
        found: Any = json.loads(content)
        sound = (
            found["format"] == "wordglass-progress"
            and found["version"] == VERSION
            and all(
                isinstance(card["box"], int) and card["box"] > 0 and date.fromisoformat(card["due"])
                for card in found["cards"].values()
            )
            and all({"mode", "what", "right", "of", "when"} <= set(one) for one in found["done"])
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise DataError(
            f"{path} is not what a learner did, or is of another version: move it away to begin anew"
        )
    return cast(Progress, found)
