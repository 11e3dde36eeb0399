"""What is measured: a simulated box, a poor copy of it, and fields whose answers are known."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import Cosmology
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.progress import silent
from backends.simulation.particle_mesh import Snapshot, simulate
from backends.statistics import registry
from backends.statistics.sample import Data, Sample

BOX, N, Z = 128.0, 64, 0.5
COSMOLOGY = Cosmology()
PLAIN = Parameters(n_mesh=N, mass_assignment="cic", interlaced=False)
"""How Pylians paints."""

Single = NDArray[np.float32]
Floats = NDArray[np.float64]


@lru_cache(maxsize=2)
def snapshot(n_steps: int = 10) -> Snapshot:
    """64³ particles in 128 Mpc/h at z = 0.5; with two steps only, what a poor emulator might make of them."""
    return simulate(N, BOX, 5, (Z,), COSMOLOGY, n_steps)[0]


def particles(n_steps: int = 10) -> Particles:
    found = snapshot(n_steps)
    speeds = np.ascontiguousarray(np.moveaxis(found.velocity, 0, -1).reshape(-1, 3))
    ids = np.arange(1, N**3 + 1, dtype=np.int32)
    return Particles(found.positions(), BOX, found.particle_mass, speeds, ids, Z, "dm")


def sample(data: Data, label: str = "run") -> Sample:
    return Sample(lambda species, progress: data, label=label, omega_m=COSMOLOGY.omega_m)


def measure(
    name: str, data: Data, reference: Data | None = None, parameters: Parameters | None = None
) -> StatisticResult:
    other = None if reference is None else sample(reference, "reference")
    return registry()[name].compute(sample(data), other, parameters or Parameters(), silent)


def overdensity(values: NDArray[np.floating], box_size: float = BOX) -> Field:
    return Field(np.asarray(values, np.float32), box_size, "overdensity")


@lru_cache(maxsize=1)
def gaussian() -> Floats:
    """A smooth Gaussian overdensity of N³ cells, its mean zero and its variance one, in double precision."""
    m = np.fft.fftfreq(N, 1 / N)
    m2 = m[:, None, None] ** 2 + m[:, None] ** 2 + np.arange(N // 2 + 1) ** 2
    white = np.fft.rfftn(np.random.default_rng(1).standard_normal((N, N, N)))
    white *= np.exp(-10 * m2 / N**2) * (m2 > 0)
    field = np.fft.irfftn(white, s=(N, N, N), axes=(0, 1, 2))
    return np.asarray(field / field.std())


def wave(m: tuple[int, int, int], amplitude: float = 0.3, phase: float = 0.4, n: int = N) -> Floats:
    """Return a plane wave of m waves along the box's sides."""
    x = np.indices((n, n, n)) / n
    return np.asarray(amplitude * np.cos(2 * np.pi * np.tensordot(m, x, 1) + phase))


def whole_numbers(n: int = N) -> tuple[NDArray[np.int64], ...]:
    """Return m_x, m_y, m_z of the full transform of n³ cells, for broadcasting."""
    m = np.rint(np.fft.fftfreq(n, 1 / n)).astype(np.int64)
    return m[:, None, None], m[None, :, None], m[None, None, :]


def shells(n: int = N) -> tuple[NDArray[np.int64], Floats]:
    """Return the shell ⌊|m|⌋ and |m| of every mode."""
    m2 = sum(m**2 for m in whole_numbers(n))
    return np.asarray([int(i**0.5 + 1e-9) for i in range(int(m2.max()) + 1)])[m2], np.sqrt(m2)


def in_shells(values: NDArray[np.floating], n: int = N) -> Floats:
    """Return the mean of one value a mode in the shells 1 … n/2 − 1."""
    shell, _ = shells(n)
    total, count = np.bincount(shell.ravel(), values.ravel()), np.bincount(shell.ravel())
    return np.asarray((total / count)[1 : n // 2])
