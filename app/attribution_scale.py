"""One colour scale for what all networks looked at: how often the mean of its map, logarithmic.

A map that looks at one spot reaches hundreds of times its mean, one that looks everywhere a few times it: on a linear
scale the second would not be seen beside the first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FULL, LEAST = 0.9995, 2.0
"""Share of a map's cells that have less than full colour, and the lowest value that may have it."""


def highest(importance: NDArray[np.float32]) -> float:
    """Return a map's highest value but for single cells, in its means; of several the largest has full colour."""
    return max(LEAST, float(np.quantile(importance, FULL)))


def placed(importance: NDArray[np.float32], full: float) -> NDArray[np.float32]:
    """Return where values lie on the scale: 0 at their mean and below it, 1 at ``full`` and above."""
    return np.clip(np.log(np.maximum(importance, np.float32(1.0))) / np.float32(np.log(full)), 0.0, 1.0)
