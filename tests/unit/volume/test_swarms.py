"""Particles as views draw them: where they are packed to, what they weigh, how many are drawn when."""

from __future__ import annotations

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.particles import Particles
from backends.data.view import ParticleLook, ViewSettings
from widgets.volume.camera import Orbit
from widgets.volume.cloud import value_range
from widgets.volume.splat_budget import FEWEST, SplatBudget, next_view
from widgets.volume.swarm import CHUNK, CODES, Swarm
from widgets.volume.swarm_look import Size, colour_of

BOX = 100.0


def scattered(count: int, **more: object) -> Particles:
    """Particles anywhere in a box."""
    positions = np.random.default_rng(count).random((count, 3)).astype(np.float32) * np.float32(BOX)
    return Particles(positions, BOX, **more)  # type: ignore[arg-type]


def unpacked(swarm: Swarm) -> np.ndarray:
    """Where the shader draws all particles, Mpc/h, in the swarm's order."""
    codes = np.concatenate([swarm.packed(chunk)[:, :3] for chunk in range(swarm.n_chunks)])
    return np.asarray((codes + 0.5) / CODES * BOX)


def test_every_particle_is_drawn_once_and_within_half_a_step_of_its_place() -> None:
    particles = scattered(CHUNK + 1234)
    drawn = unpacked(Swarm((particles,)))
    order = Swarm((particles,))._order
    assert np.array_equal(np.sort(order), np.arange(particles.count))
    assert np.abs(drawn - particles.positions[order]).max() <= 0.5 * BOX / CODES + 1e-5


def test_the_far_side_of_the_periodic_box_is_its_near_side() -> None:
    edge = np.array([[BOX, 0.0, np.nextafter(np.float32(BOX), 0)]], dtype=np.float32)
    assert Swarm((Particles(edge, BOX),)).packed(0)[0, :2].tolist() == [0, 0]


def test_any_first_particles_are_a_fair_sample_of_a_sorted_file() -> None:
    positions = np.zeros((200_000, 3), np.float32)
    positions[:, 0] = np.linspace(0, BOX, 200_000, endpoint=False)
    first = Swarm((Particles(positions, BOX),)).packed(0)[:10_000, 0] / CODES
    counts, _ = np.histogram(first, bins=20, range=(0.0, 1.0))
    assert ((counts - 500) ** 2 / 500).sum() < 50.0  # χ² of 19 degrees of freedom


def test_weights_are_kept_to_a_few_parts_in_ten_thousand_and_equal_ones_exactly() -> None:
    masses = (10 ** np.random.default_rng(0).uniform(4, 12, 5000)).astype(np.float32)
    swarm = Swarm((scattered(5000, masses=masses),))
    first, span = swarm.weights
    kept = 2.0 ** (first + span * swarm.packed(0)[:, 3] / (CODES - 1))
    told = masses[swarm._order].astype(np.float64) / masses.mean(dtype=np.float64)
    seen = told > 1e-9
    assert np.abs(kept[seen] / told[seen] - 1).max() < 4e-4
    assert Swarm((scattered(10, masses=2.5e9),)).weights == (0.0, 0.0)


def test_species_of_different_masses_weigh_what_they_weigh() -> None:
    swarm = Swarm((scattered(3000, masses=8.0, species="dm"), scattered(1000, masses=1.0, species="stars")))
    first, span = swarm.weights
    kept = 2.0 ** (first + span * swarm.packed(0)[:, 3] / (CODES - 1))
    assert sorted(set(np.round(kept / kept.min(), 6))) == [1.0, 8.0]
    assert kept.mean() == pytest.approx(1.0, rel=1e-6)
    tints = swarm.painted(0, "species", None, 1.0)
    assert tints is not None
    heavy = kept > 1.0
    assert len(np.unique(tints[heavy], axis=0)) == 1
    assert not np.array_equal(tints[heavy][0], tints[~heavy][0])


def test_a_velocity_is_kept_to_a_step_of_its_fastest_component() -> None:
    velocities = np.random.default_rng(1).normal(0, 400, (4000, 3)).astype(np.float32)
    swarm = Swarm((scattered(4000, velocities=velocities),))
    kept = swarm.painted(0, "along", None, swarm.fastest)
    assert kept is not None
    told = velocities[swarm._order]
    assert np.abs(kept[:, :3] / 32767 * swarm.fastest - told).max() < swarm.fastest / 32767
    assert np.allclose(swarm.painted(0, "speed", None, 1.0), np.linalg.norm(told, axis=1))
    low, high = value_range(kept, "along", swarm.fastest) or (0.0, 0.0)
    assert low == -high
    assert high == pytest.approx(np.percentile(np.abs(told), 97.0), rel=1e-3)


def test_the_density_of_a_particle_is_the_field_between_its_cells() -> None:
    # A field that is linear along x up to the edge is known between its cells exactly.
    n = 16
    values = np.broadcast_to(1.0 + np.arange(n, dtype=np.float32)[:, None, None], (n, n, n))
    field = Field(np.ascontiguousarray(values), BOX, "relative_density", 0.5)
    positions = np.full((50, 3), 30.0, np.float32)
    positions[:, 0] = np.linspace(10.0, 90.0, 50)
    swarm = Swarm((Particles(positions, BOX),))
    found = swarm.painted(0, "density", field, 1.0)
    told = np.log10(1.0 + positions[swarm._order][:, 0] / BOX * n - 0.5)
    assert found == pytest.approx(told, abs=1e-5)


def test_what_particles_lack_is_said_with_a_remedy() -> None:
    swarm = Swarm((scattered(10),))
    assert "no velocities" in swarm.lacks("speed")
    assert "weigh" in swarm.lacks("mass")
    assert swarm.lacks("density") == ""
    assert Swarm((scattered(10),), total=1000).note == "10 of 1,000 particles"
    assert Swarm((scattered(10),), most=4).count == 4


class Machine:
    """A machine that takes so long for each particle, and a clock beside it."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now = seconds, 0.0

    def draw(self, count: int) -> float:
        self.now += self.seconds * count
        return self.seconds * count


@pytest.mark.parametrize("seconds", [2e-9, 3e-7])
def test_a_picture_in_motion_draws_what_fits_into_its_time(seconds: float) -> None:
    machine, budget, held = Machine(seconds), SplatBudget(), (10_000_000, 5_000_000)
    for _ in range(12):
        counts = budget.moving("light", held, 0.03)
        budget.measured("light", sum(counts), machine.draw(sum(counts)))
    taken = machine.draw(sum(budget.moving("light", held, 0.03)))
    assert taken <= 0.033
    assert taken >= 0.025 or counts == held
    assert counts[0] == pytest.approx(2 * counts[1], rel=0.01)


def test_what_a_picture_takes_beside_its_particles_is_not_theirs() -> None:
    budget = SplatBudget()
    budget.measured("light", 100_000, 0.1)
    alone = budget.moving("light", (10**6,), 0.03)[0]
    for _ in range(20):
        budget.spent_besides(0.015)
    assert budget.moving("light", (10**6,), 0.03)[0] == pytest.approx(alone / 2, rel=0.01)


def test_no_view_is_ever_empty_however_slow_the_machine() -> None:
    budget = SplatBudget()
    budget.measured("light", FEWEST, 10.0)
    assert budget.moving("light", (10**7, 50), 0.03) == (FEWEST, 50)


def test_batches_at_rest_end_with_all_particles_of_all_views() -> None:
    machine, budget = Machine(1e-7), SplatBudget()
    drawn, there = [0, 0, 0], [1_000_000, 20_000, 0]
    batches = 0
    while (view := next_view(drawn, there)) is not None:
        count = min(budget.batch("light", 0.02), there[view] - drawn[view])
        budget.measured("light", count, machine.draw(count))
        drawn[view] += count
        batches += 1
        assert batches < 100
    assert drawn == there


def test_a_particle_of_a_length_is_larger_where_it_is_nearer() -> None:
    view = ViewSettings(mode="particles", particles=ParticleLook(to_scale=True, length=2.0))
    parallel, orbit = Orbit.along(2), Orbit()
    far = Size.of(view, parallel, BOX, (800, 600), 1.0)
    assert far.central == pytest.approx(0.01 * 800 / parallel.extent(800, 600)[0])
    assert far.largest(parallel) == far.central
    near = Size.of(view, orbit, BOX, (800, 600), 1.0)
    assert near.largest(orbit) > near.central


def test_points_have_no_column_and_show_where_they_are() -> None:
    assert colour_of(ViewSettings(particles=ParticleLook(opaque=True))) == "density"
    assert colour_of(ViewSettings(particles=ParticleLook())) == "column"
