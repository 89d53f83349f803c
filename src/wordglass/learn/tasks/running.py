"""A command or a program of the learner's as a process of its own, whose time and output are limited."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import IO, NamedTuple

from wordglass.errors import DataError

SECONDS = 60.0  # that a command has
MOST = 400_000  # bytes of its output that are kept
# As the installed command, but with no module of the working folder in the place of a real one (-P).
WORDGLASS = (sys.executable, "-P", "-c", "from wordglass.cli import main; main()")
PYTHON = (sys.executable, "-P")


class Ran(NamedTuple):
    """What a process did."""

    code: int  # its exit status
    out: str
    err: str
    seconds: float
    late: bool  # whether it was ended because its time was up
    cut: bool  # whether it said more than is kept


class Runner:
    """Runs one process at a time, and can end it.

    >>> Runner().run([*PYTHON, "-c", "print(1 + 1)"], Path()).out
    '2\\n'
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._one = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False

    def run(self, words: list[str], folder: Path) -> Ran:
        """Run a program in a folder, without a shell and without input. DataError while another one runs."""
        if not self._one.acquire(blocking=False):
            raise DataError("a command is running: wait for its end")
        try:
            return self._run(words, folder)
        finally:
            self._one.release()

    def refuse_if_ended(self) -> None:
        """DataError after the end."""
        if self._ended:
            raise DataError("nothing is run any more: the page has ended")

    def end(self) -> None:
        """Kill what is running; nothing is run any more."""
        self._ended = True
        if process := self._process:
            _kill(process)

    def _run(self, words: list[str], folder: Path) -> Ran:
        began = monotonic()
        self.refuse_if_ended()
        try:
            process = subprocess.Popen(
                words,
                cwd=folder,
                env={**os.environ, "COLUMNS": "78", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:  # an argument that is too long, or has a NUL character
            raise DataError(f"this cannot be run: {getattr(error, 'strerror', None) or error}") from None
        self._process = process
        assert process.stdout
        assert process.stderr
        heard = [Heard(process.stdout), Heard(process.stderr)]
        late = False
        try:
            if self._ended:  # in between
                _kill(process)
            try:
                process.wait(self.seconds)
            except subprocess.TimeoutExpired:
                late = True
        finally:
            _kill(process)  # and what it may have started
            process.wait()
            self._process = None
        out, err = (one.text() for one in heard)
        return Ran(process.returncode, out, err, monotonic() - began, late, any(one.cut for one in heard))


class Heard:
    """What a process says, read as it comes; beyond what is kept, too, so that it never waits."""

    def __init__(self, source: IO[bytes]) -> None:
        self.cut = False
        self._kept = bytearray()
        self._source = source
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> str:
        """All that is kept, once it has ended."""
        self._thread.join(timeout=2)  # a process that left its group may hold the pipe open
        return bytes(self._kept).decode(errors="replace")

    def _read(self) -> None:
        read: Callable[[int], bytes] = self._source.read1  # type: ignore[attr-defined]
        with self._source:
            while piece := read(65_536):
                left = MOST - len(self._kept)
                self._kept += piece[:left]
                self.cut |= len(piece) > left


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
