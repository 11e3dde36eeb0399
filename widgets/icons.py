"""Icons: one bundled set, 16 px, one stroke, painted in the theme's colours.

The colour is taken when an icon is painted and not when it is made, so that changing the theme
changes every icon that is already in a menu or on a button.
"""

from __future__ import annotations

from functools import cache

from PyQt6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

import resources
from widgets.current_theme import current_theme

SIZE = 16


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = resources.path(f"icons/{name}.svg").read_bytes()
    return QSvgRenderer(QByteArray(drawing.replace(b"currentColor", colour.encode())))


def paint_icon(painter: QPainter, name: str, rectangle: QRect | QRectF, colour: str) -> None:
    """Paint an icon into a rectangle, in one ``#rrggbb`` colour."""
    _renderer(name, colour).render(painter, QRectF(rectangle))


class _Engine(QIconEngine):
    """Paints one drawing in a token of the current theme; what cannot be used is painted fainter."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name, self._token = name, token

    def paint(self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        if painter is None:
            return
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.4)
        side = min(rect.width(), rect.height())
        square = QRect(0, 0, side, side)
        square.moveCenter(rect.center())
        colour = self._token if self._token.startswith("#") else str(getattr(current_theme(), self._token))
        paint_icon(painter, self._name, square, colour)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return picture

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._token)


def icon(name: str, token: str = "quiet") -> QIcon:
    """Return an icon in the colour of a theme's token, or in one that no theme changes.

    E.g. ``icon("close", "text")`` or, on a coloured button, ``icon("play", "#ffffff")``.
    """
    resources.path(f"icons/{name}.svg")  # a name that is none is told here, and not when it is painted
    return QIcon(_Engine(name, token))
