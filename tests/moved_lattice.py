"""Two snapshots of a lattice that waves move and that runs on: a truth, and a run that lags behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from backends.writers.gadget_hdf5 import write_gadget_hdf5

BOX, N = 64.0, 20
"""Mpc/h along the box, and particles."""


def moved_lattice(folder: Path, displacement: Callable[[np.ndarray], np.ndarray]) -> tuple[Path, ...]:
    """Write truth.hdf5, and slow.hdf5: the same moved nine tenths as far and as fast.

    displacement : Mpc/h of every particle, (n, 3), from its place in the lattice
    """
    q = (np.stack(np.meshgrid(*[np.arange(N)] * 3, indexing="ij"), axis=-1).reshape(-1, 3) + 0.5) * BOX / N
    psi = displacement(q)
    paths = []
    for name, share in (("truth", 1.0), ("slow", 0.9)):
        x = np.mod(q + share * psi, BOX).astype(np.float32)
        x[x >= BOX] = 0
        paths.append(folder / f"{name}.hdf5")
        write_gadget_hdf5(
            paths[-1], x, box_size=BOX, redshift=0.0, omega_m=0.3, hubble=0.7, masses=2.7e12,
            velocities=(60 * share * psi).astype(np.float32), ids=np.arange(1, N**3 + 1),
        )  # fmt: skip
    return tuple(paths)
