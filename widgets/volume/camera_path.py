"""Paths of the camera through a movie: once around, or smoothly through chosen places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from widgets.volume.camera import ZOOMS, Orbit
from widgets.volume.journey import NARROWEST


@dataclass(frozen=True)
class Turn:
    """Once around the z axis, at an even pace; the last frame is followed by the first."""

    start: Orbit

    def at(self, share: float) -> Orbit:
        """Return the camera after this share of the movie, in [0, 1)."""
        azimuth = (self.start.azimuth + 360.0 * share + 180.0) % 360.0 - 180.0
        return replace(self.start, azimuth=azimuth)


@dataclass(frozen=True)
class Stand:
    """The camera stays where it is: what moves is the study itself."""

    start: Orbit

    def at(self, share: float) -> Orbit:
        """Return the camera, whatever the share of the movie."""
        return self.start


class Kept(NamedTuple):
    """Which part of the periodic box is drawn, and from where; as in ``ViewSettings``."""

    origin: tuple[float, float, float]
    clip: tuple[tuple[float, float], ...]


class Tour:
    """Through places in their order, without a corner, beginning and ending at rest.

    Azimuths and the box's origin take the shorter way round, zooms are interpolated by their logarithms, and between
    places the path is a Catmull-Rom curve (Catmull & Rom 1974), which passes through every one of them.

    Parameters
    ----------
    places : two cameras or more
    kept : the part of the box that is seen from each of them
    """

    def __init__(self, places: Sequence[Orbit], kept: Sequence[Kept]) -> None:
        if len(places) < 2:
            raise ValueError("a tour needs two places")
        self._places = np.array([_numbers(place) for place in places])
        self._places[:, 0] = np.degrees(np.unwrap(np.radians(self._places[:, 0])))
        self._origins = np.unwrap([one.origin for one in kept], axis=0, period=1.0)
        self._clips = np.array([one.clip for one in kept])

    def at(self, share: float) -> Orbit:
        """Return the camera after this share of the movie, in [0, 1]."""
        return _orbit(_along(self._places, share))

    def kept_at(self, share: float) -> Kept:
        """Return the part of the box that is seen after this share of the movie."""
        clip = np.clip(_along(self._clips, share), 0.0, 1.0)
        x, y, z = (float(part) % 1.0 for part in _along(self._origins, share))
        return Kept((x, y, z), tuple((float(low), float(high)) for low, high in clip))


def _along(places: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    eased = share * share * (3.0 - 2.0 * share)
    along = eased * (len(places) - 1)
    first = min(int(along), len(places) - 2)
    around = np.clip(np.arange(first - 1, first + 3), 0, len(places) - 1)
    return _between(places[around], along - first)


def _numbers(orbit: Orbit) -> list[float]:
    return [orbit.azimuth, orbit.elevation, float(np.log(orbit.zoom)), orbit.field_of_view, *orbit.centre]


def _between(four: NDArray[np.float64], t: float) -> NDArray[np.float64]:
    """Return the point between the two in the middle."""
    a, b, c, d = four
    curve = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    return np.asarray(curve / 2)


def _orbit(numbers: NDArray[np.float64]) -> Orbit:
    azimuth, elevation, zoom, field_of_view, x, y, z = map(float, numbers)
    return Orbit(
        azimuth=(azimuth + 180.0) % 360.0 - 180.0,
        elevation=float(np.clip(elevation, -90.0, 90.0)),
        zoom=float(np.clip(np.exp(zoom), *ZOOMS)),
        field_of_view=field_of_view if field_of_view > NARROWEST else 0.0,
        centre=(x, y, z),
    )
