"""Names and edges of the two faces of a view: a stranger sees which part shows which run."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from widgets.views import marks
from widgets.views.cell import Cell
from widgets.views.sheet import Rectangle, Sheet
from widgets.volume import faces

# Beneath the chip, where neither scale nor colour bar lies.
NAMES_TOP = 38.0
NAME_HEIGHT = 20.0
LEAST_ROOM = 44.0
# Squares that are smaller have no room for the colour of their run.
LEAST_SQUARE = 20.0
SHADOW = QColor(8, 11, 15, 150)


def seen(cell: Cell, turned: bool) -> Cell:
    """Return the cell under the name of what is seen: a blinking one is the reference's half of the time."""
    if cell.comparison != "blink" or not turned:
        return cell
    detail = cell.detail.replace(cell.against, cell.label)
    return replace(cell, label=cell.against, colour=cell.against_colour, detail=detail, briefer=())


def part(sheet: Sheet, cell: Cell, rectangle: Rectangle, behind: bool) -> QPainterPath:
    """Return where the run is seen in a cell, or with ``behind`` the reference it is compared with."""
    x, y, width, height = rectangle
    shown, at = QPainterPath(), faces.divider(sheet.view.wipe, width)
    if cell.comparison == "wipe":
        shown.addRect(QRectF(x + at, y, width - at, height) if behind else QRectF(x, y, at, height))
    elif cell.comparison == "checkerboard":
        side = faces.side(sheet.view.squares, width, height)
        for row in range(ceil(height / side)):
            for column in range((row + behind) % 2, ceil(width / side), 2):
                shown.addRect(QRectF(x + column * side, y + row * side, side, side))
    elif cell.comparison != "blink" or behind == sheet.turned:
        shown.addRect(QRectF(*rectangle))
    return shown


def chip_box(cell: Cell, rectangle: Rectangle, note: str, base: QFont) -> QRectF:
    """Return where a cell's chip is, whichever face it names: what stands beside it does not move with every blink."""
    boxes = [marks.chip_box(seen(cell, turned), rectangle, note, base) for turned in (False, True)]
    return boxes[0].united(boxes[1])


def paint(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    """Draw the divider or the squares of a view with two faces, and say whose they are."""
    if cell.comparison == "wipe":
        _wipe(painter, sheet, cell, rectangle, base)
    elif cell.comparison == "checkerboard":
        _squares(painter, sheet, cell, rectangle, base)


def _wipe(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    x, y, width, height = rectangle
    at = x + faces.divider(sheet.view.wipe, width)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, wide in ((SHADOW, 3.0), (marks.LIGHT, 1.0)):
        painter.setPen(QPen(colour, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QLineF(at, y + NAMES_TOP, at, y + height))  # beneath the chip, through which none could read
    _grip(painter, at, y + 0.68 * height)
    top = y + NAMES_TOP
    _name(painter, base, cell.label, cell.colour, QRectF(x + 4, top, at - 8 - x - 4, NAME_HEIGHT), to_right=True)
    beyond = QRectF(at + 8, top, x + width - 4 - at - 8, NAME_HEIGHT)
    _name(painter, base, cell.against, cell.against_colour, beyond)


def _grip(painter: QPainter, x: float, y: float) -> None:
    """Draw what the mouse takes hold of: a plate with an arrow to either side."""
    painter.setPen(QPen(marks.LIGHT, 1.0))
    painter.setBrush(QColor(10, 14, 19, 225))
    painter.drawRoundedRect(QRectF(x - 10, y - 12, 20, 24), 6.0, 6.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(marks.LIGHT)
    for side in (-1, 1):
        tip, back = x + 7 * side, x + 2.5 * side
        painter.drawPolygon(QPolygonF([QPointF(tip, y), QPointF(back, y - 4), QPointF(back, y + 4)]))


def _squares(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    x, y, width, height = rectangle
    side = faces.side(sheet.view.squares, width, height)
    painter.setPen(QPen(QColor(255, 255, 255, 42), 1.0))
    for number in range(1, int(width / side) + 1):
        painter.drawLine(QLineF(x + round(number * side) + 0.5, y, x + round(number * side) + 0.5, y + height))
    for number in range(1, int(height / side) + 1):
        painter.drawLine(QLineF(x, y + round(number * side) + 0.5, x + width, y + round(number * side) + 0.5))
    if side >= LEAST_SQUARE:
        painter.setPen(QPen(SHADOW, 1.0))
        for parity, colour in enumerate((cell.colour, cell.against_colour)):
            painter.setBrush(QColor(colour))
            dots = [
                QRectF(x + round(column * side) + 3.5, y + round(row * side) + 3.5, 5, 5)
                for row in range(ceil(height / side))
                for column in range((row + parity) % 2, ceil(width / side), 2)
            ]
            if dots:
                painter.drawRects(*dots)
    left, top = x + marks.MARGIN, y + NAMES_TOP
    for name, colour in ((cell.label, cell.colour), (cell.against, cell.against_colour)):
        left += 4 + _name(painter, base, name, colour, QRectF(left, top, x + width - 4 - left, NAME_HEIGHT))


def _name(painter: QPainter, base: QFont, name: str, colour: str, room: QRectF, to_right: bool = False) -> float:
    """Write a run's name with its colour, at the left of some room or at the right of it; return how wide it is."""
    if room.width() < LEAST_ROOM:
        return 0.0
    small = marks.font(base, 11, QFont.Weight.Medium)
    metrics = QFontMetricsF(small)
    text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width() - 26)
    wide = metrics.horizontalAdvance(text) + 26
    box = QRectF(room.right() - wide if to_right else room.left(), room.top(), wide, room.height())
    marks.plate(painter, box)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(box.left() + 7, box.center().y() - 4, 8, 8), 2.0, 2.0)
    painter.setPen(marks.LIGHT)
    painter.setFont(small)
    painter.drawText(box.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
    return wide
