"""Paints a whole sheet: cell by cell, in the order in which things lie over each other."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QFont, QPainter

from widgets.views import face_marks, lines, marks, rings, swarm_legend, tool_marks, unmatched
from widgets.views.sheet import Sheet

# Boxes whose sides differ by less are written with other digits of the same h.
ALIKE = 1e-3


def paint(painter: QPainter, sheet: Sheet, base: QFont) -> None:
    """Paint lines, rings, chips, bars and frames over the fields.

    Parameters
    ----------
    painter : on the window or on a picture, in the sheet's pixels
    base : the window's font; sizes are chosen here
    """
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    flat = sheet.view.mode == "slice"
    for cell, rectangle in zip(sheet.cells, sheet.rectangles, strict=True):
        painter.save()
        painter.setClipRect(QRectF(*rectangle))
        if cell.key in sheet.drawn:
            if not flat:
                lines.wire_box(painter, sheet, cell, rectangle)
            if sheet.view.mode == "plane":
                lines.plane(painter, sheet, cell, rectangle)
            if sheet.probed:
                lines.crosshair(painter, sheet, cell, rectangle)
            rings.paint(painter, sheet, cell, rectangle, base)
            unmatched.paint(painter, sheet, cell, rectangle, base)
            face_marks.paint(painter, sheet, cell, rectangle, base)
        else:
            painter.fillRect(QRectF(*rectangle), QColor(sheet.theme.field_background))
            marks.state(painter, sheet, cell, rectangle, base)
        head = sheet.head_of(cell, rectangle)
        marks.chip(painter, face_marks.seen(cell, sheet.turned), head, sheet.note_of(cell), base)
        painter.restore()
    _legends(painter, sheet, base)
    for cell, rectangle in zip(sheet.cells, sheet.rectangles, strict=True):
        painter.save()
        painter.setClipRect(QRectF(*rectangle))
        tool_marks.paint(painter, sheet, cell, rectangle, base)
        painter.restore()
    for cell, rectangle in zip(sheet.cells, sheet.rectangles, strict=True):
        if cell.run in (sheet.selected, sheet.hovered) and len(sheet.cells) > 1:
            marks.frame(painter, rectangle, cell.colour, cell.run == sheet.selected)


def _legends(painter: QPainter, sheet: Sheet, base: QFont) -> None:
    """Put the scale in the first cell, and each colour map's bar in the last cell that uses it."""
    roomy = sheet.legible
    barred = sorted({_bar_of(sheet, i): i for i in roomy}.values())
    for index in roomy:  # views that share a camera share its scale, where their boxes are alike
        alike = np.isclose(sheet.box_of(index), sheet.box_of(roomy[0]), rtol=ALIKE)
        if index == roomy[0] or not alike or sheet.view.own_camera(sheet.cells[index].run):
            marks.scale_bar(painter, sheet, index, base, shared=index in barred)
    draw = swarm_legend.draw if sheet.view.mode == "particles" else marks.colour_bars
    for index in barred:
        draw(painter, sheet, index, base)


def _bar_of(sheet: Sheet, index: int) -> tuple[str, ...]:
    """Return what decides about a cell's colour bars: cells that agree in it share them."""
    cell = sheet.cells[index]
    own = cell.run if sheet.view.own_of(cell.run).transfer is not None else ""
    box = f"{sheet.box_of(index):.3g}"  # columns are as deep as the box
    return cell.marched, own, cell.overlay_kind if cell.overlay is not None else "", cell.overlay_label, box
