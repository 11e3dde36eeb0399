"""Halos in records and in text: Rockstar, consistent trees, tables, forests and galaxies."""

from __future__ import annotations

from pathlib import Path

import h5py
import halo_samples
import numpy as np
import pytest
from halo_samples import REDSHIFT, SIDE, halos, halved
from opened_catalogue import TOLD, opened

from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.errors import MissingFact, UnreadableFile, WrongCall
from backends.readers import opening
from backends.readers.files import text_table


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
        monkeypatch.setattr("backends.readers.files.limits.available_memory", lambda: 1000)
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


def test_what_will_be_refused_is_said_beforehand(tmp_path: Path) -> None:
    (tmp_path / "halos.txt").write_text("# x[Mpc/h] y[Mpc/h] z[Mpc/h] mass[Msun/h]\n1 2 3 1e13\n80 2 3 2e13\n")
    for side, is_said in ((50.0, True), (100.0, False)):
        told = Facts(box_size=side)
        (description,), _ = opening.describe([tmp_path / "halos.txt"], told)
        said = opening.examined(description, told).warnings[len(description.warnings) :]
        assert [
            "cannot be loaded" in one and "outside of a box of 50 Mpc/h" in one and "--box-size" in one for one in said
        ] == [True] * is_said
