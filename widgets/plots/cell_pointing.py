"""Which cell of a heat map the pointer, or the arrow keys in its place, is at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QPoint, QPointF, Qt, pyqtSignal

from widgets.plots.cell_layout import CellLayout
from widgets.plots.nearest import Hit

_STEPS = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}


class CellPointing(QObject):
    """Says what is pointed at, as :class:`widgets.plots.pointing.Pointing` does of curves.

    Signals: ``pointed(Hit | None, bool)``; ``chosen(str)``: a row without a place to show was clicked;
    ``cell_chosen(str, int)``: a cell was, by the row's key and the column.
    """

    pointed = pyqtSignal(object, bool)
    chosen = pyqtSignal(str)
    cell_chosen = pyqtSignal(str, int)
    context_requested = pyqtSignal(QPoint)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hit: Hit | None = None
        self.layout: CellLayout | None = None
        self._rows: tuple[str, ...] = ()
        self._known: NDArray[np.bool_] = np.empty((0, 0), bool)

    def show_cells(self, rows: tuple[str, ...], known: NDArray[np.bool_]) -> None:
        """Take up other rows; ``known`` (rows, columns) says which cells have a value: the keys step through these."""
        self._rows, self._known = rows, known
        hit = self.hit
        if hit is not None and not (hit.key in rows and hit.index < known.shape[1]):
            self._point(None)

    def moved(self, position: QPointF) -> None:
        """Point at what lies there, also at a cell without a value, which says why it has none."""
        found = self.layout.at(position.x(), position.y()) if self.layout is not None else None
        there = found is not None and found[0] < len(self._rows)
        self._point(Hit(self._rows[found[0]], found[1], 0.0) if found is not None and there else None)

    def left(self) -> None:
        """Point at nothing."""
        self._point(None)

    def choose(self) -> None:
        """Choose the cell that is pointed at."""
        if self.hit is not None:
            self.cell_chosen.emit(self.hit.key, self.hit.index)

    def key_pressed(self, key: int) -> bool:
        """Step through the cells with the arrows; Return chooses, Escape leaves. Returns whether it meant something."""
        if key in _STEPS:
            self._step(*_STEPS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hit is not None:
            self.choose()
        elif key == Qt.Key.Key_Escape and self.hit is not None:
            self._point(None)
        else:
            return False
        return True

    def _is_known(self, row: int, column: int) -> bool:
        rows, columns = self._known.shape
        return row < rows and column < columns and bool(self._known[row, column])

    def _step(self, down: int, right: int) -> None:
        """Go to the next cell with a value that way; without one pointed at, to the first."""
        rows, columns = self._known.shape
        if self.hit is None:
            first = np.argwhere(self._known)
            if first.size:
                self._point(Hit(self._rows[int(first[0, 0])], int(first[0, 1]), 0.0))
            return
        row, column = self._rows.index(self.hit.key) + down, self.hit.index + right
        while 0 <= row < rows and 0 <= column < columns:
            if self._is_known(row, column):
                self._point(Hit(self._rows[row], column, 0.0))
                return
            row, column = row + down, column + right

    def _point(self, hit: Hit | None) -> None:
        if hit != self.hit:
            self.hit = hit
            self.pointed.emit(hit, False)
