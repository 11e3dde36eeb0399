"""Pairs of Zel'dovich and N-body displacements to learn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.progress import Progress, silent
from backends.simulation.particle_mesh import simulate

Array = NDArray[np.float32]

N_PARTICLES, BOX_SIZE = 64, 128.0
TRAINING_SEEDS = tuple(range(1000, 1032))
HELD_OUT_SEEDS = (1, 2, 3, 4)
"""Of the boxes that are shown and measured: no network ever trains on them."""


def training_boxes(folder: Path, progress: Progress = silent) -> tuple[Array, Array]:
    """Return the training pairs, simulated on the first call and kept in ``folder``.

    Returns
    -------
    inputs, targets : (32, 3, 64, 64, 64) float32, Mpc/h, at z = 0; 100 MB each, in memory, as every step draws from all
    """
    files = folder / "inputs.npy", folder / "targets.npy"
    if not all(file.exists() for file in files):
        folder.mkdir(parents=True, exist_ok=True)
        inputs, targets = [], []
        for index, seed in enumerate(TRAINING_SEEDS):
            progress(index / len(TRAINING_SEEDS), f"Training box {index + 1} of {len(TRAINING_SEEDS)}")
            (snapshot,) = simulate(N_PARTICLES, BOX_SIZE, seed)
            inputs.append(snapshot.zeldovich)
            targets.append(snapshot.displacement)
        for file, values in zip(files, (inputs, targets), strict=True):
            np.save(file, np.stack(values))
    return np.load(files[0]), np.load(files[1])
