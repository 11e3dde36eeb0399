"""Which curve is under the pointer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Hit:
    """The curve under the pointer, its sample nearest along x, and how far it is in pixels."""

    key: str
    index: int
    distance: float


def nearest(
    curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]], x: float, y: float, reach: float
) -> Hit | None:
    """Return the polyline that passes closest to a point, within ``reach`` pixels, or None.

    Parameters
    ----------
    curves : key -> (x, y), each (n,) float64 in pixels; NaN breaks the line
    """
    best: Hit | None = None
    for key, (px, py) in curves.items():
        distance = _distance(px, py, x, y)
        if distance <= reach and (best is None or distance < best.distance):
            away = np.where(np.isfinite(px) & np.isfinite(py), np.abs(px - x), np.inf)
            best = Hit(key, int(np.argmin(away)), distance)
    return best


def _distance(px: NDArray[np.float64], py: NDArray[np.float64], x: float, y: float) -> float:
    """Distance from a point to a polyline; infinite where nothing of it is drawn."""
    whole = np.isfinite(px) & np.isfinite(py)
    if not whole.any():
        return float("inf")
    least = float(np.min(np.hypot(px[whole] - x, py[whole] - y)))
    drawn = whole[:-1] & whole[1:]
    if not drawn.any():
        return least
    ax, ay = px[:-1][drawn], py[:-1][drawn]
    dx, dy = px[1:][drawn] - ax, py[1:][drawn] - ay
    length = np.maximum(dx * dx + dy * dy, 1e-12)
    along = np.clip(((x - ax) * dx + (y - ay) * dy) / length, 0.0, 1.0)
    return min(least, float(np.min(np.hypot(ax + along * dx - x, ay + along * dy - y))))
