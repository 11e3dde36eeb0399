"""The Lyman-α forest of a density: how much neutral hydrogen absorbs, and where on the way it seems to be.

Photoionised gas absorbs by the fluctuating Gunn–Peterson approximation (Croft et al. 1998, ApJ 495, 44),

    τ = A (1 + δ)^β,   F = e^(−τ),   β = 2 − 0.7 (γ − 1),   T = T₀ (1 + δ)^(γ − 1)

(Hui & Gnedin 1997, MNRAS 292, 27); A is what gives the mean flux that is observed.
"""

from __future__ import annotations

import math
import os

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.progress import Progress, silent

Floats = NDArray[np.float64]
Cells = NDArray[np.float32]

FARTHEST = 5.0
"""Widths beyond which a line's wings hold less than a millionth of it."""
SLAB = 1 << 20
"""Cells that are worked on between two reports of progress."""
CLOSE = 1e-9
"""How near to the mean flux the mean of the cells comes."""
TURNS = 60
"""Newton's steps are about eight; of gas that is nearly all in a few cells, some more."""
FEW = 1 << 16
"""Cells of which the amplitude is first found."""


def optical_depth(relative_density: Cells, slope: float) -> Cells:
    """Return (1 + δ)^β, nothing where there is nothing; the shape of the density."""
    return np.asarray(np.maximum(relative_density, np.float32(0)) ** np.float32(slope), dtype=np.float32)


@nb.njit(inline="always")
def _integral(x: float, width: float) -> float:
    """Return ∫ Φ(y / width) dy up to x: Φ the normal distribution, a step where it has no width."""
    if width <= 0 or abs(x) > 8 * width:
        return max(x, 0.0)
    u = x / width
    return x * 0.5 * (1 + math.erf(u / math.sqrt(2.0))) + width * math.exp(-u * u / 2) / math.sqrt(2 * math.pi)


@nb.njit(parallel=True, nogil=True, cache=True)
def _shift(depth: Cells, moved: Cells, width: Cells, farthest: float, out: Cells) -> None:
    """Add every cell's depth (rows, n) to where its light is absorbed, spread as a box drawn out by a Gaussian."""
    rows, n = depth.shape
    for row in nb.prange(rows):
        line = np.zeros(n)
        for source in range(n):
            share = np.float64(depth[row, source])
            if share == 0:
                continue
            # A line as wide as the box is the same everywhere, and no wider one is any different.
            shift, sigma = np.float64(moved[row, source]), min(np.float64(width[row, source]), np.float64(n))
            middle = int(np.floor(shift))
            reach = int(np.ceil(farthest * sigma)) + 1
            before = _integral(middle - reach - 1 - shift, sigma)
            here = _integral(middle - reach - shift, sigma)
            for step in range(middle - reach, middle + reach + 2):
                after = _integral(step + 1 - shift, sigma)
                line[(source + step) % n] += share * (after - 2 * here + before)
                before, here = here, after
        for cell in range(n):
            out[row, cell] = np.float32(line[cell])


def in_redshift_space(depth: Cells, moved: Cells | None, width: Cells | None, progress: Progress = silent) -> Cells:
    """Return the optical depth where it is seen, along the last axis, round the periodic box; its sum stays.

    Every cell is a box one cell wide that is moved and convolved with a Gaussian, and given to the cells that
    it covers by how much of it they cover.

    Parameters
    ----------
    depth : (N, N, N) float32
    moved : how far each cell is displaced, in cells, or None where nothing moves
    width : σ of each cell's line, in cells, or None where lines have no width
    """
    n = depth.shape[-1]
    still = np.zeros(1, np.float32)
    out = np.empty((depth.size // n, n), np.float32)
    rows = depth.reshape(-1, n)
    shifts, widths = (
        np.broadcast_to(still, rows.shape) if given is None else given.reshape(-1, n) for given in (moved, width)
    )
    step = max(SLAB // n, 1)
    for start in range(0, rows.shape[0], step):
        progress(start / rows.shape[0], "Moving absorption")
        here = slice(start, start + step)
        depths, moves, spreads = (np.ascontiguousarray(each[here]) for each in (rows, shifts, widths))
        with exclusive():
            _shift(depths, moves, spreads, FARTHEST, out[here])
    progress(1.0, "Moved absorption")
    return out.reshape(depth.shape)


@nb.njit(parallel=True, nogil=True, cache=True)
def _transmitted(depth: Cells, amplitude: float, sums: Floats) -> None:
    """Add up e^(−Aτ) and τ e^(−Aτ) of cells (rows, n), a row of ``sums`` for each."""
    for row in nb.prange(depth.shape[0]):
        flux = slope = 0.0
        for cell in range(depth.shape[1]):
            tau = np.float64(depth[row, cell])
            share = math.exp(-amplitude * tau)
            flux += share
            slope += tau * share
        sums[row, 0], sums[row, 1] = flux, slope


def amplitude(depth: Cells, mean_flux: float, progress: Progress = silent) -> float | None:
    """Return A such that ⟨e^(−Aτ)⟩ is the mean flux, or None where even opaque gas lets more pass.

    Newton's method: the mean is convex in A, so that from the left no step goes too far.

    Parameters
    ----------
    depth : (…, n) float32, τ / A
    mean_flux : in (0, 1)
    """
    if float(np.count_nonzero(depth == 0)) >= mean_flux * depth.size:
        return None
    cells = depth.reshape(-1)
    few = np.ascontiguousarray(cells[:: max(cells.size // FEW, 1)]).reshape(1, -1)
    found = 0.0
    for place, sample in enumerate((few, depth.reshape(-1, depth.shape[-1]))):
        if not sample.any() or np.count_nonzero(sample == 0) >= mean_flux * sample.size:
            continue  # a few cells may be emptier than all of them
        sums = np.empty((sample.shape[0], 2))
        for turn in range(TURNS):
            progress((place + 1 - 1 / (turn + 1)) / 2, "Mean flux")
            with exclusive():
                _transmitted(sample, found, sums)
            flux, slope = sums.sum(axis=0) / sample.size
            if abs(flux - mean_flux) < CLOSE * mean_flux:
                break
            found = max(found + (flux - mean_flux) / slope, found / 4) if slope > 0 else found / 4
    progress(1.0, "Mean flux")
    return found


def line_power(values: Cells, box_size: float, progress: Progress = silent) -> Floats:
    """Return P₁D(k) = (L / N²) |Σ_x f(x) e^(−ikx)|² along the last axis, Mpc/h, for k = 2π m / L, m = 1 … N/2 − 1.

    Parameters
    ----------
    values : (N, N, N) float32, or lines (lines, N)

    Returns
    -------
    (16, N // 2 − 1) float64, the means of sixteen bundles of lines, 4 × 4 over the sky: equally thick ones where 4
    divides N; of lines sixteen bundles of them, or each by itself where they are fewer
    """
    from scipy import fft

    n = values.shape[-1]
    if values.ndim == 2:
        bundles = np.array_split(values, min(len(values), 16), axis=0)
    else:
        bundles = [one for slab in np.array_split(values, 4, axis=0) for one in np.array_split(slab, 4, axis=1)]
    found = []
    for place, bundle in enumerate(bundles):
        progress(place / len(bundles), "Power along lines")
        modes = fft.rfft(bundle, axis=-1, workers=len(os.sched_getaffinity(0)))[..., 1 : (n + 1) // 2]
        power = np.square(modes.real, dtype=np.float64) + np.square(modes.imag, dtype=np.float64)
        found.append(power.reshape(-1, power.shape[-1]).mean(axis=0))
    progress(1.0, "Power along lines")
    return np.array(found) * box_size / float(n) ** 2
