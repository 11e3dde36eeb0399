"""The probe reads the cell that holds the point, wherever its value is said to sit."""

from __future__ import annotations

import numpy as np
import pytest

from app.probing import relative_error, value_at
from backends.data.field import Field


@pytest.mark.parametrize(
    ("offset", "point", "cell"), [(0.5, 0.26, 1), (0.0, 0.26, 1), (0.5, 0.4, 1), (0.0, 0.4, 2), (0.0, 0.99, 0)]
)
def test_cell_of_a_point(offset: float, point: float, cell: int) -> None:
    values = np.arange(4, dtype=np.float32).repeat(16).reshape(4, 4, 4)
    assert value_at(Field(values, 100.0, cell_offset=offset), (point, 0.1, 0.1)) == cell


def test_error_against_an_empty_cell_is_not_a_number_that_is_shown() -> None:
    assert relative_error(1.0, 0.0) is None
    assert relative_error(1.5, 2.0) == pytest.approx(-0.25)
