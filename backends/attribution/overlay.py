"""From where matter began to where it is now: importance laid over a density."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.attribution.target import finite_displacement
from backends.data.field import Field
from backends.progress import Progress, part, silent

WIDTH = 1.0
"""Smoothing in units of the particles' mean separation: just enough that voids have no holes."""


def on_mesh(importance: NDArray[np.float32], displacement: Field, n_mesh: int, progress: Progress = silent) -> Field:
    """Return the mean importance of the matter around each cell of a mesh.

    I(x) = (W * Σ_i I_i δ(x − x_i)) / (W * Σ_i δ(x − x_i)), x_i = q_i + ψ_i, W the cloud-in-cell kernel
    smoothed by a Gaussian of one mean separation.

    Parameters
    ----------
    importance : (n, n, n) ≥ 0, at Lagrangian lattice points
    displacement : (3, n, n, n), Mpc/h: where they went, the network's own answer
    n_mesh : cells a side

    Returns
    -------
    Field of (n_mesh, n_mesh, n_mesh) float32, quantity "importance", values at the lower corners of cells
    """
    from backends.mesh.painting import paint

    values, n, size = finite_displacement(displacement), displacement.n_mesh, displacement.box_size
    lattice = ((np.arange(n) + displacement.cell_offset) * (size / n)).astype(np.float32)
    places = np.stack(np.meshgrid(lattice, lattice, lattice, indexing="ij")) + values
    positions = np.ascontiguousarray(places.reshape(3, -1).T)
    weights = np.asarray(importance, dtype=np.float32).reshape(-1)
    total = float(weights.sum(dtype=np.float64))
    density = _smooth(paint(positions, size, n_mesh, "cic", progress=part(progress, 0, 0.4)), n_mesh / n)
    mesh = np.zeros_like(density)
    if total > 0:
        painted = paint(positions, size, n_mesh, "cic", weights, progress=part(progress, 0.4, 0.8))
        mean = np.float32(total / weights.size)
        np.divide(mean * _smooth(painted, n_mesh / n), density, out=mesh, where=density > 1e-6)
    progress(1.0, "Laid the importance over the density")
    return Field(mesh, size, "importance", 0.0, displacement.redshift)


def _smooth(values: NDArray[np.float32], separation: float) -> NDArray[np.float32]:
    from scipy.ndimage import gaussian_filter

    smoothed: NDArray[np.float32] = gaussian_filter(values, WIDTH * separation, mode="wrap", truncate=3)
    return smoothed
