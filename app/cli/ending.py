"""How a command ends: its exit status, and one line on stderr that says what to do."""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn, TextIO

from backends.errors import HalographError

TRACEBACK = "HALOGRAPH_TRACEBACK"
"""Environment variable that shows where an unforeseen failure happened, for a bug report."""

_asked: list[int] = []
"""Signals that asked to end."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))


class Terminated(BaseException):
    """The process was asked to end; everything on the way out is tidied up."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


def ended_well(work: Callable[[], int]) -> int:
    """Do the work and return the exit status that says how it went.

    0 when all was done; 1 when Halograph or its machine failed; 2 for a wrong call or input that
    cannot be used; 130 and 143 when interrupted or terminated; 141 where whoever read the output has left.
    """
    _end_on_signals()
    sys.unraisablehook = _raise_again
    _write_anything()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what a user must know is said by our own messages
        logging.disable(logging.WARNING)  # where a library keeps its cache, say
    try:
        status = _with_output(work)
        sys.stdout.flush()
        return _unless_asked(status)
    except HalographError as error:
        return _say(str(error), error.exit_status)
    except KeyboardInterrupt:
        _leave("interrupted", 130)
    except Terminated as asked:
        _leave("terminated", asked.status)
    except MemoryError:
        return _say("the machine has not enough memory for this; use fewer cells or particles, or close programs", 1)
    except BrokenPipeError:
        _give_up(sys.stdout)
        return 128 + signal.SIGPIPE
    except OSError as error:
        _give_up(sys.stdout)
        return _say(f"the machine failed: {error}", 1)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        hint = f"Please report it, with what {TRACEBACK}=1 shows"
        return _say(f"failed unexpectedly: {type(error).__name__}: {error}. {hint}", 1)


def complain(message: str) -> None:
    """Write one line to stderr, whatever names it quotes; where nobody can read it, the exit status tells."""
    try:
        print(f"halograph: {one_line(message)}", file=sys.stderr, flush=True)
    except OSError:
        _give_up(sys.stderr)


def one_line(text: str) -> str:
    """Return a text without breaks and without what would command a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in " ".join(text.split()))


def _with_output(work: Callable[[], int]) -> int:
    """Do the work; argparse ends --help and --version by an exception of its own."""
    try:
        return work()
    except SystemExit as done:
        return int(done.code or 0)


def _give_up(stream: TextIO) -> None:
    """Forget what a stream cannot write: at exit Python would complain of it, by a status of its own."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _say(message: str, status: int) -> int:
    _unless_asked(status)
    complain(message)
    return status


def _unless_asked(status: int) -> int:
    """Return the status, unless we were asked to end: a library may have made another error of that, or lost it."""
    for number in _asked:
        _leave("interrupted" if number == signal.SIGINT else "terminated", 128 + number)
    return status


def _leave(message: str, status: int) -> NoReturn:
    """Say it and end at once: Python's own way out can crash while threads of libraries still compute."""
    complain(message)
    with suppress(OSError):
        sys.stdout.flush()
    os._exit(status)


def _end_on_signals() -> None:
    """Unwind on every request to end, also where a shell started us in the background and ignores interrupts."""
    for number in SIGNALS:
        signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    _asked.append(number)
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)  # what is half written is removed first, whoever is in a hurry
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    """Ask to end once more where Python could not tell anybody: a signal that came while an object was taken away."""
    if not isinstance(lost.exc_value, (KeyboardInterrupt, Terminated)):
        sys.__unraisablehook__(lost)
        return
    number = signal.SIGINT if isinstance(lost.exc_value, KeyboardInterrupt) else lost.exc_value.status - 128
    _end_on_signals()
    threading.Timer(0.01, os.kill, (os.getpid(), number)).start()


def _write_anything() -> None:
    """Let names of files that no encoding has, a terminal without Greek and a closed stream break no output."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # else the next file that is opened has its number, and what is printed
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
