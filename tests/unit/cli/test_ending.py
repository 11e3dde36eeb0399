"""However a command is asked to end, it ends, and says so by its exit status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

_MANY = ",".join(str(z / 50) for z in range(500))
"""Redshifts of snapshots of which no machine holds so many."""

LOST = """
import os, sys, time
from app.cli.ending import ended_well

class Held:
    def __del__(self):
        os.kill(os.getpid(), {number})
        time.sleep(0)

def work():
    held = Held()
    del held
    time.sleep(30)
    return 0

sys.exit(ended_well(work))
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_python_cannot_raise_is_not_lost(number: signal.Signals, status: int) -> None:
    """Python only prints what is raised while an object is taken away."""
    command = [sys.executable, "-c", LOST.format(number=int(number))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == status
    assert len(done.stderr.splitlines()) == 1


TURNED = """
import os, sys, time
from app.cli.ending import ended_well

def work():
    try:
        os.kill(os.getpid(), {number})
        time.sleep(30)
    except BaseException as asked:
        {then}
    return 0

sys.exit(ended_well(work))
"""


@pytest.mark.parametrize("then", ["raise ImportError('read this') from asked", "pass"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_a_library_takes_for_its_own_failure_is_told_as_one(
    number: signal.Signals, status: int, then: str
) -> None:
    command = [sys.executable, "-c", TURNED.format(number=int(number), then=then)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == status
    assert done.stderr == f"halograph: {'interrupted' if status == 130 else 'terminated'}\n"


def ended(*words: str, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE, shut: int = -1) -> tuple[int, str]:
    """Run the command with these streams, or with one of them closed; return its status and what it wrote."""
    command = [sys.executable, "-m", "app", *words]
    if shut >= 0:
        command = ["/bin/sh", "-c", f'exec "$@" {shut}>&-', "sh", *command]
    # As people run it: what is printed is written when the buffer is full, or at the end.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(command, stdout=stdout, stderr=stderr, text=True, timeout=60, env=environment)
    return done.returncode, (done.stdout or "") + (done.stderr or "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
def test_what_nobody_can_read_changes_no_status_but_that_of_output_that_is_lost() -> None:
    with open("/dev/full", "w") as full:
        assert ended("--help", stdout=full.fileno()) == (
            1, "halograph: the machine failed: [Errno 28] No space left on device\n",
        )  # fmt: skip
        assert ended("info", "nowhere", stderr=full.fileno()) == (2, "")
    assert ended("info", "nowhere", shut=2) == (2, "")
    assert ended("--version", shut=1) == (0, "")


def test_a_reader_who_has_left_is_told_of_as_by_every_program() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert ended("--help", stdout=writing) == (128 + signal.SIGPIPE, "")
    os.close(writing)


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["compare", "{run}", "{run}", "--out", "out", "--n-mesh", "20000"], 1, "20000³ cells takes about 96 TB"),
        (["convert", "{run}", "--to", "npy", "--out", "out", "--n-mesh", "20000"], 1, "Choose fewer cells"),
        (["simulate", "--out", "out", "--n-particles", "1000", "--redshifts", _MANY], 1, "fewer redshifts"),
        (["comapre", "{run}", "--out", "out"], 2, "did you mean 'compare'?"),
        (["demo", "--export", "out", "--screenshot", "picture.png"], 2, "one at a time"),
        (["compare", "{run}", "{run}", "--out", "out", "--statistics", "all,colour"], 2, "colour"),
        (["compare", "{run}", "{run}", "--out", "out", "--web-threshold", "-1e-3x"], 2, "'-1e-3x' is no number"),
        (["{run}", "--screenshot", ".", "--temp-profile"], 2, "is a folder"),
        (["demo", "--screenshot", "absent/a.png", "--temp-profile"], 1, "Choose another folder"),
        (["render", "{run}", "--out", "a.png", "--camera", "-30,-100,1"], 2, "within ±90 degrees"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_before_anything_is_begun(
    words: list[str], status: int, says: str, snapshots: Path, tmp_path: Path, halograph: Command
) -> None:
    run = snapshots / "run_z0.00.hdf5"
    done = halograph(*(word.format(run=run) for word in words), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_or_a_link_outlives_what_is_written_to_it(tmp_path: Path) -> None:
    pipe, link, end = tmp_path / "pipe.hdf5", tmp_path / "link.hdf5", tmp_path / "elsewhere.hdf5"
    os.mkfifo(pipe)
    link.symlink_to(end)
    status, said = ended("simulate", "--n-particles", "4", "--out", str(pipe))
    assert (status, len(said.splitlines())) == (2, 1)
    assert "is no file" in said
    assert pipe.is_fifo()
    assert ended("simulate", "--n-particles", "4", "--out", str(link)) == (0, f"Wrote {link}\n")
    assert link.is_symlink()
    assert end.is_file()
