"""Files made to hurt: each gets one clear message, and nothing outside it is touched."""

from __future__ import annotations

import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from format_samples import FACTS

from backends.errors import InputError
from backends.readers import opening
from backends.readers.files import limits

Make = Callable[[str], Path]


def refusal(path: Path) -> str:
    """The one message that a file gets, on being described or loaded."""
    found, refused = opening.describe([path])
    try:
        for description in found:
            opening.load(description, FACTS)
    except InputError as error:
        refused.append(error)
    assert len(refused) == 1, found
    message = str(refused[0])
    assert path.name in message
    assert len(message) < 400
    return message


class Bomb:
    """An object whose unpickling leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_pickled_arrays_run_nothing(tmp_path: Path) -> None:
    array = np.empty(1, dtype=object)
    array[0] = Bomb(tmp_path / "mark")
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    np.savez(tmp_path / "b.npz", delta=array)
    (tmp_path / "c.pkl").write_bytes(pickle.dumps(array[0]))
    for name in ("a.npy", "b.npz"):
        assert "Python objects" in refusal(tmp_path / name)
    assert "pickle" in refusal(tmp_path / "c.pkl")
    assert not (tmp_path / "mark").exists()


def test_an_archive_that_expands_beyond_memory_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez_compressed(tmp_path / "a.npz", delta=np.zeros((128, 128, 128)))
    assert (tmp_path / "a.npz").stat().st_size < 50_000
    monkeypatch.setattr(limits, "available_memory", lambda: 10 << 20)
    assert "memory" in refusal(tmp_path / "a.npz")


def test_an_archive_that_declares_more_than_it_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive, archive.open("delta.npy", "w") as file:
        np.lib.format.write_array_header_1_0(
            file,
            {"shape": (100_000,) * 3, "fortran_order": False, "descr": "<f8"},  # type: ignore[arg-type]
        )
    assert "declares" in refusal(tmp_path / "a.npz")


@pytest.mark.parametrize("shape", [(10**6,) * 3, (-1, -1, -1), (2**62, 2**62, 2**62)])
def test_shapes_that_cannot_be(shape: tuple[int, ...], tmp_path: Path) -> None:
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(
            file,
            {"shape": shape, "fortran_order": False, "descr": "<f4"},  # type: ignore[arg-type]
        )
        file.write(bytes(4096))
    refusal(tmp_path / "a.npy")


def test_external_links_are_not_followed(sample: Make, tmp_path: Path) -> None:
    secret = sample("gadget-hdf5").rename(tmp_path / "other.hdf5")
    path = tmp_path / "link.hdf5"
    with h5py.File(path, "w") as file:
        file["Header"] = h5py.ExternalLink(str(secret), "/Header")
        file["PartType1"] = h5py.ExternalLink(str(secret), "/PartType1")
    assert "links are not followed" in refusal(path)


def test_links_to_columns_are_not_followed(sample: Make) -> None:
    path = sample("gadget-hdf5")
    with h5py.File(path, "r+") as file:
        del file["PartType1/Coordinates"]
        file["PartType1/Coordinates"] = h5py.SoftLink("/PartType1/Coordinates")
    assert "links are not followed" in refusal(path)


def test_virtual_datasets_are_not_followed(sample: Make, tmp_path: Path) -> None:
    secret = sample("hdf5-grid")
    path = tmp_path / "virtual.hdf5"
    layout = h5py.VirtualLayout((16, 16, 16), "f8")
    layout[:] = h5py.VirtualSource(str(secret), "delta", (16, 16, 16))
    with h5py.File(path, "w") as file:
        file.create_virtual_dataset("delta", layout)
    assert "another file" in refusal(path)


def test_external_storage_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(bytes(8**3 * 8))
    path = tmp_path / "external.hdf5"
    with h5py.File(path, "w") as file:
        file.create_dataset("delta", (8, 8, 8), "f8", external=[(str(tmp_path / "raw"), 0, 8**3 * 8)])
    assert "another file" in refusal(path)


def test_groups_that_contain_themselves_end(tmp_path: Path) -> None:
    path = tmp_path / "loop.hdf5"
    with h5py.File(path, "w") as file:
        group = file.create_group("a")
        group["b"] = group
        group["c"] = file["/"]
    refusal(path)


def test_arrays_that_were_declared_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / "void.hdf5"
    with h5py.File(path, "w") as file:
        file.create_dataset("delta", (4096, 4096, 4096), "f4", chunks=(64, 64, 64))
    assert "holds none of it" in refusal(path)


def test_more_than_memory_is_refused_before_it_is_allocated(sample: Make, tmp_path: Path) -> None:
    path = tmp_path / "huge.hdf5"
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset("delta", (100_000,) * 3, "f4", chunks=(8, 8, 8))
        dataset[0, 0, 0] = 1
    assert "memory" in refusal(path)


def test_chunks_too_large_to_hold_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "chunk.hdf5"
    with h5py.File(path, "w") as file:
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((800, 800, 800))
        plan.set_deflate(1)
        space = h5py.h5s.create_simple((800, 800, 800))
        made = h5py.h5d.create(file.id, b"delta", h5py.h5t.NATIVE_FLOAT, space, plan)
        made.write_direct_chunk((0, 0, 0), b"x" * 100)
    assert "chunks of" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 64, b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + b"\xff" * 4096, b"PK\x03\x04", b"\x93NUMPY",
     b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 70_000, b"hello", b"\x80\x04."],
)  # fmt: skip
def test_beginnings_without_the_rest(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    refusal(path)


def test_numbers_that_are_text_and_headers_of_garbage(sample: Make) -> None:
    path = sample("gadget-hdf5")
    with h5py.File(path, "r+") as file:
        file["Header"].attrs["BoxSize"] = "fifty"
        file["Header"].attrs["NumPart_Total"] = np.array([np.nan] * 6)
        file["Header"].attrs["Redshift"] = np.nan
        file["Header"].attrs["MassTable"] = np.array([0, np.inf, -1, 0, 0, 0])
        file["Parameters"].attrs["BoxSize"] = -5.0
    found, refused = opening.describe([path])
    assert not refused
    assert found[0].box_size is None
    assert found[0].species["dm"].count == 500


def test_positions_of_the_wrong_kind(sample: Make) -> None:
    for values in (np.zeros((500, 2)), np.array([b"text"] * 500), np.zeros(500, dtype=[("x", "f4"), ("y", "f4")])):
        path = sample("gadget-hdf5")
        with h5py.File(path, "r+") as file:
            del file["PartType1/Coordinates"]
            file["PartType1/Coordinates"] = values
        refusal(path)


def test_a_header_that_would_call_something_is_refused_in_words(tmp_path: Path) -> None:
    header = b"{'descr': print('<f4'), 'fortran_order': False, 'shape': (4, 4, 4)}\n"
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(256))
    assert "plain values" in refusal(tmp_path / "a.npy")


def test_a_pipe_and_a_dangling_link_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert "no regular file" in refusal(tmp_path / "pipe")
    assert "back to itself" in refusal(tmp_path / "round")
    assert "gone" in refusal(tmp_path / "gone")


def texts(path: Path) -> bytearray:
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "halograph-bundle"
    return bytearray(path.read_bytes())


def test_a_heap_of_texts_that_never_ends_is_refused(tmp_path: Path) -> None:
    content = texts(tmp_path / "a.hdf5")
    free = content.index(b"GCOL") + 16 + 16 + 16  # behind the header, and the one text of 16 bytes
    content[free : free + 16] = bytes(16)
    (tmp_path / "a.hdf5").write_bytes(content)
    assert "texts" in refusal(tmp_path / "a.hdf5")


def test_a_text_of_gigabytes_in_a_small_file_is_refused(tmp_path: Path) -> None:
    content = texts(tmp_path / "a.hdf5")
    heap = content.index(b"GCOL").to_bytes(8, "little")
    at = content.index((16).to_bytes(4, "little") + heap)
    content[at : at + 4] = b"\xff" * 4
    (tmp_path / "a.hdf5").write_bytes(content)
    assert "texts" in refusal(tmp_path / "a.hdf5")


def test_masses_that_are_not_finite_are_counted_and_refused(sample: Make) -> None:
    path = sample("gadget-hdf5")
    with h5py.File(path, "r+") as file:
        masses = np.ones(500)
        masses[:3] = np.nan
        file["PartType1/Masses"] = masses
    assert "3 masses" in refusal(path)


@pytest.mark.parametrize("version", ["earliest", "latest"])
@pytest.mark.parametrize("value", ["SWIFT", ["one", "two", "three"]])
def test_a_text_of_gigabytes_at_no_place_takes_no_memory(version: str, value: object, tmp_path: Path) -> None:
    """HDF5 makes room for the length that a text states before it looks where it lies."""
    path = tmp_path / "text.hdf5"
    with h5py.File(path, "w", libver=version) as file:
        file.create_group("Header").attrs["Code"] = value
    whole = path.read_bytes()
    heap = whole.find(b"GCOL").to_bytes(8, "little")
    at = whole.find(heap)
    while whole[at - 4 : at] not in {bytes([n, 0, 0, 0]) for n in (3, 5)}:
        at = whole.find(heap, at + 1)
    path.write_bytes(whole[: at - 4] + b"\xf0\xff\xff\xf0" + b"\x11" * 8 + whole[at + 8 :])
    assert "damaged" in refusal(path)
