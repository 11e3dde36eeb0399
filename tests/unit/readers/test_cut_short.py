"""A file that is cut short while it is read: one clear refusal, and neither zeros nor the end of the process."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.progress import Progress
from backends.readers import opening
from backends.writers.gadget_hdf5 import write_gadget_hdf5

COUNT, SIDE = 1 << 21, 50.0


def positions() -> np.ndarray:
    return (SIDE * np.random.default_rng(0).random((COUNT, 3))).astype(np.float32)


def gadget(path: Path) -> None:
    write_gadget_hdf5(path, positions(), box_size=SIDE, redshift=0, omega_m=0.3, hubble=0.7)


def nyx(path: Path) -> None:
    rows = np.zeros((COUNT, 7))
    rows[:, :3], rows[:, 3] = positions(), 1e9
    path.write_bytes(np.int64(COUNT).tobytes() + np.array([3, 4], np.int32).tobytes() + rows.tobytes())


def grid(path: Path) -> None:
    np.save(path, np.ones((192, 192, 192), np.float32))


def cutting(path: Path) -> Progress:
    """Cut the file at the first report that something of it has been read."""

    def progress(fraction: float, _message: str = "") -> None:
        if 0.1 < fraction < 0.5:
            os.truncate(path, min(path.stat().st_size, 8 << 20))

    return progress


@pytest.mark.parametrize(
    ("name", "write"), [("a.hdf5", gadget), ("a.nyx", nyx), ("a.npy", grid)], ids=["hdf5", "nyx", "npy"]
)
def test_what_is_cut_off_while_it_is_read_is_refused(tmp_path: Path, name: str, write: object) -> None:
    path = tmp_path / name
    assert callable(write)
    write(path)
    told = Facts(box_size=SIDE, quantity="relative_density")
    (description,), _ = opening.describe([path], told)
    with pytest.raises(UnreadableFile, match="was cut short while it was read"):
        opening.load(description, told, progress=cutting(path))
