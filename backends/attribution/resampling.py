"""A layer's map on the field's own lattice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def resample(values: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    """Return a periodic map interpolated trilinearly to n cells a side, centre on centre.

    Parameters
    ----------
    values : (m, m, m) float32, each the mean over (n/m)³ cells of the lattice
    """
    m = values.shape[0]
    place = (np.arange(n) + 0.5) * m / n - 0.5
    lower = np.floor(place).astype(np.int64)
    share = (place - lower).astype(np.float32)
    for axis in range(3):
        shape = [1, 1, 1]
        shape[axis] = n
        upper = share.reshape(shape)
        values = np.take(values, lower % m, axis) * (1 - upper) + np.take(values, (lower + 1) % m, axis) * upper
    return values
