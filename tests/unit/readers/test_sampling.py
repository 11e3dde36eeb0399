"""Samples for first looks: real particles with their own masses, from all over the file, however it is stored."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from backends.data.facts import Facts
from backends.data.particles import Lots, Particles
from backends.errors import UnreadableFile
from backends.mesh.first_look import first_look
from backends.progress import silent
from backends.readers import opening
from backends.readers.particles import hdf5_rows, sampling
from backends.readers.particles.columns import Components, Hdf5Column
from backends.readers.particles.region import REGION_WARNING
from backends.readers.particles.sampling import places, run_length, take
from backends.readers.particles.seen import Seen

COUNT, SIDE = 60_000, 1000.0

STORED: dict[str, dict[str, Any]] = {
    "contiguous": {},
    "chunked": {"chunks": (1000, 3)},
    "deflated": {"chunks": (1000, 3), "compression": "gzip"},
    "summed": {"chunks": (1000, 3), "compression": "gzip", "fletcher32": True},
    "shuffled": {"chunks": (1000, 3), "compression": "gzip", "shuffle": True},
    "shuffled and summed": {"chunks": (1000, 3), "compression": "gzip", "shuffle": True, "fletcher32": True},
    "shuffled singles": {"dtype": "f4", "chunks": (1000, 3), "compression": "gzip", "shuffle": True},
    "lzf": {"chunks": (999, 3), "compression": "lzf"},
    "by component": {"chunks": (1000, 1), "compression": "gzip"},
    "in tiny chunks": {"chunks": (3, 3)},
    "in one chunk": {"chunks": (COUNT, 3), "compression": "gzip"},
    "big-endian": {"dtype": ">f4", "chunks": (1000, 3), "compression": "gzip"},
}


def snapshot(path: Path, stored: dict[str, Any], masses: dict[str, Any] | None = None) -> np.ndarray:
    """Write particles that stand in order along x and weigh as much as their number; returns their positions."""
    numbers = np.arange(COUNT)
    positions = np.stack([numbers * SIDE / COUNT, numbers * 7 % SIDE, numbers * 13 % SIDE], axis=1)
    counts = np.array([0, COUNT, 0, 0, 0, 0])
    with h5py.File(path, "w") as file:
        file.create_group("Header").attrs.update(
            {"NumPart_ThisFile": counts, "NumPart_Total": counts, "MassTable": np.zeros(6), "Redshift": 0.0,
             "BoxSize": SIDE, "NumFilesPerSnapshot": 1, "UnitLength_in_cm": 3.085678e24}
        )  # fmt: skip
        file.create_dataset("PartType1/Coordinates", data=positions, **{"dtype": "f8", **stored})
        file.create_dataset("PartType1/Masses", data=numbers + 1.0, **(masses or {}))
    return positions


@pytest.mark.parametrize("masses", [None, {"chunks": (777,), "compression": "gzip"}], ids=["plain", "packed"])
@pytest.mark.parametrize("stored", STORED.values(), ids=STORED)
def test_a_sample_is_of_real_particles_from_all_over(
    tmp_path: Path, stored: dict[str, Any], masses: dict[str, Any] | None
) -> None:
    path = tmp_path / "a.hdf5"
    positions = snapshot(path, stored, masses)
    (description,), refused = opening.describe([path])
    assert not refused
    assert REGION_WARNING not in description.warnings
    few = opening.sample(description, wanted=4000)
    assert 4000 <= few.count < 4100
    assert isinstance(few.masses, np.ndarray)
    numbers = np.rint(few.masses / 1e10).astype(int) - 1
    np.testing.assert_allclose(few.positions, positions[numbers], rtol=1e-6, atol=1e-4)
    along, _ = np.histogram(few.positions[:, 0], bins=8, range=(0, SIDE))
    assert along.min() > 150


def test_rows_come_evenly_from_all_over_the_file_and_from_all_over_its_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hdf5_rows, "STRETCH", 200 * 24)
    snapshot(tmp_path / "a.hdf5", STORED["deflated"])
    with h5py.File(tmp_path / "a.hdf5") as file:
        found = list(islice(places(Hdf5Column(file["PartType1/Coordinates"]), 1 << 20), 40))
    first = np.unique(found[0] // 1000)
    assert first.size == 16
    assert np.diff(first, prepend=first[-1] - 60).max() <= 7
    assert sorted({*np.concatenate(found[:4]) // 1000}) == list(range(60))
    within, _ = np.histogram(np.concatenate(found) % 1000, bins=5, range=(0, 1000))
    assert within.min() > 0.7 * within.mean()


def test_samples_grow_and_keep_what_they_had(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    snapshot(path, STORED["deflated"])
    (description,), _ = opening.describe([path])
    looks = list(opening.samples(description, wanted=8000, seconds=0.0))
    assert len(looks) > 2
    for less, more in pairwise(looks):
        assert less.count < more.count
        np.testing.assert_array_equal(less.positions, more.positions[: less.count])
    assert looks[-1].count >= 8000
    again = opening.sample(description, wanted=8000)
    np.testing.assert_array_equal(looks[0].positions, again.positions[: looks[0].count])


def test_what_was_seen_less_weighs_more() -> None:
    seen = Seen({"positions": np.zeros((160, 3), np.float32)})
    seen.add(0, 1000, slice(0, 40), np.arange(0, 40, 4))
    seen.add(1, 3000, slice(40, 60), np.arange(0, 20, 4))
    for masses in (None, 2.0, np.full(60, 2.0, np.float32)):
        weighed = seen.weighed(Particles(seen.room["positions"][:60], 1.0, masses))
        assert isinstance(weighed.masses, np.ndarray)
        of_first, of_second = weighed.masses[:40].sum(), weighed.masses[40:].sum()
        assert of_second / of_first == pytest.approx(3)
        assert weighed.masses.sum() == pytest.approx(60 * (1 if masses is None else 2))
    seen.add(1, 3000, slice(60, 160), np.arange(0, 100, 4))
    even = Particles(np.zeros((160, 3), np.float32), 1.0, 2.0)
    assert seen.weighed(even) is even


@pytest.mark.parametrize("stored", ["shuffled", "lzf", "by component"])
def test_a_first_look_at_packed_chunks_in_order_of_place_has_no_slabs(
    tmp_path: Path, stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "CHUNKS", 5)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    snapshot(tmp_path / "a.hdf5", STORED[stored])
    (description,), _ = opening.describe([tmp_path / "a.hdf5"], Facts(length_unit="Mpc/h"))
    shown = []
    for sample in opening.samples(description, species="dm", wanted=30_000, seconds=0.0):
        look = first_look(replace(sample, masses=None))
        if look is not None:
            shown.append(look.n_mesh)
            along = look.values.mean(axis=(1, 2))
            assert along.mean() == pytest.approx(1, rel=1e-5)
            assert along.std() < 0.25
    assert len(shown) > 2
    assert shown[-1] >= 24


def test_a_few_chunks_of_many_make_no_picture() -> None:
    rng = np.random.default_rng(5)
    lots = np.arange(4000) % 5
    positions = rng.random((4000, 3)) * (0.02, 1, 1) + np.stack([lots / 5, 0 * lots, 0 * lots], axis=1)
    few = Particles(positions, 1.0, lots=Lots(lots, np.ones(5), 50))
    assert first_look(few) is None
    assert first_look(replace(few, lots=Lots(lots, np.ones(5), 5))) is not None  # those are all there are
    assert first_look(replace(few, positions=rng.random((4000, 3)))) is not None  # each of them is all over the box


def test_the_components_of_a_vector_are_of_one_particle(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((5000, 3))
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        parts = [file.create_dataset(f"{i}", data=values[:, i], chunks=(64 + i,), compression="gzip") for i in range(3)]
        column = Components([Hdf5Column(part, 2.0) for part in parts])
        for starts in islice(places(column, 4000), 5):
            length = run_length(column)
            found = np.empty((starts.size * length, 3))
            take(column, starts, length, found)
            rows = (starts[:, None] + np.arange(length)).ravel()
            np.testing.assert_array_equal(found, 2 * values[rows])


def test_a_damaged_chunk_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    snapshot(path, STORED["in one chunk"])
    with h5py.File(path, "r") as file:
        chunk = file["PartType1/Coordinates"].id.get_chunk_info(0)
    (description,), _ = opening.describe([path])
    content = bytearray(path.read_bytes())
    content[chunk.byte_offset : chunk.byte_offset + 400] = bytes(400)
    path.write_bytes(content)
    _, refused = opening.describe([path])
    assert [type(error) for error in refused] == [UnreadableFile]
    with pytest.raises(UnreadableFile, match="is damaged"):
        list(opening.samples(description, Facts(), "", None, 4000, silent))
