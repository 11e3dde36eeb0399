"""Gravity on a mesh: cloud-in-cell in, Poisson's equation in Fourier space, cloud-in-cell out."""

from __future__ import annotations

from math import floor

import numba
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from backends.progress import Progress, silent
from backends.simulation.initial_conditions import wave_vectors

Array = NDArray[np.float32]


@numba.njit(inline="always")
def _cells(i, step, displacement, scale, m):  # type: ignore[no-untyped-def]
    """Return the two cells along an axis that a particle lies between, and how far it is from the first."""
    x = (i + 0.5) * step + 0.5 + displacement * scale
    below = floor(x)
    first = int(below) % m
    return first, (first + 1) % m, np.float32(x - below)


@numba.njit(cache=True, nogil=True)
def paint_lattice(displacement: Array, scale: float, mesh: Array) -> None:
    """Add the unit masses of displaced lattice particles to a mesh, cloud in cell.

    displacement : (3, n, n, n) Mpc/h from q = (i + ½) L/n
    scale : mesh cells per Mpc/h
    mesh : (m, m, m), changed in place; cell i at x = (i − ½) / scale. With m = 2n the undisplaced
        lattice then lies midway between cells: cloud-in-cell is smooth there, and its mesh uniform, so
        that the smallest displacements grow as linear theory says. On a cell it has a kink.
    """
    n, m = displacement.shape[1], mesh.shape[0]
    step = m / n
    for i in range(n):
        for j in range(n):
            for k in range(n):
                x0, x1, dx = _cells(i, step, displacement[0, i, j, k], scale, m)
                y0, y1, dy = _cells(j, step, displacement[1, i, j, k], scale, m)
                z0, z1, dz = _cells(k, step, displacement[2, i, j, k], scale, m)
                one = np.float32(1)
                near, far = (one - dx) * (one - dy), (one - dx) * dy
                mesh[x0, y0, z0] += near * (one - dz)
                mesh[x0, y0, z1] += near * dz
                mesh[x0, y1, z0] += far * (one - dz)
                mesh[x0, y1, z1] += far * dz
                near, far = dx * (one - dy), dx * dy
                mesh[x1, y0, z0] += near * (one - dz)
                mesh[x1, y0, z1] += near * dz
                mesh[x1, y1, z0] += far * (one - dz)
                mesh[x1, y1, z1] += far * dz


@numba.njit(cache=True, nogil=True)
def _read_lattice(displacement: Array, scale: float, mesh: Array, result: Array) -> None:
    n, m = displacement.shape[1], mesh.shape[0]
    step = m / n
    for i in range(n):
        for j in range(n):
            for k in range(n):
                x0, x1, dx = _cells(i, step, displacement[0, i, j, k], scale, m)
                y0, y1, dy = _cells(j, step, displacement[1, i, j, k], scale, m)
                z0, z1, dz = _cells(k, step, displacement[2, i, j, k], scale, m)
                one = np.float32(1)
                a = (one - dz) * mesh[x0, y0, z0] + dz * mesh[x0, y0, z1]
                b = (one - dz) * mesh[x0, y1, z0] + dz * mesh[x0, y1, z1]
                c = (one - dz) * mesh[x1, y0, z0] + dz * mesh[x1, y0, z1]
                d = (one - dz) * mesh[x1, y1, z0] + dz * mesh[x1, y1, z1]
                result[i, j, k] = (one - dx) * ((one - dy) * a + dy * b) + dx * ((one - dy) * c + dy * d)


def _difference_vectors(n_mesh: int, box_size: float) -> tuple[Array, ...]:
    """Fourier symbols of the fourth-order central difference, k̃ = (8 sin kh − sin 2kh) / 6h.

    The exact derivative jumps at the mesh's Nyquist frequency, where the particle lattice has its first
    harmonic; the jump would let large scales grow some per cent too fast. This one vanishes there.
    """

    def symbol(frequencies: NDArray[np.floating]) -> Array:
        phase = 2 * np.pi * frequencies
        difference = (8 * np.sin(phase) - np.sin(2 * phase)) / 6
        return np.asarray(difference * (n_mesh / box_size), dtype=np.float32)

    whole, half = symbol(np.fft.fftfreq(n_mesh)), symbol(np.fft.rfftfreq(n_mesh))
    return whole[:, None, None], whole[None, :, None], half[None, None, :]


def acceleration(
    displacement: Array, box_size: float, n_mesh: int, omega_m: float, progress: Progress = silent
) -> Array:
    """−∇φ at the particles, with ∇²φ = (3/2) Ω_m δ.

    Parameters
    ----------
    displacement : (3, n, n, n) float32, Mpc/h, from q = (i + ½) L/n
    box_size : Mpc/h;  n_mesh : cells a side of the force mesh

    Returns
    -------
    (3, n, n, n) float32, Mpc/h in units of H0²: d(a² dx/dt)/dt = acceleration / a
    """
    n_particles = displacement.shape[1]
    scale = n_mesh / box_size
    mesh = np.zeros((n_mesh,) * 3, np.float32)
    paint_lattice(displacement, scale, mesh)
    progress(0.2, "Solving Poisson's equation")
    modes = scipy.fft.rfftn(mesh, workers=2, overwrite_x=True)
    kx, ky, kz = wave_vectors(n_mesh, box_size)
    square = kx**2 + ky**2 + kz**2
    square[0, 0, 0] = np.inf
    # The mean density of the mesh is (n/m)³ particles a cell; only its inverse turns counts into δ.
    strength = np.float32(1.5 * omega_m * (n_mesh / n_particles) ** 3)
    modes *= np.complex64(1j) * strength / square
    result = np.empty_like(displacement)
    for axis, k in enumerate(_difference_vectors(n_mesh, box_size)):
        progress(0.4 + 0.2 * axis, "Reading forces")
        force = scipy.fft.irfftn(modes * k, s=(n_mesh,) * 3, workers=2, overwrite_x=True)
        _read_lattice(displacement, scale, force, result[axis])
    return result
