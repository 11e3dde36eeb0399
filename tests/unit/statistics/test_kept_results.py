"""What is kept of a run is given again only where it is asked for in the same way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.store import Store
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Sample

BOX = 60.0


def halos(seed: int, count: int = 300) -> Catalogue:
    """Halos anywhere, a third of which lie in others."""
    rng = np.random.default_rng(seed)
    x, v = rng.random((count, 3)) * BOX, 300.0 * rng.normal(size=(count, 3))
    return Catalogue(x, np.geomspace(1e15, 1e12, count), BOX, velocities=v, finder="rockstar", redshift=0.0,
        inner=np.arange(count) % 3 == 2)  # fmt: skip


def test_another_catalogue_has_pairs_of_its_own() -> None:
    store, parameters = Store(1 << 28), Parameters(pairs_of="halos")

    def of(seed: int) -> NDArray[np.float64]:
        matter = Particles(np.zeros((8, 3), np.float32), BOX, redshift=0.0)
        listed = Sample(lambda *_: halos(seed), label=f"list {seed}", store=store, key=f"list {seed}")
        run = Sample(lambda *_: matter, label="run", store=store, key="run", catalogue=listed)
        return registry()["pairwise-velocity"].compute(run, None, parameters, silent)["infall"]

    first = of(1)
    assert not np.array_equal(first, of(2), equal_nan=True)
    np.testing.assert_array_equal(first, of(1))


def test_halos_in_others_change_what_is_measured_of_a_catalogue() -> None:
    store = Store(1 << 28)
    run, other = (Sample(lambda *_, seed=seed: halos(seed), label="", store=store, key=seed) for seed in (1, 2))
    distinct = Parameters(n_mesh=16)
    every = replace(distinct, substructure=True)
    for name, column in (("wavelet-scattering", "s1"), ("error-map-scale", "worst")):
        statistic = registry()[name]
        without, within = (statistic.compute(run, other, chosen, silent)[column] for chosen in (distinct, every))
        assert not np.array_equal(without, within, equal_nan=True), name
