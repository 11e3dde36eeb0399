"""The two-point correlation of a field from its modes: ξ(x) is the transform of |δ_m|²."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.errors import NotApplicable
from backends.mesh.assignment import window
from backends.mesh.binning import _first_shell, auto_power, shells
from backends.mesh.fourier import Modes
from backends.progress import Progress, silent

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Correlation:
    """In shells i ≤ |x| < i + 1 of whole cells, i = 1 … N/2 − 1; all (n,) float64.

    r : mean separation, Mpc/h
    xi : ξ(r)
    error : that of a Gaussian field of the same power
    """

    r: Floats
    xi: Floats
    error: Floats


@nb.njit(parallel=True, nogil=True, cache=True)
def _gather(values, separations, sums, counts):  # type: ignore[no-untyped-def]
    """Add up values and separations by shell, each plane into its own row."""
    first, n = values.shape[0], values.shape[1]
    for i in nb.prange(first):
        x = min(i, first - i)
        for j in range(n):
            y = min(j, n - j)
            for k in range(n):
                z = min(k, n - k)
                d2 = x * x + y * y + z * z
                if d2 < (n // 2) ** 2:
                    shell = _first_shell(d2)
                    separations[i, shell] += np.sqrt(d2)
                    sums[i, shell] += values[i, j, k]
                    counts[i, shell] += 1


def correlation(modes: Modes, progress: Progress = silent) -> Correlation:
    """Return ξ(r) = ⟨δ(x) δ(x + r)⟩ of modes from which the window is divided out.

    The noise of particles is all in r = 0, which no shell holds. With n independent modes in a shell of
    k, σ² = (2 / L^d)² Σ n P² j²(k r), j = sin x / x in a box, J₀ on a map and cos x along lines, of which m
    together have 1 / m of it.
    """
    from scipy import fft

    n, dimensions, box_size = modes.n_mesh, modes.dimensions, modes.box_size
    if n < 4:
        raise NotApplicable(f"a mesh of {n} cells a side holds no complete shell of separations")
    squared: NDArray[Any] = modes.values.real**2 + modes.values.imag**2
    if dimensions == 1:
        squared = squared.mean(axis=0)  # with the mode at zero: each line has a mean of its own
    else:
        squared[(0,) * dimensions] = 0
    for axis in range(dimensions):
        last = axis == dimensions - 1
        inverse = (window(n, modes.order, last) ** -2.0).astype(np.float32)
        squared *= inverse.reshape([-1 if other == axis else 1 for other in range(dimensions)])
    progress(0.3, "Transforming")
    values = fft.irfftn(squared.astype(np.complex64), s=(n,) * dimensions, workers=len(os.sched_getaffinity(0)))
    progress(0.8, "Averaging over separations")
    if dimensions == 1:  # every separation is a shell of its own
        r = np.asarray(np.arange(1, n // 2) * (box_size / n), dtype=np.float64)
        return Correlation(r, values[1 : n // 2].astype(np.float64) / n, _gaussian_error(modes, r))
    values = values if dimensions == 3 else values[None]
    separations, sums = (np.zeros((values.shape[0], n // 2)) for _ in range(2))
    counts = np.zeros((values.shape[0], n // 2), np.int64)
    with exclusive():
        _gather(values, separations, sums, counts)
    count = counts.sum(axis=0)[1:]
    r = separations.sum(axis=0)[1:] / count * (box_size / n)
    xi = sums.sum(axis=0)[1:] / count / float(n) ** dimensions
    return Correlation(r, xi, _gaussian_error(modes, r))


def _gaussian_error(modes: Modes, r: Floats) -> Floats:
    from scipy.special import j0

    in_shells = shells(modes.n_mesh, modes.dimensions)
    x = np.outer(r, in_shells.wave_number * (2 * np.pi / modes.box_size))
    wave = {1: np.cos, 2: j0, 3: _sinc}[modes.dimensions](x)
    spread = in_shells.n_modes * auto_power(modes) ** 2 / modes.lines
    whole = (wave**2 * spread).sum(axis=1)
    if modes.dimensions == 1:  # the lines' means: one real mode each, that counts once
        power = (
            np.square(np.abs(modes.values[:, 0]), dtype=np.float64).mean() * modes.box_size / float(modes.n_mesh) ** 2
        )
        whole = whole + power**2 / 2 / modes.lines
    return np.asarray(2 / modes.box_size**modes.dimensions * np.sqrt(whole))


def _sinc(x: Floats) -> Floats:
    return np.asarray(np.sinc(x / np.pi))
