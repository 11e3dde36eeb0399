"""What the pointer and the tools draw over the views: axes, walls, a measured line, a button, and what to do next."""

from __future__ import annotations

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from widgets.views import cropping, gizmo, marks, measure
from widgets.views.cell import Cell
from widgets.views.sheet import Rectangle, Sheet

# Beneath the chip, or beneath the names of two faces where there are some.
SAYS_TOP, SAYS_BELOW_FACES = 38.0, 62.0
BUTTON = 24.0


def with_axes(sheet: Sheet) -> frozenset[str]:
    """Return the keys of the cells that show the axes: the first with room, and one with a camera of its own."""
    if sheet.view.mode == "slice":
        return frozenset()
    roomy = [sheet.cells[i] for i in sheet.roomy]
    own = (c.key for c in roomy if c.key == sheet.tooling.pointed and sheet.view.own_camera(c.run))
    return frozenset((*(cell.key for cell in roomy[:1]), *own))


def named(sheet: Sheet, cell: Cell, rectangle: Rectangle, x: float, y: float, base: QFont) -> str:
    """Return "name" or "enlarge" where a cell's chip or the button beside it is under a pixel, else ""."""
    chip = marks.chip_box(cell, rectangle, sheet.note_of(cell), base)
    if chip.contains(x, y):
        return "name"
    return "enlarge" if _button(chip, rectangle).contains(x, y) else ""


def paint(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    """Draw what the tools show in one cell."""
    tooling = sheet.tooling
    hot = tooling.hot if tooling.hot is not None and tooling.hot.cell == cell.key else None
    pointed = tooling.pointed == cell.key
    if cell.key in sheet.drawn:
        orbit = sheet.camera(cell.key)[0]
        if cell.key in with_axes(sheet):
            gizmo.paint(painter, orbit, rectangle, base, hot, pointed)
        if tooling.tool == "crop" and sheet.view.mode != "slice" and _works_in(sheet, cell):
            cropping.paint(painter, orbit, sheet.view_of(cell).clip, rectangle, hot)
        measure.paint(painter, sheet, cell.key, rectangle, base)
    if tooling.says and _works_in(sheet, cell):
        _say(painter, tooling.says, cell, rectangle, base)
    if pointed and not tooling.tool:
        chip = marks.chip_box(cell, rectangle, sheet.note_of(cell), base)
        _paint_button(
            painter, _button(chip, rectangle), len(sheet.cells) == 1, hot is not None and hot.kind == "enlarge"
        )


def _works_in(sheet: Sheet, cell: Cell) -> bool:
    """Whether the tool shows itself in this cell: where it is at work, else where the pointer is, else in the first."""
    keys = {one.key for one in sheet.cells}
    chosen = next((key for key in (sheet.tooling.at_work, sheet.tooling.pointed) if key in keys), sheet.cells[0].key)
    return cell.key == chosen


def _say(painter: QPainter, sayings: tuple[str, ...], cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    x, y, width, _ = rectangle
    small = marks.font(base, 12)
    metrics = QFontMetricsF(small)
    room = width - 2 * marks.MARGIN - 16
    words = next((said for said in sayings if metrics.horizontalAdvance(said) <= room), sayings[-1])
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    top = y + (SAYS_BELOW_FACES if cell.comparison in ("wipe", "checkerboard") else SAYS_TOP)
    box = QRectF(x + marks.MARGIN, top, metrics.horizontalAdvance(words) + 16, 24)
    marks.plate(painter, box)
    painter.setPen(marks.LIGHT)
    painter.setFont(small)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _button(chip: QRectF, rectangle: Rectangle) -> QRectF:
    """Return where the button beside a chip is, inside the cell."""
    x, _, width, _ = rectangle
    return QRectF(min(chip.right() + 4, x + width - BUTTON - 2), chip.top(), BUTTON, BUTTON)


def _paint_button(painter: QPainter, box: QRectF, is_large: bool, hot: bool) -> None:
    """Draw two arrows: apart where a click enlarges, towards each other where it brings all views back."""
    marks.plate(painter, box)
    painter.setPen(QPen(QColor("#ffffff") if hot else marks.QUIET, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    middle = box.center()
    for side in (-1, 1):
        tip, tail = (2.0, 6.0) if is_large else (6.0, 2.0)
        end = middle + QPointF(tip, -tip) * side
        painter.drawLine(QLineF(middle + QPointF(tail, -tail) * side, end))
        barb = 3.5 * (-1 if is_large else 1) * side
        painter.drawLine(QLineF(end, end - QPointF(barb, 0)))
        painter.drawLine(QLineF(end, end + QPointF(0, barb)))
