"""A halo's partner in another run: the one that matching all halos at once would give it."""

from __future__ import annotations

import numpy as np

from backends.data.catalogue import Catalogue
from backends.halos.matching import match_by_distance
from backends.halos.partner import partner

BOX = 100.0


def catalogues() -> tuple[Catalogue, Catalogue]:
    """Halos, and the same in another run: moved a little, some gone, some across the periodic wall."""
    rng = np.random.default_rng(5)
    masses = np.sort(10 ** rng.uniform(12.5, 15, 400))[::-1]
    positions = rng.random((400, 3)) * BOX
    moved = (positions + rng.normal(0, 0.4, (400, 3))) % BOX
    kept = rng.random(400) < 0.8
    others = masses * 10 ** rng.normal(0, 0.1, 400)
    order = np.argsort(-others[kept])
    return (
        Catalogue(positions, masses, BOX),
        Catalogue(moved[kept][order], others[kept][order], BOX),
    )


def test_one_halo_is_matched_as_all_are_together() -> None:
    first, second = catalogues()
    matches = match_by_distance(first, second)
    told = dict(zip(matches.first.tolist(), matches.second.tolist(), strict=True))
    assert len(told) > 200
    assert {i: found for i in range(first.count) if (found := partner(first, i, second)) is not None} == told


def test_a_halo_with_no_other_near_it_has_no_partner() -> None:
    one = Catalogue(np.array([[1.0, 1.0, 1.0]]), np.array([1e14]), BOX)
    far = Catalogue(np.array([[50.0, 50.0, 50.0]]), np.array([1e14]), BOX)
    across = Catalogue(np.array([[99.9, 0.9, 1.0]]), np.array([1.2e14]), BOX)
    assert partner(one, 0, far) is None
    assert partner(one, 0, across) == 0
