"""The density as its shape is measured: smoothed over a stated radius, the same for all runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backends.data.parameters import Parameters
from backends.errors import NotApplicable
from backends.mesh.smoothing import Smoothed
from backends.progress import Progress, part
from backends.statistics.meshes import Frame, frame_of, with_mesh

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

DEPENDS = ("n_mesh", "mass_assignment", "interlaced", "species", "smoothing_window", "smoothing_radius")
"""Fields of ``Parameters`` on which a smoothed density depends."""
CELLS = 2.0
"""Radius of the smoothing, in cells, where none is chosen: half as much and the lattice shows."""


@dataclass(frozen=True, eq=False)
class SmoothedDensity:
    """A smoothed overdensity, where it stands, and what is to be said of it."""

    frame: Frame
    smoothed: Smoothed
    parameters: dict[str, Any]
    notes: tuple[str, ...]

    @property
    def cell_size(self) -> float:
        return self.frame.box_size / self.frame.n_mesh


def framed(
    sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress, lines: bool = False
) -> tuple[Parameters, Frame]:
    """Return the parameters with their mesh, and where the run stands; refuses lines that ``lines`` does not allow."""
    parameters = with_mesh(parameters, sample, reference)
    return parameters, frame_of(sample, None, parameters, progress, lines)


def chosen_radius(parameters: Parameters, frame: Frame) -> float:
    """Return the radius of the smoothing, Mpc/h.

    Raises
    ------
    NotApplicable
        Where it is smaller than a cell or larger than a quarter of the box.
    """
    cell = frame.box_size / frame.n_mesh
    radius = CELLS * cell if parameters.smoothing_radius is None else parameters.smoothing_radius
    if not cell <= radius <= frame.box_size / 4:
        raise NotApplicable(
            f"a smoothing radius of {radius:.3g} Mpc/h does not fit: choose one between a cell, {cell:.3g}, "
            f"and a quarter of the box, {frame.box_size / 4:.3g}"
        )
    return radius


def smoothed_density(
    sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
) -> SmoothedDensity:
    """Smooth a run's overdensity as the parameters say.

    Raises
    ------
    NotApplicable
        Where the radius is smaller than a cell or larger than a quarter of the box, or nothing is left.
    """
    parameters, frame = framed(sample, reference, parameters, part(progress, 0.0, 0.3))
    radius = chosen_radius(parameters, frame)
    smoothed = sample.smoothed(parameters, frame.n_mesh, radius, part(progress, 0.3, 1.0), frame.cell_offset)
    if not smoothed.sigma[0] > 0:
        raise NotApplicable(f"{sample.label} is the same everywhere: it has no structure to measure")
    notes = list(frame.notes)
    if frame.k_particles is not None and radius * frame.k_particles < np.pi:
        apart = np.pi / frame.k_particles
        notes.append(f"Smoothed over {radius:.3g} Mpc/h, less than the particles' mean distance, {apart:.3g}.")
    stated = {
        **frame.parameters(sample),
        "smoothing_window": parameters.smoothing_window,
        "smoothing_radius": radius,
        "sigma": float(smoothed.sigma[0]),
    }
    return SmoothedDensity(frame, smoothed, stated, tuple(notes))
