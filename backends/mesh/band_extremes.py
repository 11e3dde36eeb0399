"""The largest value of a band of waves: found where waves are long on a coarse mesh, and then told to the cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.mesh.assignment import window
from backends.mesh.fourier import Modes
from backends.mesh.smoothing import band_passed
from backends.mesh.wavelets import passed

FINE = 16
"""Cells of the coarser mesh to a band's shortest wave, at least."""
MOST = 256
"""Places near which the largest may lie beyond which the mesh itself is looked at."""


def extreme(transform: Modes, first: int, end: int) -> tuple[int, float]:
    """Return the place in the flat mesh of the largest |δ| of the shells first ≤ |m| < end alone, and δ there.

    No wave is shorter than L / end: from its largest value M a band falls to no less than M cos(2π end d / L) within a
    distance d (Bernstein's inequality). Cells are looked at only about those of a coarser mesh that are as high.
    """
    n = transform.n_mesh
    step = 1
    while n % (2 * step) == 0 and n // (2 * step) >= FINE * end:
        step *= 2
    if step == 1 or transform.dimensions != 3:
        return _largest(band_passed(transform, first, end))
    squares = np.arange(end**2)
    side = n // step
    coarse = np.abs(passed(transform, (squares >= first**2).astype(np.float32), 0, side))
    top = coarse.max()
    if not top:
        return 0, 0.0
    least = top * np.cos(2 * np.pi * end / n * step * np.sqrt(3) / 2) * (1 - 1e-5)  # of single precision
    near = np.flatnonzero(coarse >= least)
    if near.size > MOST:
        return _largest(band_passed(transform, first, end))
    cube = _cube(transform, first, end)
    patches = [_patch(cube, n, step * np.array(np.unravel_index(cell, coarse.shape)), step // 2) for cell in near]
    cells, values = zip(*patches, strict=True)
    best = int(np.argmax(np.abs(values)))
    return cells[best], values[best]


def _largest(values: NDArray[np.float32]) -> tuple[int, float]:
    flat = values.reshape(-1)
    highest, lowest = int(flat.argmax()), int(flat.argmin())
    cell = highest if flat[highest] >= -flat[lowest] else lowest
    return cell, float(flat[cell])


def _cube(transform: Modes, first: int, end: int) -> NDArray[np.complex128]:
    """Return the band's modes (2 end − 1, 2 end − 1, end), from −end + 1 and from zero, so that δ is their real sum."""
    n = transform.n_mesh
    m = np.arange(1 - end, end)
    m2 = m[:, None, None] ** 2 + m[:, None] ** 2 + m[end - 1 :] ** 2
    across, last = 1 / window(n, transform.order, False)[m], 1 / window(n, transform.order, True)[:end]
    weight = across[:, None, None] * across[:, None] * last * ((m2 >= first**2) & (m2 < end**2)) / float(n) ** 3
    weight[:, :, 1:] *= 2  # a mode and its conjugate
    return np.asarray(transform.values[np.ix_(m, m, m[end - 1 :])] * weight)


def _patch(cube: NDArray[np.complex128], n: int, centre: NDArray[np.int64], reach: int) -> tuple[int, float]:
    """Return the cell of the largest |δ| within so many cells along each axis, and δ there."""
    end = cube.shape[2]
    m, around = np.arange(1 - end, end), np.arange(-reach, reach + 1)
    x, y, z = ((int(c) + around) % n for c in centre)
    along = [np.exp(2j * np.pi / n * np.outer(waves, at)) for waves, at in ((m, x), (m, y), (m[end - 1 :], z))]
    lines = np.einsum("jkc,jb->kbc", np.tensordot(along[0].T, cube @ along[2], 1).transpose(1, 0, 2), along[1])
    values = lines.real
    a, b, c = np.unravel_index(int(np.abs(values).argmax()), values.shape)
    return int((x[a] * n + y[b]) * n + z[c]), float(values[a, b, c])
