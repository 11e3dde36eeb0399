"""A file that is cut short while it is read: one clear refusal, and neither zeros nor the end of the process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from damage import files_of, is_text
from format_samples import FACTS

from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.progress import Progress
from backends.readers import opening
from backends.readers.amr.reading import PARTICLES
from backends.readers.files import stored
from backends.readers.files.stored import StoredArray
from backends.writers.gadget_hdf5 import write_gadget_hdf5

COUNT, SIDE = 1 << 21, 50.0
CUT = "was cut short while it was read"

IN_PLACE = ("amrex-plotfile", "bigfile", "gadget-binary", "genericio", "genericio-halos", "grafic", "nyx-particles",
    "numpy-grid", "ramses", "tipsy")  # fmt: skip
"""Readers that leave arrays in their files."""


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
def test_what_is_cut_off_while_it_is_read_is_refused(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    path = tmp_path / name
    write(path)
    told = Facts(box_size=SIDE, quantity="relative_density")
    (description,), _ = opening.describe([path], told)
    with pytest.raises(UnreadableFile, match=CUT):
        opening.load(description, told, progress=cutting(path))


@pytest.mark.parametrize("name", IN_PLACE)
def test_every_reader_refuses_what_is_cut_off_just_before_a_read(
    name: str, sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are cut between two reads, where a mapped array would end the process."""
    path = sample(name)
    (description,), _ = opening.describe([path])
    told = description.proposed.over(description.facts_of("")).over(FACTS)
    read, cut = stored.read_runs, list[Path]()

    def after_a_cut(file: Path, *given: object) -> None:
        if not cut:
            for one in files_of(path):
                if not is_text(one.read_bytes()):
                    os.truncate(one, 8)
        cut.append(file)
        read(file, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(stored, "read_runs", after_a_cut)
    particles = next((part.member for part in description.parts if part.member == PARTICLES), "")
    with pytest.raises(UnreadableFile) as refused:
        opening.load(description, told, particles)
    assert cut, "this reader leaves no array in its file"
    assert CUT in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("at_hand", [False, True])
def test_views_of_a_stored_array_are_those_of_an_array(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_hand: bool
) -> None:
    monkeypatch.setattr(stored, "_at_hand", lambda *_: at_hand)
    rng, path = np.random.default_rng(2), tmp_path / "numbers"
    for order, kind, shape in (("C", "<f4", (7, 9, 5, 3)), ("F", ">f8", (7, 9, 5)), ("C", "u1", (300_000, 7))):
        whole = np.asarray(rng.integers(0, 250, shape), kind, order=order)
        path.write_bytes(b"head" + whole.tobytes(order))
        view = StoredArray.of(path, kind, 4, shape, order)
        for index in (
            ...,
            3,
            -2,
            slice(2, 6),
            slice(1, None, 3),
            slice(5, 2),
            (..., 1),
            (slice(4), 2),
            (1, ..., slice(2)),
        ):
            np.testing.assert_array_equal(np.asarray(view[index]), whole[index])
            out = np.full(whole[index].shape[::-1], -1.0).T
            np.testing.assert_array_equal(view[index].read(out), whole[index])
        starts = np.array([4, 0, 3, 4])
        rows = whole[(starts[:, None] + np.arange(2)).ravel()]
        np.testing.assert_array_equal(view.runs(starts, 2), rows)


def test_rows_far_apart_are_leapt_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, whole = tmp_path / "numbers", np.arange(40 * 50_000, dtype=np.int32).reshape(40, 50_000)
    path.write_bytes(whole.tobytes())
    taken, pread = list[int](), os.preadv

    def counted(file: int, rooms: list[memoryview], place: int, *flags: int) -> int:
        taken.append(sum(map(len, rooms)))
        return pread(file, rooms, place, *flags)

    monkeypatch.setattr(os, "preadv", counted)
    view = StoredArray.of(path, np.int32, 0, whole.shape)
    np.testing.assert_array_equal(view[::4, 10:20].read(), whole[::4, 10:20])
    assert sum(taken) < 1000
