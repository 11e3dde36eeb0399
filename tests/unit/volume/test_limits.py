"""Scalings, colour ranges and look-up tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.view import TransferFunction, ViewSettings
from backends.errors import WrongCall
from widgets.volume import limits, transfer_function
from widgets.volume.scaling import scaled, unscaled


@pytest.mark.parametrize("scaling", ["linear", "log", "asinh"])
def test_scalings_invert(scaling: str) -> None:
    values = np.geomspace(1e-3, 1e5, 50)
    np.testing.assert_allclose(unscaled(scaled(values, scaling), scaling), values, rtol=1e-12)


@pytest.mark.parametrize("mode", ["dvr", "mip", "iso", "column", "slice"])
@pytest.mark.parametrize("scaling", ["linear", "log", "asinh"])
def test_no_field_breaks_the_range(mode: str, scaling: str) -> None:
    for values in (np.zeros(10), np.ones(10), np.full(10, np.nan), np.array([0.0, np.inf]), -np.ones(5)):
        low, high = limits.automatic(values, mode, scaling)
        assert np.isfinite((low, high)).all()
        assert low < high


def test_a_comparison_is_symmetric_about_zero() -> None:
    low, high = limits.symmetric([np.array([-3.0, 1.0]), np.array([0.5])])
    assert low == -high < 0


def test_one_run_that_is_far_off_leaves_the_colours_to_the_others() -> None:
    near = np.random.default_rng(1).normal(size=10_000)
    alone, beside = limits.symmetric([near, near]), limits.symmetric([near, near, 1000 * near])
    assert alone == beside
    np.testing.assert_allclose(alone[1], 2.17, rtol=0.03)  # what 97 % of a normal distribution lie within
    sparse = np.where(np.arange(10_000) % 100, 0.0, near)
    assert limits.symmetric([sparse])[1] > 1.5


def test_what_has_grown_is_seen_beside_what_it_was() -> None:
    rng = np.random.default_rng(2)
    values = [rng.lognormal(sigma=sigma, size=(16, 16, 16)).astype(np.float32) for sigma in (0.1, 0.5, 1.5)]
    young, middle, old = (Field(one, 64.0, redshift=z) for one, z in zip(values, (5.0, 2.0, 0.0), strict=True))
    view = ViewSettings(mode="slice", depth=(0.5, 0.5))
    found = limits.ranges([limits.Shown(one, reference=young) for one in (young, middle, old)], view).fields
    assert found == limits.fitting(middle, view)
    again = limits.ranges([limits.Shown(replace(one, redshift=5.0), reference=young) for one in (middle, old)], view)
    assert again.fields == limits.fitting(young, view)  # at one time the reference decides


def test_the_range_of_a_column_is_that_of_projected_densities() -> None:
    rng = np.random.default_rng(0)
    field = Field(rng.lognormal(size=(16, 16, 16)).astype(np.float32), 64.0)
    shown = limits.shown(field, ViewSettings(mode="column", axis=1))
    np.testing.assert_allclose(shown, field.values.mean(axis=1), rtol=1e-6)


def test_a_front_across_the_columns_has_the_range_of_its_two_sides() -> None:
    values = np.full((16, 16, 16), 0.5, np.float32)
    values[:, :, :8] = 1.5
    values += 1e-4 * np.random.default_rng(0).random(values.shape, dtype=np.float32)
    low, high = limits.fitting(Field(values, 1.0), ViewSettings(mode="column", axis=2, scaling="linear"))
    assert (low, high) == pytest.approx((0.5, 1.5), abs=0.01)


def test_fields_of_different_meshes_have_a_comparison_range() -> None:
    fine = Field(np.full((32, 32, 32), 2.0, np.float32), 64.0)
    coarse = Field(np.ones((16, 16, 16), np.float32), 64.0)
    apart = limits.compared(fine, coarse, ViewSettings(mode="slice"), "difference")
    np.testing.assert_allclose(apart, 1.0)
    np.testing.assert_allclose(limits.compared(fine, coarse, ViewSettings(mode="dvr"), "ratio"), np.log10(2))


def test_an_empty_cell_is_no_infinite_ratio() -> None:
    empty = Field(np.zeros((8, 8, 8), np.float32), 64.0)
    mean = Field(np.ones((8, 8, 8), np.float32), 64.0)
    assert np.allclose(limits.compared(empty, mean, ViewSettings(mode="dvr"), "ratio"), -2.0)


def test_a_table_holds_the_control_points() -> None:
    transfer = TransferFunction(points=((0.0, 0.0), (0.5, 0.2), (1.0, 1.0)))
    table = transfer_function.table(transfer)
    assert table.shape == (1024, 4)
    assert table.dtype == np.float32
    np.testing.assert_allclose(table[[0, 1023], 3], [0.0, 1.0])
    assert table[511:513, 3].mean() == pytest.approx(0.2, abs=1e-3)


def test_a_comparisons_table_is_white_and_transparent_in_the_middle() -> None:
    middle = transfer_function.diverging(TransferFunction())[511:513].mean(axis=0)
    assert middle[:3].min() > 0.95
    assert middle[3] < 0.01


def test_an_unknown_colour_map_is_refused_with_advice() -> None:
    with pytest.raises(WrongCall, match="no-such-map"):
        transfer_function.colours("no-such-map")


@pytest.mark.parametrize("scaling", ["linear", "log", "asinh"])
def test_columns_of_a_nearly_uniform_field_have_room_for_rays_of_other_lengths(scaling: str) -> None:
    values = 1.0 + 1e-3 * np.random.default_rng(2).standard_normal((16, 16, 16))
    field = Field(values.astype(np.float32), 1000.0)
    low, high = limits.fitting(field, ViewSettings(mode="column", scaling=scaling, column_unit="mass"))
    through = scaled(np.array([0.4, 1.25]), scaling)
    assert low < through[0]
    assert high > through[1]
    narrow = limits.fitting(field, ViewSettings(mode="column", scaling=scaling))
    assert narrow[1] - narrow[0] < 0.01


def test_an_attribution_keeps_its_scale_whichever_others_are_in_sight() -> None:
    box = Field(np.ones((8, 8, 8), np.float32), 10.0)
    faint = replace(box, values=np.full((8, 8, 8), 0.3, np.float32))
    view = ViewSettings()
    assert limits.ranges([limits.Shown(box, overlay=faint)], view) == limits.ranges([limits.Shown(box)], view)
