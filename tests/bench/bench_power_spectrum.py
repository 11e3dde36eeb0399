"""P(k) beside its peers, in one run: ``python tests/bench/bench_power_spectrum.py [cells a side]``.

From a mesh of overdensity to binned, compensated power; the floor is the bare transform by whichever
of scipy and torch is faster. Then interlaced TSC from particles, beside abacusutils. All take turns
in every round; medians are printed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from backends.mesh.binning import auto_power, shells
from backends.mesh.fourier import Modes, interlaced_modes, modes

BOX, ROUNDS = 216.0, 5


def medians(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return each way's median time over rounds in which all take turns; the first is not counted."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for name, way in ways.items():
            time.sleep(0.1)  # threads of the one before still spin for a while
            start = time.perf_counter()
            way()
            if turn:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main(n: int) -> None:
    import Pk_library
    import torch
    from scipy import fft

    delta = np.random.default_rng(0).standard_normal((n, n, n), dtype=np.float32)
    tensor = torch.as_tensor(delta)
    shells(n)  # depends on the mesh alone, and is remembered
    found = medians(
        {
            "halograph": lambda: auto_power(Modes(modes(delta), BOX, n, 2)),
            "Pylians": lambda: Pk_library.Pk(delta, BOX, axis=0, MAS="CIC", threads=2, verbose=False),
            "scipy's bare FFT": lambda: fft.rfftn(delta, workers=-1),
            "torch's bare FFT": lambda: torch.fft.rfftn(tensor),
        }
    )
    bare = min(found["scipy's bare FFT"], found["torch's bare FFT"])
    for name, taken in found.items():
        ratios = f"{taken / bare:5.2f} x bare FFT  {taken / found['Pylians']:5.2f} x Pylians"
        print(f"P(k) {n}³  {name:18s} {taken:7.3f} s  {ratios}")

    from abacusnbody.analysis.power_spectrum import calc_power

    x = (np.random.default_rng(1).random((10_000_000, 3)) * BOX).astype(np.float32)
    x[x >= BOX] = 0
    found = medians(
        {
            "halograph": lambda: auto_power(Modes(interlaced_modes(x, BOX, n, "tsc"), BOX, n, 3)),
            "abacusutils": lambda: calc_power(
                x, Lbox=BOX, kbins=n // 2, nmesh=n, paste="TSC", compensated=True, interlaced=True, nthread=2
            ),
        }
    )
    for name, taken in found.items():
        ratio = taken / found["abacusutils"]
        print(f"interlaced TSC P(k) of 10⁷ particles  {name:12s} {taken:7.3f} s  {ratio:5.2f} x abacusutils")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 256)
