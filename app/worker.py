"""A process of its own, for networks, and another for pictures and movies.

torch takes a second to import and holds the interpreter while it does; its threads fight with
everybody else's. In a process of its own neither touches the window. The process starts on the
first call and serves one call at a time.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from threading import Lock
from typing import Any

from app.crossing import receive, send
from backends.errors import Cancelled, HalographError, MachineError
from backends.progress import Progress

POLL = 0.05
"""Seconds between looks at the process: the longest that a cancel waits to be passed on."""


class Worker:
    """Calls plain functions ``f(*arguments, progress=…)`` in a process of its own.

    Parameters
    ----------
    work : what the process does, as messages say it: "runs networks"
    """

    def __init__(self, work: str) -> None:
        self._work, self._lock = work, Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._unwanted: Event | None = None
        self._closed = False

    def call(self, function: Callable[..., Any], *arguments: Any, progress: Progress) -> Any:
        """Call ``function`` there and return its value; blocks, so it belongs inside a task.

        Raises
        ------
        HalographError
            What the function raised; ``MachineError`` where the process died, ``Cancelled`` where it was ended.
        """
        with self._lock:
            pipe, unwanted = self._started()
            unwanted.clear()
            try:
                if self._closed:  # asked once it is there to be ended, so that one of both sees the other
                    raise EOFError
                send(pipe, (function, arguments))
                return self._receive(pipe, unwanted, progress)
            except (EOFError, OSError) as died:
                self._stop()
                if self._closed:
                    raise Cancelled("the process has been ended") from died
                raise MachineError(
                    f"The process that {self._work} ended unexpectedly, perhaps for want of memory. "
                    "Close other programs and try again"
                ) from died

    def _receive(self, pipe: Connection, unwanted: Event, progress: Progress) -> Any:
        cancelled: Cancelled | None = None
        last = (0.0, "")
        while True:
            if pipe.poll(POLL):
                kind, value = receive(pipe)
                if kind == "done":
                    if cancelled is not None:
                        raise cancelled
                    return value
                if kind == "failed":
                    raise value
                last = value
            try:
                if cancelled is None:
                    progress(*last)
            except Cancelled as wish:
                cancelled = wish
                unwanted.set()

    def _started(self) -> tuple[Connection, Event]:
        if self._process is None or not self._process.is_alive() or self._pipe is None or self._unwanted is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._unwanted = context.Event()
            process = context.Process(target=_serve, args=(theirs, self._unwanted, self._work), daemon=True)
            process.start()
            self._process = process
            theirs.close()
        return self._pipe, self._unwanted

    def _stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.join(1)
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = self._unwanted = None

    def close(self) -> None:
        """End the process; a call under way there is lost, and none is taken any more."""
        self._closed, process = True, self._process
        if process is not None:
            process.terminate()  # a call under way hears of it, and lets go of the lock
        with self._lock:
            self._stop()


def _serve(pipe: Connection, unwanted: Event, work: str) -> None:
    # Spinning OpenMP threads slow every other process down; this must be set before torch is imported.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

    def progress(fraction: float, message: str = "") -> None:
        if unwanted.is_set():
            raise Cancelled("nobody wants the result")
        send(pipe, ("progress", (fraction, message)))

    while True:
        try:
            function, arguments = receive(pipe)
        except (EOFError, KeyboardInterrupt):
            return
        try:
            answer = ("done", function(*arguments, progress=progress))
        except HalographError as error:
            answer = ("failed", _portable(error))
        except Exception as defect:  # noqa: BLE001 - the boundary of the process: the caller is told
            answer = ("failed", MachineError(f"The process that {work} failed ({type(defect).__name__}: {defect})"))
        send(pipe, answer)


def _portable(error: HalographError) -> HalographError:
    """The same kind of failure, carrying only its message, so that it crosses the pipe."""
    if isinstance(error, Cancelled):
        return Cancelled(str(error))
    portable = HalographError(str(error)) if error.exit_status == 2 else MachineError(str(error))
    return portable
