"""What the differences of curves that cross zero are measured in: a ratio of two such curves would say nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.statistic import StatisticResult

Floats = NDArray[np.float64]
Size = Callable[[StatisticResult], Floats]


def _of_monopole(result: StatisticResult) -> Floats:
    """Return k P₀, in which a multipole k P_ℓ is a share."""
    return np.asarray(result["k"] * result["p0"], np.float64)


def _largest(result: StatisticResult) -> Floats:
    """Return the largest |y|, at every point."""
    values: NDArray[Any] = np.abs(result[result.y])
    return np.full(values.shape, np.nanmax(values, initial=0.0))


SIZES: Mapping[str, Size] = {
    "redshift-space-quadrupole": _of_monopole,
    "redshift-space-hexadecapole": _of_monopole,
    "minkowski-functionals": _largest,
}
"""Statistics whose lower panel is 1 + (y − y_ref) / size, and the size, of the reference's result."""
