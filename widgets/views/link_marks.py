"""The chain beside a run's name: whole where it shares everything with the other runs, open where it keeps its own."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter

from widgets.icons import paint_icon
from widgets.views import marks
from widgets.views.cell import Cell
from widgets.views.sheet import Sheet

OPEN = "#ffd166"


def offered(sheet: Sheet, cell: Cell, pointed: bool) -> bool:
    """Whether the chain is seen: under the pointer where there are others, and always where it is open."""
    return not sheet.view.own_of(cell.run).shares_all or (pointed and len(sheet.cells) > 1)


def paint(painter: QPainter, sheet: Sheet, cell: Cell, place: QRectF, hot: bool) -> None:
    """Draw the chain."""
    whole = sheet.view.own_of(cell.run).shares_all
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 21, 27))  # opaque: in a narrow cell it lies over the chip's end
    painter.drawRoundedRect(place, 5.0, 5.0)
    colour = "#ffffff" if hot else marks.QUIET.name() if whole else OPEN
    paint_icon(painter, "link" if whole else "unlink", place.adjusted(4, 4, -4, -4), colour)
