"""Lines of sight in NumPy's files: one line is one, many are told from a table, a square from a map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import MissingFact, UnknownFormat
from backends.readers import opening
from backends.readers.grids.quantities import is_quantity, told_quantity
from backends.writers.field_hdf5 import write_field


def described(path: Path, told: Facts = Facts()) -> Description:
    (description,), refused = opening.describe([path], told)
    assert not refused
    return description


def loaded(path: Path, told: Facts) -> Field:
    data = opening.load(described(path, told), told)
    assert isinstance(data, Field)
    return data


def test_one_line_is_a_field_of_one_dimension(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=200).astype(np.float32)
    np.save(tmp_path / "delta.npy", values)
    description = described(tmp_path / "delta.npy")
    assert description.fields["delta"].in_words == "1D, 200 cells, 1 line of sight"
    read = loaded(tmp_path / "delta.npy", Facts(60.0))
    assert (read.dimensions, read.n_mesh, read.lines, read.cell_size) == (1, 200, 1, 0.3)
    np.testing.assert_array_equal(read.values, values[None])
    with pytest.raises(MissingFact, match="--box-size"):
        loaded(tmp_path / "delta.npy", Facts(quantity="overdensity"))


@pytest.mark.parametrize("arranged", [np.ascontiguousarray, np.asfortranarray])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("rows.npy", Facts(60.0, 3.0, "flux")),
        ("rows.npy", Facts(60.0, 3.0, "skewers")),
        ("lya_flux.npy", Facts(60.0, 3.0, "flux")),
    ],
)
def test_rows_are_lines_where_something_says_so(
    name: str, told: Facts, arranged: Callable[[np.ndarray], np.ndarray], tmp_path: Path, rng: np.random.Generator
) -> None:
    values = rng.random((30, 4000)).astype(np.float32)
    np.save(tmp_path / name, arranged(values))
    read = loaded(tmp_path / name, told)
    assert (read.dimensions, read.lines, read.quantity) == (1, 30, "flux")
    np.testing.assert_array_equal(read.values, values)


def test_what_could_be_a_table_is_refused_with_the_remedy(tmp_path: Path, rng: np.random.Generator) -> None:
    np.save(tmp_path / "rows.npy", rng.random((30, 400)))
    _, (refused,) = opening.describe([tmp_path / "rows.npy"])
    assert isinstance(refused, UnknownFormat)
    assert str(refused).endswith("call the file …skewers.npy")
    (tmp_path / "rows.npy").rename(tmp_path / "skewers_z3.npy")
    description = described(tmp_path / "skewers_z3.npy")
    assert any("30 lines of sight, each of 400 cells" in said for said in description.warnings)
    assert description.proposed.quantity == "flux"


def test_a_square_is_a_map_unless_it_is_told(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.random((32, 32)).astype(np.float32)
    np.save(tmp_path / "a.npy", values)
    assert loaded(tmp_path / "a.npy", Facts(60.0, quantity="density")).dimensions == 2
    read = loaded(tmp_path / "a.npy", Facts(60.0, quantity="density_skewers"))
    assert (read.dimensions, read.lines, read.quantity) == (1, 32, "relative_density")
    np.testing.assert_allclose(read.values, values / values.mean(), rtol=1e-6)


@pytest.mark.parametrize("shape", [(30, 400), (32, 32)])
def test_what_is_written_is_read_again(shape: tuple[int, int], tmp_path: Path, rng: np.random.Generator) -> None:
    lines = Field(rng.random(shape).astype(np.float32), 60.0, "flux", redshift=3.0, dimensions=1)
    write_field(tmp_path / "a.hdf5", lines)
    read = loaded(tmp_path / "a.hdf5", Facts())
    assert (read.dimensions, read.lines, read.quantity, read.box_size) == (1, shape[0], "flux", 60.0)
    np.testing.assert_array_equal(read.values, lines.values)


def test_lines_in_hdf5_are_known_by_their_name(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.random((30, 400))
    with h5py.File(tmp_path / "spectra.hdf5", "w") as file:
        file["flux"], file["positions"] = values, rng.random((30, 3))
        file.attrs["BoxSize"] = 60.0
    description = described(tmp_path / "spectra.hdf5")
    assert [name for name, facts in description.fields.items() if facts.lines] == ["flux"]
    read = loaded(tmp_path / "spectra.hdf5", Facts(quantity="flux"))
    np.testing.assert_array_equal(read.values, values.astype(np.float32))


def test_few_numbers_are_no_line(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(15))
    np.save(tmp_path / "skewers.npy", np.ones((100, 3)))
    found, refused = opening.describe([tmp_path / "a.npy", tmp_path / "skewers.npy"], Facts(60.0))
    assert not found
    assert len(refused) == 2


@pytest.mark.parametrize(
    ("told", "meant"), [("skewers", "flux"), ("delta_skewers", "overdensity"), ("flux_sightlines", "flux")]
)
def test_quantities_of_lines_have_names(told: str, meant: str) -> None:
    assert is_quantity(told)
    assert told_quantity(told) == meant
    assert not is_quantity("nonsense_skewers")
    assert not is_quantity("")
