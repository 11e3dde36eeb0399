"""Closed triangles of modes: their mean product, their number, and the power on their sides.

⟨δ_q1 δ_q2 δ_q3⟩ over all q1 + q2 + q3 = 0 with |q_i| in three shells is the sum over space of the three
fields that these shells alone make (Scoccimarro 2000, arXiv:astro-ph/0004086). It is done on the
smallest mesh on which no sum of three such modes is mistaken for zero, so that large triangles cost
little and every triangle is closed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.mesh.assignment import window
from backends.mesh.fourier import Modes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shell:
    """Wave vectors with low ≤ |m| < high, in units of the fundamental mode; m = 0 is never among them."""

    low: float
    high: float

    @property
    def reach(self) -> int:
        """The largest component that any of them has."""
        return int(np.ceil(self.high)) - 1


Triangle = tuple[Shell, Shell, Shell]


@dataclass(frozen=True)
class Closed:
    """What the triangles of three shells give.

    bispectrum : B, (Mpc/h)^2d
    wave_numbers : mean |k| of the modes of each shell, h/Mpc
    powers : P of each shell, (Mpc/h)^d
    n_triangles : how many there are; one and its mirror image, whose product is the conjugate, count once
    copies : s of the variance of a Gaussian field, s L^d P₁ P₂ P₃ / 2n: 6 for three equal shells, 2 where
        two are equal, 1 where all differ, between them where they overlap
    """

    bispectrum: float
    wave_numbers: tuple[float, float, float]
    powers: tuple[float, float, float]
    n_triangles: float
    copies: float

    @property
    def pairs(self) -> float:
        """P₁P₂ + P₂P₃ + P₃P₁, by which B is reduced to Q."""
        a, b, c = self.powers
        return a * b + b * c + c * a

    def error(self, volume: float) -> float:
        """Standard deviation of B, were the field Gaussian."""
        return float(np.sqrt(self.copies * volume * np.prod(self.powers) / (2 * self.n_triangles)))


@nb.njit(parallel=True, nogil=True, cache=True)
def _fill(values, inverse, inverse_last, low2, high2, reach, out, sums):  # type: ignore[no-untyped-def]
    """Copy the modes of a shell into ``out``, the window divided out; add up |δ|², |m| and their number by plane."""
    n_first, n, first, side = values.shape[0], values.shape[1], out.shape[0], out.shape[1]
    reach_first = reach if n_first > 1 else 0
    for turn in nb.prange(2 * reach_first + 1):
        mi = turn - reach_first
        for mj in range(-reach, reach + 1):
            across = np.float32(inverse[abs(mi)] * inverse[abs(mj)])
            for ml in range(reach + 1):
                m2 = float(mi * mi + mj * mj + ml * ml)
                if m2 >= high2:
                    break
                if m2 < low2 or m2 == 0:
                    continue
                value = values[mi % n_first, mj % n, ml] * (across * np.float32(inverse_last[ml]))
                out[mi % first, mj % side, ml] = value
                times = 1.0 if ml == 0 else 2.0
                sums[turn, 0] += times * (np.float64(value.real) ** 2 + np.float64(value.imag) ** 2)
                sums[turn, 1] += times * np.sqrt(m2)
                sums[turn, 2] += times


@nb.njit(parallel=True, fastmath=True, nogil=True, cache=True)
def _product(a, b, c, rows):  # type: ignore[no-untyped-def]
    """Add up a b c, for each row of the meshes."""
    for i in nb.prange(a.shape[0]):
        total = 0.0
        for j in range(a.shape[1]):
            total += np.float64(a[i, j]) * np.float64(b[i, j]) * np.float64(c[i, j])
        rows[i] = total


def closed(modes: Modes, triangle: Triangle) -> Closed:
    """Measure the triangles of three shells, none of which may reach beyond the mesh's Nyquist."""
    dimensions, n_mesh, box_size = modes.dimensions, modes.n_mesh, modes.box_size
    side = _side(triangle)
    fields, found = {}, {}
    for shell in set(triangle):
        fields[shell], found[shell] = _shell_field(modes, shell, side)
    n_triangles = count(triangle, dimensions)
    total = _summed([fields[shell] for shell in triangle]) * float(side) ** (2 * dimensions)
    unit = box_size ** (2 * dimensions) / float(n_mesh) ** (3 * dimensions)
    unit_power = box_size**dimensions / float(n_mesh) ** (2 * dimensions)
    a, b, c = (found[shell] for shell in triangle)
    fundamental = 2 * np.pi / box_size
    return Closed(
        bispectrum=total / n_triangles * unit if n_triangles else float("nan"),
        wave_numbers=(a[1] * fundamental, b[1] * fundamental, c[1] * fundamental),
        powers=(a[0] * unit_power, b[0] * unit_power, c[0] * unit_power),
        n_triangles=n_triangles / 2,
        copies=_copies(triangle, n_triangles, dimensions),
    )


@lru_cache(maxsize=1024)
def count(triangle: Triangle, dimensions: int = 3) -> float:
    """Return how many ordered triplets of modes of these shells add up to zero, exactly; remembered."""
    side = _side(triangle)
    half = side // 2 + 1
    fields = {shell: _indicator(shell, half, dimensions) for shell in set(triangle)}
    # Of what is even along every axis an eighth of the mesh is enough; inner cells stand for two.
    twice = np.full(half, 2.0)
    twice[0] = twice[-1] = 1.0
    product = fields[triangle[0]] * fields[triangle[1]] * fields[triangle[2]]
    for _ in range(dimensions):
        product = product @ twice
    return float(np.rint(float(product) / float(side) ** dimensions))


def _indicator(shell: Shell, half: int, dimensions: int) -> NDArray[Any]:
    """Return the sum of all waves of a shell on the first octant of a mesh, in double precision."""
    from scipy import fft

    m2: NDArray[Any] = np.zeros(())
    for _ in range(dimensions):
        m2 = m2[..., None] + np.arange(half) ** 2
    inside = (m2 >= shell.low**2) & (m2 < shell.high**2) & (m2 > 0)
    return np.asarray(fft.dctn(inside.astype(np.float64), type=1, workers=len(os.sched_getaffinity(0))))


def _copies(triangle: Triangle, n_triangles: float, dimensions: int) -> float:
    """Add up, over the orders of its sides, the share of the triangles that are found again with sides swapped."""
    from itertools import permutations

    if not n_triangles:
        return 1.0
    total = 0.0
    for order in permutations(range(3)):
        both = [_common(triangle[i], triangle[j]) for i, j in enumerate(order)]
        if all(shell is not None for shell in both):
            again: Any = tuple(sorted((shell for shell in both if shell), key=lambda shell: (shell.low, shell.high)))
            total += count(again, dimensions) / n_triangles
    return total


def _common(one: Shell, other: Shell) -> Shell | None:
    low, high = max(one.low, other.low), min(one.high, other.high)
    return Shell(low, high) if low < high else None


def _side(triangle: Triangle) -> int:
    """Return the cells a side on which no three of these modes add up to zero by going round the mesh."""
    from scipy.fft import next_fast_len

    reaches = [shell.reach for shell in triangle]
    return 2 * int(next_fast_len(max(sum(reaches), 2 * max(reaches)) // 2 + 1, real=True))


def _shell_field(modes: Modes, shell: Shell, side: int) -> tuple[NDArray[Any], tuple[float, float]]:
    """Return what the modes of a shell make on a mesh of so many cells, their mean |δ|² and mean |m|."""
    values = modes.values if modes.dimensions == 3 else modes.values[None]
    inverse, inverse_last = (1 / window(modes.n_mesh, modes.order, half) for half in (False, True))
    sums = np.zeros((2 * shell.reach + 1, 3))
    first = side if modes.dimensions == 3 else 1
    part = np.zeros((first, side, side // 2 + 1), np.complex64)
    with exclusive():
        _fill(values, inverse, inverse_last, shell.low**2, shell.high**2, shell.reach, part, sums)
    power, wave_number, n_modes = sums.sum(axis=0)
    return _to_mesh(part, side), (float(power / max(n_modes, 1)), float(wave_number / max(n_modes, 1)))


def _to_mesh(part: NDArray[Any], side: int) -> NDArray[Any]:
    from scipy import fft

    shape = (part.shape[0], side, side)
    return np.asarray(fft.irfftn(part, s=shape, workers=len(os.sched_getaffinity(0)), overwrite_x=True))


def _summed(fields: list[NDArray[Any]]) -> float:
    """Return Σ_x of the product of three meshes."""
    a, b, c = (field.reshape(-1, field.shape[-1]) for field in fields)
    rows = np.empty(a.shape[0])
    with exclusive():
        _product(a, b, c, rows)
    return float(rows.sum())
