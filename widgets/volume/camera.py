"""A turntable around the periodic box, as one frozen value: all linked views hold the same one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

# Box lengths seen across the shorter side of a view at zoom 1: a turned cube just fits.
FIT = 1.72
DEGREES_PER_PIXEL = 0.4
ZOOMS = (0.2, 60.0)


@dataclass(frozen=True)
class Orbit:
    """Where the box is looked at from; lengths in fractions of the box, angles in degrees.

    azimuth : of the viewer around z, from +x towards +y
    elevation : of the viewer above the x-y plane, in [-90, 90]
    zoom : 1 shows the whole box
    centre : the point that the view turns about
    field_of_view : across the shorter side; 0 makes all rays parallel
    """

    azimuth: float = -62.0
    elevation: float = 24.0
    zoom: float = 1.0
    centre: tuple[float, float, float] = (0.5, 0.5, 0.5)
    field_of_view: float = 28.0

    @classmethod
    def along(cls, axis: int) -> Orbit:
        """Return the view along an axis in which the other two run to the right and upwards."""
        return cls.facing(axis, -1 if axis == 1 else 1)

    @classmethod
    def facing(cls, axis: int, side: int) -> Orbit:
        """Return the view from the positive (1) or the negative (-1) end of an axis: parallel rays, one face."""
        azimuth, elevation = {
            (0, 1): (0.0, 0.0),
            (0, -1): (-180.0, 0.0),
            (1, 1): (90.0, 0.0),
            (1, -1): (-90.0, 0.0),
            (2, 1): (-90.0, 90.0),
            (2, -1): (-90.0, -90.0),
        }[axis, side]
        return cls(azimuth, elevation, FIT / 1.04, field_of_view=0.0)

    @classmethod
    def restored(cls, saved: Mapping[str, Any]) -> Orbit:
        """Return the camera that :meth:`saved` described; what is missing is as in a new one."""
        known = {name: saved[name] for name in asdict(cls()) if name in saved}
        if "centre" in known:
            x, y, z = known["centre"]
            known["centre"] = (float(x), float(y), float(z))
        return cls(**known)

    def saved(self) -> dict[str, Any]:
        """Return the camera as plain values for JSON."""
        return {**asdict(self), "centre": list(self.centre)}

    @property
    def parallel(self) -> bool:
        """Whether all rays are parallel."""
        return self.field_of_view <= 0.0

    @property
    def axes(self) -> tuple[Vector, Vector, Vector]:
        """Unit vectors to the right, upwards and towards the viewer."""
        a, e = np.radians((self.azimuth, self.elevation))
        right = np.array([-np.sin(a), np.cos(a), 0.0])
        up = np.array([-np.sin(e) * np.cos(a), -np.sin(e) * np.sin(a), np.cos(e)])
        towards = np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
        return right, up, towards

    @property
    def lamp(self) -> Vector:
        """Unit vector towards the lamp, which turns with the viewer: above the left shoulder."""
        right, up, towards = self.axes
        return (0.75 * towards + 0.55 * up - 0.37 * right) / float(np.sqrt(0.75**2 + 0.55**2 + 0.37**2))

    @property
    def distance(self) -> float:
        """From the centre to the eye, box lengths."""
        return 0.5 * FIT / self.zoom / float(np.tan(np.radians(max(self.field_of_view, 1e-3)) / 2))

    @property
    def eye(self) -> Vector:
        """The eye's position in box coordinates; with parallel rays, their direction."""
        towards = self.axes[2]
        return -towards if self.parallel else np.asarray(self.centre) + self.distance * towards

    def extent(self, width: float, height: float) -> tuple[float, float]:
        """Box lengths seen across a view of that size, at the centre's distance."""
        across = FIT / self.zoom / min(width, height)
        return across * width, across * height

    def matrix(self, width: float, height: float) -> Vector:
        """Return the (4, 4) matrix from box coordinates to clip coordinates; depth is not used."""
        right, up, towards = self.axes
        across, along = self.extent(width, height)
        rotation = np.stack([right, up, towards])
        shift = -rotation @ np.asarray(self.centre)
        matrix = np.zeros((4, 4))
        reach = 1.0 if self.parallel else self.distance
        matrix[0, :3], matrix[0, 3] = rotation[0] * 2 * reach / across, shift[0] * 2 * reach / across
        matrix[1, :3], matrix[1, 3] = rotation[1] * 2 * reach / along, shift[1] * 2 * reach / along
        if self.parallel:
            matrix[3, 3] = 1.0
        else:
            matrix[3, :3], matrix[3, 3] = -towards, self.distance - shift[2]
        return matrix

    def project(self, points: Vector, width: float, height: float) -> tuple[Vector, Vector]:
        """Return pixels (n, 2), y down, and the depth factor (n,), below 0 behind the eye.

        Parameters
        ----------
        points : (n, 3), fractions of the box
        """
        clip = np.column_stack([points, np.ones(len(points))]) @ self.matrix(width, height).T
        depth = clip[:, 3]
        safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        x = (clip[:, 0] / safe + 1) / 2 * width
        y = (1 - clip[:, 1] / safe) / 2 * height
        return np.column_stack([x, y]), depth

    def segments(self, lines: Vector, width: float, height: float) -> Vector:
        """Return lines (n, 2, 3) as pixels (m, 2, 2), cut where they pass behind the eye.

        Parameters
        ----------
        lines : both ends of each, fractions of the box
        """
        flat = np.asarray(lines, dtype=np.float64).reshape(-1, 3)
        clip = (np.column_stack([flat, np.ones(len(flat))]) @ self.matrix(width, height).T).reshape(-1, 2, 4)
        nearest = 1e-3
        clip = clip[(clip[:, :, 3] > nearest).any(axis=1)]
        for end in (0, 1):
            hidden = clip[:, end, 3] <= nearest
            a, b = clip[hidden, end], clip[hidden, 1 - end]
            along = (nearest - a[:, 3:]) / (b[:, 3:] - a[:, 3:])
            clip[hidden, end] = a + along * (b - a)
        x = (clip[..., 0] / clip[..., 3] + 1) / 2 * width
        y = (1 - clip[..., 1] / clip[..., 3]) / 2 * height
        return np.stack([x, y], axis=-1)

    def scale_at(self, depth: Vector, width: float, height: float) -> Vector:
        """Return how many pixels a box length spans at those depth factors."""
        pixels = width / self.extent(width, height)[0]
        return np.full_like(depth, pixels) if self.parallel else pixels * self.distance / np.maximum(depth, 1e-9)

    def ray(self, x: float, y: float, width: float, height: float) -> tuple[Vector, Vector]:
        """Return the origin and unit direction of the ray through a pixel, in box coordinates."""
        target, towards = self.beneath(x, y, width, height), self.axes[2]
        if self.parallel:
            return target + 4.0 * towards, -towards
        direction = target - self.eye
        return self.eye, direction / np.linalg.norm(direction)

    def turned(self, dx: float, dy: float) -> Orbit:
        """Return the camera after a drag by so many pixels; the box follows the hand."""
        azimuth = (self.azimuth - dx * DEGREES_PER_PIXEL + 180.0) % 360.0 - 180.0
        elevation = float(np.clip(self.elevation + dy * DEGREES_PER_PIXEL, -90.0, 90.0))
        return replace(self, azimuth=azimuth, elevation=elevation)

    def zoomed(self, factor: float, about: Vector | None = None) -> Orbit:
        """Return the camera that shows everything larger by that factor; the point ``about`` stays where it is seen.

        What the view turns about does not leave the box by it.
        """
        zoom = float(np.clip(self.zoom * factor, *ZOOMS))
        if about is None:
            return replace(self, zoom=zoom)
        # Everything is scaled about the point, the eye too: the ray through it stays the same.
        centre = np.asarray(self.centre)
        moved = about + (centre - about) * (self.zoom / zoom)
        return replace(self, zoom=zoom, centre=_point(np.clip(moved, np.minimum(centre, 0), np.maximum(centre, 1))))

    def beneath(self, x: float, y: float, width: float, height: float) -> Vector:
        """Return the point under a pixel as far away as the centre, in box coordinates."""
        right, up, _ = self.axes
        across, along = self.extent(width, height)
        return np.asarray(self.centre) + right * (x / width - 0.5) * across + up * (0.5 - y / height) * along

    def about(self, point: Vector) -> Orbit:
        """Return the camera that has a point in the middle, seen from the same direction and as large."""
        return replace(self, centre=_point(point))

    def panned(self, dx: float, dy: float, width: float, height: float) -> Orbit:
        """Return the camera after the box was pushed by so many pixels."""
        right, up, _ = self.axes
        across, along = self.extent(width, height)
        return self.about(np.asarray(self.centre) - right * dx / width * across + up * dy / height * along)


def _point(values: Vector) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)
    return x, y, z
