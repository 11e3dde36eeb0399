"""Enzo's outputs: whichever of their files is given, whatever machine wrote them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import amr_samples
import h5py
import numpy as np
import pytest
from amr_samples import BOX_SIZE, OMEGA_M, REDSHIFT, boxes, covering, write_enzo

from backends.data.description import SpeciesFacts
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import NotApplicable, UnreadableFile, WrongCall
from backends.readers import opening


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("ghosts", [False, True])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_the_finest_data_win_and_averages_keep_the_mass(
    tmp_path: Path, rng: np.random.Generator, order: str, ghosts: bool, level: int
) -> None:
    made = boxes(rng)
    folder = write_enzo(tmp_path / "DD0001", made, order, ghosts=ghosts)
    (description,), refused = opening.describe([folder])
    assert not refused
    density = opening.load(description, member=f"grid/Density@{level}")
    speed = opening.load(description, member=f"x-velocity@{level}")
    assert isinstance(density, Field)
    assert isinstance(speed, Field)
    expected = covering(made, level)
    np.testing.assert_allclose(density.values, expected / expected.mean(), rtol=1e-6)
    np.testing.assert_allclose(speed.values, -expected, rtol=1e-6)
    assert (density.quantity, density.cell_offset, density.box_size) == ("relative_density", 0.5, BOX_SIZE)
    assert speed.quantity == "x-velocity"


@pytest.mark.parametrize(("order", "width"), [("<", 8), (">", 8), (">", 4)])
def test_particles_in_halographs_units(tmp_path: Path, rng: np.random.Generator, order: str, width: int) -> None:
    made = boxes(rng)
    (description,), _ = opening.describe([write_enzo(tmp_path / "DD0001", made, order, width=width)])
    assert (description.box_size, description.redshift, description.omega_m) == (BOX_SIZE, REDSHIFT, OMEGA_M)
    assert description.species["dm"].count == 100
    data = opening.load(description, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    places = np.concatenate([box.positions for box in made])
    masses = np.concatenate([box.masses for box in made])
    assert data.ids is not None
    assert data.velocities is not None
    order_of = np.argsort(data.ids)
    np.testing.assert_allclose(data.positions[order_of], BOX_SIZE * places, rtol=1e-12)
    assert isinstance(data.masses, np.ndarray)
    np.testing.assert_allclose(data.masses[order_of], masses, rtol=1e-6)
    # v = 122.475 km/s L √Ω_m √(1 + z_i)
    np.testing.assert_allclose(
        data.velocities[order_of], 122.475 * BOX_SIZE * np.sqrt(OMEGA_M * 100) * places, rtol=1e-6
    )


def test_any_of_its_files_is_the_same_data_set(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_enzo(tmp_path / "DD0001", boxes(rng))
    descriptions = [opening.describe([path]) for path in (folder, *sorted(folder.iterdir()), tmp_path)]
    assert all(len(found) == 1 and not refused for found, refused in descriptions)
    assert all(found == descriptions[0][0] for found, _ in descriptions)
    description = descriptions[0][0][0]
    assert [(part.member, part.role) for part in description.parts] == [
        ("particles", "reference"), ("grid/Density", "prediction"),
    ]  # fmt: skip
    assert description.fields["grid/Density"].shape == (32, 32, 32)


def test_types_are_species(tmp_path: Path, rng: np.random.Generator) -> None:
    (description,), _ = opening.describe([write_enzo(tmp_path / "DD0001", boxes(rng), types=2)])
    assert {name: facts.count for name, facts in description.species.items()} == {"dm": 80, "stars": 20}
    stars = opening.load(description, species="stars", columns=("ids",))
    assert isinstance(stars, Particles)
    assert stars.ids is not None
    assert (stars.ids % 100 % 5 == 0).all()
    assert stars.count == 20


def test_a_missing_piece_is_told_and_coarser_data_stand_in(tmp_path: Path, rng: np.random.Generator) -> None:
    made = boxes(rng)
    folder = write_enzo(tmp_path / "DD0001", made)
    (folder / "data0001.cpu0000").unlink()
    (description,), refused = opening.describe([folder])
    assert not refused
    assert not description.complete
    assert "data0001.cpu0000" in " ".join(description.warnings)
    with pytest.raises(UnreadableFile, match="256 of 512 cells"):
        opening.load(description, member="grid/Density@0")
    particles = opening.load(description)
    assert isinstance(particles, Particles)
    assert particles.count == 60


def test_a_level_that_is_not_there_and_a_mesh_where_particles_are_wanted(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    (description,), _ = opening.describe([write_enzo(tmp_path / "DD0001", boxes(rng))])
    with pytest.raises(WrongCall, match="levels 0 to 2"):
        opening.load(description, member="grid/Density@3")
    with pytest.raises(WrongCall, match="grid/Density"):
        opening.load(description, member="grid/Temperature")
    with pytest.raises(NotApplicable):
        list(opening.stream(description, member="grid/Density"))
    many = replace(description, species={"dm": SpeciesFacts(1 << 23)})
    assert opening.outline(many, member="grid/Density") is None
    outline = opening.outline(many)
    assert outline is not None
    assert outline.count == 100


def test_a_piece_alone_says_what_it_needs(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_enzo(tmp_path / "DD0001", boxes(rng))
    (folder / "data0001.hierarchy").unlink()
    found, refused = opening.describe(sorted(folder.iterdir()))
    assert not found
    assert any("hierarchy" in str(error) for error in refused)


def test_a_box_that_is_no_cube_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_enzo(tmp_path / "DD0001", boxes(rng))
    text = amr_samples.ENZO_PARAMETERS.replace("DomainRightEdge = 1 1 1", "DomainRightEdge = 1 1 2")
    (folder / "data0001").write_text(text)
    found, refused = opening.describe([folder])
    assert not found
    assert "only a cube" in str(refused[0])


def test_without_cosmology_the_box_is_proposed(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_enzo(tmp_path / "DD0001", boxes(rng))
    text = amr_samples.ENZO_PARAMETERS.replace("ComovingCoordinates = 1", "ComovingCoordinates = 0")
    (folder / "data0001").write_text(text)
    (description,), _ = opening.describe([folder])
    assert (description.box_size, description.redshift) == (None, None)
    assert description.proposed == Facts(box_size=1.0)
    data = opening.load(description, Facts(box_size=20.0))
    assert isinstance(data, Particles)
    assert data.box_size == 20
    assert data.positions.max() > 10


def test_paths_of_another_machine_are_not_followed(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_enzo(tmp_path / "DD0001", boxes(rng))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "data0001.cpu0001").rename(elsewhere / "data0001.cpu0001")
    text = (folder / "data0001.hierarchy").read_text().replace("/scratch/somebody/run", str(elsewhere))
    (folder / "data0001.hierarchy").write_text(text)
    (description,), _ = opening.describe([folder])
    assert not description.complete


def test_a_real_output(shared_data: Path) -> None:
    """Numbers by yt 4.4.3; its unit of mass differs by 7e-5, because Enzo's critical density is a rounded one."""
    folder = shared_data / "enzo/moving7_0010/DD0010"
    (description,), refused = opening.describe([folder])
    assert not refused
    assert (description.box_size, description.hubble, description.omega_m) == (1, 0.5, 1)
    assert description.redshift == pytest.approx(9.9910277956689)
    assert {name: facts.count for name, facts in description.species.items()} == {"dm": 9233}
    data = opening.load(description, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    np.testing.assert_allclose(data.positions.sum(axis=0), [5289.56359567, 5296.94437178, 5296.71416935], rtol=1e-11)
    assert np.broadcast_to(data.masses, data.count).sum(dtype=float) == pytest.approx(5.63085464539e11, rel=1e-4)
    density = opening.load(description, member="grid/Density@3")
    assert isinstance(density, Field)
    assert density.grid == (128, 128, 128)
    with h5py.File(folder / "moving7_0010.cpu0000") as file:
        # Grid 6 is the first of level 3, and its first cells lie in no finer grid.
        corner = file["Grid00000006/Density"][0, 1, 2]
        coarse = file["Grid00000001/Density"][...]
    start = round(0.671875 * 128)
    assert density.values[start + 2, start + 1, start] == pytest.approx(corner / coarse.mean(dtype=float), rel=1e-6)
