"""A distance between two points of the periodic box: the shortest way, where it is drawn, and its words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter

from backends.data import periodic
from backends.data.periodic import Point
from backends.data.view import ViewSettings
from widgets.views import lines, marks
from widgets.views.sheet import Rectangle, Sheet
from widgets.volume.flat import PLANES

Segments = NDArray[np.float64]
# Rounding leaves a line that ends on a wall a sliver on its other side.
SLIVER = 1e-9
REACH = 5.0
"""Pixels beside the line at which it still answers."""


def pieces(one: Point, other: Point, view: ViewSettings) -> Segments:
    """Return the shortest way between two points as it is drawn: (n, 2, 3), in pieces where it goes through a wall.

    Parameters
    ----------
    one, other : fractions of the box
    """
    start, way = periodic.as_drawn(one, view), periodic.apart(one, other)
    found = []
    for image in np.ndindex(3, 3, 3):
        begin = start - (np.array(image) - 1)
        safe = np.where(np.abs(way) < 1e-12, 1e-12, way)
        ends = np.sort(np.stack([(0.0 - begin) / safe, (1.0 - begin) / safe]), axis=0)
        first, last = max(float(ends[0].max()), 0.0), min(float(ends[1].min()), 1.0)
        if last - first > SLIVER or (last >= first and not way.any()):
            found.append([begin + first * way, begin + last * way])
    return np.array(found).reshape(-1, 2, 3)


def length(one: Point, other: Point, box_size: float) -> float:
    """Return the distance to the nearest image, Mpc/h."""
    return float(np.linalg.norm(periodic.apart(one, other))) * box_size


def in_words(value: float, hubble: float | None) -> str:
    """Return a comoving distance in Mpc/h, and in Mpc where h is known."""
    words = f"{value:.4g} Mpc/h"
    return words if not hubble else f"{words}  =  {value / hubble:.4g} Mpc"


def explained(sheet: Sheet) -> str:
    """Return what the tooltip says of the measured line: along each axis, and what kind of length it is."""
    one, other = sheet.tooling.measured
    way = periodic.apart(one, other) * sheet.box_size
    parts = "\n".join(f"Δ{name} = {step:+.4g} Mpc/h".replace("-", "−") for name, step in zip("xyz", way, strict=True))
    total = length(one, other, sheet.box_size)
    words = f"{in_words(total, sheet.hubble)}, comoving\n{parts}\nThe shortest way through the periodic box"
    if sheet.redshift and sheet.hubble:
        physical = total / sheet.hubble / (1.0 + sheet.redshift)
        words += f"\nAt z = {sheet.redshift:.3g}: {physical:.4g} Mpc, physical"
    return words


def drawn(sheet: Sheet, key: str, rectangle: Rectangle) -> list[tuple[QPointF, QPointF]]:
    """Return the measured line in a cell, in pixels of the sheet."""
    x, y, width, height = rectangle
    orbit, flat = sheet.camera(key)
    one, other = sheet.tooling.measured
    ends = pieces(one, other, sheet.view)
    if sheet.view.mode == "slice":
        right, up = PLANES[sheet.view.axis]
        seen = np.array([[flat.pixel(end[right], end[up], width, height) for end in piece] for piece in ends])
    else:
        seen = orbit.segments(ends, width, height)
    return [(QPointF(x + a[0], y + a[1]), QPointF(x + b[0], y + b[1])) for a, b in seen]


def label(sheet: Sheet, rectangle: Rectangle, drawn: list[tuple[QPointF, QPointF]], base: QFont) -> tuple[QRectF, str]:
    """Return the plate of the length, beside the middle of the longest piece and inside the cell, and its words."""
    longest = max(drawn, key=lambda piece: (piece[1] - piece[0]).manhattanLength())
    metrics = QFontMetricsF(marks.font(base, 12, QFont.Weight.Medium))
    one, other = sheet.tooling.measured
    value = length(one, other, sheet.box_size)
    wordings = (in_words(value, sheet.hubble), in_words(value, None))
    words = next((said for said in wordings if metrics.horizontalAdvance(said) <= rectangle[2] - 24), wordings[-1])
    wide = metrics.horizontalAdvance(words) + 16
    middle, way = (longest[0] + longest[1]) / 2, longest[1] - longest[0]
    x, y, width, height = rectangle
    # Above the line, on the side that it falls away from.
    flat = abs(way.y()) < 0.15 * abs(way.x())
    beside = -wide / 2 if flat else 8.0 if way.x() * way.y() > 0 else -wide - 8.0
    left = min(max(middle.x() + beside, x + 4), max(x + width - wide - 4, x + 4))
    top = min(max(middle.y() - 30, y + 4), y + height - 26)
    return QRectF(left, top, wide, 22), words


def touched(sheet: Sheet, key: str, rectangle: Rectangle, x: float, y: float, base: QFont) -> bool:
    """Whether the measured line or its label is under a pixel."""
    found = drawn(sheet, key, rectangle)
    if not found:
        return False
    if label(sheet, rectangle, found, base)[0].contains(x, y):
        return True
    place = np.array([x, y])
    for one, other in found:
        begin, step = np.array([one.x(), one.y()]), np.array([other.x() - one.x(), other.y() - one.y()])
        share = min(max(float((place - begin) @ step) / max(float(step @ step), 1e-9), 0.0), 1.0)
        if float(np.hypot(*(begin + share * step - place))) <= REACH:
            return True
    return False


def paint(
    painter: QPainter, sheet: Sheet, key: str, rectangle: Rectangle, base: QFont, *, labelled: bool = True
) -> None:
    """Draw the measured line, and its length where it is to be labelled; of a line that is begun, its first end."""
    measured = sheet.tooling.measured
    found = drawn(sheet, key, rectangle) if len(measured) == 2 else []
    for width, colour, alpha in ((4.0, lines.DARK, 150), (1.6, lines.BRIGHT, 255)):
        painter.setPen(lines.pen(colour, alpha, width))
        for one, other in found:
            painter.drawLine(one, other)
    painter.setBrush(lines.BRIGHT)
    painter.setPen(lines.pen(lines.DARK, 180))
    for end in _ends(sheet, key, rectangle):
        painter.drawEllipse(end, 3.5, 3.5)
    if found and labelled:
        box, words = label(sheet, rectangle, found, base)
        marks.plate(painter, box)
        painter.setPen(marks.LIGHT)
        painter.setFont(marks.font(base, 12, QFont.Weight.Medium))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _ends(sheet: Sheet, key: str, rectangle: Rectangle) -> list[QPointF]:
    """Return where the two ends themselves are drawn, in pixels of the sheet."""
    x, y, width, height = rectangle
    orbit, flat = sheet.camera(key)
    places = periodic.as_drawn(np.array(sheet.tooling.measured).reshape(-1, 3), sheet.view)
    if sheet.view.mode == "slice":
        right, up = PLANES[sheet.view.axis]
        seen = [flat.pixel(place[right], place[up], width, height) for place in places]
    else:
        pixels, depth = orbit.project(places, width, height)
        seen = [(float(p[0]), float(p[1])) for p, near in zip(pixels, depth, strict=True) if near > 0]
    return [QPointF(x + across, y + along) for across, along in seen]
