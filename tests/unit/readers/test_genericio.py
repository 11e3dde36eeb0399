"""HACC's GenericIO: both byte orders, old and new headers, compression, pieces, checksums, halos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from genericio_files import halo_properties, particles, sealed, slow_crc64, write_genericio, write_split

from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import UnreadableFile
from backends.mesh.painting import paint
from backends.readers import opening
from backends.readers.files.checksums import CRC64_GOOD, byte_sum, crc64

WAYS = [
    {},
    {"order": ">"},
    {"oldest": True},
    {"oldest": True, "order": ">"},
    {"element_sizes": True},
    {"with_blocks": True},
    {"compress": True},
    {"compress": True, "order": ">", "element_sizes": True},
]


def load(path: Path, told: Facts = Facts()) -> Particles:
    (description,), refused = opening.describe([path], told)
    assert not refused
    data = opening.load(description, told, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    return data


@pytest.fixture
def ranks(rng: np.random.Generator) -> list[dict[str, np.ndarray]]:
    counts = (70, 1, 0, 33)
    return [particles(rng, count, first_id=100 * i) for i, count in enumerate(counts)]


def test_checksums_are_those_of_the_slow_ones(rng: np.random.Generator) -> None:
    assert slow_crc64(b"123456789") == 0x995DC9BBDF1939FA
    for size in (0, 1, 7, 15, 16, 17, 1000):
        data = rng.bytes(size)
        array = np.frombuffer(data, np.uint8)
        assert crc64(array) == slow_crc64(data)
        assert crc64(array[size // 3 :], crc64(array[: size // 3])) == slow_crc64(data)
        assert crc64(np.frombuffer(sealed(data), np.uint8)) == CRC64_GOOD
        assert byte_sum(array, 2**32 - 1) == (sum(data) + 2**32 - 1) % 2**32


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_layout_gives_the_same_numbers(way: dict[str, object], ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "m000.full.mpicosmo.499"
    write_genericio(path, ranks, **way)  # type: ignore[arg-type]
    (description,), refused = opening.describe([path])
    assert not refused
    assert (description.format, description.box_size, description.redshift) == ("genericio", 50, None)
    assert (description.species["dm"].count, description.complete) == (104, True)
    data = load(path)
    for i, axis in enumerate("xyz"):
        np.testing.assert_array_equal(data.positions[:, i], np.concatenate([rank[axis] for rank in ranks]))
        assert data.velocities is not None
        np.testing.assert_array_equal(data.velocities[:, i], np.concatenate([rank[f"v{axis}"] for rank in ranks]))
    np.testing.assert_array_equal(data.ids, np.concatenate([rank["id"] for rank in ranks]))
    assert data.masses is None
    pieces = [np.array(piece.positions) for piece in opening.stream(description)]
    np.testing.assert_array_equal(np.concatenate(pieces), data.positions)


def test_vectors_and_records_of_other_things_are_stepped_over(ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "a"
    for rank in ranks:
        rank["phi"] = np.zeros((len(rank["x"]), 3), np.float32)
    write_genericio(path, ranks, element_sizes=True)
    np.testing.assert_array_equal(load(path).positions[:, 2], np.concatenate([rank["z"] for rank in ranks]))


def test_the_corner_is_taken_off_and_the_sides_are_the_box(ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_genericio(path, ranks, origin=(-25.0, 0.0, 10.0))
    data = load(path)
    x = np.concatenate([rank["x"] for rank in ranks])
    np.testing.assert_allclose(data.positions[:, 0], (x + 25) % 50, atol=1e-5)
    write_genericio(path, ranks, box_size=0.0)
    (description,), _ = opening.describe([path])
    assert description.box_size is None
    assert any("--box-size" in warning for warning in description.warnings)
    assert description.proposed.box_size == pytest.approx(50, rel=0.1)  # a few particles


def test_masses_are_read_and_gas_is_not_called_dark(ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "a"
    for i, rank in enumerate(ranks):
        rank["mass"] = np.full(len(rank["x"]), 1e9 * (i + 1), np.float32)
    write_genericio(path, ranks)
    (description,), _ = opening.describe([path])
    assert (description.species["dm"].mass_min, description.species["dm"].mass_max) == (1e9, 4e9)
    assert np.sum(load(path).masses, dtype=float) == pytest.approx(70e9 + 2e9 + 33 * 4e9)
    for rank in ranks:
        rank["uu"] = np.zeros(len(rank["x"]), np.float32)
    write_genericio(path, ranks)
    (description,), _ = opening.describe([path])
    assert list(description.species) == ["matter"]
    assert any("gas" in warning for warning in description.warnings)


@pytest.mark.parametrize("way", [{}, {"compress": True}], ids=str)
def test_a_changed_byte_is_named_by_variable_and_rank(way: dict[str, bool], ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_genericio(path, ranks, **way)  # type: ignore[arg-type]
    whole = bytearray(path.read_bytes())
    vy = np.asarray(ranks[3]["vy"]).tobytes()
    whole[whole.rindex(vy) + 5] ^= 1  # too little to be packed: plain in both
    path.write_bytes(whole)
    (description,), refused = opening.describe([path])
    assert not refused
    opening.load(description)  # the positions are sound
    with pytest.raises(UnreadableFile, match="checksum of vy of rank 3"):
        opening.load(description, columns=("velocities",))
    with pytest.raises(UnreadableFile, match="checksum of vy of rank 3"):
        list(opening.stream(description, columns=("velocities",)))


def test_a_changed_byte_of_a_packed_block_is_found(rng: np.random.Generator, tmp_path: Path) -> None:
    path = tmp_path / "a"
    flat = {axis: np.repeat(np.arange(64, dtype=np.float32), 64) * 0.5 for axis in "xyz"}
    write_genericio(path, [flat], compress=True)
    assert path.stat().st_size < 3 * 4 * 4096
    assert load_positions(path)[100, 1] == 0.5
    whole = bytearray(path.read_bytes())
    whole[-20] ^= 1
    path.write_bytes(whole)
    _, refused = opening.describe([path])
    message = str(refused[0]) if refused else ""
    if not refused:
        with pytest.raises(UnreadableFile) as raised:
            load_positions(path)
        message = str(raised.value)
    assert "checksum of z of rank 0" in message


def load_positions(path: Path) -> np.ndarray:
    (description,), _ = opening.describe([path])
    data = opening.load(description)
    assert isinstance(data, Particles)
    return data.positions


def test_a_damaged_header_is_said_to_be_one(ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_genericio(path, ranks)
    whole = bytearray(path.read_bytes())
    whole[130] ^= 4
    path.write_bytes(whole)
    _, (error,) = opening.describe([path])
    assert "checksum of its header" in str(error)
    path.write_bytes(bytes(whole[:100]))
    _, (error,) = opening.describe([path])
    assert "truncated" in str(error)


def test_any_piece_the_map_and_the_folder_are_the_same(ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "m000-499.haloparticles"
    pieces = write_split(path, ranks, [0, 2, 2, 10])
    ways = [[path], [pieces[1]], pieces, [tmp_path], [pieces[2], path]]
    described = [opening.describe(way) for way in ways]
    assert all(not refused and len(found) == 1 for found, refused in described)
    (description,) = described[0][0]
    assert all(found[0] == description for found, _ in described)
    assert description.files == (path, *pieces)
    assert (description.complete, description.species["dm"].count) == (True, 104)
    np.testing.assert_array_equal(load(path).ids, np.concatenate([rank["id"] for rank in ranks]))


def test_missing_pieces_are_named(ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "m000"
    pieces = write_split(path, ranks, [0, 1, 1, 2])
    pieces[1].unlink()
    (description,), _ = opening.describe([pieces[0]])
    assert not description.complete
    assert any("m000#1" in warning for warning in description.warnings)
    assert load(path).count == 103
    path.unlink()
    (description,), _ = opening.describe([pieces[2]])
    assert not description.complete
    assert any("2 of 4 ranks" in warning for warning in description.warnings)
    pieces[0].unlink()
    pieces[2].write_bytes(pieces[2].read_bytes()[:-3])
    _, (error,) = opening.describe([pieces[2]])
    assert "truncated" in str(error)


def test_a_map_alone_is_refused(ranks: list, tmp_path: Path) -> None:
    path = tmp_path / "m000"
    for piece in write_split(path, ranks, [0, 1, 1, 2]):
        piece.unlink()
    _, (error,) = opening.describe([path])
    assert "map of pieces" in str(error)


def test_other_variables_are_listed(tmp_path: Path) -> None:
    write_genericio(tmp_path / "a", [{"zeta": np.ones(4, np.float32)}])
    _, (error,) = opening.describe([tmp_path / "a"])
    assert "zeta" in str(error)


def test_halo_properties_are_catalogues(rng: np.random.Generator, tmp_path: Path) -> None:
    path = tmp_path / "m000-499.haloproperties"
    written = [halo_properties(rng, 40), halo_properties(rng, 17)]
    pieces = write_split(path, written, [0, 1])
    (description,), refused = opening.describe([pieces[1]], Facts(redshift=0.5))
    assert not refused
    assert (description.format, description.kind, description.box_size) == ("genericio-halos", "catalogue", 50)
    assert description.species["halos"].count == 57
    assert [part.member for part in description.parts] == ["fof", "sod"]
    read = opening.load(description, Facts(redshift=0.5))
    assert isinstance(read, Catalogue)
    masses = np.concatenate([rank["fof_halo_mass"] for rank in written]).astype(float)
    order = np.argsort(-masses, kind="stable")
    np.testing.assert_array_equal(read.masses, masses[order])
    y = np.concatenate([rank["fof_halo_center_y"] for rank in written])
    np.testing.assert_array_equal(read.positions[:, 1], y[order])
    vz = np.concatenate([rank["fof_halo_com_vz"] for rank in written])
    assert read.velocities is not None
    np.testing.assert_array_equal(read.velocities[:, 2], vz[order])
    assert (read.redshift, read.finder, read.radii) == (0.5, "fof", None)
    spheres = opening.load(description, member="sod")
    assert isinstance(spheres, Catalogue)
    assert spheres.count == sum(int((rank["sod_halo_mass"] > 0).sum()) for rank in written)
    assert spheres.radii is not None
    assert (spheres.masses > 0).all()


def test_hacc(shared_data: Path) -> None:
    """The real file: sums, and P(k) against what an independent code measured of it."""
    folder = shared_data / "hacc_genericio"
    (description,), refused = opening.describe([folder])
    assert not refused
    assert (description.box_size, description.species["dm"].count) == (256, 32768)
    data = load(folder)
    assert data.ids is not None
    assert np.unique(data.ids).size == 32768
    raw = np.fromfile(description.path, np.uint8)
    at = 0x1038 + 8
    np.testing.assert_array_equal(data.positions[:1157, 0], raw[at : at + 4 * 1157].view("<f4"))
    mesh = np.fft.rfftn(paint(data.positions, 256.0, 64, "cic") - 1.0)
    k = [np.fft.fftfreq(64, 1 / 64), np.fft.fftfreq(64, 1 / 64), np.arange(33)]
    kx, ky, kz = np.meshgrid(*k, indexing="ij")
    window = (np.sinc(kx / 64) * np.sinc(ky / 64) * np.sinc(kz / 64)) ** 2
    power = np.abs(mesh / window) ** 2 * 256.0**3 / 64.0**6
    shell = np.rint(np.sqrt(kx**2 + ky**2 + kz**2))
    weight = np.where((kz == 0) | (kz == 32), 1, 2)
    for mode, stated in ((1, 473), (3, 248), (9, 21.5)):
        here = shell == mode
        measured = (power * weight)[here].sum() / weight[here].sum()
        assert measured == pytest.approx(stated, rel=0.02)
