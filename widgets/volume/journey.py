"""The way from one camera to another: smooth, short, and over at a time that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat

Camera = tuple[Orbit, Flat]
SECONDS = 0.25
# Rays this nearly parallel, degrees across the view, are drawn as parallel: the eye would be too far for the card.
NARROWEST = 0.5


@dataclass(frozen=True)
class Journey:
    """From ``start`` to ``stop``, begun at ``began`` on whatever clock :meth:`at` is asked with.

    began : seconds
    """

    start: Camera
    stop: Camera
    began: float
    seconds: float = SECONDS

    def over(self, now: float) -> bool:
        """Whether the way is gone."""
        return now - self.began >= self.seconds

    def at(self, now: float) -> Camera:
        """Return the camera at that time; at the end exactly the one that was asked for."""
        if self.over(now):
            return self.stop
        share = max(now - self.began, 0.0) / self.seconds
        share = share * share * (3.0 - 2.0 * share)  # begins and ends at rest
        return between(self.start[0], self.stop[0], share), _flat_between(self.start[1], self.stop[1], share)


def between(one: Orbit, other: Orbit, share: float) -> Orbit:
    """Return the camera so far on the way, [0, 1]: turned the shorter way round, magnified evenly."""
    turn = (other.azimuth - one.azimuth + 180.0) % 360.0 - 180.0
    field_of_view = _mixed(one.field_of_view, other.field_of_view, share)
    x, y, z = (_mixed(a, b, share) for a, b in zip(one.centre, other.centre, strict=True))
    return Orbit(
        azimuth=(one.azimuth + turn * share + 180.0) % 360.0 - 180.0,
        elevation=_mixed(one.elevation, other.elevation, share),
        zoom=float(np.exp(_mixed(np.log(one.zoom), np.log(other.zoom), share))),
        centre=(x, y, z),
        field_of_view=field_of_view if field_of_view > NARROWEST else 0.0,
    )


def _flat_between(one: Flat, other: Flat, share: float) -> Flat:
    """Return the part of a slice so far on the way; the slice is periodic, and the way is the shorter one."""
    steps = ((b - a + 0.5) % 1.0 - 0.5 for a, b in zip(one.centre, other.centre, strict=True))
    x, y = ((a + step * share) % 1.0 for a, step in zip(one.centre, steps, strict=True))
    return Flat((x, y), float(np.exp(_mixed(np.log(one.zoom), np.log(other.zoom), share))))


def _mixed(one: float, other: float, share: float) -> float:
    return float(one + (other - one) * share)
