"""The nearest halo is the one that was planted there, made of the matter that was moved there."""

from __future__ import annotations

import numpy as np
import pytest

from backends.attribution.nearest_halo import nearest_halo, place_of
from backends.attribution.target import Target
from backends.data.field import Field
from backends.errors import NotApplicable


def lattice_with_halos(n: int, places: dict[tuple[int, int, int], tuple[float, float, float]]) -> Field:
    """A lattice in which 3³ cells around each key are gathered at a place of the box."""
    size = float(n)
    values = np.zeros((3, n, n, n), np.float32)
    for start, place in places.items():
        for offset in np.ndindex(3, 3, 3):
            cell = tuple(np.add(start, offset))
            for axis in range(3):
                values[(axis, *cell)] = place[axis] - (cell[axis] + 0.5) + 0.01 * offset[axis]
    return Field(values, size, quantity="displacement", cell_offset=0.5)


def test_the_nearest_of_two_across_the_edge_of_the_box() -> None:
    field = lattice_with_halos(16, {(1, 1, 1): (0.1, 0.1, 0.1), (8, 8, 8): (9.0, 9.0, 9.0)})
    cells = np.ravel_multi_index(np.indices((3, 3, 3)).reshape(3, -1) + 1, (16, 16, 16))
    target = nearest_halo(field, (0.98, 0.99, 0.98))
    assert target.kind == "halo"
    assert set(cells) <= set(target.cells)
    assert len(target.cells) < 40
    only = Target("halo", tuple(int(cell) for cell in cells))
    np.testing.assert_allclose(place_of(only, field), (0.11, 0.11, 0.11), atol=1e-5)
    edge = lattice_with_halos(16, {(1, 1, 1): (15.985, 8.0, 0.0)})
    np.testing.assert_allclose(place_of(only, edge), (15.995, 8.01, 0.01), atol=1e-5)


def test_a_lattice_has_no_halo() -> None:
    with pytest.raises(NotApplicable, match="no halo"):
        nearest_halo(lattice_with_halos(16, {}), (0.5, 0.5, 0.5))
