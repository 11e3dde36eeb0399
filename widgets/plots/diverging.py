"""The colours of errors: blue for too little, red for too much, and the middle of the map for what agrees."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

MAPS = {"dark": "crameri:berlin", "light": "crameri:vik"}
"""Dark in the middle on dark grounds and light on light ones: what stands out is wrong (Crameri 2018; told apart by
the colour-blind)."""
STEPS = 255


@cache
def diverging(theme: str) -> tuple[str, ...]:
    """Return the colours "#rrggbb" from the most negative to the most positive; the one in the middle is zero's."""
    from cmap import Colormap  # opened with the first heat map, not with the window

    colours = np.rint(255 * Colormap(MAPS[theme])(np.linspace(0.0, 1.0, STEPS))).astype(np.int64)
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue, _ in colours)


def shades(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which colour stands for each place in [-1, 1]; -1 for NaN."""
    steps = np.rint((np.nan_to_num(places) + 1) / 2 * (STEPS - 1)).astype(np.int64)
    return np.where(np.isfinite(places), steps, -1)


def percent(value: float) -> str:
    """Return a share in per cent as it is written beside colours: "+5", "−0.5", "0"."""
    return "0" if value == 0 else f"{100 * value:+.3g}".replace("-", "−")
