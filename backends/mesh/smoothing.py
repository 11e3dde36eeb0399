"""Smooths a field with a Gaussian or a sphere, in Fourier space."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.errors import WrongCall
from backends.mesh.assignment import window as mass_window
from backends.mesh.fourier import Complex, Modes, to_mesh
from backends.progress import Progress, silent

Floats = NDArray[np.float64]

WINDOWS = ("gaussian", "top-hat")


@dataclass(frozen=True, eq=False)
class Smoothed:
    """A smoothed overdensity and its spectral moments.

    values : (N, …, N) float32, δ
    radius : Mpc/h
    sigma : (3,) float64, σ_j with σ_j² = Σ k^2j |δ_k|²: σ_0, σ_1 in h/Mpc, σ_2 in (h/Mpc)²
    """

    values: NDArray[np.float32]
    box_size: float
    radius: float
    sigma: Floats

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes)


def smoothing_window(x: Floats, kind: str, dimensions: int = 3) -> Floats:
    """Return W(x) of x = kR: exp(−x²/2), of a sphere 3 (sin x − x cos x) / x³, a disc 2 J₁(x) / x, a line sin x / x."""
    if kind == "gaussian":
        return np.asarray(np.exp(-(x**2) / 2))
    if kind != "top-hat":
        raise WrongCall(f"{kind!r} is no smoothing window; use {' or '.join(WINDOWS)}")
    from scipy.special import j1, spherical_jn

    # Below, W differs from one by less than a double's last digit, and 0 / 0 is avoided.
    bounded = np.maximum(x, 1e-6)
    if dimensions == 1:
        return np.asarray(np.sin(bounded) / bounded)
    return np.asarray(3 * spherical_jn(1, bounded) / bounded if dimensions == 3 else 2 * j1(bounded) / bounded)


@nb.njit(parallel=True, nogil=True, cache=True)
def _filter(
    modes: Complex,
    table: NDArray[np.float32],
    inverse: Floats,
    middle: Floats,
    last: Floats,
    out: Complex,
    sums: Floats,
) -> None:
    """Multiply modes (n, n or 1, n // 2 + 1) by W(m²) and by what undoes the mass assignment's window."""
    n, rows, columns = modes.shape
    for i in nb.prange(n):
        mi = np.int64(i) if 2 * i <= n else np.int64(i) - n
        for j in range(rows):
            mj = j if 2 * j <= n else j - n
            factor = inverse[i] * middle[j]
            for m in range(columns):
                m2 = mi * mi + mj * mj + m * m
                value = modes[i, j, m] * np.float32(factor * last[m] * table[m2])
                if m2 == 0:
                    value = np.complex64(0)
                out[i, j, m] = value
                power = np.float64(value.real * value.real + value.imag * value.imag)
                if 0 < m < n - m:
                    power *= 2
                sums[i, 0] += power
                sums[i, 1] += power * m2
                sums[i, 2] += power * m2 * m2


def smooth(transform: Modes, radius: float, kind: str = "gaussian", progress: Progress = silent) -> Smoothed:
    """Return the overdensity of these modes, smoothed, with the window of its mass assignment divided out.

    Parameters
    ----------
    transform : of 2 or 3 dimensions; it is not changed
    radius : Mpc/h
    kind : one of ``WINDOWS``
    """
    n, dimensions = transform.n_mesh, transform.dimensions
    unit = 2 * np.pi / transform.box_size
    # |m|² is an integer: W is found once for each value that it takes, not for each mode.
    squares = np.arange(dimensions * (n // 2) ** 2 + 1)
    progress(0.0, "Smoothing")
    filtered, sums = _filtered(transform, smoothing_window(unit * radius * np.sqrt(squares), kind, dimensions))
    progress(0.4, "Transforming back")
    values = to_mesh(filtered, n)
    progress(1.0, "Smoothed")
    sigma = np.sqrt(sums) / float(n) ** dimensions * unit ** np.arange(3)
    return Smoothed(values, transform.box_size, radius, sigma)


def smooth_lines(transform: Modes, radius: float, kind: str = "gaussian") -> NDArray[np.float32]:
    """Return δ (lines, n) of lines of sight, each smoothed along itself, with its own mean and without the window."""
    from scipy import fft

    n = transform.n_mesh
    x = np.asarray(2 * np.pi * radius / transform.box_size * np.arange(n // 2 + 1), dtype=np.float64)
    filter_of = smoothing_window(x, kind, 1) / mass_window(n, transform.order, True)
    return np.asarray(fft.irfft(transform.values * filter_of.astype(np.float32), n, axis=-1), dtype=np.float32)


def band_passed(transform: Modes, first: int, end: int) -> NDArray[np.float32]:
    """Return the overdensity (N, …, N) of the shells ``first`` ≤ |m| < ``end`` alone, its window divided out."""
    n = transform.n_mesh
    squares = np.arange(transform.dimensions * (n // 2) ** 2 + 1)
    kept = (squares >= first**2) & (squares < end**2)
    return to_mesh(_filtered(transform, kept.astype(np.float64))[0], n)


def residual(ours: Modes, theirs: Modes) -> Modes:
    """Return the modes of a run minus its reference's, each with its own window divided out where they differ."""
    if ours.order == theirs.order:
        return replace(ours, values=ours.values - theirs.values)
    squares = ours.dimensions * (ours.n_mesh // 2) ** 2 + 1
    here, there = (_filtered(each, np.ones(squares))[0] for each in (ours, theirs))
    here -= there
    return replace(ours, values=here, order=0)


def total_power(transform: Modes) -> float:
    """Return the variance of δ over the cells, its window divided out."""
    squares = transform.dimensions * (transform.n_mesh // 2) ** 2 + 1
    return float(_filtered(transform, np.ones(squares))[1][0] / float(transform.n_mesh) ** (2 * transform.dimensions))


def _filtered(transform: Modes, table: Floats) -> tuple[Complex, Floats]:
    """Return modes times W(|m|²), their window divided out, and Σ |δ_m|² |m|^2j for j = 0, 1, 2."""
    n = transform.n_mesh
    inverse, last = (1 / mass_window(n, transform.order, half) for half in (False, True))
    middle = inverse if transform.dimensions == 3 else np.ones(1)
    modes = transform.values.reshape(n, middle.size, n // 2 + 1)
    filtered, sums = np.empty_like(modes), np.zeros((n, 3))
    with exclusive():
        _filter(modes, table.astype(np.float32), inverse, middle, last, filtered, sums)
    return filtered.reshape(transform.values.shape), sums.sum(axis=0)
