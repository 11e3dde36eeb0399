"""From paths to data sets: folders, duplicates, order, and refusals with their reasons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from backends.data.description import Description
from backends.errors import Cancelled, InputError, UnknownFormat, UnreadableFile
from backends.readers import opening, registry

Make = Callable[[str], Path]


def test_data_sets_come_in_the_order_given_and_once(sample: Make) -> None:
    grid, snapshot = sample("numpy-grid"), sample("gadget-hdf5")
    found, refused = opening.describe([snapshot, grid, snapshot, grid])
    assert [d.format for d in found] == ["gadget-hdf5", "numpy-grid"]
    assert not refused


def test_a_part_that_a_snapshot_cannot_have_is_refused(sample: Make) -> None:
    snapshot = sample("gadget-hdf5")
    for given in (f"{snapshot}::nonsense", "::nonsense"):
        found, (refused,) = opening.describe([Path(given)])
        assert not found
        assert "nonsense" in str(refused)


def test_a_folder_becomes_what_it_holds_and_passes_over_the_rest(sample: Make, tmp_path: Path) -> None:
    inner = tmp_path / "run" / "output"
    inner.mkdir(parents=True)
    sample("gadget-hdf5").rename(inner / "snap_10")
    sample("numpy-grid").rename(inner / "snap_9")
    (inner / "readme.txt").write_text("notes")
    (inner / ".hidden").write_bytes(b"\x80\x04.")
    found, refused = opening.describe([tmp_path / "run"])
    assert [d.path.name for d in found] == ["snap_9", "snap_10"]
    assert not refused


def test_a_broken_file_in_a_folder_is_reported_and_the_rest_opens(sample: Make, tmp_path: Path) -> None:
    whole = sample("gadget-hdf5")
    broken = tmp_path / "broken"
    broken.write_bytes(whole.read_bytes()[:3000])
    found, refused = opening.describe([tmp_path])
    assert [d.path for d in found] == [whole]
    assert [str(broken) in str(error) for error in refused] == [True]


def test_folders_that_loop_end(tmp_path: Path, sample: Make) -> None:
    inner = tmp_path / "a"
    inner.mkdir()
    (inner / "again").symlink_to(tmp_path, target_is_directory=True)
    sample("numpy-grid")
    found, _ = opening.describe([tmp_path])
    assert len(found) == 1


@pytest.mark.parametrize("given", ["nowhere", "empty-file", "empty-folder", "texts", "\0", "x" * 400])
def test_nothing_to_open_says_so(given: str, tmp_path: Path) -> None:
    (tmp_path / "empty-file").touch()
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("one")
    found, (error,) = opening.describe([tmp_path / given])
    assert not found
    assert isinstance(error, UnreadableFile | UnknownFormat)
    assert given[:50] in str(error)


def test_what_is_read_by_nobody_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "run.param").write_text("dTheta = 0.7")
    (tmp_path / "run.iord").write_bytes(bytes(range(256)))
    np.save(tmp_path / "spectra.npy", np.ones((100, 79)))
    with ZipFile(tmp_path / "weights.pt", "w") as archive:
        archive.writestr("weights/data.pkl", b"")
    said = {path.suffix: str(opening.describe([path])[1][0]) for path in tmp_path.iterdir()}
    assert said[".param"].endswith("that it belongs to")
    assert said[".iord"].endswith("that it belongs to")
    assert said[".npy"].endswith("call the file …skewers.npy")
    assert said[".pt"].endswith("as .npy or HDF5; open those")


def test_looking_can_be_cancelled(sample: Make) -> None:
    def nobody(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        opening.describe([sample("numpy-grid")], progress=nobody)


@pytest.mark.parametrize("name", sorted(registry()))
def test_what_is_gone_is_said_to_be_gone_and_not_damaged(name: str, tmp_path: Path) -> None:
    said = "it is not there any more. Say where it was moved to"
    gone = Description(tmp_path / "gone", (), name, "missing", complete=False, warnings=(said,))
    with pytest.raises(InputError, match="not there any more"):
        opening.load(gone)
    with pytest.raises(InputError):
        list(opening.stream(gone))
