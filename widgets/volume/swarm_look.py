"""What particles look like: which program draws them, from which colours, and how large they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.data.view import ViewSettings
from widgets.volume import transfer_function
from widgets.volume.camera import Orbit
from widgets.volume.programs import Kind
from widgets.volume.swarm import VALUES

# Towards the viewer blue, away from it red, as light is shifted; bright all along, unlike a map for white paper.
SHIFTED = ("#2a6bff", "#8fbcff", "#ffffff", "#ffb49a", "#ff4327")
# Below this a colour map is too dark for a colour that is also dimmed by how little matter there is.
DARKEST = 0.3
FEATURES = {
    "density": ("VALUE",),
    "speed": ("VALUE",),
    "mass": ("VALUE",),
    "along": ("VELOCITY", "ALONG"),
    "direction": ("VELOCITY",),
    "species": ("TINT",),
}
SPRITES_BELOW = 12.0
"""Pixels of radius from which on squares are drawn: a sprite is lost when its middle leaves the view."""


def colour_of(view: ViewSettings) -> str:
    """Return what colours the particles: points that hide each other have no column, and show where they are."""
    look = view.particles
    return "density" if look.opaque and look.colour == "column" else look.colour


def table(view: ViewSettings) -> NDArray[np.float32]:
    """Return the colour table of the particles' values, or of their light: (1024, 4) float32."""
    colour = colour_of(view)
    if colour == "along":
        return transfer_function.colours(SHIFTED)
    whole = transfer_function.colours(view.transfer.colour_map)
    if colour not in VALUES:
        return whole
    first = DARKEST * (len(whole) - 1)
    places = np.linspace(first, len(whole) - 1, len(whole))
    return np.ascontiguousarray(whole[np.rint(places).astype(int)])


def splat_kind(view: ViewSettings, quads: bool, moved: bool = False) -> Kind:
    """Return the program that adds particles up, or draws them as points; ``moved`` are those between two times."""
    features = set(FEATURES.get(colour_of(view), ()))
    if view.particles.opaque:
        features.add("OPAQUE")
    if quads:
        features.add("QUADS")
    if moved:
        features.add("MOVED")
    return "splat", frozenset(features)


def tone_kind(view: ViewSettings, raw: bool = False) -> Kind:
    """Return the program that makes a picture of what was added up."""
    colour = colour_of(view)
    names = {"log": {"LOG"}, "asinh": {"ASINH"}}.get(view.scaling, set())
    if raw:
        names = {"RAW"}
    elif view.particles.opaque:
        names = {"OPAQUE"}
    elif colour in VALUES:
        names = names | {"VALUE"}
    elif colour in ("species", "direction"):
        names = names | {"TINT"}
    return "tone", frozenset(names)


@dataclass(frozen=True)
class Size:
    """How large particles are: both radii in pixels, of which the larger counts.

    fixed : everywhere
    central : of a length in the box, at the distance of the camera's centre
    """

    fixed: float
    central: float

    @classmethod
    def of(cls, view: ViewSettings, orbit: Orbit, box_size: float, size: tuple[int, int], enlarged: float) -> Size:
        """Return the radii in a view of that size.

        Parameters
        ----------
        box_size : Mpc/h
        size : (width, height), pixels
        enlarged : drawn pixels per pixel of the window
        """
        look = view.particles
        if not look.to_scale:
            return cls(0.5 * look.pixels * enlarged, 0.0)
        pixels = size[0] / orbit.extent(*size)[0]
        # What is smaller than a pixel is drawn on one, as bright as it is.
        return cls(0.35 * enlarged, 0.5 * look.length / box_size * pixels)

    def largest(self, orbit: Orbit) -> float:
        """Return the largest radius that a particle in the box can have, pixels."""
        if orbit.parallel or not self.central:
            return max(self.fixed, self.central)
        corners = np.array(list(np.ndindex(2, 2, 2)), dtype=np.float64)
        nearest = float(((corners - orbit.eye) @ -orbit.axes[2]).min())
        return max(self.fixed, self.central * min(orbit.distance / max(nearest, 1e-3), 50.0))
