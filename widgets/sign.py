"""An icon that stands by itself beside words."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from widgets.current_theme import current_theme
from widgets.icons import SIZE, paint_icon


class Sign(QWidget):
    """Paints an icon in a token of the theme that is worn at that moment.

    Parameters
    ----------
    name, token : as for :func:`widgets.icons.icon`
    spoken : what it stands for, for screen readers
    """

    def __init__(self, name: str, token: str = "quiet", spoken: str = "", size: int = SIZE) -> None:
        super().__init__()
        self._name, self._token, self._size = name, token, size
        self.setAccessibleName(spoken)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size + 2)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        colour = str(getattr(current_theme(), self._token))
        paint_icon(painter, self._name, QRectF(0, 1, self._size, self._size), colour)
        painter.end()
