"""Voids as spheres: the largest that are as empty as is asked, and do not overlap.

Banerjee & Dalal (2016, arXiv:1606.06167, 2.3): from the largest radius to the smallest, the density is averaged over
spheres of that radius; of the places where it lies below the threshold, the emptiest first, each becomes
a void unless its sphere would cut one that is there. Radii of many cells are looked at on coarser meshes first, and
left out where those show that no sphere is empty enough: however large the box, few are averaged on the mesh itself.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.mesh.binning import auto_power, shells
from backends.mesh.fourier import Modes
from backends.mesh.smoothing import smooth, smoothing_window, total_power
from backends.mesh.wavelets import passed
from backends.progress import Progress, part, silent

Taken = NDArray[np.bool_]
Floats = NDArray[np.float64]

FINE = 8
"""Cells to a sphere's radius, at least, on a coarser mesh."""
SURE = 8.0
"""Standard deviations of what a coarser mesh does not show that count as never."""


@nb.njit(nogil=True, cache=True)
def _take(taken: Taken, x: int, y: int, z: int, reach: float) -> None:
    """Mark the cells closer than ``reach`` cells to that one."""
    n = taken.shape[0]
    # Beyond half the box a cell's own image is nearer.
    most = min(int(reach), n // 2)
    square = reach * reach
    for i in range(-most, most + 1):
        for j in range(-most, most + 1):
            rest = square - i * i - j * j
            if rest <= 0:
                continue
            length = int(np.sqrt(rest))
            if length * length >= rest:
                length -= 1
            row = taken[(x + i) % n, (y + j) % n]
            first, last = z - min(length, most), z + min(length, most)
            for k in range(max(first, 0), min(last, n - 1) + 1):
                row[k] = True
            # What sticks out comes in at the other end.
            for k in range(n + first, n):
                row[k] = True
            for k in range(last - n + 1):
                row[k] = True


@nb.njit(nogil=True, cache=True)
def _place(candidates: NDArray[np.int64], taken: Taken, reach: float, centres: NDArray[np.int64], found: int) -> int:
    """Place spheres at candidates that are not taken, in order; return how many there are then."""
    n = taken.shape[0]
    for candidate in candidates:
        x, y, z = candidate // (n * n), candidate // n % n, candidate % n
        if not taken[x, y, z] and found < centres.shape[0]:
            centres[found] = candidate
            found += 1
            _take(taken, x, y, z, reach)
    return found


def spherical_voids(
    transform: Modes, radii: NDArray[np.float64], threshold: float, progress: Progress = silent
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find voids.

    Parameters
    ----------
    transform : modes of a box's overdensity
    radii : (n,) float64, Mpc/h, in any order
    threshold : mean overdensity within a void, e.g. −0.7

    Returns
    -------
    (n_voids, 3) int64 cells at the centres, and (n_voids,) float64 radii, Mpc/h, the largest first
    """
    n, cell = transform.n_mesh, transform.box_size / transform.n_mesh
    descending = np.sort(radii)[::-1]
    centres, sizes, variances = np.empty(0, np.int64), np.empty(0), _variances(transform)
    for place, radius in enumerate(descending.tolist()):
        report = part(progress, place / radii.size, (place + 1) / radii.size)
        report(0.0, "Smoothing")
        if any(_lowest(transform, variances, radius, side) > threshold for side in _coarser(transform, radius)):
            continue
        delta = smooth(transform, radius, "top-hat", part(report, 0.0, 0.6)).values.reshape(-1)
        empty = delta < threshold
        if not empty.any():
            continue
        taken = np.zeros((n, n, n), np.bool_)
        for number, (centre, size) in enumerate(zip(centres.tolist(), sizes.tolist(), strict=True)):
            if number % 100 == 0:
                report(0.6 + 0.3 * number / sizes.size, "Growing voids")
            _take(taken, centre // n**2, centre // n % n, centre % n, (radius + size) / cell)
        report(0.9, "Growing voids")
        empty &= ~taken.reshape(-1)  # before they are sorted: most are in voids that are there
        candidates = np.flatnonzero(empty)
        candidates = candidates[np.argsort(delta[candidates], kind="stable")]
        # Spheres of this radius whose centres lie two radii apart fill space no denser than 0.741.
        most = int(0.75 * n**3 / (4 / 3 * np.pi * (radius / cell) ** 3)) + 1
        new = np.empty(min(most, candidates.size), np.int64)
        new = new[: _place(candidates, taken, 2 * radius / cell, new, 0)]
        centres, sizes = np.append(centres, new), np.append(sizes, np.full(new.size, radius))
    progress(1.0, "Found voids")
    return np.stack([centres // n**2, centres // n % n, centres % n], axis=1), sizes


def _variances(transform: Modes) -> Floats:
    """Return (n // 2 + 1,) the variance of δ in the shells 0, 1 … of |m|; the last holds all that lie farther out."""
    n = transform.n_mesh
    inside = 2 * shells(n).n_modes * auto_power(transform) / transform.box_size**3
    return np.concatenate([[0.0], inside, [max(total_power(transform) - inside.sum(), 0.0)]])


def _coarser(transform: Modes, radius: float) -> list[int]:
    """Return the cells a side of coarser meshes that show spheres of that radius, the coarsest first."""
    sides, side = [], transform.n_mesh
    while side % 2 == 0 and radius * side / transform.box_size >= 2 * FINE:
        side //= 2
        sides.append(side)
    return sides[::-1]


def _lowest(transform: Modes, variances: Floats, radius: float, side: int) -> float:
    """Return what no sphere's mean overdensity lies below, by a mesh of so many cells a side.

    The lowest value there is lowered by what can lie between its cells, half their distance squared times the
    curvature, and by the waves that it leaves out; |W(x)| ≤ 3 √(1 + x²) / x³.
    """
    unit, inner = 2 * np.pi / transform.box_size, side // 2
    table = smoothing_window(unit * radius * np.sqrt(np.arange(inner**2)), "top-hat")
    table[0] = 0.0
    lowest = float(passed(transform, table.astype(np.float32), 0, side).min())
    x = unit * radius * np.arange(1, variances.size)
    kept = variances[1:] * np.minimum(3 * np.sqrt(1 + x**2) / x**3, 1.0) ** 2
    curvature = np.sqrt((kept * (unit * np.arange(2, variances.size + 1)) ** 4)[: inner - 1].sum())
    reach = np.sqrt(3) / 2 * transform.box_size / side
    return lowest - SURE * float(reach**2 / 2 * curvature + np.sqrt(kept[inner - 1 :].sum()))
