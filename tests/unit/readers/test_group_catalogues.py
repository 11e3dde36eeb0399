"""Catalogues of groups: Subfind, in HDF5 and in binary, and SWIFT's friends of friends."""

from __future__ import annotations

from pathlib import Path

import h5py
import halo_samples
import numpy as np
import pytest
from halo_samples import SIDE, Halos, halos, halved
from opened_catalogue import TOLD, opened

from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.errors import MissingFact, UnreadableFile
from backends.readers import opening


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
