"""Lagrangian perturbation theory: displacements of first (Zel'dovich) and second order (2LPT)."""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from backends.simulation.initial_conditions import Modes, derivative_vectors, wave_vectors

Displacement = NDArray[np.float32]


def zeldovich(modes: Modes, box_size: float) -> Displacement:
    """First-order displacement of today's linear theory: ψ₁(k) = i k δ(k) / k² (Zel'dovich 1970).

    The displacement at another time is D₁(a) ψ₁.

    Parameters
    ----------
    modes : (n, n, n // 2 + 1) complex64, today's linear overdensity
    box_size : Mpc/h

    Returns
    -------
    (3, n, n, n) float32, Mpc/h, at the mesh's points
    """
    return _gradient(modes, box_size)


def second_order(modes: Modes, box_size: float) -> Displacement:
    """Second-order displacement without its growth: the displacement at a is D₁ ψ₁ + D₂ ψ₂.

    ∇·ψ₂ = Σ_{i>j} (φ,ii φ,jj − φ,ij²) with ∇²φ = δ, and D₂ ≈ −(3/7) D₁²
    (Scoccimarro 1998, MNRAS 299, 1097, appendix D). Parameters and result as for ``zeldovich``.
    """
    n_mesh = modes.shape[0]
    vectors = wave_vectors(n_mesh, box_size)
    potential = modes * _inverse_square(n_mesh, box_size)

    def curvature(i: int, j: int) -> Displacement:
        field: Displacement = scipy.fft.irfftn(vectors[i] * vectors[j] * potential, s=(n_mesh,) * 3, workers=2)
        return field

    diagonal = [curvature(i, i) for i in range(3)]
    source = diagonal[0] * diagonal[1] + diagonal[0] * diagonal[2] + diagonal[1] * diagonal[2]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        source -= curvature(i, j) ** 2
    # ψ = −∇∇⁻²(source) would be the sign of zeldovich(); ψ₂ = +∇∇⁻²(source).
    return -_gradient(scipy.fft.rfftn(source, workers=2), box_size)


def _gradient(modes: Modes, box_size: float) -> Displacement:
    n_mesh = modes.shape[0]
    potential = 1j * modes * _inverse_square(n_mesh, box_size)
    result = np.empty((3, n_mesh, n_mesh, n_mesh), np.float32)
    for axis, k in enumerate(derivative_vectors(n_mesh, box_size)):
        result[axis] = scipy.fft.irfftn(k * potential, s=(n_mesh,) * 3, workers=2)
    return result


def _inverse_square(n_mesh: int, box_size: float) -> NDArray[np.float32]:
    kx, ky, kz = wave_vectors(n_mesh, box_size)
    square = kx**2 + ky**2 + kz**2
    square[0, 0, 0] = np.inf
    return np.asarray(1 / square, dtype=np.float32)
