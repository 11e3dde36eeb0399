"""The cutting plane: where it lies in the box, where a ray meets it, and how it moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backends.data.view import CuttingPlane, ViewSettings
from widgets.volume.box import WHOLE, Clip

Vector = NDArray[np.float64]
# Half the diagonal of the box: beyond it a plane misses it.
FARTHEST = 0.866
# One notch of the wheel moves a cut by so many box lengths.
NOTCH = 0.01


def normal(plane: CuttingPlane) -> Vector:
    """Return the unit normal of a plane."""
    a, e = np.radians((plane.azimuth, plane.elevation))
    return np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])


def outline(plane: CuttingPlane, clip: Clip = WHOLE, offset: float = 0.0) -> Vector:
    """Return the corners (m, 3) of the plane within the kept part of the box, in order; none where it misses it.

    Parameters
    ----------
    offset : along the normal, box lengths: of a face of a thick cut
    """
    low, high = np.sort(np.asarray(clip, dtype=np.float64), axis=1).T
    n = normal(plane)
    corners = np.array([np.where(bits, high, low) for bits in np.ndindex(2, 2, 2)])
    heights = (corners - 0.5) @ n - plane.position - offset
    found = []
    for i in range(8):
        for bit in (1, 2, 4):
            j = i | bit
            if j != i and (heights[i] < 0) != (heights[j] < 0):
                share = heights[i] / (heights[i] - heights[j])
                found.append(corners[i] + share * (corners[j] - corners[i]))
    if not found:
        return np.empty((0, 3))
    points = np.array(found)
    one = np.cross(n, [1.0, 0.0, 0.0] if abs(n[0]) < 0.9 else [0.0, 1.0, 0.0])
    apart = points - points.mean(axis=0)
    return points[np.argsort(np.arctan2(apart @ np.cross(n, one), apart @ one))]


def met(plane: CuttingPlane, eye: Vector, direction: Vector, clip: Clip = WHOLE) -> Vector | None:
    """Return where a ray meets the plane within the kept part of the box, (3,), or None."""
    n = normal(plane)
    slope = float(direction @ n)
    if abs(slope) < 1e-5:
        return None
    along = (plane.position - float((eye - 0.5) @ n)) / slope
    point = np.asarray(eye + along * direction, dtype=np.float64)
    low, high = np.sort(np.asarray(clip, dtype=np.float64), axis=1).T
    inside = along > 0 and bool((point >= low - 1e-9).all() and (point <= high + 1e-9).all())
    return point if inside else None


def advanced(view: ViewSettings, notches: float) -> ViewSettings:
    """Return the settings after the cut was moved by so many notches: a plane along its normal, a slice on its axis.

    A slice that shows all of the box stays as it is, and so does every view that cuts nothing.
    """
    if view.mode == "plane":
        place = float(np.clip(view.plane.position + notches * NOTCH, -FARTHEST, FARTHEST))
        return replace(view, plane=replace(view.plane, position=place))
    if view.mode == "slice":
        start, stop = min(view.depth), max(view.depth)
        by = float(np.clip(notches * NOTCH, -start, 1.0 - stop))
        return replace(view, depth=(start + by, stop + by))
    return view
