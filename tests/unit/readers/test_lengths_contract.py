"""A unit of length that is told is the unit of every length in a file, whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from format_samples import MAKERS

from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.readers import opening

Make = Callable[[str], Path]

LARGE = 1e6
"""A box that holds all positions of the samples, in whichever unit they are read."""

OF_THE_BOX = {"abacus", "compaso", "ramses", "numpy-grid", "halograph-bundle", "statistic-table", "tipsy"}
"""Formats whose samples keep no length but in units of the box, or in a unit that the format itself fixes."""


def lengths(path: Path, unit: str) -> list[np.ndarray]:
    """All lengths of a path's data, read in that unit."""
    told = Facts(box_size=LARGE, redshift=0.0, hubble=0.7, quantity=None, length_unit=unit)
    (description,), refused = opening.describe([path], told)
    assert not refused
    data = opening.load(description, description.proposed.over(told).over(Facts(quantity="overdensity")))
    if isinstance(data, Particles):
        return [data.positions]
    if isinstance(data, Catalogue):
        return [data.positions] + ([] if data.radii is None else [data.radii])
    assert isinstance(data, Field)
    return [data.values] if data.quantity == "displacement" else []


@pytest.mark.parametrize("name", sorted(set(MAKERS) - {"statistic-table"}))
def test_every_length_follows_the_unit_that_is_told(name: str, sample: Make) -> None:
    path = sample(name)
    (description,), _ = opening.describe([path], Facts(hubble=0.7))
    assert (description.length_read is None) == (name in OF_THE_BOX)
    large, small = lengths(path, "Mpc/h"), lengths(path, "kpc/h")
    factor = 1.0 if name in OF_THE_BOX else 1e-3
    for one, other in zip(large, small, strict=True):
        np.testing.assert_allclose(other, one * factor, rtol=1e-5)


@pytest.mark.parametrize("name", sorted(set(MAKERS) - OF_THE_BOX))
def test_a_stated_box_follows_too(name: str, sample: Make) -> None:
    path = sample(name)
    (description,), _ = opening.describe([path], Facts(hubble=0.7))
    assert description.length_read is not None
    if description.box_size is None:
        return
    told = Facts(redshift=0.0, hubble=0.7, length_unit="kpc/h").over(description.proposed)
    data = opening.load(description, told)
    assert isinstance(data, Particles | Catalogue | Field)
    assert data.box_size == pytest.approx(description.box_size * 1e-3 / description.length_read)
    assert description.box_in(told) == pytest.approx(data.box_size)
