"""Halo catalogues and merger trees: made by the test with known halos, and real ones of real finders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import halo_samples
import numpy as np
import pytest
from halo_samples import REDSHIFT, SIDE, Halos, halos

from app.__main__ import main
from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.errors import InputError, MissingFact, NotApplicable, UnreadableFile, WrongCall
from backends.progress import Progress
from backends.readers import opening, text_table
from backends.statistics.halo_mass_function import mass_function
from backends.statistics.sample import Sample

TOLD = Facts(box_size=SIDE, redshift=REDSHIFT)
WITHOUT = {
    "subfind-hdf5": {"ids"},
    "subfind-binary": {"ids"},
    "consistent-trees-hlist": {"counts"},
    "consistent-trees": {"counts"},
}
"""What a finder does not write of each halo."""

TREES = ("consistent-trees", "millennium-csv", "merger-forest-hdf5")


def opened(path: Path, told: Facts = Facts(), member: str = "") -> tuple[Description, Catalogue]:
    """Describe and load the one catalogue that is there."""
    (description,), refused = opening.describe([path], told)
    assert not refused
    catalogue = opening.load(description, told, member)
    assert isinstance(catalogue, Catalogue)
    return description, catalogue


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
    with pytest.raises(NotApplicable, match="many times"):
        mass_function(forest)


def halved(found: Halos, low: float, high: float) -> Halos:
    """The halos of a slab of the box."""
    kept = (found.positions[:, 0] >= low) & (found.positions[:, 0] < high)
    return Halos(found.positions[kept], found.velocities[kept], found.counts[kept], found.ids[kept])


class TestSubfind:
    def write(self, folder: Path, pieces: int = 3) -> Halos:
        """Write groups into several pieces, the last of which holds none; no subhalos."""
        found = halos(np.random.default_rng(3))
        cuts = np.linspace(0, SIDE, pieces)
        nobody = halved(found, -2, -1)
        for number in range(pieces):
            here = halved(found, cuts[number], cuts[number + 1]) if number + 1 < pieces else nobody
            path = folder / f"fof_subhalo_tab_007.{number}.hdf5"
            halo_samples.write_subfind(path, here, nobody, (found.counts.size, 0), pieces)
        return found

    @pytest.mark.parametrize("given", ["", "fof_subhalo_tab_007.1.hdf5", "fof_subhalo_tab_007.2.hdf5"])
    def test_a_piece_or_the_folder_is_the_same_catalogue(self, given: str, tmp_path: Path) -> None:
        true = self.write(tmp_path)
        description, found = opened(tmp_path / given)
        assert len(description.files) == 3
        assert description.complete
        assert description.parts == ()
        assert list(description.species) == ["groups"]
        assert found.count == true.counts.size

    def test_a_missing_piece_is_named_and_counts_are_those_of_the_whole(self, tmp_path: Path) -> None:
        true = self.write(tmp_path)
        (tmp_path / "fof_subhalo_tab_007.0.hdf5").unlink()
        description, found = opened(tmp_path)
        assert not description.complete
        assert "fof_subhalo_tab_007.0.hdf5" in description.warnings[0]
        assert description.species["groups"].count == true.counts.size > found.count
        assert description.species["groups"].mass_max is None

    def test_a_damaged_piece_is_left_out(self, tmp_path: Path) -> None:
        self.write(tmp_path)
        with h5py.File(tmp_path / "fof_subhalo_tab_007.0.hdf5", "r+") as file:
            file["Header"].attrs["Ngroups_ThisFile"] = 7000
        description, _ = opened(tmp_path / "fof_subhalo_tab_007.1.hdf5")
        assert not description.complete
        assert "promises 7000 groups" in " ".join(description.warnings)

    def test_subhalos_are_a_member(self, tmp_path: Path) -> None:
        halo_samples.subfind_hdf5(tmp_path / "cat.hdf5", np.random.default_rng(3))
        description, found = opened(tmp_path / "cat.hdf5", member="subhalos")
        assert [part.member for part in description.parts] == ["groups", "subhalos"]
        assert found.finder == "subfind"
        assert found.count == 60
        assert found.hosts is not None
        assert found.hosts.max() == 39
        _, groups = opened(tmp_path / "cat.hdf5", member="groups")
        assert groups.finder == "fof"
        assert groups.columns["m200c"] == pytest.approx(0.8 * groups.masses)

    def test_mpc_are_told_from_kpc_by_the_mass_in_the_box(self, tmp_path: Path) -> None:
        found = halos(np.random.default_rng(3))
        halo_samples.write_subfind(tmp_path / "a", found, found, length=1.0)
        halo_samples.write_subfind(tmp_path / "b", found, found, length=1.0, UnitLength_in_cm=3.085678e24)
        for name, inferred in (("a", True), ("b", False)):
            description, loaded = opened(tmp_path / name)
            assert description.box_size == SIDE
            assert any("says Mpc/h" in warning for warning in description.warnings) == inferred
            assert loaded.positions.max() == pytest.approx(found.positions.max(), rel=1e-6)

    def test_a_told_box_moves_the_halos_with_it(self, tmp_path: Path) -> None:
        halo_samples.subfind_hdf5(tmp_path / "cat.hdf5", np.random.default_rng(3))
        _, found = opened(tmp_path / "cat.hdf5")
        _, larger = opened(tmp_path / "cat.hdf5", Facts(box_size=2 * SIDE))
        np.testing.assert_allclose(larger.positions, 2 * found.positions)

    def test_without_masses_it_is_refused_by_name(self, tmp_path: Path) -> None:
        with h5py.File(tmp_path / "cat.hdf5", "w") as file:
            file["Subhalo/SubhaloPos"] = np.ones((3, 3))
        found, (error,) = opening.describe([tmp_path / "cat.hdf5"])
        assert not found
        assert "SubhaloMass" in str(error)


class TestSubfindBinary:
    @pytest.mark.parametrize("order", ["<", ">"])
    @pytest.mark.parametrize("long_ids", [True, False])
    def test_layouts_are_told_by_size_and_sense(self, order: str, long_ids: bool, tmp_path: Path) -> None:
        groups, subhalos = halos(np.random.default_rng(3)), halos(np.random.default_rng(4), 60)
        halo_samples.write_subhalo_tab(tmp_path / "subhalo_tab_007.0", groups, subhalos, long_ids, order)
        description, found = opened(tmp_path / "subhalo_tab_007.0", TOLD, "subhalos")
        assert found.masses == pytest.approx(np.sort(subhalos.masses)[::-1])
        assert found.hosts is not None
        assert [part.member for part in description.parts] == ["groups", "subhalos"]
        assert opened(tmp_path / "subhalo_tab_007.0", TOLD)[1].count == 40

    def test_velocities_of_groups_need_the_redshift(self, tmp_path: Path) -> None:
        true = halos(np.random.default_rng(3))
        halo_samples.write_group_tab(tmp_path / "group_tab_007.0", true)
        _, found = opened(tmp_path / "group_tab_007.0", TOLD)
        order = np.argsort(-true.masses, kind="stable")
        np.testing.assert_allclose(found.velocities, true.velocities[order], atol=1e-3)
        assert opened(tmp_path / "group_tab_007.0", Facts(box_size=SIDE))[1].velocities is None

    def test_pieces_belong_together_and_a_missing_one_is_named(self, tmp_path: Path) -> None:
        true = halos(np.random.default_rng(3))
        for number, (low, high) in enumerate([(0, 20), (20, 50)]):
            halo_samples.write_group_tab(tmp_path / f"group_tab_007.{number}", halved(true, low, high), 40, 3)
        description, found = opened(tmp_path / "group_tab_007.1", TOLD)
        assert len(description.files) == 2
        assert not description.complete
        assert "group_tab_007.2" in " ".join(description.warnings)
        assert found.count == 40

    def test_a_box_in_no_usual_unit_is_refused(self, tmp_path: Path) -> None:
        halo_samples.write_group_tab(tmp_path / "group_tab_007.0", halos(np.random.default_rng(3)))
        (description,), _ = opening.describe([tmp_path / "group_tab_007.0"])
        with pytest.raises(UnreadableFile, match="neither in kpc/h nor in Mpc/h"):
            opening.load(description, Facts(box_size=500.0))


class TestRockstar:
    def test_pieces_cover_the_box_or_are_incomplete(self, tmp_path: Path) -> None:
        true = halos(np.random.default_rng(3))
        for chunk, (low, high) in enumerate([(0, 20), (20, 50)]):
            path = tmp_path / f"halos_7.{chunk}.bin"
            halo_samples.write_rockstar(path, halved(true, low, high), low, high, chunk)
        description, found = opened(tmp_path / "halos_7.1.bin")
        assert description.complete
        assert len(description.files) == 2
        assert found.count == 40
        (tmp_path / "halos_7.0.bin").unlink()
        description, _ = opened(tmp_path)
        assert not description.complete
        assert "60 % of the box" in description.warnings[0]

    def test_an_old_revision_is_refused_by_name(self, tmp_path: Path) -> None:
        halo_samples.rockstar_binary(tmp_path / "halos.bin", np.random.default_rng(3))
        whole = bytearray((tmp_path / "halos.bin").read_bytes())
        whole[96:100] = (0).to_bytes(4, "little")
        (tmp_path / "halos.bin").write_bytes(whole)
        _, (error,) = opening.describe([tmp_path / "halos.bin"])
        assert "revision 0" in str(error)

    def test_ascii_pieces_with_a_gap_are_incomplete(self, tmp_path: Path) -> None:
        text = "#id num_p mvir mbound_vir rvir x y z\n#a = 0.500000\n#Box size: 50.000000 Mpc/h\n"
        for number in (0, 2):
            (tmp_path / f"halos_7.{number}.ascii").write_text(f"{text}{number} 30 1e12 1e12 200 1 2 3\n")
        description, found = opened(tmp_path)
        assert not description.complete
        assert found.count == 2
        assert found.redshift == 1


class TestText:
    def test_only_the_columns_that_are_asked_for_are_kept(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Blocks may be shorter than a line."""
        halo_samples.hlist(tmp_path / "hlist", np.random.default_rng(3))
        _, whole = opened(tmp_path / "hlist")
        monkeypatch.setattr(text_table, "BLOCK", 100)
        _, pieced = opened(tmp_path / "hlist")
        np.testing.assert_array_equal(whole.positions, pieced.positions)

    def test_a_file_without_lines_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        halo_samples.hlist(tmp_path / "hlist", np.random.default_rng(3))
        with (tmp_path / "hlist").open("ab") as file:
            file.write(b"1" * 5000)
        monkeypatch.setattr(text_table, "BLOCK", 1000)
        monkeypatch.setattr(text_table, "LONGEST_LINE", 2000)
        _, (error,) = opening.describe([tmp_path / "hlist"])
        assert "line of more than" in str(error)

    def test_more_rows_than_memory_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        halo_samples.hlist(tmp_path / "hlist", np.random.default_rng(3))
        (description,), _ = opening.describe([tmp_path / "hlist"])
        monkeypatch.setattr("backends.readers.limits.available_memory", lambda: 1000)
        with pytest.raises(UnreadableFile, match="memory are free"):
            opening.load(description)

    @pytest.mark.parametrize(
        ("row", "reason"),
        [("0.5 7 0", "has only 3 columns in row 41"), ("0.5 x" + " 1" * 30, "no number in row 41")],
    )
    def test_a_bad_row_is_named(self, row: str, reason: str, tmp_path: Path) -> None:
        halo_samples.hlist(tmp_path / "hlist", np.random.default_rng(3))
        with (tmp_path / "hlist").open("a") as file:
            file.write(row + "\n")
        found, errors = opening.describe([tmp_path / "hlist"])
        if found:
            with pytest.raises(UnreadableFile, match=reason):
                opening.load(found[0])
        else:
            assert reason in str(errors[0])

    def test_a_line_that_does_not_end_is_told(self, tmp_path: Path) -> None:
        halo_samples.table(tmp_path / "t.csv", np.random.default_rng(3))
        (tmp_path / "t.csv").write_bytes((tmp_path / "t.csv").read_bytes()[:-1])
        (description,), _ = opening.describe([tmp_path / "t.csv"])
        assert any("does not end" in warning for warning in description.warnings)

    def test_a_database_table_that_was_cut_is_incomplete(self, tmp_path: Path) -> None:
        halo_samples.millennium(tmp_path / "t.csv", np.random.default_rng(3))
        (tmp_path / "t.csv").write_bytes((tmp_path / "t.csv").read_bytes()[:-4])
        (description,), _ = opening.describe([tmp_path / "t.csv"])
        assert not description.complete
        assert description.proposed.box_size == 62.5

    def test_what_is_without_h_asks_for_it(self, tmp_path: Path) -> None:
        halo_samples.pinocchio(tmp_path / "p", np.random.default_rng(3))
        _, true = opened(tmp_path / "p", TOLD)
        (tmp_path / "p").write_text((tmp_path / "p").read_text().replace("/h)", ")"))
        (description,), _ = opening.describe([tmp_path / "p"])
        assert any("--hubble" in warning for warning in description.warnings)
        assert description.species["halos"].mass_min is None
        with pytest.raises(MissingFact, match="--hubble"):
            opening.load(description, TOLD)
        found = opening.load(description, Facts(box_size=SIDE, hubble=0.7))
        assert isinstance(found, Catalogue)
        np.testing.assert_allclose(found.masses, 0.7 * true.masses)
        assert found.positions.max() == pytest.approx(0.7 * true.positions.max())

    def test_ahf_of_a_parallel_run_is_one_catalogue(self, tmp_path: Path) -> None:
        for rank in (0, 2):
            halo_samples.ahf(tmp_path / f"run.{rank:04d}.z1.000.AHF_halos", np.random.default_rng(rank))
        description, found = opened(tmp_path, TOLD)
        assert found.count == 80
        assert not description.complete
        assert description.proposed.redshift == 1

    @pytest.mark.parametrize(
        ("text", "position", "mass"),
        [
            ("# x y z mass\n1 2 3 1e12\n", 1.0, 1e12),
            ("x,y,z,Mvir\n1,2,3,1e12\n", 1.0, 1e12),
            ("halo_x [kpc/h];halo_y [kpc/h];halo_z [kpc/h];M200c [1e10 Msun/h]\n1000;2;3;100\n", 1.0, 1e12),
            ("id\tpos_x\tpos_y\tpos_z\tm_vir(Msun/h)\n7\t1\t2\t3\t1e12\n", 1.0, 1e12),
        ],
    )
    def test_headings_of_plain_tables(self, text: str, position: float, mass: float, tmp_path: Path) -> None:
        (tmp_path / "t").write_text(text)
        description, found = opened(tmp_path / "t", TOLD)
        assert description.format == "halo-table"
        assert found.positions[0, 0] == pytest.approx(position)
        assert found.masses[0] == pytest.approx(mass)

    @pytest.mark.parametrize(
        "text",
        ["x y z\n1 2 3\n", "a,b,c,mass\n1,2,3,4\n", "x y z mass\n", "just words\n", "1 2 3 4\n", "#\n1 2\n", "#\n#\n"],
    )
    def test_what_names_no_halos_is_no_table_of_them(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "t").write_text(text)
        found, refused = opening.describe([tmp_path / "t"])
        assert not [d for d in found if d.format == "halo-table"]
        assert refused or found

    def test_a_unit_that_is_not_known_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "t").write_text("x [feet],y [feet],z [feet],mass\n1,2,3,4\n")
        _, (error,) = opening.describe([tmp_path / "t"])
        assert "in feet" in str(error)


class TestSwift:
    def write(self, folder: Path) -> None:
        """Write two pieces, and the index that SWIFT writes beside them, whose links are not followed."""
        true = halos(np.random.default_rng(3))
        for number, (low, high) in enumerate([(0, 20), (20, 50)]):
            halo_samples.write_swift_fof(folder / f"fof_0007.{number}.hdf5", halved(true, low, high), 40, 2)
        halo_samples.write_swift_fof(folder / "fof_0007.hdf5", halved(true, -2, -1), 40, 2)
        with h5py.File(folder / "fof_0007.hdf5", "r+") as file:
            file["Header"].attrs["Virtual"] = 1

    @pytest.mark.parametrize("given", ["", "fof_0007.hdf5", "fof_0007.0.hdf5"])
    def test_pieces_and_their_index_are_one_catalogue(self, given: str, tmp_path: Path) -> None:
        self.write(tmp_path)
        description, found = opened(tmp_path / given)
        assert description.complete
        assert found.count == 40

    def test_without_h_it_is_asked_for(self, tmp_path: Path) -> None:
        halo_samples.swift_fof(tmp_path / "fof.hdf5", np.random.default_rng(3))
        _, true = opened(tmp_path / "fof.hdf5")
        with h5py.File(tmp_path / "fof.hdf5", "r+") as file:
            del file["Cosmology"].attrs["h"]
        (description,), _ = opening.describe([tmp_path / "fof.hdf5"])
        assert description.box_size is None
        assert description.species["groups"].mass_max is None
        with pytest.raises(MissingFact):
            opening.load(description)
        found = opening.load(description, Facts(hubble=0.7))
        assert isinstance(found, Catalogue)
        np.testing.assert_allclose(found.masses, true.masses)
        np.testing.assert_allclose(found.positions, true.positions)


class TestForest:
    def test_units_with_other_powers_of_h_and_a(self, tmp_path: Path) -> None:
        """The same forest in physical Mpc and in Msun without h."""
        halo_samples.forest(tmp_path / "a", np.random.default_rng(3))
        halo_samples.forest(tmp_path / "b", np.random.default_rng(3))
        with h5py.File(tmp_path / "b", "r+") as file:
            file["units"].attrs["massHubbleExponent"] = 0
            file["forestHalos/nodeMass"][...] *= 1 / 0.7
            scale_factors = 1 / (1 + file["forestHalos/redshift"][:])
            file["units"].attrs["lengthScaleFactorExponent"] = 0
            file["forestHalos/position"][...] *= scale_factors[:, None]
        _, plain = opened(tmp_path / "a")
        description, other = opened(tmp_path / "b", Facts(box_size=SIDE))
        assert description.box_size is None  # a physical side is of no one time
        np.testing.assert_allclose(other.positions, plain.positions)
        np.testing.assert_allclose(other.masses, plain.masses)


class TestSage:
    def test_every_snapshot_is_a_member(self, tmp_path: Path) -> None:
        halo_samples.sage(tmp_path / "model.hdf5", np.random.default_rng(3))
        with h5py.File(tmp_path / "model.hdf5", "r+") as file:
            file["Snap062/Galaxies"] = file["Snap063/Galaxies"][:10]
        (description,), _ = opening.describe([tmp_path / "model.hdf5"])
        assert [part.member for part in description.parts] == ["Snap063", "Snap062"]
        found = opening.load(description, Facts(box_size=SIDE), "Snap062")
        assert isinstance(found, Catalogue)
        assert found.count == 10
        assert found.redshift == pytest.approx(REDSHIFT + 0.1)
        with pytest.raises(WrongCall):
            opening.load(description, TOLD, "Snap001")


def test_halos_without_a_mass_are_left_out_of_the_mass_function() -> None:
    result = mass_function(Catalogue(np.zeros((3, 3)), np.array([1e12, 1e12, 0.0]), 10.0))
    assert result["count"].tolist() == [2]
    assert result.notes == ("1 of 3 have no mass and are left out.",)
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


class TestReal:
    """Numbers of the finders' own documentation and of independent readers of the same files."""

    Load = Callable[..., tuple[Description, Catalogue]]

    def test_compaso(self, shared_data: Path) -> None:
        folder = shared_data / "abacus_asdf/Mini_N64_L32/Mini_N64_L32/halos/z0.000/halo_info"
        description, found = opened(folder / "halo_info_001.asdf")
        assert len(description.files) == 3
        assert description.complete
        assert (description.box_size, description.redshift, description.hubble) == (32, 0, 0.6736)
        assert found.counts is not None
        assert found.counts[:5].tolist() == [10418, 8191, 2634, 1935, 1674]
        assert found.count == 381
        assert found.counts.min() == 35
        # abacusutils 2.1.2, field x_L2com, of the most massive halo
        np.testing.assert_allclose(found.positions[0], [21.8837567, 15.9862042, 27.3803564], rtol=1e-7)

    def test_one_piece_of_tng(self, shared_data: Path) -> None:
        description, found = opened(shared_data / "subfind_hdf5", member="subhalos")
        assert not description.complete
        assert {name: s.count for name, s in description.species.items()} == {"groups": 6291349, "subhalos": 4371211}
        assert "447" in description.warnings[0] or "441 more" in description.warnings[0]
        assert found.count == 3800
        _, groups = opened(shared_data / "subfind_hdf5", member="groups")
        assert groups.columns["m200c"] == pytest.approx(6.40717188e13)

    def test_rockstar(self, shared_data: Path) -> None:
        folder = shared_data / "rockstar/tangos_rockstar_14"
        description, found = opened(folder / "halos_14.0.bin")
        assert found.count == 508
        assert not description.complete
        assert found.counts is not None
        assert found.counts.sum() == 30509
        description, listed = opened(folder / "out_14.list")
        assert listed.masses[0] == 1.8774e13
        assert description.omega_m == 0.279
        _, (error,) = opening.describe([folder / "trees"])
        assert "11 columns in row 1" in str(error)

    def test_ahf_and_pinocchio(self, shared_data: Path) -> None:
        description, found = opened(
            shared_data / "tipsy/tangos_tiny_640/tiny.000640.z2.964.AHF_halos", Facts(box_size=33.63)
        )
        assert description.proposed.redshift == 2.964
        assert found.masses[0] == 2.34068e11
        path = shared_data / "pinocchio/example_500Mpc/pinocchio.0.0000.example.catalog.out"
        _, found = opened(path, Facts(box_size=500))
        assert found.count == 9461
        assert found.redshift == 0

    def test_pinocchio_counts_its_halos_as_we_do(self, shared_data: Path) -> None:
        folder = shared_data / "pinocchio/example_500Mpc"
        _, found = opened(folder / "pinocchio.0.0000.example.catalog.out", Facts(box_size=500))
        theirs = np.loadtxt(folder / "pinocchio.0.0000.example.mf.out")
        assert theirs[:, 4].sum() == found.count

    def test_trees(self, shared_data: Path) -> None:
        description, trees = opened(
            shared_data / "merger_tree/millennium_trees_csv/millenniumTestTrees.csv", Facts(box_size=62.5)
        )
        assert description.kind == "tree"
        assert trees.count == 12920
        _, forest = opened(shared_data / "merger_tree/millennium_forest_hdf5", Facts(box_size=62.5))
        assert forest.count == 10835
        for links in (trees, forest):
            assert links.descendants is not None
            assert links.ids is not None
            assert np.isin(links.descendants[links.descendants >= 0], links.ids).all()

    def test_sage(self, shared_data: Path) -> None:
        description, found = opened(shared_data / "galaxy_catalogue", Facts(box_size=62.5))
        assert found.count == 9265
        assert found.redshift == 0
        assert found.masses[0] == pytest.approx(3.60098779e13)
        assert "5101" in description.warnings[0]


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
