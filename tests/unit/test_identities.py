"""Particles are followed by their ids, whatever their order in either file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backends.data.identities import matched
from backends.data.particles import Particles
from backends.errors import NotApplicable


def snapshot(ids: np.ndarray, shift: float) -> Particles:
    """Particles whose places, masses and velocities tell who they are."""
    whose = ids.astype(np.float32)
    places = np.stack([whose, whose + shift, 0 * whose], axis=1)
    return Particles(places, 1e6, masses=whose + 1, velocities=places * 2, ids=ids)


def test_each_particle_is_beside_itself() -> None:
    random = np.random.default_rng(2)
    early = snapshot(random.permutation(1000)[:900].astype(np.uint64), 0.0)
    late = snapshot(random.permutation(1000)[:800].astype(np.int32), 7.0)
    before, after = matched(early, late)
    both = sorted(set(map(int, early.ids)) & set(map(int, late.ids)))
    assert before.positions[:, 0].tolist() == after.positions[:, 0].tolist() == both
    assert set(np.unique(after.positions[:, 1] - before.positions[:, 1])) == {7.0}
    assert (before.masses == before.positions[:, 0] + 1).all()
    assert (after.velocities == after.positions * 2).all()


def test_ids_that_say_nothing_are_refused() -> None:
    one = snapshot(np.arange(10), 0.0)
    for other in (replace(one, ids=None), snapshot(np.arange(10) + 50, 0.0), snapshot(np.arange(10) // 2, 0.0)):
        with pytest.raises(NotApplicable, match="id"):
            matched(one, other)
