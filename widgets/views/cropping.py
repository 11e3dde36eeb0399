"""The walls of the kept part of the box, each with a handle that is dragged along its axis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from widgets.views.gizmo import COLOURS
from widgets.views.tooling import Hot
from widgets.volume.box import Clip
from widgets.volume.camera import Orbit, Vector

Rectangle = tuple[int, int, int, int]
Size = tuple[int, int]
RADIUS = 6.5
REACH = 11.0
"""Pixels from a handle's middle within which it is grabbed."""
THINNEST = 0.01
"""Box lengths that are left between two walls."""
# An axis that is seen nearly end on cannot be dragged along: pixels that a tenth of the box must span.
SHORTEST = 5.0


class Handle(NamedTuple):
    """The handle of one wall, in pixels of the cell's view."""

    axis: int
    side: int
    x: float
    y: float
    in_front: bool


def middle(clip: Clip, axis: int, side: int) -> Vector:
    """Return the middle of a wall."""
    low, high = np.sort(np.asarray(clip, dtype=np.float64), axis=1).T
    place: Vector = (low + high) / 2
    place[axis] = high[axis] if side > 0 else low[axis]
    return place


def handles(orbit: Orbit, clip: Clip, size: Size) -> list[Handle]:
    """Return the walls that can be dragged as they are seen, those in front last."""
    found = []
    for axis in range(3):
        for side in (-1, 1):
            place = middle(clip, axis, side)
            ahead = place.copy()
            ahead[axis] += 0.1
            (here, there), depth = orbit.project(np.array([place, ahead]), *size)
            if (depth <= 0).any() or np.hypot(*(there - here)) < SHORTEST:
                continue
            sight = orbit.axes[2] if orbit.parallel else orbit.eye - place
            found.append(Handle(axis, side, float(here[0]), float(here[1]), bool(side * sight[axis] > -1e-9)))
    return sorted(found, key=lambda handle: handle.in_front)


def hit(orbit: Orbit, clip: Clip, size: Size, x: float, y: float) -> tuple[int, int] | None:
    """Return the axis and the side of the wall whose handle is under a pixel of the view, or None."""
    for handle in reversed(handles(orbit, clip, size)):
        if np.hypot(handle.x - x, handle.y - y) <= REACH:
            return handle.axis, handle.side
    return None


def along(orbit: Orbit, place: Vector, axis: int, x: float, y: float, size: Size) -> float:
    """Return where on the line through a place along an axis the pointer is: nearest to the ray through its pixel."""
    origin, direction = orbit.ray(x, y, *size)
    apart = origin - place
    slope = float(direction[axis])
    return float(place[axis] + (apart[axis] - slope * float(direction @ apart)) / max(1.0 - slope**2, 1e-6))


def pulled(clip: Clip, axis: int, side: int, to: float) -> Clip:
    """Return the kept part of the box with one wall moved; it stays in the box and before the other wall."""
    low, high = min(clip[axis]), max(clip[axis])
    kept = (low, min(max(to, low + THINNEST), 1.0)) if side > 0 else (max(min(to, high - THINNEST), 0.0), high)
    return tuple(kept if a == axis else edges for a, edges in enumerate(clip))


def paint(painter: QPainter, orbit: Orbit, clip: Clip, rectangle: Rectangle, hot: Hot | None) -> None:
    """Draw the handles; those of hidden walls are rings."""
    x, y, width, height = rectangle
    for handle in handles(orbit, clip, (width, height)):
        is_hot = hot is not None and hot.kind == "wall" and (hot.axis, hot.side) == (handle.axis, handle.side)
        colour = QColor(COLOURS[handle.axis])
        place = QPointF(x + handle.x, y + handle.y)
        painter.setBrush(colour if handle.in_front else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(10, 14, 19, 150), 3.6))
        painter.drawEllipse(place, RADIUS, RADIUS)
        painter.setPen(QPen(QColor("#ffffff") if is_hot else colour, 2.0 if is_hot or not handle.in_front else 1.2))
        painter.drawEllipse(place, RADIUS + is_hot, RADIUS + is_hot)
