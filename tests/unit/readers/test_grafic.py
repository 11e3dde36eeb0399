"""GRAFIC's folders: planes, units with and without h, regions, and displacements made of velocities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from particle_files import grafic

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import InputError, MissingFact, NotApplicable, UnreadableFile, WrongCall
from backends.readers import opening, registry

READER = registry()["grafic"]
VECTORS = ("ic_posc", "ic_velc")


@pytest.fixture
def level(tmp_path: Path, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Write one level of 8³ cells of 5 Mpc at a = 0.02 into tmp_path / "level"; return its values."""
    (tmp_path / "level").mkdir()
    names = ("ic_deltab", *(f"{stem}{axis}" for stem in VECTORS for axis in "xyz"))
    values = {name: rng.normal(size=(8, 8, 8)).astype("f4") for name in names}
    for name, mesh in values.items():
        grafic(tmp_path / "level" / name, mesh)
    return values


def describe(path: Path, told: Facts = Facts()) -> Description:
    (description,), refused = opening.describe([path], told)
    assert not refused
    return description


def load(path: Path, member: str = "", told: Facts = Facts()) -> Field:
    data = opening.load(describe(path, told), told, member)
    assert isinstance(data, Field)
    return data


def test_a_level_is_a_density_and_displacements(tmp_path: Path, level: dict[str, np.ndarray]) -> None:
    description = describe(tmp_path / "level")
    assert [(part.member, part.quantity) for part in description.parts] == [
        ("ic_deltab", "overdensity"), ("ic_posc", "displacement"),
    ]  # fmt: skip
    # 8 cells of 5 Mpc and H0 = 70: 28 Mpc/h. Single precision must not show.
    assert (description.box_size, description.hubble, description.omega_m) == (28, 0.7, 0.3)
    assert (description.redshift, description.kind) == (49, "field")
    delta, psi = (load(tmp_path / "level", member) for member in ("ic_deltab", "ic_posc"))
    np.testing.assert_array_equal(delta.values, level["ic_deltab"])
    np.testing.assert_array_equal(psi.values, [level[f"ic_posc{axis}"] for axis in "xyz"])
    assert (delta.quantity, psi.quantity, psi.redshift, psi.box_size) == ("overdensity", "displacement", 49, 28)


def test_any_file_of_a_level_and_its_folder_are_the_same(tmp_path: Path, level: dict[str, np.ndarray]) -> None:
    folder = tmp_path / "level"
    grafic(folder / "ic_refmap", np.ones((8, 8, 8)))
    (folder / "ic_readme").write_text("nothing")
    ways = [[folder], [folder / "ic_velcy"], [folder / "ic_refmap"], sorted(folder.iterdir())[::-1]]
    found = [opening.describe(way)[0] for way in ways]
    assert all(descriptions == found[0] for descriptions in found)
    assert len(found[0]) == 1


def test_a_tree_of_levels_is_a_data_set_each_and_a_zoom_is_a_region(tmp_path: Path, rng: np.random.Generator) -> None:
    for name, n, cell, at in (("level_003", 8, 5.0, 0.0), ("level_004", 8, 2.5, 10.0)):
        (tmp_path / "ics" / name).mkdir(parents=True)
        grafic(tmp_path / "ics" / name / "ic_deltab", rng.normal(size=(n, n, n)), cell=cell, corner=(at, at, at))
    found, refused = opening.describe([tmp_path / "ics"])
    assert not refused
    assert [(d.path.name, d.box_size) for d in found] == [("level_003", 28), ("level_004", 14)]
    assert not found[0].warnings
    assert "zoom region at (10, 10, 10) Mpc" in found[1].warnings[0]
    assert "not periodic" in found[1].warnings[0]


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders(tmp_path: Path, rng: np.random.Generator, order: str) -> None:
    values = rng.normal(size=(8, 8, 8)).astype("f4")
    np.testing.assert_array_equal(load(grafic(tmp_path / "ic_deltab", values, order)).values, values)


def test_velocities_alone_become_the_displacements_that_ramses_makes(tmp_path: Path, rng: np.random.Generator) -> None:
    """ψ = v / (a H f); at z = 49 with Ω_m = 1, H = 100 h a^-1.5 and f = 1."""
    values = rng.normal(size=(3, 8, 8, 8)).astype("f4")
    for axis, mesh in zip("xyz", values, strict=True):
        grafic(tmp_path / f"ic_velc{axis}", mesh, cosmology=(0.02, 1.0, 0.0, 70.0))
    description = describe(tmp_path / "ic_velcx")
    assert any("velocities" in warning for warning in description.warnings)
    psi = load(tmp_path / "ic_velcx")
    np.testing.assert_allclose(psi.values, values / (0.02 * 100 * 0.02**-1.5), rtol=1e-5)


def test_without_h_the_box_is_told(tmp_path: Path, rng: np.random.Generator) -> None:
    path = grafic(tmp_path / "ic_deltab", rng.normal(size=(8, 8, 8)), cosmology=(0.02, 0.3, 0.7, 0.0))
    description = describe(path)
    assert (description.box_size, description.hubble) == (None, None)
    assert "40 Mpc and h is not stated" in description.warnings[0]
    with pytest.raises(MissingFact, match="--box-size"):
        opening.load(description)
    assert load(path, told=Facts(box_size=30.0)).box_size == 30
    assert load(path, told=Facts(hubble=0.5)).box_size == 20


def test_damaged_files_are_left_out_and_named(tmp_path: Path, level: dict[str, np.ndarray]) -> None:
    folder = tmp_path / "level"
    cut = folder / "ic_poscy"
    cut.write_bytes(cut.read_bytes()[:-9])
    description = describe(folder)
    assert any("ic_poscy is truncated" in warning for warning in description.warnings)
    assert [part.member for part in description.parts] == ["ic_deltab", "ic_velc"]
    for name in level:
        (folder / name).write_bytes((folder / name).read_bytes()[:300])
    found, (error,) = opening.describe([folder])
    assert not found
    assert "truncated" in str(error)


def test_planes_that_are_no_records_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    path = grafic(tmp_path / "ic_deltab", rng.normal(size=(8, 8, 8)))
    whole = bytearray(path.read_bytes())
    whole[52 + 3 * 264] ^= 4
    path.write_bytes(whole)
    with pytest.raises(UnreadableFile, match="not every plane is a record of 256 bytes"):
        load(path)


def test_what_is_no_cube_or_no_number_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    _, (error,) = opening.describe([grafic(tmp_path / "ic_deltab", rng.normal(size=(8, 8, 4)))])
    assert isinstance(error, NotApplicable)
    assert "8×8×4" in str(error)
    values = rng.normal(size=(8, 8, 8))
    values[1, 2, 3] = np.nan
    description = describe(grafic(tmp_path / "ic_deltab", values))
    with pytest.raises(InputError, match="1 values that are not finite"):
        opening.load(description)
    with pytest.raises(WrongCall, match="it has ic_deltab"):
        opening.load(description, member="ic_posc")
    _, (error,) = opening.describe([grafic(tmp_path / "x" / "ic_refmap", values) for _ in [(tmp_path / "x").mkdir()]])
    assert "neither ic_deltab nor" in str(error)


def test_files_of_other_names_are_not_taken(tmp_path: Path, rng: np.random.Generator) -> None:
    assert not READER.recognises(grafic(tmp_path / "mesh", rng.normal(size=(8, 8, 8))))
    (tmp_path / "ic_deltab").write_bytes(b"\x2c\0\0\0" + bytes(48))
    assert not READER.recognises(tmp_path / "ic_deltab")
    assert not READER.recognises(tmp_path)
    assert not READER.recognises(tmp_path / "nothing")


def test_real_levels(shared_data: Path) -> None:
    """Displacements are in Mpc/h although the header is in Mpc: v = a H f ψ with f = 1 to seven digits."""
    found, refused = opening.describe([shared_data / "grafic_ic"])
    assert not refused
    assert [(d.path.name, d.box_size) for d in found] == [
        ("test_8.grafic_4", 50), ("test_8.grafic_8", 50), ("test_8.grafic_16", 50),
        ("test_8.grafic_32", 12.5), ("test_8.grafic_64", 12.5),
    ]  # fmt: skip
    assert [any("region" in warning for warning in d.warnings) for d in found] == [False, False, False, True, True]
    whole = found[2]
    assert (whole.redshift, whole.hubble, whole.omega_m) == (99, 0.701, 0.279)
    delta, psi = (opening.load(whole, member=member) for member in ("ic_deltab", "ic_posc"))
    assert isinstance(delta, Field)
    assert isinstance(psi, Field)
    k = 2 * np.pi / 50 * np.fft.fftfreq(16, 1 / 16)
    waves = np.meshgrid(k, k, k, indexing="ij")
    divergence = -sum(np.fft.ifftn(1j * w * np.fft.fftn(p)).real for w, p in zip(waves, psi.values, strict=True))
    slope = np.sum(divergence * delta.values) / np.sum(delta.values**2)
    assert slope == pytest.approx(0.963, abs=0.002)  # cells without their own high frequencies lose some
    speeds = np.stack([_values(whole.path / f"ic_velc{axis}") for axis in "xyz"])
    ratio = np.sum(speeds * psi.values) / np.sum(psi.values**2)
    assert ratio == pytest.approx(100 * 0.01 * np.sqrt(0.279 / 0.01**3 + 0.721), rel=1e-6)


def _values(path: Path) -> np.ndarray:
    """Read a file of 16³ cells without the reader."""
    rows = np.fromfile(path, "u1", offset=52).reshape(16, 8 + 4 * 256)[:, 4:-4]
    return rows.copy().view("<f4").reshape(16, 16, 16).T
