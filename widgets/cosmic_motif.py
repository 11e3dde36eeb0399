"""A faint web of points behind the empty window: a flat lattice, moved as Zel'dovich says."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_SIDE = 150
_GROWTH = 3.4


@cache
def web(seed: int = 4) -> NDArray[np.float64]:
    """Return points of a two-dimensional Zel'dovich web.

    x = q + D ψ(q), ψ = −∇∇⁻²δ (Zel'dovich 1970), δ a Gaussian field with P(k) ∝ k^−1 and a small-scale
    cut-off, on a periodic lattice. The same points on every machine.

    Returns
    -------
    (n, 2) float64, in [0, 1)
    """
    noise = np.fft.fft2(np.random.default_rng(seed).standard_normal((_SIDE, _SIDE)))
    kx = 2 * np.pi * np.fft.fftfreq(_SIDE)[:, None]
    ky = 2 * np.pi * np.fft.fftfreq(_SIDE)[None, :]
    squared = kx**2 + ky**2
    squared[0, 0] = 1.0
    overdensity = noise * squared**-0.25 * np.exp(-squared * 6.0)
    overdensity[0, 0] = 0.0
    moved = [np.fft.ifft2(1j * k / squared * overdensity).real for k in (kx, ky)]
    scale = _GROWTH / np.sqrt(np.mean(moved[0] ** 2 + moved[1] ** 2))
    lattice = np.indices((_SIDE, _SIDE)).astype(np.float64)
    points = np.stack([lattice[axis] + scale * moved[axis] for axis in (0, 1)], axis=-1)
    return (points.reshape(-1, 2) / _SIDE) % 1.0
