"""How a value becomes a place in the colour range: linear, logarithmic or asinh; the shader does the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FLOOR = 1e-12
"""The smallest value that has a logarithm."""

RATIO_FLOOR = 0.01
"""Ratios count emptier places as this, in units of the mean: an empty cell is no infinite ratio."""


RATIO_HALF_SEEN = 20.0**0.5
"""In a volume a ratio is half as opaque where the denser field has this density, in units of the mean."""


def scaled(values: NDArray[np.floating] | float, scaling: str) -> NDArray[np.float64]:
    """Return the scaled values: v, log10(v) or asinh(v).

    Parameters
    ----------
    values : any shape, in units of the mean
    scaling : "linear", "log" or "asinh"
    """
    v = np.asarray(values, dtype=np.float64)
    if scaling == "log":
        return np.log10(np.maximum(v, FLOOR))
    if scaling == "asinh":
        return np.arcsinh(v)
    return v


def unscaled(place: NDArray[np.floating] | float, scaling: str) -> NDArray[np.float64]:
    """Return the values that scale to these; the inverse of :func:`scaled`."""
    s = np.asarray(place, dtype=np.float64)
    if scaling == "log":
        return np.power(10.0, s)
    if scaling == "asinh":
        return np.sinh(s)
    return s


def log_ratio(values: NDArray[np.floating], reference: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return log10 of a ratio of densities, both at least 0.01 of the mean."""
    return np.asarray(np.log10(np.maximum(values, RATIO_FLOOR) / np.maximum(reference, RATIO_FLOOR)), dtype=np.float64)
