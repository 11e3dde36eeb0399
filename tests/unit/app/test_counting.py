"""What is counted behind the transfer function is what is seen: columns are no cells."""

from __future__ import annotations

import numpy as np
import pytest

from app.counting import axis_label, histogram
from backends.data.field import Field
from backends.data.view import ViewSettings

N = 100  # more than there are columns looked at on a side, so that every second one is


def seen(density: Field, **view: object) -> list[float]:
    """The values of which there are any, to the width of a bin."""
    edges, counts = histogram(density, ViewSettings(scaling="linear", **view), (0.0, 9.6))  # type: ignore[arg-type]
    return [round(float(edges[at] + 0.05), 2) for at in np.flatnonzero(counts)]


@pytest.fixture
def layered() -> Field:
    """1 + δ of one in half of the layers along x and of three in the others."""
    values = np.ones((N, N, N), np.float32)
    values[: N // 2] = 3.0
    return Field(values, 100.0)


def test_columns_and_slices_are_counted_along_their_axis_and_all_else_cell_by_cell(layered: Field) -> None:
    assert seen(layered, mode="dvr") == [1.05, 3.05]
    assert seen(layered, mode="column", axis=0) == [2.05]
    assert seen(layered, mode="column", axis=2) == [1.05, 3.05]
    assert seen(layered, mode="slice", axis=0, depth=(0.0, 0.75)) == [2.35]


def test_the_axis_says_what_the_colour_bar_says() -> None:
    assert axis_label(ViewSettings(mode="column", scaling="log")) == "log₁₀(Σ / mean Σ)"
    assert axis_label(ViewSettings(mode="slice", depth=(0.0, 1.0), scaling="linear")) == "Σ / mean Σ"
    assert axis_label(ViewSettings(mode="slice", depth=(0.4, 0.6), scaling="asinh")) == "asinh(1 + δ)"
    assert axis_label(ViewSettings(mode="mip", scaling="log")) == "log₁₀(1 + δ)"
