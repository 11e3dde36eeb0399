"""Grids in NumPy and HDF5: layouts, quantities, boxes, and what is asked for when the file is silent."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import MissingFact, UnknownFormat, UnreadableFile, WrongCall
from backends.readers import opening
from backends.readers.grids.layout import layout_of, parse_member
from backends.readers.grids.quantities import map2map_unit

BOX = Facts(box_size=100.0)


def described(path: Path) -> Description:
    (description,), refused = opening.describe([path])
    assert not refused
    return description


def field(path: Path, told: Facts = BOX, member: str = "") -> Field:
    data = opening.load(described(path), told, member)
    assert isinstance(data, Field)
    return data


@pytest.mark.parametrize(
    ("shape", "dimensions", "leading", "last"),
    [
        ((8, 8, 8), 3, (), False),
        ((3, 8, 8, 8), 3, (3,), False),
        ((8, 8, 8, 3), 3, (3,), True),
        ((32, 32, 32, 10), 3, (10,), True),
        ((5, 6, 8, 8, 8), 3, (5, 6), False),
        ((1, 24, 24, 24), 3, (1,), False),
        ((40, 16, 16), 2, (40,), False),
        ((16, 16), 2, (), False),
        ((16, 16, 3), 2, (3,), True),
    ],
)
def test_mesh_axes_are_found(shape: tuple[int, ...], dimensions: int, leading: tuple[int, ...], last: bool) -> None:
    layout = layout_of(shape)
    assert layout is not None
    assert (layout.dimensions, layout.leading, layout.components_last) == (dimensions, leading, last)


@pytest.mark.parametrize("shape", [(), (7,), (1000, 79), (100, 3), (3, 3, 3), (2, 4, 8)])
def test_tables_are_no_grids(shape: tuple[int, ...]) -> None:
    assert layout_of(shape) is None


@pytest.mark.parametrize("member", ["a[x]", "a[1:]", "a[,]"])
def test_members_that_cannot_be_meant(member: str, tmp_path: Path, rng: np.random.Generator) -> None:
    np.save(tmp_path / "a.npy", rng.random((3, 8, 8, 8)))
    with pytest.raises(WrongCall):
        field(tmp_path / "a.npy", Facts(100.0, None, "displacement"), member)


def test_a_member_is_a_name_and_a_selector() -> None:
    assert parse_member("a/b[2,0:3]") == ("a/b", (2, slice(0, 3)))
    assert parse_member("a/b") == ("a/b", None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (lambda g: np.exp(g - 0.5 * g.var()) / np.exp(g - 0.5 * g.var()).mean(), "relative_density"),
        (lambda g: np.clip(g - g.mean(), -0.99, 9) - np.clip(g - g.mean(), -0.99, 9).mean(), "overdensity"),
        (lambda g: 3e9 * np.exp(g), "density"),
        (lambda g: g + 7 * g.std(), None),
    ],
)
def test_a_quantity_is_proposed_and_never_assumed(
    values: object, expected: str | None, tmp_path: Path, rng: np.random.Generator
) -> None:
    assert callable(values)
    gaussian = 0.3 * rng.normal(size=(16, 16, 16))
    if expected is None:
        gaussian[0, 0, 0] = -50
    np.save(tmp_path / "grid.npy", values(gaussian))
    description = described(tmp_path / "grid.npy")
    assert description.quantity is None
    assert description.proposed.quantity == expected
    with pytest.raises(MissingFact, match="--quantity"):
        field(tmp_path / "grid.npy")


def test_a_density_of_any_unit_is_divided_by_its_mean(tmp_path: Path, rng: np.random.Generator) -> None:
    values = 1e10 * rng.random((16, 16, 16))
    np.save(tmp_path / "rho.npy", values)
    read = field(tmp_path / "rho.npy", Facts(100.0, 0.5, "density", 0.0))
    assert read.quantity == "relative_density"
    np.testing.assert_allclose(read.values, values / values.mean(), rtol=1e-6)
    assert (read.box_size, read.redshift, read.cell_offset) == (100, 0.5, 0)


def test_negative_densities_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    np.save(tmp_path / "rho.npy", rng.normal(size=(16, 16, 16)))
    with pytest.raises(UnreadableFile, match="overdensity"):
        field(tmp_path / "rho.npy", Facts(100.0, None, "density"))


def test_an_overdensity_that_is_told_to_be_a_density_over_its_mean_is_refused(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    np.save(tmp_path / "delta.npy", rng.normal(0, 0.1, (16, 16, 16)))
    with pytest.raises(UnreadableFile, match="overdensity"):
        field(tmp_path / "delta.npy", Facts(100.0, None, "relative_density"))


def test_values_that_are_not_finite_are_counted(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.random((16, 16, 16))
    values[0, 0, :5] = np.nan
    np.save(tmp_path / "a.npy", values)
    with pytest.raises(UnreadableFile, match="5 values"):
        field(tmp_path / "a.npy", Facts(100.0, None, "overdensity"))


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("dtype", [">f8", "<f4", "<f2"])
def test_components_come_first_in_memory(last: bool, dtype: str, tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(3, 8, 8, 8)).astype(dtype)
    np.save(tmp_path / "psi.npy", np.moveaxis(values, 0, -1) if last else values)
    read = field(tmp_path / "psi.npy", Facts(100.0, None, "displacement"))
    np.testing.assert_array_equal(read.values, values.astype(np.float32))
    assert read.grid == (8, 8, 8)


def test_six_components_are_two_displacements_where_that_is_said(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(6, 8, 8, 8)).astype(np.float32)
    np.save(tmp_path / "srs.npy", values)
    told = Facts(100.0, None, "displacement")
    (description,), _ = opening.describe([tmp_path / "srs.npy"], told)
    read = [opening.load(description, told, part.member) for part in description.parts]
    np.testing.assert_array_equal([r.values for r in read if isinstance(r, Field)], values.reshape(2, 3, 8, 8, 8))


def test_the_layout_of_d3m_names_its_parts(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(8, 8, 8, 10)).astype(np.float32)
    np.save(tmp_path / "d3m.npy", values)
    description = described(tmp_path / "d3m.npy")
    roles = {part.role: part.member for part in description.parts}
    read = field(tmp_path / "d3m.npy", BOX, roles["reference"])
    np.testing.assert_array_equal(read.values, np.moveaxis(values[..., 7:], -1, 0))
    assert read.quantity == "displacement"


def test_of_many_fields_some_are_offered_and_all_reached(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.random((40, 8, 8, 8)).astype(np.float32)
    np.save(tmp_path / "sims.npy", values)
    description = described(tmp_path / "sims.npy")
    assert len(description.parts) == 16
    assert any("40 fields" in warning for warning in description.warnings)
    read = field(tmp_path / "sims.npy", Facts(100.0, None, "overdensity"), "sims[39]")
    np.testing.assert_array_equal(read.values, values[39])
    with pytest.raises(WrongCall):
        field(tmp_path / "sims.npy", Facts(100.0, None, "overdensity"), "sims[40]")


def test_maps_have_two_dimensions(tmp_path: Path, rng: np.random.Generator) -> None:
    np.save(tmp_path / "map.npy", rng.random((32, 32)))
    read = field(tmp_path / "map.npy", Facts(25.0, None, "density"))
    assert (read.dimensions, read.grid) == (2, (32, 32))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_states_facts_beside_its_grids(save: object, tmp_path: Path, rng: np.random.Generator) -> None:
    assert callable(save)
    values = rng.normal(size=(8, 8, 8))
    save(tmp_path / "a.npz", delta=values, box_size=64.0, redshift=np.array([2.0]), params=np.arange(35.0))
    description = described(tmp_path / "a.npz")
    assert (description.box_size, description.redshift, description.quantity) == (64, 2, "overdensity")
    read = field(tmp_path / "a.npz", Facts())
    np.testing.assert_array_equal(read.values, values.astype(np.float32))


def test_the_name_of_a_camels_grid_is_a_proposal(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "Grids_Mtot_IllustrisTNG_CV_128_z=0.50.npy"
    np.save(path, 1e9 * rng.random((2, 8, 8, 8)).astype(np.float32))
    description = described(path)
    assert description.box_size is None
    assert description.proposed == Facts(25.0, 0.5, "density")


@pytest.mark.parametrize("name", ["BoxSize", "Boxsize", "boxsize", "box_size", "L"])
@pytest.mark.parametrize("place", ["/", "Header", "delta"])
def test_box_sizes_are_found_wherever_they_are(name: str, place: str, tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["delta"] = rng.normal(size=(8, 8, 8))
        file.require_group("Header")
        file[place].attrs[name] = np.array([64.0])
        file[place].attrs["Redshift"] = 3.0
    description = described(path)
    assert (description.box_size, description.redshift, description.quantity) == (64, 3, "overdensity")


@pytest.mark.parametrize(("unit", "expected"), [("kpc/h", 0.064), ("Mpc", 44.8), ("kpc", 0.0448), ("Mpc/h", 64.0)])
def test_units_of_the_box_are_obeyed(unit: str, expected: float, tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["delta"] = rng.normal(size=(8, 8, 8))
        file.attrs.update({"box_size": 64.0, "box_size_unit": unit, "HubbleParam": 0.7})
    assert described(path).box_size == pytest.approx(expected)


def test_three_arrays_are_one_displacement(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(3, 8, 8, 8)).astype(np.float32)
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.attrs["BoxSize"] = 64.0
        for axis, component in zip("xyz", values, strict=True):
            file.create_dataset(f"disp_{axis}", data=component, chunks=(4, 8, 8), compression="gzip")
    description = described(path)
    assert description.quantity == "displacement"
    assert not description.parts
    np.testing.assert_array_equal(field(path, Facts()).values, values)


def test_files_without_grids_are_refused_with_their_shapes(tmp_path: Path, rng: np.random.Generator) -> None:
    np.save(tmp_path / "table.npy", rng.random((1000, 79)))
    np.savez(tmp_path / "tables.npz", a=rng.random((1000, 79)))
    found, refused = opening.describe([tmp_path / "table.npy", tmp_path / "tables.npz"])
    assert not found
    assert all(isinstance(error, UnknownFormat) for error in refused)
    assert "1000×79" in str(refused[0])


@pytest.mark.parametrize("n", [8, 32], ids=["any", "of D3M's shape"])
@pytest.mark.parametrize(("redshift", "growth"), [(0.0, 1.0), (2.0, 0.41826)])
def test_what_map2map_divided_is_multiplied_back(
    redshift: float, growth: float, n: int, tmp_path: Path, rng: np.random.Generator
) -> None:
    values = rng.normal(size=(6, n, n, n)).astype(np.float32)
    np.save(tmp_path / "out.npy", values)
    told = Facts(100.0, redshift, "normalised_displacement")
    read = field(tmp_path / "out.npy", told)
    assert read.quantity == "displacement"
    np.testing.assert_allclose(read.values, 6 * growth * values[:3], rtol=2e-3)
    # ψ = D ψ₀ moves with a dψ/dt = ψ H f / (1 + z), f = d ln D / d ln a.
    later, sooner = (map2map_unit((1 + redshift) / (1 + step) - 1) for step in (1e-4, -1e-4))
    hubble = 100 * (0.31 * (1 + redshift) ** 3 + 0.69) ** 0.5
    speed = 6 * growth * hubble * (np.log(later / sooner) / 2e-4) / (1 + redshift)
    moving = field(tmp_path / "out.npy", told, "out[3:6]")
    assert moving.quantity == "velocity"
    np.testing.assert_allclose(moving.values, speed * values[3:], rtol=2e-3)
    with pytest.raises(MissingFact, match="--redshift"):
        field(tmp_path / "out.npy", Facts(100.0, None, "normalised_displacement"))


def test_velocities_behind_a_displacement_are_no_run(tmp_path: Path, rng: np.random.Generator) -> None:
    np.save(tmp_path / "out.npy", rng.normal(size=(6, 8, 8, 8)).astype(np.float32))
    description = described(tmp_path / "out.npy")
    assert (description.parts, description.proposed.quantity) == ((), "displacement")
    assert any("velocities" in warning and "out[3:6]" in warning for warning in description.warnings)


def test_a_test_file_of_d3m_is_prediction_and_truth(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(6, 32, 32, 32)).astype(np.float32)
    np.save(tmp_path / "test_7.npy", values)
    description = described(tmp_path / "test_7.npy")
    assert (description.box_size, description.proposed.box_size) == (None, 128)
    members = {part.role: part.member for part in description.parts}
    truth = field(tmp_path / "test_7.npy", Facts(128.0), members["reference"])
    prediction = field(tmp_path / "test_7.npy", Facts(128.0), members["prediction"])
    np.testing.assert_array_equal([prediction.values, truth.values], values.reshape(2, 3, 32, 32, 32))


def test_boxes_of_21cmfast_4_state_their_size_in_mpc(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "PerturbedField.h5"
    with h5py.File(path, "w") as file:
        struct = file.create_group("PerturbedField")
        struct.attrs["redshift"] = 8.0
        struct["OutputFields/density"] = rng.normal(size=(8, 8, 8))
        struct["OutputFields/velocity_z"] = rng.normal(size=(1, 8, 8, 8))
        struct.create_group("InputParameters/cosmo_params").attrs.update({"hlittle": 0.7, "OMm": 0.3, "SIGMA_8": 0.8})
        struct.create_group("InputParameters/simulation_options").attrs.update({"BOX_LEN": 100.0, "HII_DIM": 8})
        struct["InputParameters/node_redshifts"] = np.array([8.0, 9.0])
    description = described(path)
    assert (description.box_size, description.redshift) == (pytest.approx(70), 8)
    assert (description.hubble, description.omega_m) == (0.7, 0.3)


@pytest.mark.parametrize("order", ["C", "F"])
def test_fortran_order_is_kept(order: str, tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(5, 8, 8, 8)).astype(np.float32)
    np.save(tmp_path / "a.npy", np.asarray(values, order=order))
    read = field(tmp_path / "a.npy", Facts(100.0, None, "overdensity"), "3")
    np.testing.assert_array_equal(read.values, values[3])


@pytest.mark.parametrize("value", [np.array([{}, []], dtype=object), np.ones((8, 8, 9, 7)), np.ones((8, 9, 10))])
def test_what_is_no_grid_is_refused_truly(value: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", value, allow_pickle=True)
    _, (error,) = opening.describe([tmp_path / "a.npy"])
    said = "Python objects" if value.dtype.hasobject else "×".join(map(str, value.shape))
    assert said in str(error)
