"""The halves of a box along every axis: their scatter is the error of what has no other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray


def octants_of(values: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Give views of the eight octants of a box, or the four quadrants of a map."""
    halves = slice(None, values.shape[-1] // 2), slice(values.shape[-1] // 2, None)
    for place in product(halves, repeat=values.ndim):
        yield values[place]
