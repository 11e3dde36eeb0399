"""A faint cosmic web behind the empty window: a flat lattice, moved as Zel'dovich says."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_SIDE = 220
_SPREAD = 6.0
"""Root mean square displacement in lattice steps: enough for filaments and knots, before they dissolve."""


@cache
def web(seed: int = 11) -> NDArray[np.float64]:
    """Return points of a two-dimensional Zel'dovich web.

    x = q + D ψ(q), ψ = −∇∇⁻²δ (Zel'dovich 1970), δ a Gaussian field with P(k) ∝ k^−0.6 and a small-scale
    cut-off, on a periodic lattice. The same points on every machine.

    Returns
    -------
    (n, 2) float64, in [0, 1)
    """
    generator = np.random.default_rng(seed)
    noise = np.fft.fft2(generator.standard_normal((_SIDE, _SIDE)))
    kx = 2 * np.pi * np.fft.fftfreq(_SIDE)[:, None]
    ky = 2 * np.pi * np.fft.fftfreq(_SIDE)[None, :]
    squared = kx**2 + ky**2
    squared[0, 0] = 1.0
    overdensity = noise * squared**-0.15 * np.exp(-squared * 4.0)
    overdensity[0, 0] = 0.0
    moved = [np.fft.ifft2(1j * k / squared * overdensity).real for k in (kx, ky)]
    scale = _SPREAD / np.sqrt(np.mean(moved[0] ** 2 + moved[1] ** 2))
    # a jittered lattice: rows of a perfect one would be seen where nothing has moved yet
    lattice = np.indices((_SIDE, _SIDE)) + generator.uniform(-0.5, 0.5, (2, _SIDE, _SIDE))
    points = np.stack([lattice[axis] + scale * moved[axis] for axis in (0, 1)], axis=-1)
    return np.asarray((points.reshape(-1, 2) / _SIDE) % 1.0)
