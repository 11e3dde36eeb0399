"""Flying through the box: the eye moves and turns, and the camera stays the turntable that everything else knows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from widgets.volume.box import WHOLE, Clip
from widgets.volume.camera import FIT, Orbit, Vector
from widgets.volume.picking import crossing

FIELD_OF_VIEW = 60.0
LOOKED_PER_PIXEL = 0.15
"""Degrees that a look turns by for a pixel of a drag."""
TURNED_PER_SECOND = 60.0
"""Degrees that a held key turns the look by."""
SPEEDS = (0.002, 2.0)
"""Box lengths a second."""
USUAL_SPEED = 0.15
FASTER = 4.0
"""What Shift makes of the speed."""
LONGEST_STEP = 0.1
"""Seconds: a picture that took longer to draw is no leap."""
FARTHEST = 2.0
"""Box lengths from the middle of the box that the eye can fly."""

MOVES = {
    "forward": (0, 0, -1),
    "back": (0, 0, 1),
    "left": (-1, 0, 0),
    "right": (1, 0, 0),
    "up": (0, 1, 0),
    "down": (0, -1, 0),
}
"""Steps to the right, upwards and towards where one comes from."""
TURNS = {"look left": (-1, 0), "look right": (1, 0), "look up": (0, 1), "look down": (0, -1)}


def entered(orbit: Orbit) -> Orbit:
    """Return the camera to fly with: wide, and with as much in sight at the centre as before."""
    return replace(orbit, field_of_view=FIELD_OF_VIEW)


def left(orbit: Orbit, clip: Clip = WHOLE) -> Orbit:
    """Return the camera with which the flight ends: the same picture, turned about the middle of what lies ahead."""
    forward = -orbit.axes[2]
    crossed = crossing(orbit.eye, forward, clip)
    reach = sum(crossed) / 2 if crossed is not None else float(np.linalg.norm(orbit.eye - 0.5))
    reach = max(reach, 0.05)
    zoom = 0.5 * FIT / reach / float(np.tan(np.radians(orbit.field_of_view) / 2))
    return replace(orbit.about(orbit.eye + reach * forward), zoom=zoom)


def looked(orbit: Orbit, right: float, up: float) -> Orbit:
    """Return the camera that looks so many degrees farther to the right and upwards, from the same place."""
    eye = orbit.eye
    azimuth = (orbit.azimuth - right + 180.0) % 360.0 - 180.0
    turned = replace(orbit, azimuth=azimuth, elevation=float(np.clip(orbit.elevation - up, -89.0, 89.0)))
    return turned.about(eye - orbit.distance * turned.axes[2])


def flown(orbit: Orbit, held: Collection[str], speed: float, seconds: float) -> Orbit:
    """Return the camera after so many seconds with these of ``MOVES`` and ``TURNS`` held.

    Parameters
    ----------
    speed : box lengths a second, the same in whichever direction
    """
    seconds = min(seconds, LONGEST_STEP)
    turn = np.sum([TURNS[name] for name in held if name in TURNS] or [(0, 0)], axis=0)
    if turn.any():
        orbit = looked(orbit, *(float(part) * TURNED_PER_SECOND * seconds for part in turn))
    step = np.sum([MOVES[name] for name in held if name in MOVES] or [(0, 0, 0)], axis=0)
    length = float(np.linalg.norm(step))
    if length == 0.0:
        return orbit
    way: Vector = np.stack(orbit.axes).T @ (step / length) * speed * seconds
    eye = orbit.eye + way
    far = float(np.linalg.norm(eye - 0.5))
    if far > FARTHEST and far > float(np.linalg.norm(orbit.eye - 0.5)):
        return orbit
    return orbit.about(np.asarray(orbit.centre) + way)


def faster(speed: float, factor: float) -> float:
    """Return the speed after a turn of the wheel."""
    return float(np.clip(speed * factor, *SPEEDS))
