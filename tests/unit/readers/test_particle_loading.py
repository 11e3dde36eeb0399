"""Columns, streams and samples: the same particles however they are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backends.data.description import Description, SpeciesFacts
from backends.data.facts import Facts
from backends.errors import MissingFact, NotApplicable, UnreadableFile, WrongCall
from backends.progress import silent
from backends.readers.particles import loading as particle_loading
from backends.readers.particles.columns import ArrayColumn, Components, DecodedColumn
from backends.readers.particles.loading import ParticleReader
from backends.readers.particles.region import REGION_WARNING, notes, zoom_notes
from backends.readers.particles.snapshot import Block, Snapshot

RNG = np.random.default_rng(3)
GAS = RNG.random((700, 3)).astype(">f4") * 100 - 3
DM = RNG.random((1300, 3)) * 100
WEIGHTS = RNG.random(700)
PATH = Path("made.snapshot")


class Made(ParticleReader):
    """Gas and dark matter in two files, every column stored in another way."""

    box_size: float | None = 100.0

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        species = {"gas": SpeciesFacts(700, 0.0, 1.0), "dm": SpeciesFacts(1300, 5.0, 5.0)}
        return Snapshot(PATH, species, self.blocks, self.box_size, 0.5)

    def blocks(self) -> Iterator[Block]:
        ids = np.arange(700, dtype=np.uint64)
        yield Block(PATH, "gas", 700, ArrayColumn(GAS), ArrayColumn(WEIGHTS), ArrayColumn(GAS, 2), ArrayColumn(ids))
        parts = Components([ArrayColumn(DM[:, i] * 10, 0.1) for i in range(3)])
        packed = DecodedColumn((1300, 3), np.dtype(np.float32), lambda start, stop: DM[start:stop].astype(np.float32))
        yield Block(PATH, "dm", 1300, parts, 5.0, packed)


READER, DESCRIPTION = Made(), Description(PATH, (PATH,), "made", "particles")


def pieces(species: str | None, columns: tuple[str, ...] = ()) -> dict[str, NDArray[np.generic]]:
    """What a stream gives, put together."""
    found: dict[str, list[NDArray[np.generic]]] = {"positions": [], "masses": [], "velocities": []}
    for piece in READER.stream(DESCRIPTION, Facts(), "", species, silent, columns):
        found["positions"].append(piece.positions.copy())
        found["masses"].append(np.broadcast_to(np.asarray(piece.masses), piece.count).copy())
        if piece.velocities is not None:
            found["velocities"].append(piece.velocities.copy())
    return {name: np.concatenate(arrays) for name, arrays in found.items() if arrays}


def test_what_is_stored_is_read_in_the_box() -> None:
    particles = READER.load(DESCRIPTION, Facts(), "", None, silent)
    wanted = np.concatenate([np.mod(GAS.astype(np.float32).astype(np.float64), 100), DM])
    assert np.abs(particles.positions - wanted).max() < 1e-5
    assert particles.positions.min() >= 0
    assert particles.positions.max() < 100
    assert isinstance(particles.masses, np.ndarray)
    assert np.array_equal(particles.masses[:700], WEIGHTS.astype(np.float32))
    assert set(particles.masses[700:]) == {5.0}
    assert particles.species == "matter"


@pytest.mark.parametrize("species", [None, "gas", "dm"])
@pytest.mark.parametrize("piece", [64, 999, 1 << 20])
def test_a_stream_gives_what_loading_gives(species: str | None, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(particle_loading, "PIECE", piece)
    whole = READER.load(DESCRIPTION, Facts(), "", species, silent, ("velocities",))
    streamed = pieces(species, ("velocities",))
    assert np.array_equal(streamed["positions"], whole.positions)
    assert np.array_equal(streamed["masses"], np.broadcast_to(np.asarray(whole.masses), whole.count))
    assert whole.velocities is not None
    assert np.array_equal(streamed["velocities"], whole.velocities)


def test_a_sample_is_of_all_species_in_proportion() -> None:
    *_, sample = READER.samples(DESCRIPTION, Facts(), "", None, 512, silent)
    assert 512 <= sample.count < 530
    gas = int(np.count_nonzero(sample.masses != 5.0))
    assert abs(gas / sample.count - 0.35) < 0.12


def test_a_told_box_moves_the_particles_with_it() -> None:
    told = READER.load(DESCRIPTION, Facts(box_size=50.0, redshift=2.0), "", "dm", silent)
    assert np.allclose(told.positions, DM / 2)
    assert (told.box_size, told.redshift) == (50.0, 2.0)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongCall, match="it holds gas, dm"):
        READER.load(DESCRIPTION, Facts(), "", "stars", silent)
    with pytest.raises(UnreadableFile, match="no ids of its dm"):
        READER.load(DESCRIPTION, Facts(), "", "dm", silent, ("ids",))
    monkeypatch.setattr(Made, "box_size", None)
    with pytest.raises(MissingFact, match="box size"):
        READER.load(DESCRIPTION, Facts(), "", "dm", silent)


def test_positions_that_are_no_numbers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = DM.copy()
    bad[[3, 700]] = np.nan
    monkeypatch.setattr(Made, "blocks", lambda self: iter([Block(PATH, "dm", 1300, ArrayColumn(bad), 5.0)]))
    with pytest.raises(UnreadableFile, match="holds 2 positions that are not finite"):
        READER.load(DESCRIPTION, Facts(), "", "dm", silent)
    monkeypatch.setattr(Made, "blocks", lambda self: iter([Block(PATH, "dm", 1300, None, 5.0)]))
    with pytest.raises(NotApplicable, match="no positions of its dm"):
        READER.load(DESCRIPTION, Facts(), "", "dm", silent)


@pytest.mark.parametrize(
    ("scale", "said"), [(0.3, "it is a region"), (1.0, ""), (3.0, "span about 299 Mpc/h and the box is stated as 100")]
)
def test_a_region_and_what_leaves_the_box_are_told(scale: float, said: str) -> None:
    block = Block(PATH, "dm", len(DM), ArrayColumn(DM * scale), 1.0)
    snapshot = Snapshot(PATH, {"dm": SpeciesFacts(len(DM))}, lambda: iter([block]), 100.0)
    told = notes(snapshot)
    assert len(told) == bool(said)
    assert said in "".join(told)
    assert (REGION_WARNING in told) == (scale == 0.3)


@pytest.mark.parametrize(
    ("species", "is_zoom"),
    [
        ({"dm": SpeciesFacts(8, 1e9, 1e9)}, False),
        ({"dm": SpeciesFacts(8, 1e9, 1e9), "dm-2": SpeciesFacts(8, 8e9, 8e9)}, True),
        ({"dm": SpeciesFacts(8, 1e9, 6.4e10)}, True),
        ({"dm": SpeciesFacts(8, 1e9, 1e9), "stars": SpeciesFacts(8, 1e5, 1e7), "gas": SpeciesFacts(8, 1e8)}, False),
        ({"dm": SpeciesFacts(8), "dm-2": SpeciesFacts(0, 8e9, 8e9)}, False),
        ({"type-2": SpeciesFacts(8, 1e9, 1e9), "type-5": SpeciesFacts(8, 8e9, 8e9)}, True),
    ],
)
def test_a_zoom_is_told_by_the_masses_of_its_dark_matter(species: dict[str, SpeciesFacts], is_zoom: bool) -> None:
    told = zoom_notes(Snapshot(Path("snap"), species, lambda: iter(()), 50.0))
    assert [("as a zoom has" in note) for note in told] == [True] * is_zoom


def test_the_disk_of_a_galaxy_is_no_dark_matter_of_a_zoom() -> None:
    species = {"dm": SpeciesFacts(8, 4e7, 4e7), "type-2": SpeciesFacts(8, 5e5, 5e5)}
    (told,) = zoom_notes(Snapshot(Path("snap"), species, lambda: iter(()), 50.0))
    assert "masses of its dm and type-2 go from 5e+05 to 4e+07" in told
    assert not zoom_notes(Snapshot(Path("snap"), species, lambda: iter(())))
