"""The bispectrum beside Pylians, in one run: ``python tests/bench/bench_bispectrum.py [cells a side]``.

Thirteen angles of isosceles triangles, from a mesh of overdensity, CIC compensated, in the same shells.
Counting the triangles depends on the mesh alone and is remembered: the first time counts it, the second
does not. How far the two disagree is printed too.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from backends.mesh.fourier import Modes, modes
from backends.mesh.triangles import Closed, Shell, closed, count

BOX, ANGLES, ROUNDS = 500.0, 13, 3


def skewed(n: int) -> np.ndarray:
    """Return a smooth field that is not Gaussian."""
    m = np.fft.fftfreq(n, 1 / n)
    m2 = m[:, None, None] ** 2 + m[:, None] ** 2 + np.arange(n // 2 + 1) ** 2
    white = np.fft.rfftn(np.random.default_rng(0).standard_normal((n, n, n), dtype=np.float32))
    field = np.fft.irfftn(white * np.exp(-9 * m2 / n**2), s=(n, n, n), axes=(0, 1, 2))
    field /= field.std()
    return np.asarray(field + 0.2 * (field**2 - 1), dtype=np.float32)


def main(n: int) -> None:
    import Pk_library

    delta, fundamental = skewed(n), 2 * np.pi / BOX
    theta = np.linspace(0.05, 2.6, ANGLES)
    for fraction in (12.7, 6.4):
        side = n / fraction
        equal, third = Shell(side - 1, side + 1), side * np.sqrt(2 + 2 * np.cos(theta))

        def ours() -> list[Closed]:
            transform = Modes(modes(delta), BOX, n, 2)
            return [closed(transform, (equal, equal, Shell(k3 - 1, k3 + 1))) for k3 in third.tolist()]  # noqa: B023

        def ours_first() -> list[Closed]:
            count.cache_clear()
            return ours()

        def theirs() -> object:
            return Pk_library.Bk(delta, BOX, side * fundamental, side * fundamental, theta, "CIC", 2)  # noqa: B023

        ways: dict[str, Callable[[], object]] = {"halograph, first": ours_first, "halograph": ours, "Pylians": theirs}
        ours()
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                start = time.perf_counter()
                way()
                times[name].append(time.perf_counter() - start)
        medians = {name: statistics.median(taken) for name, taken in times.items()}
        for name, taken in medians.items():
            print(f"{n}³, k1 = N/{fraction:g}  {name:16s} {taken:7.3f} s  {taken / medians['Pylians']:5.3f} x Pylians")
        expected = Pk_library.Bk(delta, BOX, side * fundamental, side * fundamental, theta, "CIC", 2)
        found = ours()
        scale = np.abs(expected.B).max()
        print(f"   B differs by {np.abs([c.bispectrum for c in found] - expected.B).max() / scale:.1e} of its largest")
        q = np.array([c.bispectrum / c.pairs for c in found])
        print(f"   Q differs by {np.abs(q - expected.Q).max():.1e}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 256)
