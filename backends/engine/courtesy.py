"""Threads that compute give way to the one that answers and draws."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

NICENESS = 10
"""A thread that draws has nine times the share of a core that one of this niceness has."""

SWITCH = 0.0005
"""Seconds that a thread waits for the interpreter; Python's own 0.005 add up over the hundred calls of one picture, and
less than this lets those that compute take the interpreter from the one that draws at every turn."""


def give_way() -> None:
    """Let the calling thread, and threads that it starts, leave the processors to others that want them.

    Only Linux gives every thread a niceness of its own; elsewhere nothing is changed.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
