"""Gadget's binary snapshots: byte orders, precisions, pieces, and headers that say nothing."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from opened_particles import load
from particle_files import header, record, snapshot

from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import InputError, MissingFact, UnreadableFile
from backends.readers import opening, registry

READER = registry()["gadget-binary"]
CRITICAL = 27.7536627
"""Critical density in 1e10 Msun/h / (Mpc/h)³."""


def blocks(n: int, rng: np.random.Generator, side: float = 50000.0, dtype: str = "f4", ids: str = "u4") -> Any:
    return {
        "POS": (side * rng.random((n, 3))).astype(dtype),
        "VEL": rng.normal(size=(n, 3)).astype(dtype),
        "ID": np.arange(n, dtype=ids),
    }


@pytest.mark.parametrize("labelled", [False, True], ids=["format-1", "format-2"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("dtype", "ids"), [("f4", "u4"), ("f4", "u8"), ("f8", "u4"), ("f8", "u8")])
def test_both_formats_orders_and_precisions(
    tmp_path: Path, rng: np.random.Generator, labelled: bool, order: str, dtype: str, ids: str
) -> None:
    written = blocks(40, rng, dtype=dtype, ids=ids)
    written["MASS"] = np.linspace(1, 2, 10).astype(dtype)
    head = header({1: 30, 4: 10}, order, masses={1: 3.0})
    data = load(snapshot(tmp_path / "snap", written, head, order, labelled))
    np.testing.assert_allclose(data.positions, written["POS"] / 1000, rtol=1e-6)
    np.testing.assert_allclose(data.velocities, written["VEL"] * np.sqrt(0.5), rtol=1e-6)
    np.testing.assert_array_equal(data.ids, np.arange(40))
    np.testing.assert_allclose(data.masses, 1e10 * np.r_[np.full(30, 3), np.linspace(1, 2, 10)], rtol=1e-6)
    assert data.positions.dtype == np.dtype(dtype)
    assert (data.box_size, data.redshift) == (50, 1)


def test_facts_and_species(tmp_path: Path, rng: np.random.Generator) -> None:
    written = blocks(70, rng) | {"MASS": np.full(70, 0.5, dtype="f4"), "BHMA": np.ones(5, dtype="f4")}
    head = header({0: 30, 1: 20, 4: 15, 5: 5})
    (description,), _ = opening.describe([snapshot(tmp_path / "snap", written, head, labelled=True)])
    assert {name: facts.count for name, facts in description.species.items()} == {
        "gas": 30, "dm": 20, "stars": 15, "black-holes": 5,
    }  # fmt: skip
    assert description.species["stars"].mass_min == pytest.approx(5e9)
    assert (description.box_size, description.hubble, description.omega_m) == (50, 0.7, 0.3)
    assert description.kind == "particles"


def split(folder: Path, rng: np.random.Generator, n_files: int, labelled: bool = True) -> tuple[Path, Any]:
    """A snapshot whose pieces hold uneven shares, some of them none of a type."""
    folder.mkdir()
    written = blocks(60, rng)
    bounds = np.linspace(0, 60, n_files + 1).astype(int)
    for number in range(n_files):
        rows = slice(bounds[number], bounds[number + 1])
        count = rows.stop - rows.start
        head = header({1: count}, total={1: 60}, masses={1: 2.0}, files=n_files)
        snapshot(folder / f"snap_003.{number}", {k: v[rows] for k, v in written.items()}, head, labelled=labelled)
    return folder, written


@pytest.mark.parametrize("labelled", [False, True])
def test_piece_folder_and_all_pieces_are_the_same(tmp_path: Path, rng: np.random.Generator, labelled: bool) -> None:
    folder, written = split(tmp_path / "snapdir", rng, 12, labelled)
    files = sorted(folder.iterdir())
    described = [opening.describe(way) for way in ([folder], [files[3]], files, [files[2], folder])]
    assert all(refused == [] for _, refused in described)
    assert all(found == described[0][0] and len(found) == 1 for found, _ in described)
    assert described[0][0][0].complete
    np.testing.assert_array_equal(load(folder).ids, np.arange(60))
    np.testing.assert_allclose(load(folder).positions, written["POS"] / 1000, rtol=1e-6)


def test_missing_and_damaged_pieces_are_named(tmp_path: Path, rng: np.random.Generator) -> None:
    folder, _ = split(tmp_path / "snapdir", rng, 5)
    (folder / "snap_003.1").unlink()
    cut = folder / "snap_003.3"
    cut.write_bytes(cut.read_bytes()[:-7])
    (description,), refused = opening.describe([cut])
    assert not refused
    assert opening.describe([folder]) == ([description], [])
    assert not description.complete
    text = " ".join(description.warnings)
    assert "missing: snap_003.1, snap_003.3" in text
    assert "snap_003.3 is truncated" in text
    assert description.species["dm"].count == 60
    assert load(folder).count == 36


def test_a_mass_block_may_cover_what_the_table_weighs(tmp_path: Path, rng: np.random.Generator) -> None:
    written = blocks(30, rng) | {"MASS": np.arange(1, 31, dtype="f4")}
    head = header({0: 10, 1: 20}, masses={1: 3.0})
    data = load(snapshot(tmp_path / "snap", written, head), species="dm")
    np.testing.assert_allclose(data.masses, 1e10 * np.arange(11, 31), rtol=1e-6)


def test_format_1_without_masses_reads_what_follows_as_none(tmp_path: Path, rng: np.random.Generator) -> None:
    written = blocks(30, rng) | {"U": np.full(10, 7.0, dtype="f4")}
    path = snapshot(tmp_path / "snap", written, header({0: 10, 1: 20}, masses={0: 1.0, 1: 3.0}))
    (description,), _ = opening.describe([path])
    assert description.species["gas"].mass_max == pytest.approx(1e10)


def test_info_blocks_say_which_types_a_block_covers(tmp_path: Path, rng: np.random.Generator) -> None:
    def line(label: str, flags: list[int]) -> bytes:
        return label.ljust(4).encode() + b"FLOAT   " + struct.pack("<i6i", 1, *flags)

    info = line("POS", [1] * 6) + line("MASS", [0, 1, 0, 0, 0, 0])
    written = blocks(30, rng) | {"MASS": np.arange(1, 21, dtype="f4"), "INFO": np.frombuffer(info, dtype="u1")}
    path = snapshot(tmp_path / "snap", written, header({0: 10, 1: 20}, masses={0: 1.0}), labelled=True)
    np.testing.assert_allclose(load(path, species="dm").masses, 1e10 * np.arange(1, 21))
    assert load(path, species="gas").masses == pytest.approx(1e10)


@pytest.mark.parametrize(("side", "expected"), [(50.0, 50.0), (50000.0, 50.0)])
def test_unit_of_length_follows_from_the_mass(
    tmp_path: Path, rng: np.random.Generator, side: float, expected: float
) -> None:
    head = header({1: 64}, masses={1: 0.3 * CRITICAL * 50**3 / 64}, box=side)
    path = snapshot(tmp_path / "snap", blocks(64, rng, side), head)
    (description,), _ = opening.describe([path])
    assert description.box_size == pytest.approx(expected)


@pytest.mark.parametrize(("side", "shift"), [(50000.0, 0.0), (62500.0, -400.0), (7.5, 0.0)])
def test_no_box_is_proposed_from_the_positions(
    tmp_path: Path, rng: np.random.Generator, side: float, shift: float
) -> None:
    box = side / 1000 if side > 100 else side
    n = 16**3
    written = blocks(n, rng, side + 2 * abs(shift))
    written["POS"] += np.float32(shift)
    head = header({1: n}, masses={1: 0.3 * CRITICAL * box**3 / n}, box=0.0, omega_m=0.0, h=0.0, files=0)
    path = snapshot(tmp_path / "snap", written, head)
    (description,), _ = opening.describe([path])
    assert (description.box_size, description.hubble, description.omega_m) == (None, None, None)
    assert description.redshift == 1
    assert description.proposed.box_size == pytest.approx(box, rel=0.02 if shift else 1e-9)
    assert any("positions suggest" in warning for warning in description.warnings)
    with pytest.raises(MissingFact, match="--box-size"):
        opening.load(description)
    (told,), _ = opening.describe([path], Facts(box_size=box))
    assert not any("--box-size" in warning for warning in told.warnings)
    if not shift:
        moved = load(path, description.proposed).positions
        np.testing.assert_allclose(moved, written["POS"] * box / side, rtol=1e-6)


def test_an_isolated_system_is_said_to_be_one(tmp_path: Path, rng: np.random.Generator) -> None:
    written = blocks(300, rng) | {"MASS": np.ones(300, dtype="f4")}
    written["POS"] -= np.float32(25000)
    head = header({2: 200, 3: 100}, box=0.0, omega_m=0.0, h=1.0, time=1.0, z=0.0)
    path = snapshot(tmp_path / "snap", written, head)
    (description,), _ = opening.describe([path])
    assert any("isolated" in warning and "not periodic" in warning for warning in description.warnings)
    assert (description.redshift, description.hubble) == (None, None)
    span = float(np.ptp(written["POS"])) / 1000
    assert description.proposed.box_size is not None
    assert span <= description.proposed.box_size < 1.2 * span
    np.testing.assert_array_equal(load(path, description.proposed).velocities, written["VEL"])


def test_high_words_count_beyond_32_bits_and_garbage_in_them_counts_nothing(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    head = header({1: 20}, total={1: (16 << 32)}, masses={1: 1.0}, files=2, high={1: 16, 2: 228})
    path = snapshot(tmp_path / "snap.0", blocks(20, rng), head)
    (description,), _ = opening.describe([path])
    assert {name: facts.count for name, facts in description.species.items()} == {"dm": 4096**3}
    assert not description.complete


def test_headers_of_gadget_4(tmp_path: Path, rng: np.random.Generator) -> None:
    """Two types, 64-bit counts, no cosmology."""
    head = struct.pack("<2q2q2d3dixxxx2q", 10, 20, 10, 20, 0.5, 3.0, 0.5, 1.0, 50000.0, 1, 0, 0)
    for labelled in (False, True):
        path = snapshot(tmp_path / f"snap{labelled}", blocks(30, rng), head, labelled=labelled)
        (description,), refused = opening.describe([path])
        assert not refused
        assert (description.box_size, description.redshift, description.omega_m) == (50, 1, None)
        assert {name: f.count for name, f in description.species.items()} == {"gas": 10, "dm": 20}
        assert load(path).count == 30
    odd = snapshot(tmp_path / "odd", {"POS": np.zeros((7, 3), dtype="f4")}, head)
    assert not READER.recognises(odd)  # only the positions behind such a header tell what it is


def test_blocks_beyond_four_gigabytes(tmp_path: Path) -> None:
    """Markers hold 32 bits: the length is what the header's count makes of them."""
    n = 400_000_000
    sizes = {"POS": 12 * n, "VEL": 12 * n, "ID": 8 * n}
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.write(record(header({1: n}, masses={1: 1e-3}), label="HEAD"))
        for label, size in sizes.items():
            file.write(record(label.ljust(4).encode() + struct.pack("<I", (size + 8) % (1 << 32))))
            file.write(struct.pack("<I", size % (1 << 32)))
            file.seek(size - 12, 1)
            file.write(np.array([1000, 2000, 3000], "f4").tobytes() if label == "POS" else bytes(12))
            file.write(struct.pack("<I", size % (1 << 32)))
    assert path.stat().st_blocks * 512 < 1e6
    (description,), refused = opening.describe([path])
    assert not refused
    assert description.species["dm"].count == n
    (block,) = READER.snapshot(description, Facts()).blocks()  # type: ignore[attr-defined]
    last = np.empty((1, 3))
    block.positions.read(slice(n - 1, n), last)
    np.testing.assert_allclose(last, [[1, 2, 3]])
    assert opening.sample(description, wanted=1000).count >= 1000


def test_markers_that_disagree_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    path = snapshot(tmp_path / "snap", blocks(30, rng), header({1: 30}, masses={1: 1.0}))
    whole = bytearray(path.read_bytes())
    whole[264 + 4 + 360] ^= 1
    path.write_bytes(whole)
    _, (error,) = opening.describe([path])
    assert isinstance(error, UnreadableFile)
    assert "begins as one of 360 bytes and ends as one of 361" in str(error)


@pytest.mark.parametrize("kept", [264, 265, 300, 700, -1, -5])
@pytest.mark.parametrize("labelled", [False, True])
def test_truncated_files_are_said_to_be(tmp_path: Path, rng: np.random.Generator, kept: int, labelled: bool) -> None:
    head = header({1: 30}, masses={1: 1.0})
    path = snapshot(tmp_path / "snap", blocks(30, rng), head, labelled=labelled)
    path.write_bytes(path.read_bytes()[: kept + (16 if labelled and kept > 0 else 0)])
    found, (error,) = opening.describe([path])
    assert not found
    assert isinstance(error, InputError)
    assert "truncated" in str(error) or "promises 30 particles" in str(error)


def test_counts_that_positions_do_not_fit_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    for labelled in (False, True):
        path = snapshot(tmp_path / "snap", blocks(30, rng), header({1: 31}, masses={1: 1.0}), labelled=labelled)
        _, (error,) = opening.describe([path])
        assert "360 bytes" in str(error)
        assert "31 particles" in str(error)


def test_other_files_are_not_taken(tmp_path: Path, rng: np.random.Generator) -> None:
    for name, data in {
        "empty": b"",
        "short": b"\0\1\0\0",
        "zeros": bytes(1000),
        "grafic": record(bytes(44)) + record(bytes(64)),
        "other record": record(bytes(260)),
        "unclosed": struct.pack("<I", 256) + bytes(400),
        "label": record(b"POS \0\0\0\0") + record(bytes(256)),
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert not READER.recognises(path)
    assert not READER.recognises(tmp_path)
    assert not READER.recognises(tmp_path / "nothing")


def test_memory_does_not_grow_with_the_file(tmp_path: Path, rng: np.random.Generator) -> None:
    import tracemalloc

    n = 400_000
    written = blocks(n, rng)
    path = snapshot(tmp_path / "snap", written, header({1: n}, masses={1: 1.0}))
    (description,), _ = opening.describe([path])
    tracemalloc.start()
    try:
        total = sum(piece.positions.sum(dtype=float) for piece in opening.stream(description))
        assert tracemalloc.get_traced_memory()[1] < 25e6
    finally:
        tracemalloc.stop()
    assert total == pytest.approx(written["POS"].sum(dtype=float) / 1000, rel=1e-5)


@pytest.mark.parametrize(
    ("place", "box", "redshift", "counts", "positions", "velocities", "mass"),
    [
        # Sums by pynbody 2.8, in its units: positions, velocities over √a, 1e10 of the masses.
        ("gadget1_binary/genetic_ic_32", 50, 99, {"dm": 32768}, (819200.00024283, 819199.99999309, 819199.99992275),
         (-0.00055227, 0.00159145, 0.00156715), 967605.0625),
        ("gadget1_binary/genetic_zoom_autopad", 50, 99, {"gas": 512, "type-2": 512, "type-5": 5544},
         (164200.66807353, 164309.90399766, 164214.63033175), (3528.94839608, 580518.3131592, 77278.62409722),
         967605.0624694824),
        ("gadget1_binary/genetic_zoom_multitype", 50, 99, {"gas": 216, "type-2": 216, "type-5": 4095},
         (113846.61388576, 113870.9278605, 113862.58864284), (-9632.34888685, 118795.01222014, 74747.57933621),
         967605.0625036955),
        ("gadget2_binary/gadgetreader_g2_multifile", 3, 2.6, {"gas": 4039, "dm": 4096, "stars": 57},
         (12015.77957663833, 11530.21097497106, 11712.36357220447), (-378.30257552, 213.57497681, -307.7818667),
         200.01083374023438),
    ],
)  # fmt: skip
def test_real_files_agree_with_pynbody(
    shared_data: Path, place: str, box: float, redshift: float, counts: dict[str, int], positions: tuple[float, ...],
    velocities: tuple[float, ...], mass: float,
) -> None:  # fmt: skip
    (description,), _ = opening.describe([shared_data / place])
    assert (description.box_size, description.redshift) == (box, pytest.approx(redshift))
    assert {name: facts.count for name, facts in description.species.items()} == counts
    data = opening.load(description, columns=("velocities",))
    assert isinstance(data, Particles)
    np.testing.assert_allclose(data.positions.sum(axis=0, dtype=float), positions, rtol=1e-7)
    assert data.velocities is not None
    speeds = data.velocities.sum(axis=0, dtype=float) * np.sqrt(1 + redshift)
    np.testing.assert_allclose(speeds, velocities, rtol=1e-6, atol=0.01)
    total = data.count * data.masses if isinstance(data.masses, float) else np.sum(data.masses, dtype=float)
    assert total == pytest.approx(1e10 * mass, rel=1e-6)


def test_real_files_that_say_little(shared_data: Path) -> None:
    (ic,), _ = opening.describe([shared_data / "gadget1_binary/lcdm_gas_ic"])
    assert (ic.box_size, ic.omega_m, ic.redshift, ic.proposed.box_size) == (None, None, 10, 50)
    data = load(ic.path, ic.proposed)
    np.testing.assert_allclose(
        data.positions.sum(axis=0, dtype=float), [1658350.0005, 1642399.9995, 1609899.9999], rtol=1e-9
    )
    assert np.sum(data.masses, dtype=float) == pytest.approx(1.040812359375e16, rel=1e-6)
    (galaxy,), _ = opening.describe([shared_data / "gadget1_binary/galaxy_disk"])
    assert galaxy.redshift is None
    assert any("isolated" in warning for warning in galaxy.warnings)
    assert {name: facts.count for name, facts in galaxy.species.items()} == {
        "dm": 20000, "type-2": 100000, "type-3": 10000,
    }  # fmt: skip
    (random,), _ = opening.describe([shared_data / "gadget2_binary/magneticum_style_4files/snap_002.2"])
    assert len(random.files) == 4
    assert {name: facts.count for name, facts in random.species.items()} == {"gas": 400, "dm": 400}
    assert random.species["dm"].mass_min == pytest.approx(1e9)
