"""Pictures without a display: vispy's EGL backend draws what the window would."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.view import ViewSettings
from backends.errors import MachineError
from widgets.volume.arrangement import rectangles
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.swarm import Swarm

if TYPE_CHECKING:
    from widgets.volume.scene import Scene


@dataclass(frozen=True, eq=False)
class Drawn:
    """A picture, and what is needed to write on it.

    pixels : (height, width, 4) uint8, top row first
    rectangles : one a view, in pixels
    limits : scaled range of the colours;  signed : ranges of the comparisons;  error : of an overlaid error
    orbit : where the fields are looked at from
    shown : which field each view shows
    swarms : what the legend of particles says
    """

    pixels: NDArray[np.uint8]
    rectangles: tuple[tuple[int, int, int, int], ...]
    limits: tuple[float, float]
    orbit: Orbit
    shown: tuple[int, ...] = ()
    signed: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    error: float = 1.0
    swarms: Mapping[str, Any] = field(default_factory=dict)


def render(
    fields: Sequence[Field],
    view: ViewSettings,
    size: tuple[int, int] = (1200, 800),
    camera: tuple[float, float, float] | None = None,
) -> NDArray[np.uint8]:
    """Return the pixels of :func:`drawn` alone."""
    return drawn(fields, view, size, camera).pixels


def drawn(
    fields: Sequence[Field],
    view: ViewSettings,
    size: tuple[int, int] = (1200, 800),
    camera: tuple[float, float, float] | None = None,
    swarms: Sequence[Swarm] = (),
) -> Drawn:
    """Return a picture of fields side by side, or of all others against the first.

    Parameters
    ----------
    fields : of one box; the first one sets the colour range
    view : how they are shown
    size : (width, height), pixels
    camera : (azimuth in degrees, elevation in degrees, zoom), or None for the usual one
    swarms : the particles of the fields, where they are drawn

    Raises
    ------
    MachineError
        Where no OpenGL can be had without a display.
    """
    scene = scene_without_display()
    orbit = Orbit() if camera is None else Orbit(camera[0], camera[1], camera[2])
    picture = np.zeros((size[1], size[0], 4), dtype=np.uint8)
    picture[...] = (14, 19, 24, 255)
    shown = tuple(range(view.comparison != "field", len(fields)))
    places = rectangles(len(shown), *size)
    panes = [_pane(i, place, view) for i, place in zip(shown, places, strict=True)]
    scene.show(panes)
    for i, given in enumerate(fields):
        scene.put(i, given)
    for i, swarm in enumerate(swarms):
        scene.put_swarm(i, swarm)
    scene.set_view(view)
    scene.set_camera(orbit)
    for pane, (x, y, width, height) in zip(panes, places, strict=True):
        picture[y : y + height, x : x + width] = scene.picture(pane, (width, height))
    look, legend = scene.look, scene.swarms.legend(scene.panes)
    scene.close()
    picture[..., 3] = 255
    return Drawn(picture, places, look.limits, orbit, shown, look.signed, look.error, legend)


def _pane(i: int, place: tuple[int, int, int, int], view: ViewSettings) -> Pane:
    """Return the view of a field, compared with the first and overlaid with it as is asked."""
    pane = Pane(str(i), place, i, view.comparison, 0)
    kind = {"reference": "density", "error": "error"}.get(view.overlay)
    return replace(pane, overlay=0, overlay_kind=kind) if kind is not None and i > 0 else pane


def scene_without_display() -> Scene:
    """Return an empty scene that vispy's EGL backend draws.

    Raises
    ------
    MachineError
        Where no OpenGL can be had without a display.
    """
    # Both must be set before PyOpenGL and vispy's EGL backend are imported for the first time.
    os.environ.setdefault("EGL_PLATFORM", "surfaceless")
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    try:
        from widgets.volume.scene import Scene

        return Scene("egl", (64, 64))
    except (ImportError, RuntimeError, OSError) as failure:
        raise MachineError(
            f"no OpenGL without a display on this machine ({failure}). Install Mesa's EGL (libegl1, libgl1-mesa-dri)"
        ) from failure
