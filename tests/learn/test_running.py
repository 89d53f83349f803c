"""What a learner starts has an end, and can say only so much."""

import os
import sys
import threading
import time

import pytest

from wordglass.errors import DataError
from wordglass.learn.tasks.running import MOST, PYTHON, WORDGLASS, Runner


def program(text):
    return [*PYTHON, "-c", text]


def test_output_and_status_are_those_of_the_process(tmp_path):
    ran = Runner().run(program("import sys; print('é'); print('no', file=sys.stderr); sys.exit(3)"), tmp_path)
    assert (ran.code, ran.out, ran.err, ran.late, ran.cut) == (3, "é\n", "no\n", False, False)


def test_what_never_ends_is_ended_with_all_that_it_started(tmp_path):
    sleep = f"[{sys.executable!r}, '-c', 'import time; time.sleep(99)']"
    child = f"import subprocess as s, time; print(s.Popen({sleep}).pid, flush=True); time.sleep(99)"
    ran = Runner(seconds=1.0).run(program(child), tmp_path)
    assert ran.late
    assert ran.seconds < 20
    assert not alive(int(ran.out))


def test_what_says_too_much_is_cut_and_not_waited_for(tmp_path):
    ran = Runner(seconds=30).run(program(f"print('x' * {3 * MOST})"), tmp_path)
    assert ran.code == 0
    assert ran.cut
    assert len(ran.out) == MOST


def test_one_thing_runs_at_a_time_and_the_end_ends_it(tmp_path):
    runner, found = Runner(seconds=60), []
    thread = threading.Thread(
        target=lambda: found.append(runner.run(program("import time; time.sleep(50)"), tmp_path))
    )
    thread.start()
    while runner._process is None:
        time.sleep(0.01)
    with pytest.raises(DataError, match="a command is running"):
        runner.run(program("1"), tmp_path)
    runner.end()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert found[0].code != 0
    with pytest.raises(DataError, match="nothing is run any more"):
        runner.run(program("1"), tmp_path)


def test_a_file_of_the_folder_takes_the_place_of_no_module(tmp_path):
    for name in ("wordglass.py", "numpy.py", "click.py", "sitecustomize.py"):
        (tmp_path / name).write_text("print('taken')")
    ran = Runner().run([*WORDGLASS, "--version"], tmp_path)
    assert ran.code == 0
    assert "taken" not in ran.out


def test_an_argument_that_no_process_can_have_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot be run"):
        Runner().run([*WORDGLASS, "trace", "m", "a\0b"], tmp_path)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123
        return file.read().split()[2] != "Z"
