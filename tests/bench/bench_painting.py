"""Painting beside its peers, in one run: ``python tests/bench/bench_painting.py [particles a side]``.

The same particles, a displaced lattice, in Lagrangian and in random order, to 256³ cells. Peers and
Halograph take turns in every round, so that a busy machine hurts all alike; medians are printed, each
as a ratio to the fastest peer, beside the floor: the time to read the positions and fill the mesh.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from backends.mesh.fourier import modes, to_mesh
from backends.mesh.painting import paint

BOX, N_MESH, ROUNDS = 216.0, 256, 5


def displaced_lattice(side: int) -> np.ndarray:
    """A lattice moved by a smooth random field of 4 Mpc/h rms along each axis, z fastest."""
    random = np.random.default_rng(1)
    m = np.fft.fftfreq(side, 1 / side)
    m2 = m[:, None, None] ** 2 + m[None, :, None] ** 2 + np.arange(side // 2 + 1) ** 2
    q = (np.arange(side) + 0.5) * BOX / side
    x = np.stack(np.meshgrid(q, q, q, indexing="ij"), -1).reshape(-1, 3).astype(np.float32)
    for axis in range(3):
        transform = modes(random.standard_normal((side,) * 3).astype(np.float32))
        transform *= (np.exp(-m2 / 1800) / np.sqrt(np.maximum(m2, 1))).astype(np.float32)
        moved = to_mesh(transform, side)
        x[:, axis] += (4 / moved.std() * moved).reshape(-1)
    x = np.mod(x, np.float32(BOX))
    x[x >= BOX] = 0
    return x


def pylians(x: np.ndarray, mass_assignment: str) -> None:
    import MAS_library

    MAS_library.MA(x, np.zeros((N_MESH,) * 3, np.float32), BOX, mass_assignment.upper(), verbose=False)


def abacus(x: np.ndarray, mass_assignment: str) -> None:
    from abacusnbody.analysis.tsc import tsc_parallel

    tsc_parallel(x, N_MESH, BOX)


def floor(x: np.ndarray, mass_assignment: str) -> None:
    np.zeros((N_MESH,) * 3, np.float32).fill(float(x.sum()))


def main(side: int) -> None:
    lattice = displaced_lattice(side)
    orders = {"Lagrangian": lattice, "shuffled": np.random.default_rng(0).permutation(lattice)}
    for mass_assignment in ("cic", "tsc", "pcs"):
        ways: dict[str, Callable[[np.ndarray, str], object]] = {
            "halograph": lambda x, kind: paint(x, BOX, N_MESH, kind),
            "Pylians": pylians,
        }
        if mass_assignment == "tsc":
            ways["abacusutils"] = abacus
        ways["floor"] = floor
        for order, x in orders.items():
            times: dict[str, list[float]] = {name: [] for name in ways}
            for turn in range(ROUNDS + 1):
                for name, way in ways.items():
                    start = time.perf_counter()
                    way(x, mass_assignment)
                    # The first turn compiles and loads.
                    if turn:
                        times[name].append(time.perf_counter() - start)
            medians = {name: statistics.median(taken) for name, taken in times.items()}
            fastest = min(taken for name, taken in medians.items() if name not in ("halograph", "floor"))
            for name, taken in medians.items():
                print(f"{mass_assignment} {order:10s} {name:12s} {taken:7.3f} s  {taken / fastest:5.2f} x fastest peer")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 216)
