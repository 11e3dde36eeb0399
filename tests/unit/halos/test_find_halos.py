"""Planted halos come back: their numbers, centres, masses, motion and mass function."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backends.data.catalogue import Catalogue
from backends.data.particles import Particles
from backends.errors import NotApplicable
from backends.halos.friends_of_friends import find_halos
from backends.statistics.halo_mass_function import corrected, mass_function

BOX, PARTICLE = 100.0, 2e10
SIZES = (500, 120, 60, 33, 21, 19)
CENTRES = np.array([[0.0, 0, 0], [50, 0.1, 99.9], [99.95, 50, 50], [20, 20, 20], [70, 70, 20], [20, 70, 70]])


def planted(mass: float | np.ndarray | None = PARTICLE) -> Particles:
    random = np.random.default_rng(1)
    balls = [c + 0.3 * random.uniform(-1, 1, (n, 3)) for c, n in zip(CENTRES, SIZES, strict=True)]
    lattice = (np.stack(np.meshgrid(*[np.arange(10.0)] * 3), -1).reshape(-1, 3) + 0.5) * 10
    x = np.mod(np.concatenate([*balls, lattice]), BOX)
    v = np.concatenate([*[np.full((n, 3), 100.0 * i) for i, n in enumerate(SIZES)], np.zeros((1000, 3))])
    shuffled = random.permutation(len(x))
    return Particles(x[shuffled], BOX, mass, v[shuffled].astype(np.float32), redshift=0.5)


def test_planted_halos_come_back_most_massive_first() -> None:
    halos = find_halos(planted())
    assert halos.counts is not None
    assert halos.counts.tolist() == [500, 120, 60, 33, 21]
    assert halos.masses == pytest.approx(np.array([500, 120, 60, 33, 21]) * PARTICLE)
    offset = halos.positions - CENTRES[:5]
    assert np.abs(offset - BOX * np.round(offset / BOX)).max() < 0.1
    assert ((halos.positions >= 0) & (halos.positions < BOX)).all()
    assert halos.velocities is not None
    assert halos.velocities[:, 0] == pytest.approx([0, 100, 200, 300, 400])
    assert halos.redshift == 0.5
    assert dict(halos.parameters) == {"linking_length": 0.2, "min_particles": 20}


def test_centre_of_mass_across_the_edges_is_the_members_mean() -> None:
    x = np.array([[9.9, 0.0, 5.0], [0.1, 9.8, 5.0], [0.3, 0.1, 5.3]])
    halos = find_halos(Particles(x, 10.0, np.array([1, 2, 1], np.float32)), 0.2, 2)
    assert halos.positions[0] == pytest.approx([(-0.1 + 0.2 + 0.3) / 4, 10 - 0.3 / 4, 5.3 / 4 + 15 / 4])
    assert halos.masses == pytest.approx([4.0])


def test_a_halo_is_at_least_min_particles() -> None:
    assert find_halos(planted(), min_particles=19).count == 6
    assert find_halos(planted(), min_particles=501).count == 0


def test_friends_are_as_near_as_a_fifth_of_the_mean_separation() -> None:
    lattice = (np.stack(np.meshgrid(*[np.arange(10.0)] * 3), -1).reshape(-1, 3) + 0.5) * 10
    pairs = np.array([[10.0, 10, 10], [11.9, 10, 10], [50, 50, 50], [52.1, 50, 50]])
    halos = find_halos(Particles(np.concatenate([lattice, pairs]), BOX, PARTICLE), 0.2, 2)
    assert halos.counts is not None
    assert halos.counts.tolist() == [2]
    assert halos.positions[0] == pytest.approx([10.95, 10, 10])


def test_without_masses_there_are_no_halo_masses() -> None:
    with pytest.raises(NotApplicable, match="no particle mass"):
        find_halos(planted(None))


def test_mass_function_of_planted_halos() -> None:
    result = mass_function(find_halos(planted()))
    assert result["count"].sum() == 5
    widths = 10 ** ((np.floor(10 * np.log10(500 * PARTICLE)) + 0.5) / 10)
    assert result["mass"][-1] == pytest.approx(widths)
    assert result["dn_dlog10m"] == pytest.approx(result["count"] / (0.1 * BOX**3))
    assert result["error"] == pytest.approx(np.sqrt(result["count"]) / (0.1 * BOX**3))
    assert np.diff(np.log10(result["mass"])) == pytest.approx(0.1)
    assert result.reliable is not None
    assert not result.reliable[0]
    assert result.reliable.tolist()[1:] == (result["count"][1:] == 0).tolist()  # a halo or two are no number
    assert "Bins of fewer than 5 halos are left to chance." in result.notes


def test_a_mass_on_an_edge_falls_in_the_bin_above() -> None:
    masses = 10 ** (np.arange(135, 110, -1) / 10)
    result = mass_function(Catalogue(np.zeros((25, 3)), masses, 10.0))
    assert result["count"].tolist() == [1] * 25


def test_no_halos_have_no_mass_function() -> None:
    with pytest.raises(NotApplicable, match="no halos of 600 particles"):
        mass_function(find_halos(planted(), min_particles=600))


def test_warren_lowers_small_halos_most() -> None:
    masses = 1e10 * np.array([20.0, 1000.0])
    halos = Catalogue(np.zeros((2, 3)), masses, 10.0, counts=np.array([20, 1000]), finder="fof")
    assert corrected(halos).masses / masses == pytest.approx([0.8343, 0.98415], abs=1e-4)
    assert mass_function(corrected(halos)).parameters["finder"] == "fof, Warren"
    spheres = replace(halos, finder="rockstar")
    assert corrected(spheres) is spheres


def test_gadget4_at_redshift_zero(shared_data: Path) -> None:
    import h5py

    with h5py.File(shared_data / "gadget4_hdf5/g2_lcdm_gas_series/snapshot_004.hdf5") as file:
        x = file["PartType1/Coordinates"][:] / np.float32(1000)
        halos = find_halos(Particles(x, float(file["Header"].attrs["BoxSize"]) / 1000, 4.235e10))
    assert halos.counts is not None
    assert halos.count == 106
    assert (halos.counts >= 100).sum() == 24
    assert halos.counts[:3].tolist() == [777, 398, 331]
