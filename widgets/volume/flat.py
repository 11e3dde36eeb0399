"""Pan and zoom over a slice of the periodic box, as one frozen value that linked views share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

PLANES = ((1, 2), (0, 2), (0, 1))
"""For each axis that is looked along: the axes that run to the right and upwards."""

ZOOMS = (0.25, 64.0)
# A view this much longer than wide still crops the box; a longer one shows all of it and its images.
CROP = 1.5


@dataclass(frozen=True)
class Flat:
    """The seen part of a slice.

    centre : point in the middle of the view, fractions of the box, to the right and upwards
    zoom : 1 fits the box to the view
    """

    centre: tuple[float, float] = (0.5, 0.5)
    zoom: float = 1.0

    @classmethod
    def restored(cls, saved: Mapping[str, Any]) -> Flat:
        """Return what :meth:`saved` described; what is missing is as in a new one."""
        x, y = saved.get("centre", (0.5, 0.5))
        return cls((float(x), float(y)), float(saved.get("zoom", 1.0)))

    def saved(self) -> dict[str, Any]:
        """Return the view as plain values for JSON."""
        return {**asdict(self), "centre": list(self.centre)}

    def extent(self, width: float, height: float) -> tuple[float, float]:
        """Box lengths seen across and along a view of that size."""
        longer, shorter = max(width, height), min(width, height)
        across = 1.0 / (longer if longer <= CROP * shorter else shorter) / self.zoom
        return across * width, across * height

    def point(self, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """Return the point under a pixel, fractions of the box, not wrapped."""
        across, along = self.extent(width, height)
        return self.centre[0] + (x / width - 0.5) * across, self.centre[1] + (0.5 - y / height) * along

    def pixel(self, right: float, up: float, width: float, height: float) -> tuple[float, float]:
        """Return the pixel, y down, that shows a point."""
        across, along = self.extent(width, height)
        return (0.5 + (right - self.centre[0]) / across) * width, (0.5 - (up - self.centre[1]) / along) * height

    def panned(self, dx: float, dy: float, width: float, height: float) -> Flat:
        """Return the view after the slice was pushed by so many pixels; it wraps with the box."""
        across, along = self.extent(width, height)
        x = (self.centre[0] - dx / width * across) % 1.0
        y = (self.centre[1] + dy / height * along) % 1.0
        return replace(self, centre=(x, y))

    def zoomed(self, factor: float, x: float, y: float, width: float, height: float) -> Flat:
        """Return the view zoomed so that the point under the pixel stays there."""
        zoom = float(np.clip(self.zoom * factor, *ZOOMS))
        before = self.point(x, y, width, height)
        after = replace(self, zoom=zoom).point(x, y, width, height)
        centre = tuple(c + b - a for c, b, a in zip(self.centre, before, after, strict=True))
        return Flat((centre[0] % 1.0, centre[1] % 1.0), zoom)
