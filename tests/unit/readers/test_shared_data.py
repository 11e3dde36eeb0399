"""Real files of real codes: each opens with the numbers that are known of it, or is refused truly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import MissingFact
from backends.readers import opening


@pytest.mark.parametrize(
    ("name", "redshift"), [("snapshot_000", 5.0401), ("snapshot_002", 2.0201), ("snapshot_004", 0.0)]
)
def test_gadget4(shared_data: Path, name: str, redshift: float) -> None:
    path = shared_data / f"gadget4_hdf5/g2_lcdm_gas_series/{name}.hdf5"
    (description,), refused = opening.describe([path])
    assert not refused
    assert (description.box_size, description.hubble, description.omega_m) == (50, 0.7, 0.3)
    assert description.redshift == pytest.approx(redshift, abs=1e-4)
    assert {k: (v.count, v.mass_min) for k, v in description.species.items()} == {
        "gas": (32768, pytest.approx(4.2351e10, rel=1e-4)),
        "dm": (32768, pytest.approx(2.7528e11, rel=1e-4)),
    }
    data = opening.load(description, columns=("velocities",))
    assert isinstance(data, Particles)
    assert data.count == 65536
    assert np.sum(data.masses, dtype=float) == pytest.approx(0.3 * 2.77536627e11 * 50**3, rel=1e-3)


def test_a_folder_of_three_snapshots_is_three_data_sets(shared_data: Path) -> None:
    found, refused = opening.describe([shared_data / "gadget4_hdf5/g2_lcdm_gas_series"])
    assert [d.path.name for d in found] == ["snapshot_000.hdf5", "snapshot_002.hdf5", "snapshot_004.hdf5"]
    assert not refused


@pytest.mark.parametrize("given", ["", "snap_2332.5.hdf5", "snap_2332.2.hdf5"])
def test_tng_subbox_with_a_missing_piece(shared_data: Path, given: str) -> None:
    folder = shared_data / "tng_arepo_hdf5/TNG50-4-Subbox0_snap2332/snapdir_2332"
    (description,), refused = opening.describe([folder / given])
    assert not refused
    assert len(description.files) == 10
    assert not description.complete
    assert description.box_size == 35
    assert {name: facts.count for name, facts in description.species.items()} == {
        "gas": 45632, "dm": 48085, "tracers": 47864, "stars": 953, "black-holes": 17,
    }  # fmt: skip
    text = " ".join(description.warnings)
    assert "snap_2332.7.hdf5" in text
    assert "region" in text
    data = opening.load(description, species="dm")
    assert isinstance(data, Particles)
    assert data.count == 26060
    assert data.masses == pytest.approx(1.573723e8, rel=1e-6)
    assert (np.ptp(data.positions, axis=0) < 4.5).all()


def test_camels_cutout_asks_for_its_box(shared_data: Path) -> None:
    (description,), refused = opening.describe([shared_data / "camels_hdf5"])
    assert {name: facts.count for name, facts in description.species.items()} == {"gas": 269, "stars": 3479}
    assert description.box_size is None
    assert description.redshift == pytest.approx(0.1, abs=1e-3)
    with pytest.raises(MissingFact):
        opening.load(description)
    assert opening.load(description, Facts(box_size=25.0)).box_size == 25
    assert "Subfind" in str(refused[0])


def test_initial_conditions(shared_data: Path) -> None:
    folder = shared_data / "gadget_hdf5_ic"
    found, refused = opening.describe([folder / "monofonic_gadget_ic", folder / "glass_16_32"])
    assert not refused
    assert [d.box_size for d in found] == [100, pytest.approx(0.001), pytest.approx(0.001)]
    assert [d.species["dm"].count for d in found] == [32768, 4096, 32768]
    assert found[0].redshift == 50


def test_displacements_of_monofonic_are_those_of_its_particles(shared_data: Path) -> None:
    """The same seed as displacement field (in boxes) and as second-order particles (in Mpc/h)."""
    (grid,), _ = opening.describe([shared_data / "grid_hdf5/monofonic_displacement_fields"])
    assert (grid.box_size, grid.redshift, grid.omega_m) == (100, 50, 0.3099)
    assert {part.member: part.quantity for part in grid.parts} == {
        "DM_delta": "overdensity", "DM_dxyz": "displacement",
    }  # fmt: skip
    psi, delta = (opening.load(grid, member=member) for member in ("DM_dxyz", "DM_delta"))
    assert isinstance(psi, Field)
    assert isinstance(delta, Field)
    k = 2 * np.pi / 100 * np.fft.fftfreq(32, 1 / 32)
    waves = np.meshgrid(k, k, k, indexing="ij")
    divergence = sum(np.fft.ifftn(1j * w * np.fft.fftn(p)).real for w, p in zip(waves, psi.values, strict=True))
    np.testing.assert_allclose(-divergence, delta.values, atol=1e-5)
    (snapshot,), _ = opening.describe([shared_data / "gadget_hdf5_ic/monofonic_gadget_ic"])
    particles = opening.load(snapshot)
    assert isinstance(particles, Particles)
    lattice = np.stack(np.meshgrid(*[np.arange(32) * 3.125] * 3, indexing="ij"))
    moved = particles.positions.reshape(32, 32, 32, 3).transpose(3, 0, 1, 2) - lattice
    moved -= 100 * np.rint(moved / 100)
    assert np.corrcoef(moved.ravel(), psi.values.ravel())[0, 1] > 0.9999
    assert psi.cell_offset == delta.cell_offset == 0  # the lattice of these particles begins in the corner


def test_21cmfast(shared_data: Path) -> None:
    (description,), refused = opening.describe([shared_data / "grid_hdf5/21cmfast_ionized_box"])
    assert not refused
    assert description.box_size == pytest.approx(48 * 0.6766)
    assert (description.redshift, description.hubble) == (9, 0.6766)
    assert description.fields["IonizedBox/Fcoll"].shape == (1, 24, 24, 24)
    for part in description.parts:
        field = opening.load(description, member=part.member)
        assert isinstance(field, Field)
        assert field.grid == (24, 24, 24)


def test_grids_of_genetic_propose_box_and_quantity(shared_data: Path) -> None:
    found, refused = opening.describe([shared_data / "grid_npy"])
    assert not [error for error in refused if ".npy" in str(error)]
    assert [d.proposed.box_size for d in found] == [50, pytest.approx(16.6667)]
    assert [d.proposed.quantity for d in found] == ["overdensity", "overdensity"]
    assert [d.box_size for d in found] == [None, None]
    assert isinstance(opening.load(found[0], found[0].proposed), Field)


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("neural_weights/cosmographnet_tng", "PyTorch"),
    ],
)
def test_other_formats_are_refused_by_name(shared_data: Path, folder: str, reason: str) -> None:
    files = [path for path in sorted((shared_data / folder).rglob("*")) if path.is_file()]
    found, refused = opening.describe(files)
    assert not found
    assert any(reason in str(error) for error in refused)
    assert len(refused) == len(files)
