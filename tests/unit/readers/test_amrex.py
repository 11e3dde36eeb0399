"""AMReX plotfiles: boxes of either byte order and either precision, and Nyx's particles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from amr_samples import BOX_SIZE, HUBBLE, OMEGA_M, REDSHIFT, boxes, covering, write_plotfile

from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import MissingFact, UnreadableFile
from backends.readers import opening


@pytest.mark.parametrize(("order", "width"), [("<", 8), (">", 8), ("<", 4), (">", 4)])
@pytest.mark.parametrize("ghosts", [0, 2])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_the_finest_data_win_and_averages_keep_the_mass(
    tmp_path: Path, rng: np.random.Generator, order: str, width: int, ghosts: int, level: int
) -> None:
    made = boxes(rng)
    (description,), refused = opening.describe([write_plotfile(tmp_path / "plt", made, order, width, ghosts=ghosts)])
    assert not refused
    density = opening.load(description, member=f"grid/density@{level}")
    momentum = opening.load(description, member=f"grid/xmom@{level}")
    assert isinstance(density, Field)
    assert isinstance(momentum, Field)
    expected = covering(made, level)
    np.testing.assert_allclose(density.values, expected / expected.mean(), rtol=1e-6)
    np.testing.assert_allclose(momentum.values, -expected, rtol=1e-6)


@pytest.mark.parametrize(("order", "width"), [("<", 8), (">", 8), ("<", 4), (">", 4)])
def test_particles_of_nyx(tmp_path: Path, rng: np.random.Generator, order: str, width: int) -> None:
    made = boxes(rng)
    (description,), _ = opening.describe([write_plotfile(tmp_path / "plt", made, order, width)])
    assert description.box_size == pytest.approx(BOX_SIZE)
    assert (description.redshift, description.hubble, description.omega_m) == (REDSHIFT, HUBBLE, OMEGA_M)
    assert {name: facts.count for name, facts in description.species.items()} == {"dm": 100}
    data = opening.load(description, columns=("velocities",))
    assert isinstance(data, Particles)
    places = np.concatenate([box.positions for box in made])
    np.testing.assert_allclose(data.positions, BOX_SIZE * places, rtol=1e-6)
    assert isinstance(data.masses, np.ndarray)
    np.testing.assert_allclose(data.masses, np.concatenate([box.masses for box in made]), rtol=1e-6)
    assert data.velocities is not None
    np.testing.assert_allclose(data.velocities, places, rtol=1e-6)


def test_anything_in_it_is_the_same_data_set(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_plotfile(tmp_path / "plt00010", boxes(rng))
    given = [folder, folder / "Header", folder / "Level_1", folder / "Level_2/Cell_H", folder / "DM/Header", tmp_path]
    descriptions = [opening.describe([path]) for path in given]
    assert all(len(found) == 1 and not refused for found, refused in descriptions)
    assert all(found == descriptions[0][0] for found, _ in descriptions)
    assert [part.label for part in descriptions[0][0][0].parts] == ["plt00010 dark matter", "plt00010 gas density"]


def test_without_h_the_box_is_asked_for(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_plotfile(tmp_path / "plt", boxes(rng))
    (folder / "job_info").unlink()
    (description,), _ = opening.describe([folder])
    assert (description.box_size, description.redshift) == (None, REDSHIFT)
    assert "--hubble" in " ".join(description.warnings)
    with pytest.raises(MissingFact):
        opening.load(description)
    data = opening.load(description, Facts(box_size=BOX_SIZE))
    assert isinstance(data, Particles)
    assert data.positions.max() > 0.9 * BOX_SIZE
    told = Facts(hubble=HUBBLE)
    assert opening.load(description, told).box_size == pytest.approx(BOX_SIZE)
    assert opening.load(description, told, "grid/density").box_size == pytest.approx(BOX_SIZE)


def test_another_codes_plotfile_is_a_field(tmp_path: Path, rng: np.random.Generator) -> None:
    made = boxes(rng)
    (description,), _ = opening.describe([write_plotfile(tmp_path / "plt", made, nyx=False)])
    assert (description.kind, description.quantity) == ("field", "relative_density")
    assert description.proposed == Facts(box_size=BOX_SIZE)
    field = opening.load(description, description.proposed)
    assert isinstance(field, Field)
    expected = covering(made, 2)
    np.testing.assert_allclose(field.values, expected / expected.mean(), rtol=1e-6)


def test_files_that_are_lost_or_cut_short_are_named(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_plotfile(tmp_path / "plt", boxes(rng))
    (folder / "Level_0/Cell_D_00001").unlink()
    cut = folder / "Level_2/Cell_D_00000"
    cut.write_bytes(cut.read_bytes()[:-1])
    (description,), _ = opening.describe([folder])
    assert not description.complete
    text = " ".join(description.warnings)
    assert "Level_0/Cell_D_00001 is missing" in text
    assert "Level_2/Cell_D_00000 is cut short" in text
    with pytest.raises(UnreadableFile, match="lacks a part of the box"):
        opening.load(description, member="grid/density")


def test_a_file_outside_the_folder_is_not_read(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_plotfile(tmp_path / "plt", boxes(rng))
    header = folder / "Level_0/Cell_H"
    header.write_text(header.read_text().replace("Cell_D_00000", "../../secret"))
    found, refused = opening.describe([folder])
    assert not found
    assert "no file of its folder" in str(refused[0])


def test_a_real_plotfile(shared_data: Path) -> None:
    """Means by yt 4.4.3's covering grids."""
    (description,), refused = opening.describe([shared_data / "amrex_plotfile"])
    assert not refused
    assert list(description.fields) == ["grid/x_velocity", "grid/density", "grid/temp"]
    assert description.proposed.box_size == 0.016
    for level, side in enumerate((8, 16, 32)):
        field = opening.load(description, description.proposed, f"grid/temp@{level}")
        assert isinstance(field, Field)
        assert field.grid == (side,) * 3
        assert field.values.mean(dtype=float) == pytest.approx(997.5906932895468, rel=1e-7)
