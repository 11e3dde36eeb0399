"""``halograph convert``: what comes out is what went in, and what cannot be meant is refused in one line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from genericio_files import particles, write_genericio

from backends.data.field import Field
from backends.data.particles import Particles
from backends.mesh.density import density_field
from backends.readers import opening
from backends.writers.field_hdf5 import write_field

Command = Callable[..., subprocess.CompletedProcess[str]]
HACC = ("--redshift", 1, "--omega-m", 0.3, "--hubble", 0.7)


def load(path: Path, **options: object) -> Particles | Field:
    (description,), refused = opening.describe([path])
    assert not refused
    data = opening.load(description, **options)  # type: ignore[arg-type]
    assert isinstance(data, Particles | Field)
    return data


@pytest.fixture(scope="module")
def hacc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hacc") / "m000.full.mpicosmo.499"
    rng = np.random.default_rng(0)
    write_genericio(path, [particles(rng, 300), particles(rng, 212, first_id=300)])
    return path


@pytest.mark.parametrize(("to", "name"), [("bigfile", "PART_000"), ("gadget-hdf5", "snap.hdf5")])
def test_particles_go_on_in_another_code(halograph: Command, hacc: Path, tmp_path: Path, to: str, name: str) -> None:
    out = tmp_path / name
    done = halograph("convert", hacc, "--to", to, "--out", out, *HACC)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Wrote {out}: 512 dm particles\n"
    columns = ("velocities", "ids")
    before, after = load(hacc, columns=columns), load(out, columns=columns)
    assert isinstance(before, Particles)
    assert isinstance(after, Particles)
    np.testing.assert_allclose(after.positions, before.positions, rtol=3e-7)
    np.testing.assert_allclose(after.velocities, before.velocities, rtol=3e-7)
    np.testing.assert_array_equal(after.ids, before.ids)
    assert after.masses == pytest.approx(0.3 * 2.77536627e11 * 50**3 / 512)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_tracers_whose_places_are_not_kept_are_left_out_and_named(halograph: Command, tmp_path: Path) -> None:
    counts = np.array([0, 64, 0, 9, 0, 0], np.uint32)
    with h5py.File(tmp_path / "tng.hdf5", "w") as file:
        file.create_group("Header").attrs.update(
            {"NumPart_ThisFile": counts, "NumPart_Total": counts, "MassTable": [0, 5.0, 0, 0, 0, 0], "Redshift": 0.0,
             "BoxSize": 50.0, "NumFilesPerSnapshot": 1, "UnitLength_in_cm": 3.085678e24, "Omega0": 0.3,
             "HubbleParam": 0.7}
        )  # fmt: skip
        file["PartType1/Coordinates"] = 50 * np.random.default_rng(2).random((64, 3))
        file["PartType1/Velocities"], file["PartType1/ParticleIDs"] = np.ones((64, 3), np.float32), np.arange(64)
        file["PartType3/ParentID"] = np.arange(9)
    out = tmp_path / "snap.hdf5"
    done = halograph("convert", tmp_path / "tng.hdf5", "--to", "gadget-hdf5", "--out", out)
    assert done.stdout == f"Wrote {out}: 64 dm particles, without tracers, whose places are not kept\n"
    refused = halograph("convert", tmp_path / "tng.hdf5", "--to", "npy", "--species", "tracers", "--out", out)
    assert refused.returncode == 2


def test_a_density_is_painted_as_statistics_paint_it(halograph: Command, snapshots: Path, tmp_path: Path) -> None:
    source = snapshots / "run_z0.00.hdf5"
    for to, name in (("npy", "a.npy"), ("halograph-hdf5", "a.hdf5")):
        done = halograph("convert", source, "--to", to, "--out", tmp_path / name, "--n-mesh", 16)
        assert (done.returncode, done.stderr) == (0, "")
    stored = load(tmp_path / "a.hdf5")
    data = load(source)
    assert isinstance(stored, Field)
    assert isinstance(data, Particles)
    np.testing.assert_array_equal(stored.values, density_field(data, 16).values)
    np.testing.assert_array_equal(stored.values, np.load(tmp_path / "a.npy"))
    assert (stored.mass_assignment, stored.box_size, stored.redshift) == ("tsc", 32, 0)
    known = json.loads(halograph("info", tmp_path / "a.hdf5", "--json").stdout)
    assert (known["omega_m"], known["warnings"]) == (pytest.approx(0.3111), [])


def test_an_emulator_s_displacement_starts_an_n_body_code(halograph: Command, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    field = Field(rng.normal(size=(3, 8, 8, 8)).astype(np.float32), 32.0, "displacement", 0.0, 2.0)
    write_field(tmp_path / "emulated.hdf5", field, hubble=0.7, omega_m=0.3)
    out = tmp_path / "IC"
    done = halograph("convert", tmp_path / "emulated.hdf5", "--to", "bigfile", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "512 dm particles, without velocities" in done.stdout
    data = load(out, columns=("ids",))
    assert isinstance(data, Particles)
    assert data.ids is not None
    np.testing.assert_array_equal(data.ids, np.arange(1, 513))
    lattice = np.stack(np.meshgrid(*[4.0 * np.arange(8)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    moved = data.positions - lattice
    moved -= 32 * np.rint(moved / 32)
    np.testing.assert_allclose(moved, field.values.reshape(3, -1).T, atol=4e-6)
    done = halograph("convert", tmp_path / "emulated.hdf5", "--to", "npy", "--out", tmp_path / "psi.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "psi.npy"), field.values)
    done = halograph("convert", tmp_path / "emulated.hdf5", "--to", "npy", "--out", tmp_path / "d.npy", "--n-mesh", 8)
    assert done.returncode == 0
    assert np.load(tmp_path / "d.npy").mean() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--to", "bigfile", "--out", "x"], "--redshift"),
        (["--to", "gadget-hdf5", "--out", "x", "--redshift", "1", "--hubble", "0.7"], "--omega-m"),
        (["--to", "gadget-hdf5", "--out", "x", "--redshift", "1", "--omega-m", "0.3"], "--hubble"),
        (["--to", "bigfile", "--out", "x", *map(str, HACC), "--species", "gas"], "holds dm"),
        (["--to", "hdf6", "--out", "x"], "hdf6"),
        (["--to", "npy", "--out", "."], "folder"),
        (["--to", "npy"], "--out"),
    ],
)
def test_what_cannot_be_meant(halograph: Command, hacc: Path, tmp_path: Path, arguments: list[str], says: str) -> None:
    done = halograph("convert", hacc, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_that_would_be_missed(halograph: Command, hacc: Path, tmp_path: Path) -> None:
    before = hacc.read_bytes()
    done = halograph("convert", hacc, "--to", "gadget-hdf5", "--out", hacc, *HACC)
    assert done.returncode == 2
    assert "is what is read" in done.stderr
    assert hacc.read_bytes() == before
    (tmp_path / "PART_000").mkdir()
    (tmp_path / "PART_000" / "notes").write_text("mine")
    done = halograph("convert", hacc, "--to", "bigfile", "--out", tmp_path / "PART_000", *HACC)
    assert done.returncode == 2
    assert "exists already" in done.stderr
    done = halograph("convert", hacc, "--to", "bigfile", "--out", tmp_path / "absent" / "x", *HACC)
    assert done.returncode == 1


def test_a_density_becomes_no_particles(halograph: Command, grids: Path, tmp_path: Path) -> None:
    done = halograph("convert", grids / "truth.npy", "--to", "bigfile", "--out", tmp_path / "x", "--box-size", 50)
    assert done.returncode == 2
    assert "no particles" in done.stderr
    done = halograph(
        "convert", grids / "truth.npy", "--to", "npy", "--out", tmp_path / "x", "--box-size", 50, "--n-mesh", 8
    )
    assert done.returncode == 2
    assert "16³" in done.stderr
