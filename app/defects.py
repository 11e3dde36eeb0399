"""What a slot of the window raises: it is said, and the window goes on."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType


@contextmanager
def survived(say: Callable[[str], None]) -> Iterator[None]:
    """Outlive defects within: Qt would abort the process, and with it go what nobody has saved.

    Each place that raises is told once: what is drawn fails sixty times a second.
    """
    told = set()

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        frames = traceback.extract_tb(trace)[-1:]
        place = kind, *((frame.filename, frame.lineno) for frame in frames)
        if place in told:
            return
        told.add(place)
        traceback.print_exception(kind, error, trace)
        say(
            f"Something failed inside Halograph ({kind.__name__}: {error}). "
            "Save the session, and please report it with what the terminal shows"
        )

    before, sys.excepthook = sys.excepthook, tell
    try:
        yield
    finally:
        sys.excepthook = before
