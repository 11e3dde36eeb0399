"""Which way x, y and z point, as six balls in the corner of a view: a click on one looks from there."""

from __future__ import annotations

from typing import NamedTuple

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPen

from widgets.views.tooling import Hot
from widgets.volume.camera import Orbit
from widgets.volume.flat import PLANES

Rectangle = tuple[int, int, int, int]
COLOURS = ("#ff8b7b", "#8fe08f", "#86b8ff")
# Pixels: the middle from the upper right corner, how far the balls are from it, and their radii.
CORNER = (42.0, 44.0)
REACH = 24.0
BALL, FAR_BALL = 7.5, 5.0
GROUND = 35.0
# The corner of a slice's two axes from the middle of the three, so that both take the same room.
SLICE_CORNER = QPointF(-13.0, 13.0)
WORDS = QColor("#10161c")


class Ball(NamedTuple):
    """One end of an axis, in pixels; ``near`` is 1 where it points at the viewer, -1 where away."""

    axis: int
    side: int
    place: QPointF
    near: float


def balls(orbit: Orbit, rectangle: Rectangle) -> list[Ball]:
    """Return the six ends of the axes as they are seen in a cell, the farthest first."""
    x, y, width, _ = rectangle
    right, up, towards = orbit.axes
    middle = QPointF(x + width - CORNER[0], y + CORNER[1])
    found = [
        Ball(axis, side, middle + QPointF(side * float(right[axis]), -side * float(up[axis])) * REACH,
             side * float(towards[axis]))
        for axis in range(3)
        for side in (-1, 1)
    ]  # fmt: skip
    return sorted(found, key=lambda ball: ball.near)


def hit(orbit: Orbit, rectangle: Rectangle, x: float, y: float) -> tuple[int, int] | None:
    """Return the axis and the side of the nearest ball under a pixel, or None."""
    for ball in reversed(balls(orbit, rectangle)):
        if QLineF(ball.place, QPointF(x, y)).length() <= BALL + 1.5:
            return ball.axis, ball.side
    return None


def asked(orbit: Orbit, axis: int, side: int) -> Orbit:
    """Return the view from that end of an axis; where one looks from there already, from the other end."""
    facing = Orbit.facing(axis, side)
    there = orbit.parallel and float(orbit.axes[2][axis]) * side > 0.999
    return Orbit.facing(axis, -side) if there else facing


def paint(painter: QPainter, orbit: Orbit, rectangle: Rectangle, base: QFont, hot: Hot | None, pointed: bool) -> None:
    """Draw the axes; more of them where the pointer is in the cell."""
    x, y, width, _ = rectangle
    middle = QPointF(x + width - CORNER[0], y + CORNER[1])
    if pointed:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(10, 14, 19, 120))
        painter.drawEllipse(middle, GROUND, GROUND)
    sized = QFont(base)
    sized.setPixelSize(10)
    sized.setWeight(QFont.Weight.DemiBold)
    painter.setFont(sized)
    for ball in balls(orbit, rectangle):
        is_hot = hot is not None and hot.kind == "face" and (hot.axis, hot.side) == (ball.axis, ball.side)
        colour = QColor(COLOURS[ball.axis])
        colour.setAlphaF(0.62 + 0.38 * (ball.near + 1) / 2)
        if ball.side > 0:
            painter.setPen(QPen(colour, 1.8))
            painter.drawLine(QLineF(middle, ball.place))
        elif not pointed:
            continue  # the three that are named are enough to read the directions
        radius = BALL if ball.side > 0 or is_hot else FAR_BALL
        filled = QColor(colour)
        if ball.side < 0 and not is_hot:
            filled.setAlphaF(0.25)
        painter.setBrush(filled)
        painter.setPen(QPen(QColor("#ffffff"), 1.6) if is_hot else QPen(colour, 1.2))
        painter.drawEllipse(ball.place, radius, radius)
        if ball.side > 0 or is_hot:
            painter.setPen(WORDS)
            square = QRectF(ball.place.x() - 9, ball.place.y() - 9.5, 18, 18)
            letter = "xyz"[ball.axis] if ball.side > 0 else f"−{'xyz'[ball.axis]}"
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, letter)


def paint_slice(painter: QPainter, axis: int, rectangle: Rectangle, base: QFont) -> None:
    """Draw which axes of the box run to the right and upwards in a slice along ``axis``."""
    x, y, width, _ = rectangle
    middle = QPointF(x + width - CORNER[0], y + CORNER[1])
    corner = middle + SLICE_CORNER
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(10, 14, 19, 150))
    painter.drawRoundedRect(QRectF(middle.x() - 26, middle.y() - 26, 52, 52), 6, 6)
    sized = QFont(base)
    sized.setPixelSize(10)
    sized.setWeight(QFont.Weight.DemiBold)
    painter.setFont(sized)
    for shown, way in zip(PLANES[axis], (QPointF(1, 0), QPointF(0, -1)), strict=True):
        colour, end = QColor(COLOURS[shown]), corner + way * REACH
        painter.setPen(QPen(colour, 1.8))
        painter.drawLine(QLineF(corner, end))
        painter.setBrush(colour)
        painter.drawEllipse(end, BALL, BALL)
        painter.setPen(WORDS)
        square = QRectF(end.x() - 9, end.y() - 9.5, 18, 18)
        painter.drawText(square, Qt.AlignmentFlag.AlignCenter, "xyz"[shown])
