"""Results arrive whole under their own names, whatever lies where they are to go."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.exporting.delivery import delivered
from backends.errors import MachineError, WrongCall
from backends.writers.whole import whole


def test_nothing_is_moved_where_one_file_cannot_be(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "tables").write_text("mine")
    (out / "results.json").write_text("earlier")

    def deliver() -> None:
        with delivered(out) as draft:
            (draft / "results.json").write_text("later")
            (draft / "tables").mkdir()

    with pytest.raises(WrongCall, match="tables is a file and in the way"):
        deliver()
    assert (out / "results.json").read_text() == "earlier"
    assert sorted(path.name for path in out.iterdir()) == ["results.json", "tables"]


def test_two_commands_may_make_one_folder_at_once(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with delivered(out) as mine:
        with delivered(out) as theirs:
            (theirs / "theirs").write_text("theirs")
        (mine / "mine").write_text("mine")
    assert sorted(path.name for path in out.iterdir()) == ["mine", "theirs"]
    assert list(tmp_path.iterdir()) == [out]


def test_a_full_disk_is_told_of_the_place_that_was_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = OSError(
        errno.ENOSPC, "Can't close file (file write failed: time = …, file descriptor = 3, …)"
    )  # as HDF5 does
    with pytest.raises(MachineError) as refused, delivered(out) as draft, whole(draft / "run.hdf5"):
        raise told
    full = os.strerror(errno.ENOSPC)
    assert str(refused.value) == f"{out / 'run.hdf5'} could not be written: {full}. Make room on the disk"
    assert list(tmp_path.iterdir()) == []
