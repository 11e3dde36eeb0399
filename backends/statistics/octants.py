"""The halves of a box along every axis: their scatter is the error of what has no other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


PIECES = {1: "eighths", 2: "quadrants", 3: "octants"}
"""Into what lines, a map and a box are cut."""


def eighths_of(values: NDArray[Number]) -> list[NDArray[Number]]:
    """Give the cells (n,) of eight pieces of lines (…, n) laid end to end: bundles of many lines, parts of a few."""
    return np.array_split(values.reshape(-1), 8)


def octants_of(values: NDArray[Number]) -> Iterator[NDArray[Number]]:
    """Give views of the eight octants of a box, or the four quadrants of a map."""
    halves = slice(None, values.shape[-1] // 2), slice(values.shape[-1] // 2, None)
    for place in product(halves, repeat=values.ndim):
        yield values[place]
