"""The halves of a box along every axis: their scatter is the error of what has no other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


def octants_of(values: NDArray[Number]) -> Iterator[NDArray[Number]]:
    """Give views of the eight octants of a box, or the four quadrants of a map."""
    halves = slice(None, values.shape[-1] // 2), slice(values.shape[-1] // 2, None)
    for place in product(halves, repeat=values.ndim):
        yield values[place]
