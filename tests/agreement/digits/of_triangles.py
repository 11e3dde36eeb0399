"""The three bispectra: against three planted waves that close a triangle, and against Pylians."""

from __future__ import annotations

from itertools import product

import numpy as np
from boxes import BOX, PLAIN, N, measure, overdensity, particles, wave
from numpy.typing import NDArray
from of_power import pylians_mesh
from rows import Rows, apart, peer, quietly, truth

from backends.data.statistic import StatisticResult

AMPLITUDE, PHASES = 0.2, (0.3, 0.5, -0.2)
Vector = tuple[int, int, int]


def rows() -> Rows:
    yield from _planted("bispectrum", ((2, 0, 0), (-1, 2, 0), (-1, -2, 0)), ((1, 3),) * 3, 0)
    yield from _planted(
        "bispectrum-squeezed", ((1, 1, 0), (3, -4, 5), (-4, 3, -5)), ((1, 3), (5, 7), (5, 7)), 0, (6.0, 8.0)
    )
    yield from _isosceles()


def _planted(
    name: str,
    waves: tuple[Vector, Vector, Vector],
    shells: tuple[tuple[int, int], ...],
    place: int,
    last: tuple[float, float] | None = None,
) -> Rows:
    field = sum(wave(m, 2 * AMPLITUDE, phase) for m, phase in zip(waves, PHASES, strict=True))
    found = measure(name, overdensity(field))
    # Which row of the table these shells are, by the mean wave number of its sides.
    lengths = [np.linalg.norm(m) for m in waves]
    row = int(np.argmin(np.abs(found["k"] * BOX / (2 * np.pi) - lengths[-1])))
    low, high = _edges(found, row)
    sides = [(1.0, 3.0) if name == "bispectrum-squeezed" else (low, high), (low, high), (low, high)]
    closed = count(sides)
    orders = sum(
        all(a <= lengths[i] < b for i, (a, b) in zip(order, sides, strict=True))
        for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    )
    expected = BOX**6 * 2 * orders * AMPLITUDE**3 * np.cos(sum(PHASES)) / closed
    yield truth(
        name, "closed form", "three planted waves", apart(found["bispectrum"][row], expected), "single precision"
    )
    yield truth(name, "counting one by one", "number of triangles", apart(2 * found["n_triangles"][row], closed))
    yield from _pylians(name)


def _edges(found: StatisticResult, row: int) -> tuple[float, float]:
    from backends.statistics.triangle_curves import shell_edges

    middle = found["k"][row] * BOX / (2 * np.pi)
    low, high = next(edges for edges in shell_edges(N) if edges[0] <= middle < edges[1])
    return float(low), float(high)


def count(sides: list[tuple[float, float]]) -> int:
    """Count the ordered triplets of wave vectors of three shells that add up to zero."""
    first, second = (_vectors(low, high) for low, high in sides[:2])
    low, high = sides[2]
    total = 0
    for m in first:
        third = ((m + second) ** 2).sum(axis=1)
        total += int(np.count_nonzero((third >= low**2) & (third < high**2)))
    return total


def _vectors(low: float, high: float) -> NDArray[np.int64]:
    reach = range(-int(high), int(high) + 1)
    every = np.array(list(product(reach, repeat=3)))
    square = (every**2).sum(axis=1)
    return np.asarray(every[(square >= low**2) & (square < high**2)])


def _pylians(name: str) -> Rows:
    import Pk_library

    found, unit = measure(name, particles(), parameters=PLAIN), 2 * np.pi / BOX * (1 - 1e-9)
    ours, theirs = [], []
    for row in range(len(found["k"])):
        low, high = _edges(found, row)
        if high - low != 2 or (name == "bispectrum-squeezed" and low < 5):
            continue  # Pylians' shells reach one fundamental mode to either side
        middle = (low + high) / 2
        # A hair short, that rounding moves no mode on an edge, which is a whole number, to the shell below.
        first = 2.0 if name == "bispectrum-squeezed" else middle
        theta = np.arccos(-first / (2 * middle)) + 1e-7
        bk = quietly(Pk_library.Bk, pylians_mesh(), BOX, first * unit, middle * unit, np.array([theta]), "CIC", 2)
        ours.append(found["bispectrum"][row])
        theirs.append(float(bk.B[0]))
    yield peer(name, "Pylians", f"B of {len(ours)} triangles, CIC compensated", apart(ours, theirs), "single precision")


def _isosceles() -> Rows:
    import Pk_library

    name = "bispectrum-isosceles"
    found = measure(name, particles(), parameters=PLAIN)
    k1, theta = float(found["k1"][0]), found["theta"]
    # Where the third shell reaches zero, Pylians counts the mean among its modes, which is none.
    side, some = k1 * BOX / (2 * np.pi), found["k3"] * BOX / (2 * np.pi) > 1
    bk = quietly(Pk_library.Bk, pylians_mesh(), BOX, k1, k1, np.ascontiguousarray(theta[some]), "CIC", 2)
    for column, theirs in (("bispectrum", bk.B), ("reduced", bk.Q)):
        compared = f"{column} of {some.sum()} of {some.size} angles"
        yield peer(name, "Pylians", compared, apart(found[column][some], theirs), "single precision")
    row = 6
    third = float(found["k3"][row]) * BOX / (2 * np.pi)
    closed = count([(side - 1, side + 1), (side - 1, side + 1), (max(third - 1, 0), third + 1)])
    yield truth(name, "counting one by one", "number of triangles", apart(2 * found["n_triangles"][row], closed))
