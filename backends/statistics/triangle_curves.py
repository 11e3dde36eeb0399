"""A run's triangles of one family, as a table: what the three figures of the bispectrum share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.errors import NotApplicable
from backends.mesh.fourier import Modes
from backends.progress import Progress, part
from backends.statistics.meshes import Frame, frame_of, with_mesh

if TYPE_CHECKING:
    from backends.mesh.triangles import Triangle
    from backends.statistics.sample import Sample

Array = NDArray[np.float64]

COARSEST = 12
"""Cells a side below which no triangle fits under the mesh's limit."""


@dataclass(frozen=True, eq=False)
class TriangleCurve:
    """One value for each triangle of a family.

    k : (n, 3), mean wave numbers of the sides, h/Mpc
    columns, units : what every family's table holds; ``error`` is that of a Gaussian field
    reliable : (n,) whether all sides are within what mesh and particles resolve
    """

    frame: Frame
    k: Array
    columns: dict[str, Array]
    units: dict[str, str]
    reliable: NDArray[np.bool_]
    notes: tuple[str, ...]


def prepared(
    sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
) -> tuple[Frame, Modes]:
    """Return the mesh and the modes whose triangles are measured.

    Raises
    ------
    NotApplicable
        Where the mesh is too coarse.
    """
    parameters = with_mesh(parameters, sample, reference)
    frame = frame_of(sample, None, parameters, part(progress, 0.0, 0.3))
    if frame.n_mesh < COARSEST:
        raise NotApplicable(f"a mesh of {frame.n_mesh} cells a side holds too few triangles of modes")
    return frame, sample.modes(parameters, frame.n_mesh, part(progress, 0.3, 1.0), frame.cell_offset)


def shell_edges(n_mesh: int) -> list[tuple[int, int]]:
    """Return shells of whole numbers up to two thirds of Nyquist, the first of two modes, later ones broader."""
    edges = [1]
    while (following := edges[-1] + max(2, round(0.16 * edges[-1]))) <= n_mesh // 3:
        edges.append(following)
    return list(pairwise(edges))


def measured(
    frame: Frame, modes: Modes, triangles: Sequence[Triangle], progress: Progress, notes: tuple[str, ...] = ()
) -> TriangleCurve:
    """Measure triangles of shells one after another; those that do not close are left out."""
    from backends.mesh.triangles import closed

    found, work = [], [triangle[2].high ** 3 for triangle in triangles]
    for place, triangle in enumerate(triangles):
        progress(sum(work[:place]) / sum(work), "Closing triangles")
        found.append(closed(modes, triangle))
    found = [each for each in found if each.n_triangles]
    if not found:
        raise NotApplicable("no three modes of this mesh make such a triangle")
    k = np.array([each.wave_numbers for each in found])
    powers = np.array([each.powers for each in found])
    values = np.array([each.bispectrum for each in found])
    error = np.array([each.error(modes.box_size**modes.dimensions) for each in found])
    pairs = np.array([each.pairs for each in found])
    with np.errstate(divide="ignore", invalid="ignore"):
        reduced, reduced_error = values / pairs, error / pairs
    noise = modes.shot_noise
    columns: dict[str, Any] = {
        "bispectrum": values,
        "error": error,
        "reduced": reduced,
        "reduced_error": reduced_error,
        "n_triangles": np.array([each.n_triangles for each in found]),
        # Of Poisson-sampled particles: the measured powers hold the noise already.
        "shot_noise": noise * powers.sum(axis=1) - 2 * noise**2,
    }
    unit = f"(Mpc/h)^{2 * modes.dimensions}"
    units = dict.fromkeys(columns, "") | dict.fromkeys(("bispectrum", "error", "shot_noise"), unit)
    loud = np.asarray((powers > noise).all(axis=1))
    said = [*frame.notes, *notes]
    within = np.asarray((k <= frame.k_end).all(axis=1))
    if noise and not loud[within].all():
        said.append(f"Triangles with a side below the shot noise, {noise:.3g} (Mpc/h)³, are not to be believed.")
    progress(1.0, "Closed triangles")
    return TriangleCurve(frame, k, columns, units, within & loud, tuple(said))
