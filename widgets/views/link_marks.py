"""The chain beside a run's name: whole where it shares everything with the other runs, open where it keeps its own."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from widgets.icons import paint_icon
from widgets.views import marks
from widgets.views.cell import Cell
from widgets.views.sheet import Rectangle, Sheet

OPEN = "#ffd166"


def box(beside: QRectF, rectangle: Rectangle) -> QRectF:
    """Return where the chain is: right of another button, or left of it where the cell ends."""
    x, _, width, _ = rectangle
    step = beside.width() + 4
    return beside.translated(step if beside.right() + step <= x + width - 2 else -step, 0)


def offered(sheet: Sheet, cell: Cell, pointed: bool) -> bool:
    """Whether the chain is seen: under the pointer where there are others, and always where it is open."""
    return not sheet.view.own_of(cell.run).shares_all or (pointed and len(sheet.cells) > 1)


def paint(painter: QPainter, sheet: Sheet, cell: Cell, place: QRectF, hot: bool) -> None:
    """Draw the chain."""
    whole = sheet.view.own_of(cell.run).shares_all
    marks.plate(painter, place)
    colour = "#ffffff" if hot else marks.QUIET.name() if whole else OPEN
    paint_icon(painter, "link" if whole else "unlink", place.adjusted(4, 4, -4, -4), colour)
