"""Every format with headers that promise too much: a refusal, or what is there, and never the memory.

Counts of 10¹⁵ wherever a count can stand, arrays that are declared and hardly written, chunks as large as HDF5 can
write them, columns that are links to another file, and a few kilobytes that unpack to gigabytes.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import pytest
from damage import content_of, files_of, is_text, write_content
from format_samples import FACTS, MAKERS

from backends.errors import InputError
from backends.readers import opening
from backends.readers.files.hdf5 import is_hdf5

HUGE = 10**15
MOST_BYTES = 192 << 20
"""That an answer may take beside what the process holds: buffers of the libraries, and no data."""
SLOW = 20.0
NEAR, START = 64, 200
"""Bytes of a binary file in which headers keep their counts, of both byte orders and beyond that of one."""

Attack = Callable[[h5py.Dataset], None]

SOUND: dict[Path, dict[str, bytes]] = {}
"""What was in a sample before it was changed."""


def answer(path: Path) -> tuple[bool, list[str]]:
    """Describe and read a path, and hold the answer to its bounds; tell whether all was well, and what was offered."""
    before, start = _peak(reset=True), time.perf_counter()
    found, refused = opening.describe([path])
    said = [str(error) for error in refused]
    for description in found:
        try:
            opening.load(description, FACTS)
        except InputError as error:
            said.append(str(error))
    assert time.perf_counter() - start < SLOW
    assert _peak() - before < MOST_BYTES, said
    return not said, [part.member for description in found for part in description.parts]


def _peak(reset: bool = False) -> int:
    """The most bytes that the process held at once, since the last reset."""
    if reset:
        try:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        except OSError:
            pytest.skip("this machine does not say how much memory was taken")
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def datasets(path: Path) -> list[str]:
    """The names of all arrays of an HDF5 file that have rows."""
    names: list[str] = []

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset) and item.shape:
            names.append(name)

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return names


def hdf5_files(path: Path) -> Iterator[Path]:
    return (file for file in files_of(path) if is_hdf5(file))


def declared_and_not_written(old: h5py.Dataset) -> None:
    made = replaced(old, (HUGE, *old.shape[1:]), (64, *old.shape[1:]))
    if made.dtype.kind in "fiu":
        made[:1] = 1


def in_one_chunk_of_gigabytes(old: h5py.Dataset) -> None:
    """Whatever one row is asked for, HDF5 makes room for all of them."""
    width = int(np.prod(old.shape[1:], dtype=int)) * old.dtype.itemsize
    rows = (7 << 29) // max(1, width)
    made = replaced(old, (rows, *old.shape[1:]), (rows, *old.shape[1:]))
    made.id.write_direct_chunk((0,) * made.ndim, zlib.compress(bytes(1 << 20)))


def packed_to_nothing(old: h5py.Dataset) -> None:
    """Terabytes of zeros, of which every chunk that is there takes some hundred bytes."""
    width = int(np.prod(old.shape[1:], dtype=int)) * old.dtype.itemsize
    rows = max(1, (1 << 22) // max(1, width))
    made = replaced(old, (rows << 18, *old.shape[1:]), (rows, *old.shape[1:]))
    zeros = zlib.compress(bytes(rows * width))
    for i in range(8):
        made.id.write_direct_chunk((i * rows, *(0 for _ in made.shape[1:])), zeros)


def replaced(old: h5py.Dataset, shape: tuple[int, ...], chunks: tuple[int, ...]) -> h5py.Dataset:
    """Put an array of this shape in the place of another, with its type and its attributes."""
    parent, name, dtype, said = old.parent, old.name.rpartition("/")[2], old.dtype, dict(old.attrs)
    del parent[name]
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk(chunks)
    plan.set_deflate(1)
    space = h5py.h5s.create_simple(shape)
    made = h5py.Dataset(h5py.h5d.create(parent.id, name.encode(), h5py.h5t.py_create(dtype, logical=True), space, plan))
    made.attrs.update(said)
    return made


@pytest.mark.parametrize("attack", [declared_and_not_written, in_one_chunk_of_gigabytes, packed_to_nothing])
@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.filterwarnings("ignore")
def test_arrays_of_hdf5_that_are_a_trap(name: str, attack: Attack, tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    for path, array in targets(name, sample):
        with changed(sample, path) as file:
            attack(file[array])
        answer(sample)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.filterwarnings("ignore")
def test_arrays_in_another_file_are_missed_as_if_there_were_none(name: str, tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    for path, array in targets(name, sample):
        with changed(sample, path) as file:
            del file[array]
        missing = answer(sample)
        with changed(sample, path) as file:
            whole = tmp_path / "whole"
            whole.write_bytes(path.read_bytes())
            parent, last = file[array].parent, array.rpartition("/")[2]
            del parent[last]
            parent[last] = h5py.ExternalLink(str(whole), array)
        linked = answer(sample)
        assert linked == missing or not linked[0], array


def targets(name: str, sample: Path) -> list[tuple[Path, str]]:
    """Make a sample of a format, and say where its arrays of HDF5 are."""
    MAKERS[name](sample, np.random.default_rng(5))
    found = [(file, array) for file in hdf5_files(sample) for array in datasets(file)]
    if not found:
        pytest.skip("this format is not HDF5")
    SOUND[sample] = content_of(sample)
    return found


@contextmanager
def changed(sample: Path, path: Path) -> Iterator[h5py.File]:
    """Put a sample down as it was made, and open one of its files to change it."""
    write_content(sample, SOUND[sample])
    with h5py.File(path, "r+") as file:
        yield file


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.filterwarnings("ignore")
def test_counts_in_attributes_that_cannot_be(name: str, tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    MAKERS[name](sample, np.random.default_rng(5))
    sound, tried = content_of(sample), 0
    for path in list(hdf5_files(sample)):
        for place, key in counts_in(path):
            write_content(sample, sound)
            with h5py.File(path, "r+") as file:
                said = file[place].attrs
                shape = np.shape(said[key])
                said[key] = np.full(shape, HUGE) if shape else HUGE
            answer(sample)
            tried += 1
    if not tried:
        pytest.skip("this format keeps no counts in attributes of HDF5")


def counts_in(path: Path) -> list[tuple[str, str]]:
    """Where the attributes of whole numbers are, in a file of HDF5."""
    found: list[tuple[str, str]] = []

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        for key in item.attrs:
            if item.attrs.get_id(key).dtype.kind in "iu":
                found.append((name, key))

    with h5py.File(path, "r") as file:
        visit("/", file)
        file.visititems(visit)
    return found


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.filterwarnings("ignore")
def test_counts_in_binary_headers_that_cannot_be(name: str, tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    MAKERS[name](sample, np.random.default_rng(5))
    sound = content_of(sample)
    paths = [path for path in files_of(sample)[:2] if not is_hdf5(path) and not is_text(path.read_bytes())]
    if not paths:
        pytest.skip("this format has no binary header of its own")
    for path in paths:
        whole = path.read_bytes()
        write_content(sample, sound)
        for place in range(0, min(START, len(whole) - 8), 4):
            width, value = (4, 2**31 - 1) if place % 16 else (8, HUGE)
            for order in ("little", "big")[place >= NEAR :]:
                path.write_bytes(whole[:place] + value.to_bytes(width, order) + whole[place + width :])
                answer(sample)
