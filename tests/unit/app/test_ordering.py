"""Which of the files of a drop is the reference, and how they are told apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.loading import add_runs
from app.ordering import likely_box, rank_among
from backends.data.description import Description, Part, SpeciesFacts
from backends.data.facts import Facts
from backends.data.study import Study


def described(path: str, box_size: float | None = None, count: int = 0, kind: str = "field") -> Description:
    species = {"dm": SpeciesFacts(count)} if count else {}
    return Description(Path(path), (Path(path),), "format", kind, box_size, species=species)


def ordered(*found: Description) -> list[str]:
    return [d.path.name for d in sorted(found, key=rank_among(found))]


def test_the_file_that_is_named_so_is_the_reference() -> None:
    names = ordered(*(described(f"/d/{n}.npy") for n in ("fno", "truth", "unet")))
    assert names == ["truth.npy", "fno.npy", "unet.npy"]
    found = [described(f"/d/{n}/out.npy") for n in ("fno", "truth")]
    paths = [d.path.parent.name for d in sorted(found, key=rank_among(found))]
    assert paths == ["truth", "fno"]
    assert ordered(described("/d/a.npy"), described("/d/structure.npy")) == ["a.npy", "structure.npy"]


def test_halos_and_subsamples_come_after_what_they_are_of() -> None:
    halos = described("/d/halos", 32.0, kind="catalogue")
    part, whole = (described(f"/d/{n}", 32.0, c, "particles") for n, c in (("part", 30), ("whole", 1000)))
    assert ordered(halos, part, whole) == ["whole", "part", "halos"]
    elsewhere = replace(whole, redshift=1.0)
    assert ordered(part, elsewhere) == ["part", "whole"]


def test_a_snapshot_is_looked_at_before_its_subsamples_and_what_is_beside_it_before_the_snapshot() -> None:
    part, whole = (described(f"/d/{n}", 32.0, c, "particles") for n, c in (("part", 30), ("whole", 1000)))
    halos, network = described("/d/halos", 32.0, kind="catalogue"), described("/d/net", 32.0, 1000, "particles")
    for beside, first in (((part, halos), "whole"), ((part, network), "net")):
        study = add_runs(Study(), [whole, *beside], ["#fff"], "#eee")
        assert next(run.label for run in study.runs if run.key == study.selected) == first


def test_what_knows_its_box_comes_before_what_does_not() -> None:
    assert ordered(described("/d/a"), described("/d/b", 10.0)) == ["b", "a"]


def test_a_silent_file_takes_the_box_of_the_others_and_says_so() -> None:
    study = add_runs(Study(), [described("/d/snap", 32.0), described("/d/net.npy")], ["#fff"], "#eee")
    silent = study.runs[1]
    assert silent.told == Facts(box_size=32.0)
    assert "32 Mpc/h" in silent.warnings[-1]
    assert study.runs[0].told == Facts()
    assert likely_box(described("/d/c"), None, [described("/d/a", 1.0), described("/d/b", 2.0)]) is None
    assert likely_box(described("/d/c"), None, [described("/d/a", 1.0), described("/e/b", 2.0)]) == 1.0


def test_what_a_file_states_stands_whatever_is_told_of_those_that_do_not() -> None:
    found = [described("/d/snap", 32.0), described("/d/net.npy")]
    study = add_runs(Study(), found, ["#fff"], "#eee", None, Facts(box_size=50.0, redshift=1.0))
    assert [run.facts.box_size for run in study.runs] == [32.0, 50.0]
    assert [run.facts.redshift for run in study.runs] == [1.0, 1.0]


def test_folders_tell_files_of_one_name_apart() -> None:
    found = [described(f"/d/{n}/output.npy", 10.0) for n in ("unet", "fno")]
    assert [run.label for run in add_runs(Study(), found, ["#fff"], "#eee").runs] == ["unet", "fno"]


def test_folders_of_many_files_are_told_beside_their_names() -> None:
    found = [described(f"/d/{folder}/{n}.npy", 10.0) for folder in ("z-0", "z-1") for n in ("nbody", "unet")]
    labels = [run.label for run in add_runs(Study(), found, ["#fff"], "#eee").runs]
    assert labels == ["nbody z-0", "unet z-0", "nbody z-1", "unet z-1"]


def test_files_tell_their_fields_of_one_name_apart() -> None:
    parts = (Part("density", "density"), Part("vx", "vx"))
    found = [replace(described(f"/d/{n}.h5", 10.0), parts=parts) for n in ("a", "b")]
    labels = [run.label for run in add_runs(Study(), found, ["#fff"], "#eee").runs]
    assert labels == ["a density", "a vx", "b density", "b vx"]


def test_of_many_fields_only_the_first_and_the_densities_are_in_sight() -> None:
    names = ("xH_box", "density", "T")
    parts = tuple(Part(name, name, quantity=name) for name in names)
    runs = add_runs(Study(), [replace(described("/d/21cm.h5", 10.0), parts=parts)], ["#fff"], "#eee").runs
    assert [run.visible for run in runs] == [True, True, False]
    assert "Of its 3 fields one begins hidden" in runs[0].warnings[-1]


def test_what_is_selected_first_is_matter_in_sight() -> None:
    parts = (Part("a", "a", quantity="xH"), Part("b", "b", quantity="T"))
    fields = replace(described("/d/21cm.h5", 10.0), parts=parts)
    study = add_runs(Study(), [fields, described("/d/net.npy", 10.0)], ["#fff"], "#eee")
    assert study.run(study.selected).label == "net"


def test_the_number_of_a_folder_is_no_piece_of_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "output_00042"
    folder.mkdir()
    files = (folder / "amr", folder / "hydro")
    pieces = (tmp_path / "snap_7.0.hdf5", tmp_path / "snap_7.1.hdf5")
    found = [Description(folder, files, "ramses", "field"), Description(pieces[0], pieces, "gadget-hdf5", "particles")]
    assert [run.label for run in add_runs(Study(), found, ("#111", "#222"), "#fff").runs] == ["output_00042", "snap_7"]
