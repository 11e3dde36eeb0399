"""Long computations, off the GUI thread: the latest request wins, and everything can be cancelled.

A computation is a plain function that takes ``progress``. It runs in one of three lanes, so that
drawing never waits behind statistics, nor opening behind drawing: "open" for what is soon over,
"look" for what the views need, "compute" for the rest. Each lane has one thread, which takes up what has the
lowest ``priority`` whenever it is free. Results arrive on the GUI thread.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
import traceback
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from backends.engine.courtesy import SWITCH, give_way
from backends.errors import Cancelled, HalographError, MachineError

LANES = ("open", "look", "compute")
LONG = ("look", "compute")
"""Lanes of what takes long, and would take the processors from the window."""

PULSE = 200
"""Milliseconds between two looks at how far they are."""


@dataclass
class Task:
    """One computation under way. ``fraction`` is written by its thread and only read by others.

    name : tells it from every other task that ever was, for those who show it and ask to cancel it
    """

    name: str
    key: Hashable
    title: str
    compute: Callable[..., Any]
    done: Callable[[Any], None]
    failed: Callable[[HalographError], None] | None
    priority: Callable[[], int]
    wait: Callable[[], float] = lambda: 0.0
    fraction: float | None = None
    message: str = ""
    unwanted: threading.Event = field(default_factory=threading.Event)

    def report(self, fraction: float, message: str = "") -> None:
        """The ``progress`` of this task's computation."""
        if self.unwanted.is_set():
            raise Cancelled(self.title)
        self.fraction, self.message = fraction, message


class Lane:
    """Tasks that wait for one thread."""

    def __init__(self) -> None:
        self._waiting: list[Task] = []
        self._closed = False
        self._changed = threading.Condition()

    def put(self, task: Task) -> None:
        """Let a task wait for its turn."""
        with self._changed:
            self._waiting.append(task)
            self._changed.notify()

    def take(self) -> Task | None:
        """Return what is most urgent by now, the oldest of equals, once there is any; None when the lane is closed."""
        with self._changed:
            while not self._closed:
                self._waiting = [task for task in self._waiting if not task.unwanted.is_set()]
                if self._waiting:
                    first = min(self._waiting, key=lambda task: task.priority())
                    self._waiting.remove(first)
                    return first
                self._changed.wait()
        return None

    def close(self) -> None:
        """Give out nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class Tasks(QObject):
    """Runs tasks and tells what is under way."""

    changed = pyqtSignal()
    """A task began, moved on or ended."""
    failed = pyqtSignal(str, object)
    """Title and error of a task that nobody else handles."""
    _finished = pyqtSignal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[Hashable, Task] = {}
        self._order = itertools.count()
        self._lanes: dict[str, Lane] = {}
        self._threads: list[threading.Thread] = []
        # From another thread Qt queues the call by itself: _finish runs on the thread that made this object.
        self._finished.connect(self._finish)
        # Progress is read, not signalled: a loop that reports a million times costs nothing here.
        self._pulse = QTimer(self)
        self._pulse.setInterval(PULSE)
        self._pulse.timeout.connect(self.changed)
        sys.setswitchinterval(SWITCH)
        for lane in LANES:
            waiting = self._lanes[lane] = Lane()
            thread = threading.Thread(
                target=self._work, args=(waiting, lane in LONG), name=f"halograph-{lane}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    @property
    def running(self) -> tuple[Task, ...]:
        """Tasks under way or waiting, oldest first."""
        return tuple(self._running.values())

    def is_running(self, key: Hashable) -> bool:
        """Whether the task of that key is under way or waiting."""
        return key in self._running

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._running

    def start(
        self,
        key: Hashable,
        title: str,
        compute: Callable[..., Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[HalographError], None] | None = None,
        lane: str = "compute",
        priority: int | Callable[[], int] = 10,
        wait: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Compute in the background; ``done`` receives the result on the GUI thread.

        An earlier task of the same key is cancelled: the latest request wins. A ``priority`` that may change while the
        task waits is asked, in the lane's thread, whenever the lane is free. ``wait``, asked when the task's turn has
        come, is how many seconds its lane leaves the machine to others first.
        """
        self.cancel(key)
        urgency = priority if callable(priority) else lambda: priority
        task = Task(f"task-{next(self._order)}", key, title, compute, done, failed, urgency, wait)
        self._running[key] = task
        self._lanes[lane].put(task)
        if not self._pulse.isActive():
            self._pulse.start()
        self.changed.emit()

    def cancel(self, key: Hashable) -> None:
        """Stop wanting a task's result; it ends at its next report."""
        task = self._running.pop(key, None)
        if task is not None:
            task.unwanted.set()
            self._rest()
            self.changed.emit()

    def cancel_named(self, name: str) -> None:
        """Cancel the task of that name, if it is still under way."""
        for task in self.running:
            if task.name == name:
                self.cancel(task.key)

    def cancel_where(self, matches: Callable[[Hashable], bool]) -> None:
        """Cancel every task whose key matches."""
        for key in [key for key in self._running if matches(key)]:
            self.cancel(key)

    def cancel_all(self) -> None:
        """Stop wanting anything."""
        self.cancel_where(lambda _: True)

    def close(self) -> None:
        """Cancel everything and let the threads end."""
        self.cancel_all()
        self._pulse.stop()
        for lane in self._lanes.values():
            lane.close()

    def ended(self, seconds: float) -> bool:
        """Wait for so long after :meth:`close`; returns whether all threads have ended."""
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, lane: Lane, gives_way: bool) -> None:
        if gives_way:
            give_way()
        while (task := lane.take()) is not None:
            if not task.unwanted.wait(task.wait()):
                try:
                    self._finished.emit(task, *_computed(task))
                except RuntimeError:  # the window is gone, and with it whoever wanted the result
                    return
            del task  # a thread that waits keeps no study's arrays

    def _rest(self) -> None:
        """Tell of nothing more while nothing is under way."""
        if not self._running:
            self._pulse.stop()

    def _finish(self, task: Task, value: Any, error: HalographError | None) -> None:
        if self._running.get(task.key) is not task:
            return
        del self._running[task.key]
        self._rest()
        if error is None:
            task.done(value)
        elif not isinstance(error, Cancelled):
            if task.failed is not None:
                task.failed(error)
            else:
                self.failed.emit(task.title, error)
        self.changed.emit()


def _computed(task: Task) -> tuple[Any, HalographError | None]:
    """Return what the task computes, or why it could not."""
    try:
        return task.compute(task.report), None
    except HalographError as known:
        return None, known
    except MemoryError:
        return None, MachineError(f"{task.title} needs more memory than there is. Choose a smaller mesh")
    except OSError as disk:
        return None, MachineError(f"{task.title} failed: {disk.strerror or disk}. Check the disk and try again")
    except Exception as defect:  # noqa: BLE001 - the task boundary: a defect must not end the thread
        traceback.print_exc()
        return None, MachineError(
            f"{task.title} failed inside Halograph ({type(defect).__name__}: {defect}). "
            "Please report it with the file that shows it"
        )
