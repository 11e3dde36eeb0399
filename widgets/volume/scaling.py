"""How a value becomes a place in the colour range: linear, logarithmic or asinh; the shader does the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SOFTENING = 0.1
"""Value, in units of the mean, below which the asinh scaling is linear."""

FLOOR = 1e-12
"""The smallest value that has a logarithm."""


def scaled(values: NDArray[np.floating] | float, scaling: str) -> NDArray[np.float64]:
    """Return the scaled values: v, log10(v) or asinh(v / 0.1).

    Parameters
    ----------
    values : any shape, in units of the mean
    scaling : "linear", "log" or "asinh"
    """
    v = np.asarray(values, dtype=np.float64)
    if scaling == "log":
        return np.log10(np.maximum(v, FLOOR))
    if scaling == "asinh":
        return np.arcsinh(v / SOFTENING)
    return v


def unscaled(place: NDArray[np.floating] | float, scaling: str) -> NDArray[np.float64]:
    """Return the values that scale to these; the inverse of :func:`scaled`."""
    s = np.asarray(place, dtype=np.float64)
    if scaling == "log":
        return np.power(10.0, s)
    if scaling == "asinh":
        return SOFTENING * np.sinh(s)
    return s


def symbol(scaling: str, quantity: str = "1 + δ") -> str:
    """Return how a scaled axis is labelled, e.g. ``log₁₀(1 + δ)``."""
    return {"log": f"log₁₀({quantity})", "asinh": f"asinh(10 ({quantity}))"}.get(scaling, quantity)
