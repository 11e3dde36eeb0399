"""Individual masses before they are loaded: all of few, some of many, and nothing said that was not seen."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.data.particles import Particles
from backends.readers import opening
from backends.readers.particles import mass_range
from backends.readers.particles.columns import ArrayColumn, value_range

COUNT = 20_000


def snapshot(path: Path, masses: np.ndarray) -> Path:
    counts = np.array([0, COUNT, 0, 0, 0, 0])
    with h5py.File(path, "w") as file:
        file.create_group("Header").attrs.update(
            {"NumPart_ThisFile": counts, "NumPart_Total": counts, "MassTable": np.zeros(6), "Redshift": 0.0,
             "BoxSize": 50.0, "NumFilesPerSnapshot": 1, "UnitLength_in_cm": 3.085678e24}
        )  # fmt: skip
        file["PartType1/Coordinates"] = np.random.default_rng(0).random((COUNT, 3)) * 50
        file.create_dataset("PartType1/Masses", data=masses, chunks=(1000,), compression="gzip", shuffle=True)
    return path


def test_few_are_looked_at_all_and_many_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    masses = np.linspace(1, 2, COUNT)
    (whole,), _ = opening.describe([snapshot(tmp_path / "few.hdf5", masses)])
    assert (whole.species["dm"].mass_min, whole.species["dm"].mass_max) == (1e10, 2e10)
    assert not whole.warnings
    monkeypatch.setattr(mass_range, "FEW", 1000)
    monkeypatch.setattr(mass_range, "value_range", lambda column: pytest.fail("all were read"))
    (some,), _ = opening.describe([snapshot(tmp_path / "many.hdf5", masses)])
    low, high = some.species["dm"].mass_min, some.species["dm"].mass_max
    assert low is not None
    assert high is not None
    assert 1e10 <= low < 1.1e10
    assert 1.9e10 < high <= 2e10
    (said,) = some.warnings
    assert f"Of the {COUNT} masses of type 1 some were looked at: they are from" in said


@pytest.mark.parametrize("odd", [None, 12_345])
def test_masses_that_agree_where_they_are_looked_at_are_read_all_the_same(
    odd: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mass_range, "FEW", 1000)
    masses = np.full(COUNT, 3.0)
    if odd is not None:
        masses[odd] = 7.0
    (found,), _ = opening.describe([snapshot(tmp_path / "a.hdf5", masses)])
    assert found.species["dm"].mass_min is None
    loaded = opening.load(found)
    assert isinstance(loaded, Particles)
    if odd is None:
        assert loaded.masses == pytest.approx(3e10)
        assert isinstance(loaded.masses, float)
    else:
        assert isinstance(loaded.masses, np.ndarray)
        np.testing.assert_allclose(loaded.masses, masses * 1e10)


@pytest.mark.parametrize("few", [mass_range.FEW, 1000])
def test_masses_that_cannot_be_unpacked_are_refused_with_their_file(
    few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mass_range, "FEW", few)
    path = snapshot(tmp_path / "a.hdf5", np.linspace(1, 2, COUNT))
    with h5py.File(path) as file:
        masses = file["PartType1/Masses"].id
        chunks = [masses.get_chunk_info(i) for i in range(masses.get_num_chunks())]
    whole = bytearray(path.read_bytes())
    for chunk in chunks:
        whole[chunk.byte_offset + 40 : chunk.byte_offset + 80] = bytes(40)
    path.write_bytes(whole)
    found, (refused,) = opening.describe([path])
    assert not found
    assert "a.hdf5 is damaged" in str(refused)


def test_some_of_many_come_from_all_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mass_range, "FEW", 10)
    columns = [ArrayColumn(np.linspace(i, i + 1, 5000)) for i in range(40)]
    held = mass_range.looked_into(columns, 200_000)
    assert len(held) <= mass_range.PIECES
    found = mass_range.mass_range(held, 200_000, 2.0)
    assert found is not None
    assert not found.whole
    assert found.low < 0.2
    assert found.high > 70
    assert mass_range.mass_range([ArrayColumn(np.array([1.0, np.nan]))], 2) is None
    assert value_range(columns[0]) == (0.0, 1.0)
