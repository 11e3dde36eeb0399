"""Where the plots of a row stand: each takes a new place in a turn of its own."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PyQt6.QtCore import QObject, QRect, QTimer
from PyQt6.QtWidgets import QWidget

APART = 8
"""Milliseconds between two plots: one is painted before the next takes its place."""


def places(count: int, room: int, least: int) -> list[tuple[int, int]]:
    """Return left edge and width of each plot, a pixel between them, such that only whole ones are in sight.

    Parameters
    ----------
    room : pixels that are in sight
    least : width that none is narrower than; where all do not fit, the row is wider than its room
    """
    if not count:
        return []
    in_sight = max(1, min(count, (room + 1) // (least + 1)))
    each = (room + 1) // in_sight
    whole = count * each if in_sight < count else max(room + 1, least + 1)
    edges = [round(number * whole / count) for number in range(count + 1)]
    return [(left, right - left - 1) for left, right in pairwise(edges)]


class Places(QObject):
    """Puts widgets where they belong, one after another: to paint all of them in one turn would hold the window up."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._wanted: dict[QWidget, QRect] = {}
        self._last: QWidget | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(APART)
        self._timer.timeout.connect(self._next)

    @property
    def settled(self) -> bool:
        """Whether all have their places."""
        return not self._timer.isActive()

    def of(self, widget: QWidget) -> QRect:
        """Return where a widget is going to stand."""
        return self._wanted.get(widget, widget.geometry())

    def give(self, wanted: Mapping[QWidget, QRect]) -> None:
        """Give widgets these places in place of those they had; what is new takes its own at once."""
        new = [widget for widget in wanted if widget not in self._wanted]
        self._wanted = dict(wanted)
        for widget in new:
            widget.setGeometry(wanted[widget])
        if self._lagging():
            self._timer.start()

    def _lagging(self) -> list[QWidget]:
        """Return who stands elsewhere yet, in the order after the last that was placed, so that nobody is left out."""
        order = list(self._wanted)
        after = order.index(self._last) + 1 if self._last in order else 0
        return [widget for widget in order[after:] + order[:after] if widget.geometry() != self._wanted[widget]]

    def _next(self) -> None:
        lagging = self._lagging()
        if lagging:
            self._last = lagging[0]
            self._last.setGeometry(self._wanted[self._last])
            self._last.repaint()  # or what follows would be painted with it
        if len(lagging) < 2:
            self._last = None
            self._timer.stop()
