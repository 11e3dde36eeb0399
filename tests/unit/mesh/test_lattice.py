"""Displacements become particles."""

from __future__ import annotations

import numpy as np
import pytest

from backends.data.field import Field
from backends.errors import InputError, NotApplicable
from backends.mesh.lattice import displaced


@pytest.mark.parametrize("cell_offset", [0.0, 0.5])
def test_without_displacement_particles_stand_on_their_lattice(cell_offset: float) -> None:
    still = Field(np.zeros((3, 4, 4, 4), np.float32), 8.0, "displacement", cell_offset)
    particles = displaced(still)
    assert particles.positions[0] == pytest.approx(2 * cell_offset)
    assert particles.positions[1] == pytest.approx([2 * cell_offset, 2 * cell_offset, 2 * cell_offset + 2])
    assert particles.masses is None


def test_particles_are_wrapped_and_weigh_what_the_box_weighs() -> None:
    values = np.zeros((3, 4, 4, 4), np.float32)
    values[0] -= np.float32(1e-9)
    values[1] += 17
    particles = displaced(Field(values, 8.0, "displacement", 0.0, redshift=1.0), omega_m=0.3)
    assert particles.positions.min() >= 0
    assert particles.positions.max() < 8
    assert particles.positions[0, 1] == pytest.approx(1)
    assert particles.masses == pytest.approx(2.77536627e11 * 0.3 * 8)
    assert particles.redshift == 1.0


def test_what_displaces_nothing_is_refused() -> None:
    with pytest.raises(NotApplicable, match="overdensity"):
        displaced(Field(np.zeros((4, 4, 4), np.float32), 8.0, "overdensity"))
    with pytest.raises(InputError, match="shape"):
        displaced(Field(np.zeros((2, 4, 4, 4), np.float32), 8.0, "displacement"))
    torn = np.zeros((3, 4, 4, 4), np.float32)
    torn[2, 1, 1, 1] = np.nan
    with pytest.raises(InputError, match="1 of 192"):
        displaced(Field(torn, 8.0, "displacement"))
