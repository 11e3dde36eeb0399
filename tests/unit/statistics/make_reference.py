"""Makes ``peer_reference.json``: what independent packages measure on the particles of ``clustered``.

Run it where Pylians 0.12 and finufft 2.5 are installed (``pip install '.[peers]'``)::

    python tests/unit/statistics/make_reference.py

Pylians paints CIC from one mesh and divides by its window; finufft sums the particles' plane waves
without any mesh, to 1e-12, which is what interlaced and compensated meshes must come near.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

BOX, N_MESH, N_PARTICLES = 100.0, 48, 60_000
FILE = Path(__file__).with_name("peer_reference.json")


def clustered() -> np.ndarray:
    """60 000 particles in 400 clumps of several widths; only uniform numbers, the same everywhere."""
    random = np.random.default_rng(20)
    centres = random.random((400, 3)) * BOX
    widths = 1 + 9 * random.random((400, 1))
    clump = random.integers(0, 400, N_PARTICLES)
    offset = random.random((N_PARTICLES, 3)) + random.random((N_PARTICLES, 3)) - 1
    x = np.mod(centres[clump] + widths[clump] * offset, BOX).astype(np.float32)
    x[x >= BOX] = 0
    return x


def by_pylians() -> dict[str, list[float]]:
    import MAS_library
    import Pk_library

    mesh = np.zeros((N_MESH,) * 3, np.float32)
    MAS_library.MA(clustered(), mesh, BOX, "CIC", verbose=False)
    mesh = mesh / mesh.mean(dtype=np.float64) - 1
    found = Pk_library.Pk(mesh.astype(np.float32), BOX, axis=0, MAS="CIC", threads=1, verbose=False)
    n = N_MESH // 2 - 1
    return {
        "k": found.k3D[:n].tolist(),
        "power": found.Pk[:n, 0].tolist(),
        "n_modes": found.Nmodes3D[:n].tolist(),
    }


def by_finufft() -> dict[str, list[float]]:
    import finufft

    angle = [np.ascontiguousarray(axis) for axis in (clustered().astype(np.float64) * (2 * np.pi / BOX)).T]
    shape = (N_MESH,) * 3
    modes = finufft.nufft3d1(*angle, np.ones(N_PARTICLES, complex), shape, isign=-1, eps=1e-12, modeord=1)
    m = np.fft.fftfreq(N_MESH, 1 / N_MESH).astype(int)
    m2 = m[:, None, None] ** 2 + m[None, :, None] ** 2 + m[None, None, :] ** 2
    power = np.abs(modes / N_PARTICLES) ** 2 * BOX**3
    shells = [(m2 >= i * i) & (m2 < (i + 1) ** 2) for i in range(1, N_MESH // 2)]
    return {"power": [float(power[shell].mean()) for shell in shells]}


if __name__ == "__main__":
    FILE.write_text(json.dumps({"pylians": by_pylians(), "finufft": by_finufft()}, indent=1) + "\n", encoding="utf-8")
