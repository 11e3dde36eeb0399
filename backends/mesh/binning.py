"""Power in shells of integer wave vectors.

Shell i holds the wave vectors with i ≤ |m| < i + 1, decided on the integer m²; a mode and its
conjugate count once. Along a row of modes |m| only grows, so that the shell is followed without a
square root, and the window is divided out in the same pass. Modes are those of real fields: the mode
at −m is the conjugate of the one at m.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.errors import MismatchedBoxes, NotApplicable
from backends.mesh.assignment import window
from backends.mesh.fourier import Complex, Modes

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shells:
    """What the shells 1 … N/2 − 1 hold on a mesh of N cells a side.

    wave_number : (n_shells,) float64, mean |m| of the modes
    n_modes : (n_shells,) int64, independent modes
    """

    wave_number: Floats
    n_modes: NDArray[np.int64]


@nb.njit(nogil=True, cache=True)
def _first_shell(m2: int) -> int:
    """Return the integer part of √m², exactly."""
    shell = int(np.sqrt(m2))
    while shell * shell > m2:
        shell -= 1
    while (shell + 1) * (shell + 1) <= m2:
        shell += 1
    return shell


@nb.njit(parallel=True, nogil=True, cache=True)
def _count(n: int, wave_numbers: Floats, counts: NDArray[np.int64]) -> None:
    for i in nb.prange(n):
        mi = i if 2 * i < n else i - n
        for j in range(n):
            mj = j if 2 * j < n else j - n
            for ml in range(n // 2):
                m2 = mi * mi + mj * mj + ml * ml
                if m2 >= (n // 2) ** 2:
                    break
                if ml > 0 or mi > 0 or (mi == 0 and mj > 0):
                    shell = _first_shell(m2)
                    wave_numbers[i, shell] += np.sqrt(m2)
                    counts[i, shell] += 1


@nb.njit(fastmath=True, nogil=True, cache=True)
def _add_auto(a: Complex, row: NDArray[np.float32], length: int) -> None:
    for m in range(length):
        row[m] += a[m].real * a[m].real + a[m].imag * a[m].imag


@nb.njit(fastmath=True, nogil=True, cache=True)
def _add_cross(a: Complex, b: Complex, row: NDArray[np.float32], length: int) -> None:
    for m in range(length):
        row[m] += a[m].real * b[m].real + a[m].imag * b[m].imag


@nb.njit(parallel=True, fastmath=True, nogil=True, cache=True)
def _sum_products(a: Complex, b: Complex, same: bool, inverse: Floats, inverse_last: Floats, sums: Floats) -> None:
    """Add up Re a b* by shell, for each |m_x| into a row of ``sums`` (n // 2 + 1, n // 2).

    The up to four rows of modes with the same |m_x| and |m_y| are added first: they share their shells.
    """
    n = a.shape[0]
    limit, sides = (n // 2) ** 2, n // 2 + 1
    for turn in nb.prange(sides):
        # The even ones first, so that all threads get slices of the sphere as large.
        i = 2 * turn if 2 * turn < sides else 2 * (turn - (sides + 1) // 2) + 1
        row = np.empty(n // 2, np.float32)
        for j in range(n // 2):
            m2 = i * i + j * j
            if m2 >= limit:
                break
            length = _first_shell(limit - 1 - m2) + 1
            row[:length] = 0
            for x in (i, n - i) if i > 0 else (0, 0):
                for y in (j, n - j) if j > 0 else (0, 0):
                    if same:
                        _add_auto(a[x, y], row, length)
                    else:
                        _add_cross(a[x, y], b[x, y], row, length)
            # Rows on an axis were added twice or four times; in the plane m_z = 0 every mode's conjugate was.
            factor = inverse[i] * inverse[j] * (1.0 if i > 0 else 0.5) * (1.0 if j > 0 else 0.5)
            row[0] *= np.float32(0.5)
            shell = _first_shell(m2)
            edge = (shell + 1) * (shell + 1)
            for m in range(length):
                while m2 + m * m >= edge:
                    shell += 1
                    edge = (shell + 1) * (shell + 1)
                sums[i, shell] += factor * inverse_last[m] * row[m]


@lru_cache(maxsize=16)
def shells(n_mesh: int, dimensions: int = 3) -> Shells:
    """Return the mean |m| and the number of independent modes of every shell; remembered by mesh."""
    if n_mesh // 2 < 2:
        raise NotApplicable(f"a mesh of {n_mesh} cells a side holds no complete shell of modes")
    if dimensions == 3:
        wave_numbers = np.zeros((n_mesh, n_mesh // 2))
        counts = np.zeros((n_mesh, n_mesh // 2), np.int64)
        with exclusive():
            _count(n_mesh, wave_numbers, counts)
        n_modes = counts.sum(axis=0)[1:]
        return Shells(wave_numbers.sum(axis=0)[1:] / n_modes, n_modes)
    shell, m2, chosen = _shell_of_modes(n_mesh, dimensions)
    n_modes = np.bincount(shell[chosen], minlength=n_mesh // 2)[1:]
    total = np.bincount(shell[chosen], np.sqrt(m2[chosen]), minlength=n_mesh // 2)[1:]
    return Shells(total / n_modes, n_modes.astype(np.int64))


def mode_counts(transform: Modes) -> NDArray[np.int64]:
    """Return (n_shells,) how many independent modes there are in each shell, of all lines together."""
    return np.asarray(shells(transform.n_mesh, transform.dimensions).n_modes * transform.lines)


def auto_power(a: Modes) -> Floats:
    """Return P(k) = (L^d / N^2d) ⟨|δ_m|²⟩ in the shells, the window divided out, in (Mpc/h)^d."""
    return cross_power(a, a)


def cross_power(a: Modes, b: Modes) -> Floats:
    """Return P×(k) = (L^d / N^2d) ⟨Re δ_m ε_m*⟩ in the shells, the windows divided out, in (Mpc/h)^d."""
    if a.values.shape != b.values.shape:
        raise MismatchedBoxes("the first mesh", "the second", f"{a.n_mesh} and {b.n_mesh} cells a side")
    n, dimensions = a.n_mesh, a.dimensions
    inverse, inverse_last = (1 / (window(n, a.order, half) * window(n, b.order, half)) for half in (False, True))
    if dimensions == 3:
        sums = np.zeros((n // 2 + 1, n // 2))
        with exclusive():
            _sum_products(a.values, b.values, a is b, inverse, inverse_last, sums)
        total = sums.sum(axis=0)[1:]
    else:
        shell, _, chosen = _shell_of_modes(n, dimensions)
        product = (a.values * b.values.conj()).real.astype(np.float64)
        product = product.mean(axis=0) if dimensions == 1 else product
        for axis in range(dimensions):
            factor = inverse_last if axis == dimensions - 1 else inverse
            product *= factor.reshape([-1 if other == axis else 1 for other in range(dimensions)])
        total = np.bincount(shell[chosen], product[chosen], minlength=n // 2)[1:]
    norm = a.box_size**dimensions / float(n) ** (2 * dimensions)
    return np.asarray(total / shells(n, dimensions).n_modes * norm, dtype=np.float64)


def _shell_of_modes(n: int, dimensions: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return shell, m² and whether it counts, of every mode of a mesh of any dimension (slow)."""
    whole = np.where(2 * np.arange(n) < n, np.arange(n), np.arange(n) - n)
    axes = np.meshgrid(*[whole] * (dimensions - 1), np.arange(n // 2 + 1), indexing="ij", sparse=True)
    m2 = np.asarray(sum(axis**2 for axis in axes))
    shell = np.floor(np.sqrt(m2)).astype(np.int64)
    shell -= shell**2 > m2
    shell += (shell + 1) ** 2 <= m2
    # Of the plane m_last = 0 the half whose first component that is not zero is positive.
    later = np.broadcast_to(axes[-1] > 0, m2.shape).copy()
    undecided = np.broadcast_to(axes[-1] == 0, m2.shape).copy()
    for axis in axes[:-1]:
        later |= undecided & (axis > 0)
        undecided &= axis == 0
    return shell, m2, later & (m2 < (n // 2) ** 2)
