import os
import pty
import subprocess
import sys

from wordglass.cli import options

SCRIPT = """
from wordglass.cli.options import transfer_progress
with transfer_progress("words [bold]") as progress:
    progress(0, None)
    progress(1_500_000, 3_000_000)
"""


def test_without_a_terminal_a_line_says_how_far_it_is_now_and_then(capsys, monkeypatch):
    with options.transfer_progress("words") as progress:
        progress(1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(options, "SECONDS_A_LINE", 0)
    with options.transfer_progress("words") as progress:
        progress(1_500_000, 3_000_000)
        progress(1_500, None)
    assert capsys.readouterr().err == "words: 1.5 MB of 3.0 MB\nwords: 1.5 kB\n"


def test_on_a_terminal_there_is_a_bar():
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stderr=theirs, env=environment) as running:
        running.wait(30)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "words [bold]" in shown
    assert "1.5/3.0 MB" in shown
