"""Thin lines over the fields: the box, the crosshair and halos."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QPointF
from PyQt6.QtGui import QColor, QPainter, QPen

from backends.data import periodic
from widgets.views.cell import Cell
from widgets.views.sheet import Rectangle, Sheet
from widgets.volume import cutting
from widgets.volume.box import WHOLE, crosshair_lines, seen_edges
from widgets.volume.flat import PLANES

BRIGHT, DARK = QColor("#eef3f8"), QColor("#10161c")
GREY = QColor("#7d8a96")
"""What is seen on white as on black."""


def pen(colour: QColor, alpha: int, width: float = 1.0) -> QPen:
    """Return a pen of that colour and opacity."""
    drawn = QColor(colour)
    drawn.setAlpha(alpha)
    return QPen(drawn, width)


def segments(painter: QPainter, ends: NDArray[np.float64], x: float, y: float) -> None:
    """Draw segments (n, 2, 2) in pixels of a cell at x, y."""
    if len(ends) == 0:
        return
    painter.drawLines(*(QLineF(x + a[0], y + a[1], x + b[0], y + b[1]) for a, b in ends))


def ink(sheet: Sheet, cell: Cell) -> QColor:
    """Return the colour of lines that are seen on this cell's field: dark on a comparison's white."""
    return DARK if cell.marched != "field" and sheet.view.mode != "dvr" else BRIGHT


def wire_box(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle) -> None:
    """Draw the kept part of the box, and faintly the whole of it; hidden edges are fainter.

    On a picture without ground the lines are stronger: they may come to lie on anything.
    """
    x, y, width, height = rectangle
    orbit, clip = sheet.camera(cell.key)[0], sheet.view_of(cell).clip
    colour = GREY if sheet.clear or ink(sheet, cell) is DARK else BRIGHT
    boxes = ((clip, 110, 44),) if clip == WHOLE else ((WHOLE, 44, 26), (clip, 120, 60))
    for kept, front_alpha, back_alpha in boxes:
        front, back = seen_edges(orbit, kept, width, height)
        for lines, alpha in ((back, back_alpha), (front, front_alpha)):
            painter.setPen(pen(colour, 2 * alpha if sheet.clear else alpha))
            segments(painter, lines, x, y)


def plane(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle) -> None:
    """Draw where the cutting plane meets the walls of the box; of a thick cut both its faces, faintly."""
    x, y, width, height = rectangle
    view, orbit = sheet.view_of(cell), sheet.camera(cell.key)[0]
    half = view.plane.thickness / 2
    faces = (
        ((0.0, 170), (-half, 60), (half, 60)) if half * width / orbit.extent(width, height)[0] > 3.0 else ((0.0, 170),)
    )
    for offset, alpha in faces:
        corners = cutting.outline(view.plane, view.clip, offset)
        if len(corners):
            painter.setPen(pen(ink(sheet, cell) if offset == 0.0 else BRIGHT, alpha))
            ends = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)
            segments(painter, orbit.segments(ends, width, height), x, y)


def crosshair(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle) -> None:
    """Draw the probed point, linked through all cells."""
    x, y, width, height = rectangle
    orbit, flat = sheet.camera(cell.key)
    point = periodic.point(periodic.as_drawn(sheet.view_of(cell).crosshair, sheet.view))
    light = ink(sheet, cell)
    if sheet.view.mode == "slice":
        right, up = (point[axis] for axis in PLANES[sheet.view.axis])
        across, along = flat.pixel(right, up, width, height)
        painter.setPen(pen(light, 190))
        # On the middle of a pixel a one-pixel line is one pixel wide.
        across, along = x + np.floor(across) + 0.5, y + np.floor(along) + 0.5
        if x <= across < x + width:
            painter.drawLine(QLineF(across, y, across, y + height))
        if y <= along < y + height:
            painter.drawLine(QLineF(x, along, x + width, along))
        return
    painter.setPen(pen(light, 130))
    segments(painter, orbit.segments(crosshair_lines(point, sheet.view_of(cell).clip), width, height), x, y)
    pixel, depth = orbit.project(np.asarray([point]), width, height)
    if depth[0] > 0:
        painter.setPen(pen(light, 230, 1.4))
        painter.drawEllipse(QPointF(x + pixel[0, 0], y + pixel[0, 1]), 4.5, 4.5)
