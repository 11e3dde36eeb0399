"""Planted NFW halos come back with their centres and M200c; spheres are those of a plain count of neighbours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from planted_nfw import OMEGA_M, nfw_halo
from scipy.spatial import cKDTree

from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import Cancelled, NotApplicable
from backends.halos.friends_of_friends import find_halos
from backends.halos.surroundings import Surroundings, critical_density, mean_density, with_spheres
from backends.readers import opening

BOX, PARTICLE = 40.0, 1e10
CENTRES = np.array([[0.01, 20, 39.99], [20, 0.02, 20], [10, 10, 30]])
MASSES, CONCENTRATIONS = (4e13, 1e13, 2e12), (5.0, 8.0, 10.0)


def planted(masses: bool = False) -> Particles:
    random = np.random.default_rng(3)
    parts = [
        centre + nfw_halo(m, c, PARTICLE, random)[0]
        for centre, m, c in zip(CENTRES, MASSES, CONCENTRATIONS, strict=True)
    ]
    x = np.concatenate([*parts, random.random((4000, 3)) * BOX])
    x = np.mod(x, BOX)[random.permutation(len(x))].astype(np.float32)
    x[x >= BOX] = 0
    return Particles(
        x, BOX, np.full(len(x), PARTICLE, np.float32) if masses else PARTICLE, redshift=0.0, ids=np.arange(len(x)) + 7
    )


def away(a: np.ndarray, b: np.ndarray, box_size: float = BOX) -> np.ndarray:
    step = a - b
    return np.asarray(np.linalg.norm(step - box_size * np.round(step / box_size), axis=-1))


def test_the_critical_density_is_that_of_its_time() -> None:
    today = critical_density(0.3, 0.0)
    assert critical_density(0.3, 1.0) == pytest.approx(today * (0.3 + 0.7 / 8))
    assert critical_density(1.0, 1.0) == pytest.approx(today)  # without dark energy it only thins out


@pytest.mark.parametrize("masses", [False, True])
def test_planted_halos_have_their_centres_and_m200c(masses: bool) -> None:
    particles = planted(masses)
    halos = find_halos(particles, 0.1, 100)
    found = with_spheres(halos, particles, OMEGA_M)
    assert found.count == 3
    assert away(found.centres, CENTRES).max() < 0.01
    np.testing.assert_allclose(found.columns["m200c"], MASSES, rtol=0.01)
    density = found.columns["m200c"] / (4 / 3 * np.pi * found.columns["r200c"] ** 3)
    np.testing.assert_allclose(density, 200 * critical_density(OMEGA_M, 0), rtol=1e-12)


def test_the_centre_is_the_densest_place_and_not_the_centre_of_mass() -> None:
    random = np.random.default_rng(0)
    heavy, light = random.normal(scale=0.05, size=(600, 3)), random.uniform(-0.2, 0.2, (300, 3))
    bridge = np.linspace([0, 0, 0], [1.2, 0, 0], 40)
    x = np.mod(np.concatenate([heavy, light + np.array([1.2, 0, 0]), bridge]), 20.0)
    halos = find_halos(Particles(x, 20.0, 1.0), 0.1, 100)
    assert halos.count == 1
    assert away(halos.positions[0], np.zeros(3), 20.0) > 0.3
    assert away(halos.centres[0], np.zeros(3), 20.0) < 0.02


def test_the_centre_of_two_linked_clumps_is_in_one_of_them_and_never_on_the_bridge() -> None:
    for seed in range(40):
        random = np.random.default_rng(seed)
        clumps = [random.normal(scale=0.04, size=(300, 3)) + np.array([side, 0, 0]) for side in (-0.6, 0.6)]
        bridge = np.stack([np.linspace(-0.6, 0.6, 150), *random.normal(scale=0.03, size=(2, 150))], axis=1)
        halos = find_halos(Particles(np.mod(np.concatenate([*clumps, bridge]), 20.0), 20.0, 1e10), 0.16, 300)
        assert halos.count == 1
        assert min(away(halos.centres[0], np.array([side, 0, 0]), 20.0) for side in (-0.6, 0.6)) < 0.04


def test_members_are_the_ids_of_each_halos_particles() -> None:
    particles = planted()
    halos = find_halos(particles, 0.1, 100)
    members = halos.members
    assert members is not None
    assert halos.counts is not None
    assert np.diff(members.starts).tolist() == halos.counts.tolist()
    assert members.n_particles == particles.count
    for h in range(3):
        ids = members.ids[members.starts[h] : members.starts[h + 1]]
        assert away(particles.positions[ids - 7], CENTRES[h]).max() < 3
    assert find_halos(Particles(particles.positions, BOX, 1.0)).members is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [30, 3000])
def test_spheres_and_shells_are_those_of_the_tree(n: int, dtype: type) -> None:
    random = np.random.default_rng(n)
    x = np.mod(random.normal(scale=1.5, size=(n, 3)) + 9.9, 10.0).astype(dtype)
    x[x >= 10] = 0
    weights = random.uniform(1, 2, n).astype(np.float32)
    around = Surroundings(Particles(x, 10.0, weights))
    tree = cKDTree(x.astype(float), boxsize=10.0)
    centres = np.mod(x[:8].astype(float) + 1e-3, 10.0)
    edges = np.array([0.2, 0.7, 1.9, 5.0])
    mass, count = around.shells(centres, edges)
    for h, centre in enumerate(centres):
        inside = [tree.query_ball_point(centre, r) for r in edges]
        assert np.cumsum(count[h]).tolist() == [len(i) for i in inside]
        np.testing.assert_allclose(np.cumsum(mass[h]), [weights[i].sum(dtype=float) for i in inside], rtol=1e-12)
    density = 0.4 * n / 10
    m, _ = around.spheres(centres, np.full(8, 0.01), density)
    for h, centre in enumerate(centres):
        distance, order = tree.query(centre, n)
        total = np.cumsum(weights[order], dtype=float)
        filled = np.cbrt(3 * total / (4 * np.pi * density))
        beyond = np.append(distance[1:], 5.0)
        met = np.flatnonzero((filled < np.minimum(beyond, 5.0))[9:])
        expected = total[9 + met[0]] if met.size and filled[9 + met[0]] >= distance[9 + met[0]] else np.nan
        np.testing.assert_allclose(m[h], expected, rtol=1e-12)


def test_too_thin_a_halo_has_no_sphere() -> None:
    x = np.random.default_rng(0).random((1000, 3)) * 10
    mass, radius = Surroundings(Particles(x, 10.0, 1.0)).spheres(x[:5], np.ones(5), 200.0)
    assert np.isnan(mass).all()
    assert np.isnan(radius).all()


def test_massless_matter_and_an_unwanted_answer() -> None:
    particles = planted()
    halos = find_halos(particles, 0.1, 100)
    with pytest.raises(NotApplicable, match="no particle mass"):
        mean_density(Particles(particles.positions, BOX))

    def cancelled(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        with_spheres(halos, particles, OMEGA_M, cancelled)


def test_the_mini_simulation_has_the_masses_of_compaso(shared_data: Path) -> None:
    """CompaSO's own centres and masses, halo by halo: its boundary is not ours, so that masses agree to a tenth."""
    folder = shared_data / "abacus_asdf/Mini_N64_L32/Mini_N64_L32"
    (description,), _ = opening.describe([folder / "slices"], Facts())
    particles = opening.load(description, species="dm")
    (listed,), _ = opening.describe([folder / "halos/z0.000/halo_info"], Facts())
    theirs = opening.load(listed)
    assert isinstance(particles, Particles)
    assert isinstance(theirs, Catalogue)
    assert theirs.counts is not None
    found = with_spheres(find_halos(particles), particles, description.omega_m)
    distance, nearest = cKDTree(found.centres, boxsize=32).query(np.mod(theirs.positions, 32))
    large = theirs.counts >= 300
    assert np.median(distance[large]) < 0.02
    ratio = found.columns["m200c"][nearest[large]] / theirs.masses[large]
    assert np.nanmedian(ratio) == pytest.approx(0.914, abs=0.01)
