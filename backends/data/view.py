"""How a study is looked at: every choice of the views, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

MODES = ("dvr", "column", "mip", "iso", "slice")
SCALINGS = ("linear", "log", "asinh")
COMPARISONS = ("field", "difference", "ratio")


@dataclass(frozen=True)
class TransferFunction:
    """Colour map and opacity of a field's scaled value.

    points : (position in [0, 1] of the scaled range, opacity in [0, 1]) control points, ascending
    """

    colour_map: str = "inferno"
    points: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.35, 0.02), (0.6, 0.25), (0.8, 0.7), (1.0, 1.0))


@dataclass(frozen=True)
class ViewSettings:
    """The state of the views; lengths in fractions of the box where they are not named.

    mode : "dvr" (density volume), "column" (projected mass), "mip" (maximum), "iso" (isosurface), "slice"
    limits : scaled range (low, high) of log10(1+δ) or the like, or None for automatic
    opacity : per Mpc/h
    iso_level : 1+δ on the isosurface, in units of the mean
    clip : ((x0, x1), (y0, y1), (z0, z1)) kept part of the box, in [0, 1]
    axis : 0, 1 or 2: the axis a slice or a flat column looks along
    depth : (start, stop) of a slice or flat column along its axis, in [0, 1]
    crosshair : the probed point, in [0, 1) of the box
    comparison : "field", or "difference" or "ratio" against the reference
    overlay : registered name of the attribution laid over the views, or "" for none
    overlay_opacity : its strength, in [0, 1]
    """

    page: str = "compare"
    mode: str = "column"
    scaling: str = "log"
    limits: tuple[float, float] | None = None
    transfer: TransferFunction = TransferFunction()
    opacity: float = 0.8
    clip: tuple[tuple[float, float], ...] = ((0.0, 1.0), (0.0, 1.0), (0.0, 1.0))
    axis: int = 2
    depth: tuple[float, float] = (0.0, 1.0)
    crosshair: tuple[float, float, float] = (0.5, 0.5, 0.5)
    comparison: str = "field"
    halos: bool = False
    overlay: str = ""
    overlay_opacity: float = 0.6
    linked: bool = True
    iso_level: float = 5.0
