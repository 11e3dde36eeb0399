"""P(k) beside its peers, in one run: ``python tests/bench/bench_power_spectrum.py [cells a side]``.

From a mesh of overdensity to binned, compensated power; the floor is the bare transform by whichever
of scipy and torch is faster. Then interlaced TSC from particles, beside abacusutils. All take turns
in every round.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from backends.mesh.binning import auto_power, shells
from backends.mesh.fourier import Modes, interlaced_modes, modes

BOX, ROUNDS = 216.0, 12


def taken(ways: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Return each way's best and median time over rounds in which all take turns, in any order.

    The first round is not counted. Of a transform that takes 30 ms some stand 90 ms, where a machine of two cores
    gives one of them late: the best says what the code costs, the median what this hour's machine gave.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    chance = random.Random(0)  # what ran before leaves threads that spin and memory to be given back
    for turn in range(ROUNDS + 1):
        for name in chance.sample(sorted(ways), len(ways)):
            time.sleep(0.1)
            start = time.perf_counter()
            ways[name]()
            if turn:
                times[name].append(time.perf_counter() - start)
    return {name: (min(each), statistics.median(each)) for name, each in times.items()}


def main(n: int) -> None:
    import Pk_library
    import torch
    from scipy import fft

    delta = np.random.default_rng(0).standard_normal((n, n, n), dtype=np.float32)
    tensor = torch.as_tensor(delta)
    shells(n)  # depends on the mesh alone, and is remembered
    found = taken(
        {
            "halograph": lambda: auto_power(Modes(modes(delta), BOX, n, 2)),
            "Pylians": lambda: Pk_library.Pk(delta, BOX, axis=0, MAS="CIC", threads=2, verbose=False),
            "scipy's bare FFT": lambda: fft.rfftn(delta, workers=-1),
            "torch's bare FFT": lambda: torch.fft.rfftn(tensor),
        }
    )
    bares = (found["scipy's bare FFT"], found["torch's bare FFT"])
    for which, word in enumerate(("best", "median")):
        bare = min(each[which] for each in bares)
        for name, times in found.items():
            ratios = f"{times[which] / bare:5.2f} x bare FFT  {times[which] / found['Pylians'][which]:5.2f} x Pylians"
            print(f"P(k) {n}³  {name:18s} {word:6s} {times[which]:7.3f} s  {ratios}")

    from abacusnbody.analysis.power_spectrum import calc_power

    x = (np.random.default_rng(1).random((10_000_000, 3)) * BOX).astype(np.float32)
    x[x >= BOX] = 0
    found = taken(
        {
            "halograph": lambda: auto_power(Modes(interlaced_modes(x, BOX, n, "tsc"), BOX, n, 3)),
            "abacusutils": lambda: calc_power(
                x, Lbox=BOX, kbins=n // 2, nmesh=n, paste="TSC", compensated=True, interlaced=True, nthread=2
            ),
        }
    )
    for name, times in found.items():
        ratio = times[1] / found["abacusutils"][1]
        print(f"interlaced TSC P(k) of 10⁷ particles  {name:12s} {times[1]:7.3f} s  {ratio:5.2f} x abacusutils")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 256)
