"""What the program of each mode is told: which features it has, and its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.view import MOST_ISOSURFACES, CuttingPlane, Isosurface, ViewSettings
from widgets.volume import costs, cutting
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.quality import Level
from widgets.volume.textures import FieldTexture

# No density reaches it: the place of a surface that is not there.
BEYOND = 1e30
# Of the kept part's depth: the mean along a ray that is shorter is mostly chance.
SHORT = 0.5


def features(view: ViewSettings) -> frozenset[str]:
    """Return the features of a view's program that its mode decides about."""
    if view.mode == "iso":
        return frozenset()
    if view.mode == "plane":
        return frozenset({"HIGHEST"} if view.plane.highest else ())
    names = {view.mode.upper()}
    if lit(view):
        names.add("LIT")
    if view.mode == "mip" and view.attenuation > 0:
        names.add("ATTENUATED")
    return frozenset(names)


def lit(view: ViewSettings) -> bool:
    """Return whether light falls on what a volume's rays meet."""
    return view.mode == "dvr" and view.light > 0


def skips(view: ViewSettings, overlaid: bool) -> bool:
    """Return whether rays may jump over bricks: not where all they meet counts, or a second field does."""
    if view.mode == "iso":
        return True
    return not overlaid and (view.mode == "dvr" or (view.mode == "mip" and view.attenuation == 0))


def highest(view: ViewSettings) -> bool:
    """Return whether rays look for what is highest: cells that stand for many must then have their highest value."""
    return view.mode == "mip" or (view.mode == "plane" and view.plane.highest)


def turns(view: ViewSettings, most: int) -> int:
    """Return how many pictures are averaged where the most are so many: a slice has nothing between its pixels."""
    return 1 if view.mode in ("slice", "particles") else most


def pace(view: ViewSettings) -> str:
    """Return what the views have in common whose samples cost alike."""
    surfaces = str(len(view.isosurfaces)) if view.mode == "iso" else ""
    return " ".join((view.mode, *sorted(features(view)), surfaces)).strip()


def samples_per_pixel(view: ViewSettings, pane: Pane, kept: FieldTexture | None, level: Level) -> float:
    """Return about how many texture samples a pixel of a view costs.

    Parameters
    ----------
    kept : the field's texture, where it is there already
    """
    textures = 1 + pane.compares + (pane.overlay is not None)
    step = costs.MEAN_RAY if kept is None else kept.ray_step(level.step, level.preview, view.mode == "iso")
    lit_cells = kept.drawn(level.preview).cells if kept is not None and lit(view) else 0
    return costs.samples_per_pixel(view.mode, textures, step, lit_cells)


def numbers(
    view: ViewSettings, orbit: Orbit, limits: tuple[float, float], box_size: float, cells: int
) -> dict[str, Any]:
    """Return the uniforms of a view's program that its mode decides about.

    Parameters
    ----------
    limits : scaled range of the field's colours
    box_size : Mpc/h
    cells : a side, of the texture that is drawn from
    """
    told: dict[str, Any] = {}
    has = features(view)
    if view.mode == "iso":
        told = surfaces(view.isosurfaces)
    if view.mode == "dvr":
        told["u_sigma"] = view.opacity * box_size
    if view.mode == "column":
        low, high = np.sort(np.asarray(view.clip, dtype=np.float64), axis=1).T
        deep = max(float((high - low).min()), 1e-6)
        told["u_column_depth"] = deep if view.column_unit == "mass" else 0.0
        told["u_column_least"] = SHORT * deep
    if view.mode == "plane":
        told = cut(view.plane)
    if "ATTENUATED" in has:
        told["u_attenuation"], told["u_bright"] = view.attenuation, limits
    if "LIT" in has:
        told["u_light"] = view.light
    if "LIT" in has or view.mode == "iso":
        told["u_lamp"], told["u_cell"] = orbit.lamp, 1.0 / cells
    return told


def surfaces(given: tuple[Isosurface, ...]) -> dict[str, NDArray[np.float32]]:
    """Return the levels, opacities and tints of isosurfaces, by ascending level."""
    levels = np.full(MOST_ISOSURFACES, BEYOND, np.float32)
    opacities = np.zeros(MOST_ISOSURFACES, np.float32)
    tints = np.zeros((MOST_ISOSURFACES, 4), np.float32)
    for i, one in enumerate(sorted(given, key=lambda one: one.level)[:MOST_ISOSURFACES]):
        levels[i], opacities[i] = one.level, one.opacity
        if one.tint:
            tints[i] = (*(int(one.tint[at : at + 2], 16) / 255 for at in (1, 3, 5)), 1.0)
    return {"u_levels": levels, "u_opacities": opacities, "u_tints": tints}


def cut(plane: CuttingPlane) -> dict[str, Any]:
    """Return where a cutting plane is, as its program counts."""
    return {"u_normal": cutting.normal(plane), "u_position": plane.position, "u_thickness": max(plane.thickness, 1e-4)}
