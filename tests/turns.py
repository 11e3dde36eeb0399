"""How long the window does not answer: the turns of its event loop, one by one."""

from __future__ import annotations

import time
from types import TracebackType

from PyQt6.QtCore import QTimer


class Turns:
    """Measures every turn of the event loop while it is entered.

    Attributes
    ----------
    own : the thread's own time of each turn, s; how long it waits for a core is the machine's business
    passed : time that passed in each turn, s
    """

    def __init__(self) -> None:
        self.own: list[float] = []
        self.passed: list[float] = []
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Turns:
        self._last = (time.thread_time(), time.perf_counter())
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._beat()
        self._timer.stop()

    def longest(self, passed: bool = False) -> list[int]:
        """Return the eight longest turns, in milliseconds, the longest one last."""
        return [round(1000 * turn) for turn in sorted(self.passed if passed else self.own)[-8:]]

    def _beat(self) -> None:
        now = (time.thread_time(), time.perf_counter())
        self.own.append(now[0] - self._last[0])
        self.passed.append(now[1] - self._last[1])
        self._last = now
