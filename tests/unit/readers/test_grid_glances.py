"""A first look at a large grid: block means of a part of it, honest whatever way it is stored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from backends.data.facts import Facts
from backends.data.field import Field
from backends.readers import opening
from backends.readers.files.hdf5_chunks import Hdf5Chunks
from backends.readers.files.stored import StoredArray
from backends.readers.grids.block_means import Gathered, block_width, of_rows, rows_read

BOX = 100.0
N = 196


def waves(n: int, cell_offset: float = 0.5) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return 1+δ with a long wave along each axis, another one each."""
    x = 2 * np.pi * (np.arange(n) + cell_offset) / n
    parts = np.sin(x)[:, None, None], 0.5 * np.cos(2 * x)[None, :, None], 0.25 * np.sin(3 * x)[None, None, :]
    return (1 + 0.4 * sum(parts)).astype(np.float32)


def looks(path: Path, told: Facts = Facts(), member: str = "") -> list[tuple[float, Field]]:
    """Return the share that was seen and the density of each look."""
    (description,), refused = opening.describe([path])
    assert not refused
    glances = opening.glances(description, told, member, 0.0)
    return [(glance.seen / glance.of, field) for glance in glances if (field := glance.field()) is not None]


@pytest.mark.parametrize("width", [4, 5, 8, 16])
def test_no_lattice_is_taken_for_structure(width: int) -> None:
    """Simulations begin from lattices; one of a period that fits into a block must vanish in its mean."""
    n = 4 * width
    rows = rows_read(width)
    assert sorted(i for i, _ in rows) == sorted(j for _, j in rows) == list(range(width))
    x = np.arange(n)
    for axis in range(3):
        lattice = np.moveaxis(np.broadcast_to(np.cos(2 * np.pi * x / width), (n, n, n)), -1, axis)
        sampled = np.mean([lattice[i::width, j::width] for i, j in rows], axis=0)
        assert np.abs(sampled.reshape(4, 4, 4, width).mean(axis=-1)).max() < 1e-6


@pytest.mark.parametrize(("n", "order"), [(193, "C"), (256, "F"), (388, "C"), (390, "F")])
def test_block_means_of_rows_follow_the_field(n: int, order: Any, tmp_path: Path) -> None:
    path = tmp_path / "mesh"
    path.write_bytes(waves(n).tobytes(order))
    found = of_rows(StoredArray.of(path, np.float32, 0, (n, n, n), order))
    m = -(-n // block_width(n))
    assert found.shape == (m, m, m)
    np.testing.assert_allclose(found, waves(m), atol=0.035)


def test_pieces_in_any_order_add_up_to_block_means() -> None:
    rng = np.random.default_rng(3)
    mesh = rng.random((200, 200, 200), dtype=np.float32)
    gathered = Gathered(200)
    for x in (150, 0, 70):
        stop = {0: 70, 70: 150, 150: 200}[x]
        for y in (0, 99):
            gathered.add((x, y, 0), mesh[x:stop, y : 99 if y == 0 else 200])
    assert gathered.share == 1
    exact = mesh.reshape(100, 2, 100, 2, 100, 2).mean(axis=(1, 3, 5))
    np.testing.assert_allclose(gathered.means(), exact, rtol=1e-5)


STORED: dict[str, dict[str, Any]] = {
    "plain": {},
    "gzip": {"compression": "gzip", "chunks": (49, 50, 60)},
    "shuffled with checksums": {"compression": "gzip", "shuffle": True, "fletcher32": True, "chunks": (64, 64, 64)},
    "lzf": {"compression": "lzf", "chunks": (98, 98, 98)},
    "planes": {"compression": "gzip", "chunks": (1, N, N)},
    "big-endian": {"dtype": ">f8", "chunks": (64, 64, 64)},
}


@pytest.mark.parametrize("stored", STORED)
def test_a_look_at_hdf5_is_the_field_coarsely(tmp_path: Path, stored: str) -> None:
    path, mesh = tmp_path / "grid.hdf5", waves(N)
    with h5py.File(path, "w") as file:
        file.attrs["BoxSize"] = BOX
        file.create_dataset("density", data=3 * mesh, **STORED[stored])
    share, field = looks(path)[-1]
    assert share == 1
    assert (field.box_size, field.quantity, field.n_mesh, field.cell_offset) == (BOX, "relative_density", 98, 0.5)
    exact = mesh.reshape(98, 2, 98, 2, 98, 2).mean(axis=(1, 3, 5))
    np.testing.assert_allclose(field.values, exact, rtol=2e-4)


def test_a_part_of_the_chunks_shows_no_sheets(tmp_path: Path) -> None:
    """Where some chunks have come, the others are what lies around, and the whole is near the truth on large scales."""
    path = tmp_path / "grid.hdf5"
    with h5py.File(path, "w") as file:
        file.attrs["BoxSize"] = BOX
        file.create_dataset("overdensity", data=waves(256) - 1, compression="gzip", chunks=(16, 16, 16))
    found = [(share, field) for share, field in looks(path) if share < 0.5]
    assert found
    field = found[-1][1]
    assert np.std(field.values - waves(field.n_mesh)) < 0.25 * np.std(waves(field.n_mesh))


def test_an_array_of_several_fields_and_of_components_behind(tmp_path: Path) -> None:
    mesh = waves(N)
    np.save(tmp_path / "several.npy", np.stack([mesh, 2 - mesh], axis=-1))
    ((_, field),) = looks(tmp_path / "several.npy", Facts(box_size=BOX, quantity="relative_density"), "several[1]")
    exact = (2 - mesh).reshape(98, 2, 98, 2, 98, 2).mean(axis=(1, 3, 5))
    np.testing.assert_allclose(field.values, exact, rtol=1e-4)
    with h5py.File(tmp_path / "several.hdf5", "w") as file:
        file.create_dataset("fields", data=np.stack([mesh, 2 - mesh]), compression="gzip", chunks=(2, 49, 98, 196))
    told = Facts(box_size=BOX, quantity="relative_density")
    np.testing.assert_allclose(looks(tmp_path / "several.hdf5", told, "fields[1]")[-1][1].values, exact, rtol=1e-4)


def test_what_is_small_no_density_or_no_number_has_no_look(tmp_path: Path) -> None:
    told = Facts(box_size=BOX, quantity="relative_density")
    np.save(tmp_path / "small.npy", waves(64))
    assert looks(tmp_path / "small.npy", told) == []
    mesh = waves(N)
    np.save(tmp_path / "hot.npy", mesh)
    assert looks(tmp_path / "hot.npy", Facts(box_size=BOX, quantity="temperature")) == []
    mesh[100, 100, 100] = np.nan
    np.save(tmp_path / "hole.npy", mesh)
    assert looks(tmp_path / "hole.npy", Facts(box_size=BOX, quantity="relative_density")) == []


def test_a_chunk_that_was_never_written_holds_the_fill_value(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "part.hdf5", "w") as file:
        dataset = file.create_dataset("a", (30, 30), "f4", chunks=(20, 20), fillvalue=7.0, compression="gzip")
        dataset[:20, :20] = np.arange(400).reshape(20, 20)
        chunks = Hdf5Chunks.of(dataset)
        assert chunks is not None
        np.testing.assert_array_equal(chunks.read((0, 0)), np.arange(400).reshape(20, 20))
        np.testing.assert_array_equal(chunks.read((20, 20)), np.full((10, 10), 7.0))


@pytest.mark.parametrize("chunks", [None, (49, 49, 49)])
def test_looks_that_one_thread_took_may_be_ended_by_another(tmp_path: Path, chunks: tuple[int, ...] | None) -> None:
    path = tmp_path / "mesh.hdf5"
    with h5py.File(path, "w") as file:
        file.create_dataset("density", data=waves(N), chunks=chunks)
    (description,), _ = opening.describe([path], Facts(box_size=BOX))
    glances = opening.glances(description, Facts(box_size=BOX), "density", 0.0)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(next, glances).result().seen > 0
    glances.close()
