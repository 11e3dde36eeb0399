"""Power by shell and by angle to a line of sight: its multipoles."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.mesh.assignment import window
from backends.mesh.binning import _first_shell, shells
from backends.mesh.fourier import Modes

Floats = NDArray[np.float64]

ORDERS = (0, 2, 4)


@nb.njit(parallel=True, nogil=True, cache=True)
def _sum_moments(values, inverse, inverse_last, axis, sums):  # type: ignore[no-untyped-def]
    """Add up |δ|², |δ|² μ² and |δ|² μ⁴ by shell, each plane into its own row; the plane m_z = 0 counts half."""
    n = values.shape[0]
    limit = (n // 2) ** 2
    for i in nb.prange(n):
        mi = i if 2 * i < n else i - n
        for j in range(n):
            mj = j if 2 * j < n else j - n
            across = inverse[i] * inverse[j]
            for ml in range(n // 2):
                m2 = mi * mi + mj * mj + ml * ml
                if m2 >= limit:
                    break
                if m2 == 0:
                    continue
                along = mi if axis == 0 else (mj if axis == 1 else ml)
                mu2 = along * along / m2
                value = values[i, j, ml]
                factor = across * inverse_last[ml] * (0.5 if ml == 0 else 1.0)
                power = (np.float64(value.real) ** 2 + np.float64(value.imag) ** 2) * factor
                shell = _first_shell(m2)
                sums[i, 0, shell] += power
                sums[i, 1, shell] += power * mu2
                sums[i, 2, shell] += power * mu2 * mu2


def multipoles(modes: Modes, axis: int) -> Floats:
    """Return P_ℓ(k) = (2ℓ + 1) ⟨P L_ℓ(μ)⟩ for ℓ = 0, 2, 4 in the shells of the power spectrum, (3, n), (Mpc/h)³.

    μ is the cosine of the angle between a mode and ``axis``; the window is divided out.
    """
    n = modes.n_mesh
    inverse, inverse_last = (window(n, modes.order, half) ** -2.0 for half in (False, True))
    sums = np.zeros((n, 3, n // 2))
    with exclusive():
        _sum_moments(modes.values, inverse, inverse_last, axis, sums)
    unit = modes.box_size**3 / float(n) ** 6
    even, second, fourth = sums.sum(axis=0)[:, 1:] / shells(n).n_modes * unit
    return np.array([even, 2.5 * (3 * second - even), 9 / 8 * (35 * fourth - 30 * second + 3 * even)])


def multipole_errors(power: Floats, n_modes: NDArray[np.int64]) -> Floats:
    """Return the errors of multipoles of a Gaussian field, (3, n).

    σ_ℓ² = (2ℓ + 1)² / n · ∫₀¹ P²(μ) L_ℓ²(μ) dμ, P(μ) = Σ P_ℓ L_ℓ(μ) (Taruya et al. 2010, arXiv:1006.0699).
    """
    nodes, weights = np.polynomial.legendre.leggauss(8)
    mu, share = (nodes + 1) / 2, weights / 2
    legendre = np.array([np.polynomial.legendre.legval(mu, [0] * order + [1]) for order in ORDERS])
    by_angle = legendre.T @ power
    spread = np.einsum("m,lm,mk->lk", share, legendre**2, by_angle**2)
    return np.asarray((2 * np.array(ORDERS)[:, None] + 1) * np.sqrt(spread / n_modes))
