"""What the pointer, or the arrow keys in its place, is at in a plot."""

from __future__ import annotations

from typing import Any

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPen
from PyQt6.QtWidgets import QGraphicsEllipseItem

from widgets.plots.nearest import Hit, nearest
from widgets.plots.panel import Panel
from widgets.theme import Theme

REACH = 8.0
"""A curve answers a pointer within so many pixels."""


class Pointing(QObject):
    """Finds the curve that is pointed at, puts a dot on it and says so.

    Signals: ``pointed(Hit | None, bool)`` with whether it is in the ratio panel; ``chosen(str)``: a curve
    was clicked; ``context_requested(QPoint)``: a menu is wanted at that place of the screen;
    ``reset_requested()``: a double click.
    """

    pointed = pyqtSignal(object, bool)
    chosen = pyqtSignal(str)
    context_requested = pyqtSignal(QPoint)
    reset_requested = pyqtSignal()

    def __init__(self, view: Any, main: Panel, ratio: Panel, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self.hit: Hit | None = None
        self.in_ratio = False
        self._panels = (main, ratio)
        self._dot = QGraphicsEllipseItem(-4, -4, 8, 8)
        self._dot.setZValue(20)
        self._dot.setVisible(False)
        scene = view.scene()
        scene.addItem(self._dot)
        scene.sigMouseMoved.connect(self._mouse_moved)
        scene.sigMouseClicked.connect(self._mouse_clicked)
        view.viewport().installEventFilter(self)

    def refresh(self) -> None:
        """Follow the curves, which have moved or changed; what is gone is no longer pointed at."""
        if self.hit is None:
            return
        panel = self._panels[self.in_ratio]
        curve = next((curve for curve in panel.curves if curve.key == self.hit.key), None)
        if curve is None or self.hit.index >= len(curve.x):
            self._point(None, False)
            return
        x, y = panel.pixels()[curve.key]
        self._dot.setPos(float(x[self.hit.index]), float(y[self.hit.index]))
        self._dot.setBrush(QColor(self.theme.run_colour(curve.colour)))
        self._dot.setPen(QPen(QColor(self.theme.panel), 1.5))
        self._dot.setVisible(panel.contains(self._dot.pos()))

    def _point(self, hit: Hit | None, in_ratio: bool) -> None:
        changed = (hit is None) != (self.hit is None) or in_ratio != self.in_ratio
        if hit is not None and self.hit is not None:
            changed = changed or (hit.key, hit.index) != (self.hit.key, self.hit.index)
        if not changed:
            return
        self.hit, self.in_ratio = hit, in_ratio
        self._dot.setVisible(hit is not None)
        self.refresh()
        self.pointed.emit(hit, in_ratio)

    def _found(self, position: QPointF) -> tuple[Hit | None, bool]:
        for in_ratio, panel in enumerate(self._panels):
            if panel.curves and panel.contains(position):
                return nearest(panel.pixels(), position.x(), position.y(), REACH), bool(in_ratio)
        return None, False

    def _mouse_moved(self, position: QPointF) -> None:
        hit, in_ratio = self._found(position)
        self._point(hit, in_ratio and hit is not None)

    def _mouse_clicked(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self.context_requested.emit(event.screenPos().toPoint())
        elif event.button() == Qt.MouseButton.LeftButton:
            hit, _ = self._found(event.scenePos())
            if event.double():
                self.reset_requested.emit()
            elif hit is not None:
                self.chosen.emit(hit.key)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Leave:
            self._point(None, False)
        return super().eventFilter(watched, event)

    def key_pressed(self, key: int) -> bool:
        """Step through the curves (up, down) and along one (left, right); Return chooses, Escape leaves.

        Returns whether the key meant something.
        """
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step_curve(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.hit is not None:
            step = -1 if key == Qt.Key.Key_Left else 1
            self._point_at(self.hit.key, self.hit.index + step, step)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_curve(1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hit is not None:
            self.chosen.emit(self.hit.key)
        elif key == Qt.Key.Key_Escape and self.hit is not None:
            self._point(None, False)
        else:
            return False
        return True

    def _step_curve(self, step: int) -> None:
        keys = [curve.key for curve in self._panels[0].curves]
        if not keys:
            return
        if self.hit is not None and self.hit.key in keys:
            self._point_at(keys[(keys.index(self.hit.key) + step) % len(keys)], self.hit.index, 1)
        else:
            self._point_at(keys[0 if step > 0 else -1], None, 1)

    def _point_at(self, key: str, index: int | None, step: int) -> None:
        """Point at the first drawn sample from ``index`` on, in that direction; None for the middle."""
        curve = next(curve for curve in self._panels[0].curves if curve.key == key)
        drawn = np.flatnonzero(np.isfinite(curve.x) & np.isfinite(curve.y))
        if not drawn.size:
            return
        wanted = drawn[drawn.size // 2] if index is None else index
        onward = drawn[drawn >= wanted] if step > 0 else drawn[drawn <= wanted][::-1]
        end = drawn[-1] if step > 0 else drawn[0]
        self._point(Hit(key, int(onward[0] if onward.size else end), 0.0), False)
