"""Halo catalogues and merger trees: made by the test with known halos, and real ones of real finders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import halo_samples
import numpy as np
import pytest
from halo_samples import SIDE, halos
from opened_catalogue import TOLD, opened

from app.__main__ import main
from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.errors import InputError, MissingFact, NotApplicable, UnreadableFile
from backends.progress import Progress
from backends.readers import opening
from backends.statistics.halo_mass_function import mass_function
from backends.statistics.sample import Sample

WITHOUT = {
    "subfind-hdf5": {"ids"},
    "subfind-binary": {"ids"},
    "consistent-trees-hlist": {"counts"},
    "consistent-trees": {"counts"},
}
"""What a finder does not write of each halo."""

TREES = ("consistent-trees", "millennium-csv", "merger-forest-hdf5")


@pytest.mark.parametrize("name", halo_samples.MAKERS)
def test_every_finder_gives_the_same_halos(name: str, tmp_path: Path) -> None:
    halo_samples.MAKERS[name](tmp_path / "catalogue", np.random.default_rng(3))
    true = halos(np.random.default_rng(3))
    description, found = opened(tmp_path / "catalogue", TOLD)
    order = np.argsort(-true.masses, kind="stable") if name not in TREES else slice(None)
    assert description.kind == ("tree" if name in TREES else "catalogue")
    assert (found.box_size, found.count) == (SIDE, 40)
    np.testing.assert_allclose(found.positions, true.positions[order], atol=5e-6)
    np.testing.assert_allclose(found.masses, true.masses[order], rtol=1e-6)
    assert found.velocities is None or np.allclose(found.velocities, true.velocities[order], atol=1e-3)
    assert found.radii is None or np.allclose(found.radii, true.radii[order], rtol=1e-5)
    for column, expected in (("counts", true.counts), ("ids", true.ids)):
        there = getattr(found, column)
        assert (there is None) == (column in WITHOUT.get(name, set()))
        assert there is None or (there == expected[order]).all()
    (species,) = list(description.species.values())[:1]
    assert species.count == 40
    assert species.mass_min == pytest.approx(true.masses.min(), rel=1e-6)
    assert species.mass_max == pytest.approx(true.masses.max(), rel=1e-6)
    assert found.nbytes > 40 * 4 * 8


@pytest.mark.parametrize("name", ["ahf", "pinocchio", "halo-table", "millennium-csv", "sage-hdf5", "subfind-binary"])
def test_what_states_no_box_asks_for_it(name: str, tmp_path: Path) -> None:
    halo_samples.MAKERS[name](tmp_path / "catalogue", np.random.default_rng(3))
    (description,), _ = opening.describe([tmp_path / "catalogue"])
    assert description.box_size is None
    assert "box size" in " ".join(description.warnings)
    with pytest.raises(MissingFact):
        opening.load(description)


def test_a_box_that_cannot_hold_the_halos_is_refused(tmp_path: Path) -> None:
    halo_samples.ahf(tmp_path / "halos", np.random.default_rng(3))
    (description,), _ = opening.describe([tmp_path / "halos"])
    with pytest.raises(UnreadableFile, match="outside of a box of 10 Mpc/h"):
        opening.load(description, Facts(box_size=10))


def test_trees_link_their_halos(tmp_path: Path) -> None:
    halo_samples.trees(tmp_path / "trees", np.random.default_rng(3))
    description, forest = opened(tmp_path / "trees")
    assert description.redshift is None
    assert forest.redshift is None
    assert forest.ids is not None
    assert forest.descendants is not None
    assert forest.redshifts is not None
    np.testing.assert_allclose(forest.redshifts, np.tile([0.0, 1.0], 20))
    np.testing.assert_array_equal(forest.descendants[1::2], forest.ids[::2])
    assert (forest.descendants[::2] == -1).all()
    assert mass_function(forest)["count"].sum() == 20  # those of the last time


def test_halos_without_a_mass_are_left_out_of_the_mass_function() -> None:
    result = mass_function(Catalogue(np.zeros((3, 3)), np.array([1e12, 1e12, 0.0]), 10.0))
    assert result["count"].tolist() == [2]
    assert result.notes[0] == "1 of 3 have no mass and are left out."
    with pytest.raises(NotApplicable, match="no halo has a mass"):
        mass_function(Catalogue(np.zeros((3, 3)), np.zeros(3), 10.0))


def test_statistics_take_the_halos_of_the_file(tmp_path: Path) -> None:
    halo_samples.rockstar_list(tmp_path / "out_7.list", np.random.default_rng(3))
    (description,), _ = opening.describe([tmp_path / "out_7.list"])

    def load(species: str | None, progress: Progress) -> Any:
        return opening.load(description, Facts(), "", species, progress)

    sample = Sample(load, label="halos")
    assert sample.halos(Parameters()).count == 40


def test_info_says_how_many_halos_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    halo_samples.rockstar_list(tmp_path / "out_7.list", np.random.default_rng(3))
    assert main(["info", "--json", str(tmp_path)]) == 0
    known = json.loads(capsys.readouterr().out)
    assert (known["kind"], known["format"], known["box_size"]) == ("catalogue", "rockstar-list", 50)
    assert known["species"]["halos"]["count"] == 40
    assert main(["info", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "halos      40, 2.1e+11 to" in said
    assert "particles" not in said


def test_nothing_but_our_own_errors(tmp_path: Path) -> None:
    """A text of each format with every number replaced, one kind after another."""
    for name in ("rockstar-list", "consistent-trees", "ahf", "pinocchio", "millennium-csv", "halo-table"):
        for number in ("nan", "inf", "-1", "1e400", "99999999999999999999", "--", ""):
            path = tmp_path / "text"
            halo_samples.MAKERS[name](path, np.random.default_rng(3))
            lines = path.read_text().splitlines()
            separator = "," if "," in lines[-2] else None
            words = lines[-2].split(separator)
            for i in range(len(words)):
                changed = (separator or " ").join([*words[:i], number, *words[i + 1 :]])
                path.write_text("\n".join([*lines[:-2], changed, lines[-1]]) + "\n")
                found, errors = opening.describe([path])
                for description in found:
                    try:
                        opening.load(description, TOLD)
                    except InputError as error:
                        errors.append(error)
                assert all(str(error) for error in errors)
