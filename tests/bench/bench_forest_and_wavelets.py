"""Scattering and the forest beside one power spectrum: ``python tests/bench/bench_forest_and_wavelets.py [cells]``.

A lognormal field; the gas of the second forest is at 10⁴ K and its lines are broadened.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.mesh.warm import warm
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Sample

ROUNDS = 3
JOBS = (
    ("power-spectrum", "power spectrum", Parameters()),
    ("wavelet-scattering", "scattering, 1 band to an octave", Parameters()),
    ("wavelet-scattering", "scattering, 2 bands to an octave", Parameters(wavelets_per_octave=2)),
    ("lyman-alpha", "forest", Parameters()),
    ("lyman-alpha", "forest of warm gas", Parameters(gas_temperature=1e4)),
)


def main(n: int) -> None:
    warm()
    density = np.exp(np.random.default_rng(0).standard_normal((n, n, n), dtype=np.float32))
    field = Field(density / density.mean(), 0.25 * n, redshift=3.0)
    for name, words, parameters in JOBS:
        taken = []
        for _ in range(ROUNDS):
            sample = Sample(lambda species, progress: field, label="field", omega_m=0.3)
            start = time.perf_counter()
            registry()[name].compute(sample, None, parameters, silent)
            taken.append(time.perf_counter() - start)
        print(f"{words}, {n}³: {statistics.median(taken):.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 256)
