"""The box as lines: its edges, which of them are hidden, and a crosshair through it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from widgets.volume.camera import Orbit

Lines = NDArray[np.float64]
Clip = tuple[tuple[float, float], ...]
WHOLE: Clip = ((0.0, 1.0),) * 3


def edges(orbit: Orbit, clip: Clip = WHOLE) -> tuple[Lines, NDArray[np.bool_]]:
    """Return the twelve edges (12, 2, 3) in box coordinates, and which are seen from the front (12,).

    An edge is in front where at least one of its two faces is turned to the viewer.
    """
    low, high = np.sort(np.asarray(clip, dtype=np.float64), axis=1).T
    sides = np.stack([low, high])
    if orbit.parallel:
        faces = np.stack([orbit.eye > 1e-9, orbit.eye < -1e-9])
    else:
        faces = np.stack([orbit.eye < low, orbit.eye > high])
    lines, front = [], []
    for axis in range(3):
        one, other = [a for a in range(3) if a != axis]
        for i in (0, 1):
            for j in (0, 1):
                ends = np.empty((2, 3))
                ends[:, axis] = low[axis], high[axis]
                ends[:, one], ends[:, other] = sides[i, one], sides[j, other]
                lines.append(ends)
                front.append(bool(faces[i, one] or faces[j, other]))
    return np.array(lines), np.array(front)


def crosshair_lines(point: tuple[float, float, float], clip: Clip = WHOLE) -> Lines:
    """Return three lines (3, 2, 3) through a point, from wall to wall of the kept part of the box."""
    lines = np.tile(np.asarray(point, dtype=np.float64), (3, 2, 1))
    for axis in range(3):
        lines[axis, :, axis] = sorted(clip[axis])
    return lines


@lru_cache(maxsize=64)
def seen_edges(orbit: Orbit, clip: Clip, width: int, height: int) -> tuple[Lines, Lines]:
    """Return the edges in front and the hidden ones as pixels, (n, 2, 2) each; linked views share them."""
    lines, front = edges(orbit, clip)
    return orbit.segments(lines[front], width, height), orbit.segments(lines[~front], width, height)
