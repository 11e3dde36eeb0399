"""How often which value is seen: the histogram behind the transfer function, and what its axis is called."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.periodic import depth_in_box
from backends.data.view import ViewSettings
from widgets.volume import slab
from widgets.volume.scaling import scaled

BINS = 96
# A histogram of log counts shows no difference from one of all cells, or of all columns.
CELLS = 100_000
COLUMNS = 96

Histogram = tuple[NDArray[np.float64], NDArray[np.int64]]


def histogram(density: Field, view: ViewSettings, limits: tuple[float, float]) -> Histogram:
    """Return the edges (97,) and counts (96,) of the scaled values that are seen of a density, of some of them.

    Those of columns and slices are means along their axis; all other ways of drawing show cells.

    Parameters
    ----------
    limits : scaled values
    """
    if view.mode in ("column", "slice") and density.dimensions == 3:
        every = tuple(
            slice(None) if axis == view.axis else slice(None, None, -(-n // COLUMNS))
            for axis, n in enumerate(density.grid)
        )
        depth = depth_in_box(view) if view.mode == "slice" else (0.0, 1.0)
        values = slab.mean(replace(density, values=density.values[every]), view.axis, depth).reshape(-1)
    else:
        values = density.values.reshape(-1)[:: max(1, density.values.size // CELLS)]
    counts, edges = np.histogram(scaled(values, view.scaling), bins=BINS, range=limits)
    return edges, counts


def axis_label(view: ViewSettings) -> str:
    """Return what the values are called: the same as under the views' colour bar, as they are scaled."""
    whole = view.mode == "column" or (view.mode == "slice" and max(view.depth) - min(view.depth) > 0.999)
    name = "Σ / mean Σ" if whole else "1 + δ"
    return {"log": f"log₁₀({name})", "asinh": f"asinh({name})", "linear": name}[view.scaling]
