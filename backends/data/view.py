"""How a study is looked at: every choice of the views, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace

MODES = ("dvr", "column", "mip", "iso", "slice", "particles", "plane")
SCALINGS = ("linear", "log", "asinh")
COMPARISONS = ("field", "difference", "ratio", "wipe", "checkerboard", "blink")
PARTICLE_COLOURS = ("column", "density", "speed", "along", "direction", "mass", "species")
SLOWEST_BLINK, FASTEST_BLINK = 0.2, 4.0
"""Changes a second; two of them are one flash, and more than three flashes a second can harm."""
OF_RUN = "run:"
"""Before the key of a run whose density is laid over the views."""


@dataclass(frozen=True)
class TransferFunction:
    """Colour map and opacity of a field's scaled value.

    points : (position in [0, 1] of the scaled range, opacity in [0, 1]) control points, ascending
    stops : (position in [0, 1] of the scaled range, place in [0, 1] of the colour map), ascending
    """

    colour_map: str = "inferno"
    points: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.35, 0.02), (0.6, 0.25), (0.8, 0.7), (1.0, 1.0))
    stops: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True)
class Isosurface:
    """One of the nested surfaces on which the density has one value.

    level : 1+δ, in units of the mean
    opacity : in (0, 1]; 1 hides what lies behind
    tint : "#rrggbb", or "" for the colour of what lies right beneath
    """

    level: float = 5.0
    opacity: float = 1.0
    tint: str = ""


MOST_ISOSURFACES = 4


@dataclass(frozen=True)
class CuttingPlane:
    """A plane through the box, and how thick a slice about it is shown.

    azimuth, elevation : of its normal, in degrees: around z from +x towards +y, and above the x-y plane
    position : of its middle from the box's middle, along the normal, in box lengths
    thickness : box lengths
    highest : whether the maximum over the thickness is shown, and not the mean
    """

    azimuth: float = -62.0
    elevation: float = 24.0
    position: float = 0.0
    thickness: float = 0.05
    highest: bool = False


def usual_opacity(box_size: float) -> float:
    """Return the opacity, per Mpc/h, with which a box of that side in Mpc/h hides as much as any other."""
    return float(min(max(round(102.4 / box_size, 3), 0.01), 10.0))


@dataclass(frozen=True)
class OwnView:
    """What the views of one run keep to themselves.

    run : its key
    camera : whether they are looked at from a place of their own
    transfer : their own colours, with ``limits`` as in ``ViewSettings``, or None where they share those of all
    clip : the part of the box that they keep, or None where they share that of all
    crosshair : their own probed point, or None where they share that of all
    time : whether a run over time stays at its snapshot while the others are turned
    """

    run: str
    camera: bool = False
    transfer: TransferFunction | None = None
    limits: tuple[float, float] | None = None
    clip: tuple[tuple[float, float], ...] | None = None
    crosshair: tuple[float, float, float] | None = None
    time: bool = False

    @property
    def shares_all(self) -> bool:
        """Whether nothing is kept."""
        return self == OwnView(self.run, limits=self.limits)


@dataclass(frozen=True)
class ParticleLook:
    """How particles are drawn.

    colour : "column" (their own projected mass), "density" (1+δ where they are), "speed", "along" (velocity along
        the line of sight, away from the viewer positive), "direction" (of motion, as a hue), "mass" or "species"
    opaque : whether they are points that hide each other, and not light that adds up
    pixels : diameter of a particle
    length : diameter in Mpc/h, which counts where ``to_scale``
    to_scale : whether a particle has a length in the box, and is larger where it is nearer
    """

    colour: str = "column"
    opaque: bool = False
    pixels: float = 2.0
    length: float = 0.5
    to_scale: bool = False


@dataclass(frozen=True)
class RingLook:
    """Which halos have rings.

    count : of the most massive halos in sight, so many at most
    least : Msun/h, of the least massive one
    chosen : key of the run and place in its catalogue of the selected halo, or None
    at : the redshift at which it was selected, of a run over time: at others its kin is selected; None for any
    """

    count: int = 120
    least: float = 0.0
    chosen: tuple[str, int] | None = None
    at: float | None = None


@dataclass(frozen=True)
class ViewSettings:
    """The state of the views; lengths in fractions of the box where they are not named.

    mode : "dvr" (density volume), "column" (projected mass), "mip" (maximum), "iso" (isosurface), "slice",
        "particles", "plane" (a cut of any orientation)
    limits : scaled range (low, high) of log10(1+δ) or the like, or None for automatic
    opacity : per Mpc/h
    isosurfaces : one to four, drawn through each other
    plane : what the mode "plane" cuts the box with
    light : how much a density volume is shaded by its gradient, in [0, 1]
    attenuation : how much of a maximum is hidden by what lies in front of it; 0 hides nothing
    column_unit : "mean" for column densities over their mean, "mass" for (Msun/h)/(Mpc/h)²
    origin : the point of the box that is drawn in its lower corner, in [0, 1): the box is periodic
    clip : ((x0, x1), (y0, y1), (z0, z1)) kept part of the box as it is drawn, in [0, 1]
    axis : 0, 1 or 2: the axis a slice or a flat column looks along
    depth : (start, stop) of a slice or flat column along its axis, as the box is drawn, in [0, 1]
    crosshair : the probed point, in [0, 1) of the box
    comparison : "field"; "difference" or "ratio" against the reference; or both in one view, as "wipe",
        "checkerboard" or "blink"
    wipe : share of the view, from its left, that shows the run; the rest shows the reference
    squares : of a checkerboard, along the shorter side of the view
    blink_rate : changes between run and reference, per second
    overlay : name of the second field that is laid over the views, ``OF_RUN`` and a run's key, or "" for none
    overlay_opacity : its strength, in [0, 1]
    overlay_map : its colour map
    linked : whether the cameras of all views are one
    own : what single runs keep to themselves
    between : what is seen of a run over time between two snapshots: the "nearest", or both "blended"
    moment : the redshift that is looked at where they are blended; None at the snapshot in sight
    """

    page: str = "compare"
    mode: str = "column"
    scaling: str = "log"
    limits: tuple[float, float] | None = None
    transfer: TransferFunction = TransferFunction()
    opacity: float = 0.8
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    clip: tuple[tuple[float, float], ...] = ((0.0, 1.0), (0.0, 1.0), (0.0, 1.0))
    axis: int = 2
    depth: tuple[float, float] = (0.0, 1.0)
    crosshair: tuple[float, float, float] = (0.5, 0.5, 0.5)
    comparison: str = "field"
    halos: bool = False
    overlay: str = ""
    overlay_opacity: float = 0.6
    linked: bool = True
    isosurfaces: tuple[Isosurface, ...] = (Isosurface(),)
    plane: CuttingPlane = CuttingPlane()
    light: float = 0.5
    attenuation: float = 0.0
    column_unit: str = "mean"
    particles: ParticleLook = ParticleLook()
    rings: RingLook = RingLook()
    wipe: float = 0.5
    squares: float = 6.0
    blink_rate: float = 1.0
    overlay_map: str = "lagoon"
    own: tuple[OwnView, ...] = ()
    between: str = "nearest"
    moment: float | None = None

    @property
    def iso_level(self) -> float:
        """The level of the outermost isosurface: on it differences reach about as far."""
        return min(surface.level for surface in self.isosurfaces)

    def own_of(self, run: str) -> OwnView:
        """Return what that run keeps to itself."""
        return next((own for own in self.own if own.run == run), OwnView(run))

    def with_own(self, own: OwnView) -> ViewSettings:
        """Return the settings in which that run keeps this, and shares the rest."""
        others = tuple(other for other in self.own if other.run != own.run)
        return replace(self, own=others if own.shares_all else (*others, own))

    def without(self, run: str) -> ViewSettings:
        """Return the settings with nothing in them that is of that run: another one may get its key."""
        overlay = "" if self.overlay == f"{OF_RUN}{run}" else self.overlay
        return replace(self.with_own(OwnView(run)).without_halo(run), overlay=overlay)

    def without_halo(self, run: str) -> ViewSettings:
        """Return the settings with no halo of that run selected."""
        if self.rings.chosen is None or self.rings.chosen[0] != run:
            return self
        return replace(self, rings=replace(self.rings, chosen=None, at=None))

    def keeps(self, run: str, part: str) -> bool:
        """Whether that run keeps its own "camera", "colours", "clip" box, "crosshair" or "time"."""
        own = self.own_of(run)
        held = own.transfer if part == "colours" else getattr(own, part)
        return held is not None and held is not False

    def let_go(self, run: str, part: str, go: bool = True) -> ViewSettings:
        """Return the settings in which that run keeps what all share now, or shares it again."""
        own = self.own_of(run)
        if part == "camera":
            own = replace(own, camera=go)
        elif part == "colours":
            own = replace(own, transfer=self.transfer if go else None, limits=self.limits if go else None)
        elif part == "clip":
            own = replace(own, clip=self.clip if go else None)
        elif part == "crosshair":
            own = replace(own, crosshair=self.crosshair if go else None)
        else:
            own = replace(own, time=go)
        return self.with_own(own)

    def own_camera(self, run: str) -> bool:
        """Whether that run is looked at from a place of its own."""
        return not self.linked or self.own_of(run).camera

    def seen_in(self, run: str) -> ViewSettings:
        """Return the settings as the views of that run show them: its own where it keeps some."""
        own = self.own_of(run)
        seen = self
        if own.transfer is not None:
            seen = replace(seen, transfer=own.transfer, limits=own.limits)
        if own.crosshair is not None:
            seen = replace(seen, crosshair=own.crosshair)
        return seen if own.clip is None else replace(seen, clip=own.clip)

    def changed_in(self, run: str, wished: ViewSettings) -> ViewSettings:
        """Return the settings after ``seen_in(run)`` was changed to ``wished``: what is its own changes there alone."""
        own = self.own_of(run)
        if own.transfer is not None:
            own = replace(own, transfer=wished.transfer, limits=wished.limits)
            wished = replace(wished, transfer=self.transfer, limits=self.limits)
        if own.clip is not None:
            own = replace(own, clip=wished.clip)
            wished = replace(wished, clip=self.clip)
        if own.crosshair is not None:
            own = replace(own, crosshair=wished.crosshair)
            wished = replace(wished, crosshair=self.crosshair)
        return wished.with_own(own)
