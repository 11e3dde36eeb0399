"""Errors that were planted in one environment and at the halos of one mass: every number of them is known."""

from __future__ import annotations

from itertools import product

import numpy as np
from boxes import BOX, Floats, N, measure, overdensity
from of_density import SMOOTHED, in_environments
from planted_errors import Planted, halos_of_wrong_density, matter_out_of_place
from rows import Rows, apart, peer, truth

SINGLE = "single precision"
PLACE = ("worst_x", "worst_y", "worst_z")


def rows() -> Rows:
    environments, halos = matter_out_of_place(), halos_of_wrong_density()
    yield from _known("environment", environments, "a wall and a clump moved", "mean and worst place")
    yield from _known("environment-mass", halos, "halos of two masses wrong", "mean, bar and worst halo")
    yield from _bars()


def _known(kind: str, planted: Planted, what: str, of_map: str) -> Rows:
    known = planted.expected
    name = f"error-by-{kind}"
    found = planted.measure(name)
    away = max(apart(found[column], known[column], of_largest=True) for column in ("density_error", "mean_ratio"))
    yield truth(name, "planted errors", f"{what}: rms and mean", away, SINGLE)
    name = "error-map-mass" if planted.halos else "error-map-environment"
    found = planted.measure(name)
    wrong = np.isfinite(planted.worst_places).all(axis=1)
    places = np.stack([found[column] for column in PLACE], axis=-1)[wrong]
    away = max(
        apart(1 + found["relative_error"], known["mean_ratio"]),
        apart(found["worst"], known["worst"], of_largest=True),
        apart(places, planted.worst_places[wrong]),
        apart(found["error"], known["mean_ratio_error"], of_largest=True) if planted.halos else 0.0,
    )
    yield truth(name, "planted errors", f"{what}: {of_map}", away, SINGLE)


def _bars() -> Rows:
    """Hold the bars of environments beside the scatter of eight octants, each measured by itself."""
    here, there, a, b, classes = in_environments()
    halves = slice(0, N // 2), slice(N // 2, N)
    means, sizes = [], []
    for octant in product(halves, repeat=3):
        cells = [classes[octant] == c for c in range(10)]
        full = np.array([(1 + b[octant][some]).mean() for some in cells])
        means.append([(1 + a[octant][some]).mean() for some in cells] / full)
        sizes.append([np.sqrt(((a - b)[octant][some] ** 2).mean()) for some in cells] / full)
    scatter: dict[str, Floats] = {
        "error-map-environment": np.std(means, axis=0, ddof=1) / np.sqrt(8),
        "error-by-environment": np.std(sizes, axis=0, ddof=1) / np.sqrt(8),
    }
    for name, bars in scatter.items():
        found = measure(name, overdensity(here, BOX), overdensity(there, BOX), SMOOTHED)
        yield peer(
            name, "numpy", "bars: scatter of octants", apart(found["error"], bars), "cells on the edge of a class"
        )
