"""How the cost of every statistic grows: ``python tests/bench/bench_scaling.py [largest cells a side] [NAME …]``.

Each is computed of a run and its reference, meshes in the store of neither: of fields of 64³, 128³ … cells, or where it
needs particles of as many of them. Printed are the processor seconds of both threads together, which other programs on
the machine hardly change, and the power p of the number of cells N in the last step: 1 grows as N, 1.05 as N log N.
A size whose turn would take more than two minutes by its predecessors is left out.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import bench_painting  # noqa: E402
from lognormal_box import lognormal_box  # noqa: E402

from backends.data.field import Field  # noqa: E402
from backends.data.parameters import Parameters  # noqa: E402
from backends.data.particles import Particles  # noqa: E402
from backends.errors import HalographError  # noqa: E402
from backends.mesh.warm import warm  # noqa: E402
from backends.progress import silent  # noqa: E402
from backends.statistics import registry  # noqa: E402
from backends.statistics.sample import Sample  # noqa: E402

SMALLEST, LONGEST = 64, 120.0
Data = Field | Particles


def fields(n: int) -> tuple[Data, Data]:
    """Return a field of so many cells a side, and one that differs from it a little everywhere."""
    values = lognormal_box(64, smoothing=1.0).values
    values = np.tile(values, (n // 64,) * 3)
    other = values * (1 + 0.1 * np.random.default_rng(2).standard_normal(values.shape, dtype=np.float32)).clip(0.1)
    box_size = 2.0 * n
    return Field(other, box_size, redshift=3.0), Field(values, box_size, redshift=3.0)


def clumped(x: np.ndarray, n: int) -> np.ndarray:
    """Return a lattice's particles with a ball of each block of 8³ drawn together around the block's middle one."""
    blocks = x.reshape(n // 8, 8, n // 8, 8, n // 8, 8, 3)
    away = np.stack(np.meshgrid(*[np.arange(-4.0, 4.0)] * 3, indexing="ij"), -1).astype(np.float32)
    ball = (away**2).sum(-1) < 10.0
    for i, j, k in np.argwhere(ball):
        blocks[:, i, :, j, :, k] = blocks[:, 4, :, 4, :, 4] + 0.1 * away[i, j, k]
    return np.mod(blocks.reshape(-1, 3), np.float32(n))


def particles(n: int) -> tuple[Data, Data]:
    """Return as many particles a side, in a box as dense whatever their number, and the same ones moved a little."""
    bench_painting.BOX = 1.0 * n
    random = np.random.default_rng(3)
    x = clumped(bench_painting.displaced_lattice(n), n)
    y = np.mod(x + random.normal(0, 0.05, x.shape).astype(np.float32), np.float32(n))
    y[y >= n] = 0
    v = random.normal(0, 300, x.shape).astype(np.float32)
    ids = np.arange(len(x))
    return tuple(Particles(p, 1.0 * n, 1e11, v, ids, redshift=0.0) for p in (y, x))  # type: ignore[return-value]


def seconds(name: str, run: Data, reference: Data) -> float:
    """Return the processor time of one statistic, from data that were read and nothing else."""
    samples = [
        Sample(lambda species, progress, data=data: data, label="run", omega_m=0.3)  # type: ignore[misc]
        for data in (run, reference)
    ]
    start = time.process_time()
    registry()[name].compute(samples[0], samples[1], Parameters(), silent)
    return time.process_time() - start


def row(name: str, largest: int) -> str:
    """Return a statistic's line: its times, and how they grow; of particles where it refuses fields."""
    refused = ""
    for kind, make in (("cells", fields), ("particles", particles)):
        taken: list[float] = []
        n = SMALLEST
        try:
            seconds(name, *make(SMALLEST))  # compiles, loads and remembers what depends on the mesh alone
            while n <= largest and (not taken or 9 * taken[-1] < LONGEST):
                taken.append(seconds(name, *make(n)))
                n *= 2
        except HalographError as reason:
            refused = str(reason)
            continue
        times = " ".join(f"{one:9.3f}" for one in taken)
        growth = math.log(taken[-1] / taken[-2]) / math.log(8) if len(taken) > 1 else math.nan
        return f"{name:28s} {kind:9s} p = {growth:4.2f}   {times}"
    return f"{name:28s} refused: {refused}"


def main(largest: int, names: list[str]) -> None:
    warm()
    sizes = " ".join(f"{f'{SMALLEST << step}³':>9s}" for step in range(int(math.log2(largest / SMALLEST)) + 1))
    print(f"{'':28s} {'of':9s} {'growth':8s}   {sizes}   (processor s)")
    for name in names or registry().names():
        print(row(name, largest), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 512, sys.argv[2:])
