"""How a command ends: its exit status, and one line on stderr that says what to do."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable
from types import FrameType

from backends.errors import HalographError

TRACEBACK = "HALOGRAPH_TRACEBACK"
"""Environment variable that shows where an unforeseen failure happened, for a bug report."""


class Terminated(BaseException):
    """The process was asked to end; everything on the way out is tidied up."""


def ended_well(work: Callable[[], int]) -> int:
    """Do the work and return the exit status that says how it went.

    0 when all was done; 1 when Halograph or its machine failed; 2 for a wrong call or input that
    cannot be used; 130 and 143 when interrupted or terminated.
    """
    signal.signal(signal.SIGTERM, _terminate)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what a user must know is said by our own messages
    try:
        status = work()
        sys.stdout.flush()
        return status
    except HalographError as error:
        return _say(str(error), error.exit_status)
    except SystemExit as done:  # argparse's --help and --version
        return int(done.code or 0)
    except KeyboardInterrupt:
        return _say("interrupted", 130)
    except Terminated:
        return _say("terminated", 143)
    except BrokenPipeError:
        # Whoever read our output has left; Python would complain about it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError:
        return _say("the machine has not enough memory for this; use fewer cells (--n-mesh) or close programs", 1)
    except OSError as error:
        return _say(f"the machine failed: {error}", 1)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        hint = f"Please report it, with what {TRACEBACK}=1 shows"
        return _say(f"failed unexpectedly: {type(error).__name__}: {error}. {hint}", 1)


def complain(message: str) -> None:
    """Write one line to stderr."""
    print(f"halograph: {' '.join(message.split())}", file=sys.stderr, flush=True)


def _say(message: str, status: int) -> int:
    complain(message)
    return status


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
