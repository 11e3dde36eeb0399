"""Minkowski functionals beside quantimpy, in one run: ``python tests/bench/bench_minkowski.py [cells a side]``.

Fifty thresholds of a smoothed Gaussian field, V₀ … V₃ of each.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np

from backends.mesh.fourier import Modes, modes
from backends.mesh.minkowski import minkowski_functionals
from backends.mesh.smoothing import smooth

ROUNDS = 5


def main(n: int) -> None:
    from quantimpy import minkowski

    noise = np.random.default_rng(0).standard_normal((n, n, n), dtype=np.float32)
    smoothed = smooth(Modes(modes(noise), float(n), n), 3.0)
    thresholds = float(smoothed.sigma[0]) * np.linspace(-3.0, 4.35, 50)
    ours, theirs = [], []
    for turn in range(ROUNDS + 1):
        start = time.perf_counter()
        minkowski_functionals(smoothed.values, thresholds)
        middle = time.perf_counter()
        for threshold in thresholds:
            minkowski.functionals(smoothed.values >= threshold)
        if turn:
            ours.append(middle - start)
            theirs.append(time.perf_counter() - middle)
    own, other = statistics.median(ours), statistics.median(theirs)
    print(f"Minkowski {n}³ x 50: halograph {own:.3f} s, quantimpy {other:.3f} s, {own / other:.3f} of it")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 256)
