"""Pairwise velocities against a uniform collapse, chance, and every pair looked at one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.mesh.pair_velocities import pair_velocities
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.ranking import ranking
from backends.statistics.sample import Data, Sample

NAMES = ("pairwise-velocity", "pairwise-velocity-dispersion")
BOX = 60.0


def points(count: int = 700, seed: int = 0) -> Particles:
    rng = np.random.default_rng(seed)
    x = (rng.random((count, 3)) * BOX).astype(np.float32)
    return Particles(x, BOX, velocities=(300 * rng.normal(size=(count, 3))).astype(np.float32))


def compute(data: Data, parameters: Parameters | None = None, name: str = NAMES[0]) -> StatisticResult:
    run = Sample(lambda species, progress: data, label="run")
    return registry()[name].compute(run, None, parameters or Parameters(), silent)


def every_pair(data: Particles, kept: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return count, mean v_r, spread of v_r and rms of v_t per axis by distance, from all pairs of kept points."""
    assert data.velocities is not None
    x, v = data.positions[kept].astype(np.float64), data.velocities[kept].astype(np.float64)
    one, other = np.triu_indices(x.shape[0], 1)
    d = x[other] - x[one]
    d -= data.box_size * np.rint(d / data.box_size)
    r, u = np.linalg.norm(d, axis=1), v[other] - v[one]
    radial = (u * d).sum(axis=1) / r
    across = np.linalg.norm(u - radial[:, None] * d / r[:, None], axis=1)
    found = []
    for low, high in pairwise(edges):
        inside = (r >= low) & (r < high)
        mean = radial[inside].mean()
        found.append((inside.sum(), mean, radial[inside].std(), np.sqrt((across[inside] ** 2).mean() / 2)))
    return tuple(np.array(found).T)


def test_every_pair_is_taken_once_the_short_way_through_the_box() -> None:
    data = points()
    found = compute(data)
    sure = found["count"] > 30
    middle, step = found["r"], 10**0.05
    edges = np.append(middle / step, middle[-1] * step)
    first = int(np.argmax(sure))
    count, mean, spread, across = every_pair(data, np.arange(data.count), edges[first:])
    assert np.array_equal(found["count"][first:], count)
    assert found["infall"][first:] == pytest.approx(-mean, rel=1e-9, abs=1e-9)
    assert found["dispersion"][first:] == pytest.approx(spread, rel=1e-9)
    assert found["dispersion_across"][first:] == pytest.approx(across, rel=1e-9)


def test_the_jackknife_leaves_out_all_pairs_that_touch_a_cube() -> None:
    data, edges = points(), 10 ** (np.arange(9, 12) / 10)
    assert data.velocities is not None
    found = pair_velocities(data.positions, data.velocities, BOX, edges)
    third = (data.positions / (BOX / 3)).astype(int)
    region = (third[:, 0] * 3 + third[:, 1]) * 3 + third[:, 2]
    left = []
    for number in range(27):
        count, mean, spread, _ = every_pair(data, np.flatnonzero(region != number), edges)
        sums = found.without[number]
        assert np.array_equal(sums[:, 0], count)
        assert sums[:, 1] / sums[:, 0] == pytest.approx(mean, rel=1e-9, abs=1e-9)
        assert np.sqrt(sums[:, 2] / count - mean**2) == pytest.approx(spread, rel=1e-9)
        left.append(mean)
    drawn = compute(data)
    places = [int(np.argmin(np.abs(drawn["r"] - middle))) for middle in np.sqrt(edges[1:] * edges[:-1])]
    expected = np.sqrt(26 / 27 * ((np.array(left) - np.mean(left, axis=0)) ** 2).sum(axis=0))
    assert drawn["error"][places] == pytest.approx(expected, rel=1e-9)


def test_matter_that_collapses_as_a_whole_falls_in_by_its_distance() -> None:
    # Around the middle of the box v = −H x: every pair approaches with H r, none moves across.
    x = BOX / 2 + 5 * (np.random.default_rng(1).random((500, 3)) - 0.5)
    found = compute(Particles(x, BOX, velocities=(-70 * (x - BOX / 2)).astype(np.float32)))
    r, step = pdist(x), 10**0.05
    for place in np.flatnonzero(found["count"] > 50):
        inside = r[(r >= found["r"][place] / step) & (r < found["r"][place] * step)]
        assert found["infall"][place] == pytest.approx(70 * inside.mean(), rel=1e-5)
        assert found["dispersion"][place] == pytest.approx(70 * inside.std(), rel=1e-4)
        assert found["dispersion_across"][place] < 1e-3


def test_of_random_motions_no_pair_falls_in_and_errors_cover_it() -> None:
    scores = []
    for seed in range(6):
        found = compute(points(1500, seed))
        sure = found["count"] > 500
        scores.append(found["infall"][sure] / found["error"][sure])
        assert found["dispersion"][sure] == pytest.approx(np.full(sure.sum(), 300 * np.sqrt(2)), rel=0.1)
    assert np.std(np.concatenate(scores)) == pytest.approx(1, abs=0.35)


def test_halos_are_paired_where_they_are_asked_for() -> None:
    rng = np.random.default_rng(2)
    centres = rng.random((60, 3)) * BOX
    x = np.mod(np.repeat(centres, 40, axis=0) + 0.05 * rng.normal(size=(2400, 3)), BOX).astype(np.float32)
    v = np.repeat(200 * rng.normal(size=(60, 3)), 40, axis=0).astype(np.float32)
    found = compute(Particles(x, BOX, masses=1e10, velocities=v), Parameters(pairs_of="halos"))
    assert found.parameters["pairs_of"] == "halos"
    assert 55 <= found.parameters["n_points"] <= 60
    catalogue = Catalogue(centres, np.ones(60), BOX, velocities=v[::40].astype(np.float64))
    assert compute(catalogue).parameters["n_points"] == 60


def test_the_same_particles_are_chosen_of_every_run() -> None:
    few = Parameters(pair_points=400)
    first, second = compute(points(), few), compute(replace(points(), positions=points().positions), few)
    assert first.parameters["n_points"] == 400
    assert np.array_equal(first["infall"], second["infall"], equal_nan=True)


def test_the_score_is_how_far_infall_is_off() -> None:
    rng = np.random.default_rng(3)
    x = BOX / 2 + 40 * (rng.random((800, 3)) - 0.5)
    runs = {}
    for label, rate in (("truth", 100.0), ("run", 90.0)):
        runs[label] = {NAMES[0]: compute(Particles(x, BOX, velocities=(-rate * (x - BOX / 2)).astype(np.float32)))}
    found = ranking(runs, Parameters(), reference_key="truth")
    assert found.rows[0].scores["infall_error"] == pytest.approx(0.1, abs=1e-5)


def test_what_does_not_move_is_refused_with_the_reason() -> None:
    data = points()
    assert data.velocities is not None
    with pytest.raises(NotApplicable, match="the particles of run have no velocities"):
        compute(replace(data, velocities=None))
    broken = data.velocities.copy()
    broken[3, 1] = np.nan
    with pytest.raises(NotApplicable, match="1 of 700 velocities"):
        compute(replace(data, velocities=broken))
    with pytest.raises(NotApplicable, match="no two particles"):
        compute(Particles(data.positions[:1], BOX, velocities=data.velocities[:1]))
