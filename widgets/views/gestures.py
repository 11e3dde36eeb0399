"""What a gesture in a cell means: pure functions from pixels to cameras and points of the box."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.periodic import depth_in_box
from backends.data.view import ViewSettings
from widgets.volume import cutting, picking
from widgets.volume.camera import Orbit
from widgets.volume.flat import PLANES, Flat

Camera = tuple[Orbit, Flat]
Size = tuple[int, int]


def turned(view: ViewSettings, camera: Camera, dx: float, dy: float, size: Size) -> Camera:
    """Return the camera after a drag with the left button: a volume turns, a slice is pushed."""
    orbit, flat = camera
    if view.mode == "slice":
        return orbit, flat.panned(dx, dy, *size)
    return orbit.turned(dx, dy), flat


def pushed(view: ViewSettings, camera: Camera, dx: float, dy: float, size: Size) -> Camera:
    """Return the camera after the box or the slice was pushed by so many pixels."""
    orbit, flat = camera
    if view.mode == "slice":
        return orbit, flat.panned(dx, dy, *size)
    return orbit.panned(dx, dy, *size), flat


def magnified(
    view: ViewSettings,
    camera: Camera,
    factor: float,
    x: float,
    y: float,
    size: Size,
    about: NDArray[np.float64] | None = None,
) -> Camera:
    """Return the camera that shows everything larger; of a slice the point under x, y stays there."""
    orbit, flat = camera
    if view.mode == "slice":
        return orbit, flat.zoomed(factor, x, y, *size)
    return orbit.zoomed(factor, orbit.beneath(x, y, *size) if about is None else about), flat


def centred(view: ViewSettings, camera: Camera, drawn: NDArray[np.float64]) -> Camera:
    """Return the camera that has a point, as it is drawn, in the middle of its view."""
    orbit, flat = camera
    if view.mode != "slice":
        return orbit.about(drawn), flat
    right, up = (float(drawn[axis]) for axis in PLANES[view.axis])
    return orbit, Flat((right, up), flat.zoom)


def probed(
    view: ViewSettings, camera: Camera, field: Field | None, x: float, y: float, size: Size
) -> picking.Point | None:
    """Return the point under a pixel, fractions of the box, or None where there is none.

    Of an isosurface it is the densest cell beside the point that is seen, else the densest on the whole ray.
    """
    orbit, flat = camera
    if view.mode == "slice":
        right, up = flat.point(x, y, *size)
        return picking.in_slab(field, right, up, view.axis, depth_in_box(view), view.origin)
    if field is None:
        return None
    eye, direction = orbit.ray(x, y, *size)
    # In the box itself the drawn one begins at its origin: what lies beyond 1 is on the other side.
    corner = np.asarray(view.origin)
    clip = tuple((low + by, high + by) for (low, high), by in zip(view.clip, view.origin, strict=True))
    if view.mode == "plane":
        met = cutting.met(view.plane, eye, direction, view.clip)
        if met is None:
            return None
        normal, thickness = cutting.normal(view.plane), view.plane.thickness
        return picking.densest(field, met - thickness / 2 * normal + corner, normal, clip, max(thickness, 1e-6))
    if view.mode == "iso":
        # Of nested surfaces the nearest one that hides most of what is behind it is seen.
        solid = [one.level for one in view.isosurfaces if one.opacity >= 0.5]
        levels = solid or [one.level for one in view.isosurfaces]
        hits = [picking.on_surface(field, eye + corner, direction, level, clip) for level in levels]
        met_ones = [hit for hit in hits if hit is not None]
        seen = min(met_ones, key=lambda hit: float((hit - corner - eye) @ direction), default=None)
        return None if seen is None else picking.densest_beside(field, seen, view.origin)
    return picking.densest(field, eye + corner, direction, clip)
