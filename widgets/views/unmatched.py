"""A halo that another run does not have: that run's views say so where it would be."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from widgets.views import marks
from widgets.views.cell import Cell
from widgets.views.rings import CHOSEN, SHADOW, card_beside, listed, rings, same_halo
from widgets.views.sheet import Halo, Rectangle, Sheet

WORDS = "no partner"
DOTS = (1.2, 2.2)
"""How the ring is broken, in its widths: finer than the dashes of a reference's."""


def lacks(sheet: Sheet, cell: Cell, halo: Halo | None) -> bool:
    """Whether a cell shows halos, none of which is the one that another run has."""
    if halo is None or any(side.run == halo[0] for side in cell.ringed):
        return False
    mine, theirs = sheet.catalogues.get(cell.halos), sheet.catalogues.get(listed(sheet, halo[0]))
    if mine is None or theirs is None or halo[1] >= theirs.count or abs(theirs.box_size / mine.box_size - 1) > 1e-3:
        return False
    return same_halo(sheet, cell, halo) is None


def paint(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    """Draw a dotted ring where the selected halo, and the pointed one, would be, with a word."""
    for halo, chosen in ((sheet.view.rings.chosen, True), (sheet.halo, False)):
        if halo is None or not lacks(sheet, cell, halo):
            continue
        whose = next(side for one in sheet.cells for side in one.ringed if side.run == halo[0])
        there = replace(cell, run=halo[0], halos=whose.halos, against_halos=None)
        found = rings(sheet, there, rectangle, (halo[1],))
        if found is None or not len(found.halos):
            continue
        colour = CHOSEN if chosen else QColor(whose.colour).lighter(130)
        middle, radius = QPointF(*found.middles[0]), max(float(found.radii[0]), 5.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(SHADOW, 4.0))
        painter.drawEllipse(middle, radius, radius)
        pen = QPen(colour, 2.0)
        pen.setDashPattern(DOTS)
        painter.setPen(pen)
        painter.drawEllipse(middle, radius, radius)
        if not chosen or sheet.halo is None:  # of what is pointed at there is more to say
            _say(painter, middle, radius, rectangle, base)


def _say(painter: QPainter, middle: QPointF, radius: float, rectangle: Rectangle, base: QFont) -> None:
    small = marks.font(base, 11)
    wide = QFontMetricsF(small).horizontalAdvance(WORDS) + 16
    card = card_beside(middle, radius + 8, wide, 22.0, QRectF(*rectangle))
    marks.plate(painter, card)
    painter.setFont(small)
    painter.setPen(marks.QUIET)
    painter.drawText(card, Qt.AlignmentFlag.AlignCenter, WORDS)
