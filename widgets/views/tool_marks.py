"""What the pointer and the tools draw over the views: axes, walls, a measured line, a button, and what to do next."""

from __future__ import annotations

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from widgets.views import cropping, face_marks, gizmo, link_marks, marks, measure
from widgets.views.cell import Cell
from widgets.views.sheet import CHAIN_ROOM, Rectangle, Sheet

# Beneath the chip, or beneath the names of two faces where there are some.
SAYS_TOP, SAYS_BELOW_FACES = 38.0, 62.0
BUTTON = 24.0
NARROW = 320


def named(sheet: Sheet, cell: Cell, rectangle: Rectangle, x: float, y: float, base: QFont) -> str:
    """Return "name", "enlarge" or "link" where a cell's chip or a button beside it is under a pixel, else ""."""
    head = sheet.head_of(cell, rectangle)
    chip = face_marks.chip_box(cell, head, sheet.note_of(cell), base)
    for name, button in _buttons(sheet, cell, chip, head, pointed=True).items():
        if button.contains(x, y):
            return name
    return "name" if chip.contains(x, y) else ""


def paint(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    """Draw what the tools show in one cell."""
    tooling = sheet.tooling
    hot = tooling.hot if tooling.hot is not None and tooling.hot.cell == cell.key else None
    pointed = tooling.pointed == cell.key
    if cell.key in sheet.drawn:
        orbit = sheet.camera(cell.key)[0]
        if cell.key in sheet.with_axes and sheet.view.mode == "slice":
            gizmo.paint_slice(painter, sheet.view.axis, rectangle, base)
        elif cell.key in sheet.with_axes:
            gizmo.paint(painter, orbit, rectangle, base, hot, pointed)
        if tooling.tool == "crop" and sheet.view.mode != "slice" and _works_in(sheet, cell):
            cropping.paint(painter, orbit, sheet.view_of(cell).clip, rectangle, hot)
        measure.paint(painter, sheet, cell.key, rectangle, base, labelled=_works_in(sheet, cell))
    if tooling.says and _works_in(sheet, cell):
        _say(painter, sheet, cell, rectangle, base)
    head = sheet.head_of(cell, rectangle)
    chip = face_marks.chip_box(cell, head, sheet.note_of(cell), base)
    for name, button in _buttons(sheet, cell, chip, head, pointed and not tooling.tool).items():
        is_hot = hot is not None and hot.kind == name
        if name == "link":
            link_marks.paint(painter, sheet, cell, button, is_hot)
        else:
            _paint_button(painter, button, len(sheet.cells) == 1, is_hot)


def _works_in(sheet: Sheet, cell: Cell) -> bool:
    """Whether the tool shows itself in this cell: where it is at work, else where the pointer is, else in the first."""
    keys = {one.key for one in sheet.cells}
    chosen = next((key for key in (sheet.tooling.at_work, sheet.tooling.pointed) if key in keys), sheet.cells[0].key)
    return cell.key == chosen


def _say(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    """Write what the tool asks for beneath the chip; in a narrow cell beneath the axes."""
    narrow = cell.key in sheet.with_axes and rectangle[2] < NARROW
    x, y, width, _ = rectangle if narrow else sheet.head_of(cell, rectangle)
    sayings = sheet.tooling.says
    small = marks.font(base, 12)
    metrics = QFontMetricsF(small)
    room = width - 2 * marks.MARGIN - 16
    words = next((said for said in sayings if metrics.horizontalAdvance(said) <= room), sayings[-1])
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    top = y + (SAYS_BELOW_FACES if cell.comparison in ("wipe", "checkerboard") else SAYS_TOP)
    top += 42 if narrow else 0
    box = QRectF(x + marks.MARGIN, top, metrics.horizontalAdvance(words) + 16, 24)
    marks.plate(painter, box)
    painter.setPen(marks.LIGHT)
    painter.setFont(small)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _buttons(sheet: Sheet, cell: Cell, chip: QRectF, head: Rectangle, pointed: bool) -> dict[str, QRectF]:
    """Return the buttons beside a chip, inside the cell: what a run shares, and where the pointer is its size."""
    x, _, width, _ = head
    names = ["link"] if link_marks.offered(sheet, cell, pointed) else []
    names += ["enlarge"] if pointed else []
    step = BUTTON + 4
    # An open chain is always there, and the chip leaves room for it.
    room = width + (0 if sheet.view.own_of(cell.run).shares_all else CHAIN_ROOM)
    left = min(chip.right() + 4, x + room + 2 - step * len(names))
    return {name: QRectF(left + step * i, chip.top(), BUTTON, BUTTON) for i, name in enumerate(names)}


def _paint_button(painter: QPainter, box: QRectF, is_large: bool, hot: bool) -> None:
    """Draw two arrows: apart where a click enlarges, towards each other where it brings all views back."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 21, 27))  # opaque: in a narrow cell it lies over the chip's end
    painter.drawRoundedRect(box, 5.0, 5.0)
    painter.setPen(QPen(QColor("#ffffff") if hot else marks.QUIET, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    middle = box.center()
    for side in (-1, 1):
        tip, tail = (2.0, 6.0) if is_large else (6.0, 2.0)
        end = middle + QPointF(tip, -tip) * side
        painter.drawLine(QLineF(middle + QPointF(tail, -tail) * side, end))
        barb = 3.5 * (-1 if is_large else 1) * side
        painter.drawLine(QLineF(end, end - QPointF(barb, 0)))
        painter.drawLine(QLineF(end, end + QPointF(0, barb)))
