"""A linear or logarithmic axis: from a value to where it is drawn, and back, and how a value is written."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = str.maketrans("-", "−")


@dataclass(frozen=True)
class Scale:
    """Maps values to drawn coordinates: themselves, or their decimal logarithm."""

    log: bool = False

    def forward(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return drawn coordinates; NaN where a value has none on this scale."""
        array = np.asarray(values, dtype=np.float64)
        array = np.where(np.isfinite(array), array, np.nan)
        if not self.log:
            return array
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn: NDArray[np.float64] = np.where(array > 0, np.log10(np.where(array > 0, array, 1.0)), np.nan)
        return drawn

    def backward(self, drawn: float) -> float:
        """Return the value at a drawn coordinate."""
        return float(10.0 ** min(drawn, 300.0)) if self.log else float(drawn)


def power_of_ten(exponent: int) -> str:
    """Return "10⁻²" for -2."""
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def written(value: float, digits: int = 3) -> str:
    """Return a value for reading, with that many significant digits: "0.942", "−12", "3.2×10¹²", "—"."""
    if not math.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -4 < exponent < 5:
        return f"{value:.{max(0, digits - 1 - exponent)}f}".translate(_MINUS)
    mantissa = f"{value / 10.0**exponent:.{digits - 1}f}".translate(_MINUS)
    return f"{mantissa}×{power_of_ten(exponent)}"


def split_label(label: str) -> tuple[str, str]:
    """Return the symbol and the unit of an axis label: "k  [h/Mpc]" gives ("k", "h/Mpc")."""
    name, _, rest = label.partition("[")
    unit = rest.rpartition("]")[0] if rest else ""
    return name.split(" = ")[0].strip(), unit.strip()
