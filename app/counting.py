"""How many cells have which value: the histogram behind the transfer function."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from widgets.volume.scaling import scaled

BINS = 96
# A histogram of log counts shows no difference from one of all cells.
CELLS = 100_000

Histogram = tuple[NDArray[np.float64], NDArray[np.int64]]


def histogram(density: Field, scaling: str, limits: tuple[float, float]) -> Histogram:
    """Return the edges (97,) and counts (96,) of a density's scaled values within the limits, from some of its cells.

    Parameters
    ----------
    scaling : "linear", "log" or "asinh"
    limits : scaled values
    """
    values = density.values.reshape(-1)[:: max(1, density.values.size // CELLS)]
    counts, edges = np.histogram(scaled(values, scaling), bins=BINS, range=limits)
    return edges, counts
