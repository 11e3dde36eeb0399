"""RAMSES's outputs: octrees of several processors, in two and three dimensions, and particles of all families."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ramses_samples import BOX_SIZE, FINEST, HUBBLE, LEVEL_MIN, OMEGA_M, REDSHIFT, write_ramses

from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import UnreadableFile
from backends.readers import opening


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("dimensions", "walls"), [(3, False), (2, False), (2, True)])
@pytest.mark.parametrize("level", [LEVEL_MIN, LEVEL_MIN + 1, FINEST])
def test_the_finest_cells_win_and_averages_keep_the_mass(
    tmp_path: Path, rng: np.random.Generator, order: str, dimensions: int, walls: bool, level: int
) -> None:
    made = write_ramses(tmp_path, rng, order, dimensions, walls)
    (description,), refused = opening.describe([made.folder])
    assert not refused
    density = opening.load(description, member=f"grid/density@{level}")
    speed = opening.load(description, member=f"grid/velocity_x@{level}")
    assert isinstance(density, Field)
    assert isinstance(speed, Field)
    expected = made.covering(level)
    np.testing.assert_allclose(density.values, expected / expected.mean(), rtol=1e-6)
    np.testing.assert_allclose(speed.values, -2 * expected, rtol=1e-6)
    assert (density.quantity, density.dimensions, density.redshift) == ("relative_density", dimensions, REDSHIFT)
    assert any("walls" in sentence for sentence in description.warnings) == walls


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("families", [True, False])
def test_particles_in_halographs_units(tmp_path: Path, rng: np.random.Generator, order: str, families: bool) -> None:
    made = write_ramses(tmp_path, rng, order, families=families)
    (description,), refused = opening.describe([made.folder])
    assert not refused
    assert (description.box_size, description.redshift) == (BOX_SIZE, pytest.approx(REDSHIFT))
    assert (description.hubble, description.omega_m) == (pytest.approx(HUBBLE), OMEGA_M)
    kinds = {"dm": made.families == 1, "stars": made.families == 2, "tracers": made.families <= 0}
    assert {name: facts.count for name, facts in description.species.items()} == {
        name: np.count_nonzero(rows) for name, rows in kinds.items() if rows.any()
    }
    for name in description.species:
        data = opening.load(description, species=name, columns=("velocities", "ids"))
        assert isinstance(data, Particles)
        assert data.ids is not None
        assert data.velocities is not None
        rows = np.flatnonzero(kinds[name])
        by_name = np.argsort(data.ids)
        np.testing.assert_array_equal(data.ids[by_name], rows + 1)
        np.testing.assert_allclose(data.positions[by_name], made.positions[rows], rtol=1e-12)
        assert isinstance(data.masses, np.ndarray)
        np.testing.assert_allclose(data.masses[by_name], made.masses[rows], rtol=1e-6)
        np.testing.assert_allclose(data.velocities[by_name], made.velocities[rows], rtol=1e-6)


def test_anything_in_it_is_the_same_data_set(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = write_ramses(tmp_path, rng).folder
    descriptions = [opening.describe([path]) for path in (folder, *sorted(folder.iterdir()), tmp_path)]
    assert all(len(found) == 1 and not refused for found, refused in descriptions)
    assert all(found == descriptions[0][0] for found, _ in descriptions)
    description = descriptions[0][0][0]
    assert [part.label for part in description.parts] == ["output_00007 particles", "output_00007 gas density"]
    assert description.fields["grid/density"].shape == (32, 32, 32)


def test_missing_and_shortened_files_are_told(tmp_path: Path, rng: np.random.Generator) -> None:
    made = write_ramses(tmp_path, rng)
    (made.folder / "part_00007.out00002").unlink()
    cut = made.folder / "hydro_00007.out00001"
    cut.write_bytes(cut.read_bytes()[:-1])
    (description,), _ = opening.describe([made.folder])
    assert not description.complete
    text = " ".join(description.warnings)
    assert "1 of its 2 files of particles" in text
    assert "hydro_00007.out00001 is truncated" in text
    with pytest.raises(UnreadableFile, match="truncated"):
        opening.load(description, member="grid/density")


def test_a_lost_piece_of_the_tree_leaves_no_holes(tmp_path: Path, rng: np.random.Generator) -> None:
    made = write_ramses(tmp_path, rng)
    (made.folder / "amr_00007.out00002").unlink()
    (description,), _ = opening.describe([made.folder])
    with pytest.raises(UnreadableFile, match="lacks a part of the box"):
        opening.load(description, member="grid/density")


def test_without_cosmology_the_box_is_proposed(tmp_path: Path, rng: np.random.Generator) -> None:
    made = write_ramses(tmp_path, rng, dimensions=2, cosmological=False)
    (description,), _ = opening.describe([made.folder])
    assert (description.kind, description.box_size, description.redshift) == ("field", None, None)
    assert description.proposed == Facts(box_size=1.0)


def test_old_units_of_length_do_not_change_the_box(tmp_path: Path, rng: np.random.Generator) -> None:
    """Versions of RAMSES before 2018 take 3.08e24 cm for the megaparsec."""
    made = write_ramses(tmp_path, rng)
    info = made.folder / "info_00007.txt"
    unit = 0.5 * BOX_SIZE / HUBBLE
    new, old = f"{unit * 3.0856775814913673e24:.15E}", f"{unit * 3.08e24:.15E}"
    assert new in info.read_text()
    info.write_text(info.read_text().replace(new, old))
    (description,), _ = opening.describe([made.folder])
    assert description.box_size == BOX_SIZE


@pytest.mark.parametrize(
    ("name", "cells", "highest"),
    [("output_00001_2d", 128, 5.797953908575874), ("output_00002_2d", 1024, 19.120367253027798)],
)
def test_real_outputs(shared_data: Path, name: str, cells: int, highest: float) -> None:
    """Highest densities over the mean, of the leaves that osyris 3 and pynbody 2.8 find."""
    (description,), refused = opening.describe([shared_data / "ramses" / name])
    assert not refused
    assert description.kind == "field"
    assert description.proposed.box_size == 1
    field = opening.load(description, description.proposed)
    assert isinstance(field, Field)
    assert field.grid == (cells, cells)
    assert field.values.max() == pytest.approx(highest, rel=1e-6)
