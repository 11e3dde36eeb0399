"""Places a legend where it covers no data: in a free corner, else above the figure."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

CORNERS: Any = ("lower left", "upper right", "upper left", "lower right", "center left", "center right")
MOST_INSIDE = 12
SIZES = (8.0, 7.0, 6.0, 5.0)
"""Points of a legend above the panels, the first that leaves them room."""
SMALLEST = SIZES[-1]
LARGEST_SHARE = 0.36
"""Share of the figure's height that such a legend may take."""
INSIDE: Any = {"frameon": False, "handlelength": 2.8, "borderaxespad": 0.8}
ABOVE: Any = {"frameon": False, "handlelength": 2.4, "columnspacing": 1.4}
AIR = 4.0
"""Pixels that a legend keeps away from a curve."""


def place_legend(drawing: Drawing, axes: Axes) -> Legend:
    """Add the legend of the main panel's curves to a drawing that is laid out; nothing is drawn to find its place."""
    legend: Legend
    handles: Any = [line for line in axes.get_lines() if not str(line.get_label()).startswith("_")]
    if len(handles) <= MOST_INSIDE:
        legend = axes.legend(handles=handles, **INSIDE)
        for corner in CORNERS:
            legend.set_loc(corner)
            if not covers_data(axes, legend.get_window_extent()):
                return legend
        legend.remove()
    return _above(drawing, handles) or axes.legend(handles=handles, loc="upper right", fontsize=SMALLEST)


def _above(drawing: Drawing, handles: Any) -> Legend | None:
    """Put the legend above the panels, in as many columns as fit and no larger than leaves them room."""
    legend: Legend
    for size in SIZES:
        for most in range(min(5, len(handles)), 0, -1):
            columns = math.ceil(len(handles) / math.ceil(len(handles) / most))  # as many rows, none nearly empty
            legend = drawing.legend(handles=handles, loc="outside upper center", ncols=columns, fontsize=size, **ABOVE)
            extent = legend.get_window_extent()
            if extent.width <= 0.98 * drawing.bbox.width and extent.height <= LARGEST_SHARE * drawing.bbox.height:
                return legend
            legend.remove()
    return None


def legend_settings(drawing: Drawing, axes: Axes) -> tuple[dict[str, object], bool]:
    """Return what a drawn legend was called with, for scripts, and whether it stands above the panels."""
    above = bool(drawing.legends)
    legend = drawing.legends[0] if above else axes.get_legend()
    if legend is None:
        return {}, False
    texts = legend.get_texts()
    size = {"fontsize": float(texts[0].get_fontsize())} if texts else {}
    if above:
        columns = len({round(text.get_window_extent().x0) for text in texts})
        return {"loc": "outside upper center", "ncols": columns, **size, **ABOVE}, True
    x, y = axes.transAxes.inverted().transform(legend.get_window_extent().get_points()).mean(axis=0)
    height = "lower" if y < 1 / 3 else "upper" if y > 2 / 3 else "center"
    shape = {} if legend.get_frame_on() else INSIDE
    return {"loc": f"{height} {'left' if x < 0.5 else 'right'}", **size, **shape}, False


def covers_data(axes: Axes, box: Bbox, straight: bool = True) -> bool:
    """Whether any curve, error band or label of the panel runs through the box (in pixels); ``straight``: or a mark."""
    box = box.padded(AIR)
    if any(box.overlaps(text.get_window_extent()) for text in axes.texts):
        return True
    for collection in axes.collections:
        for path in collection.get_paths():
            vertices = np.asarray(path.vertices)
            if len(vertices) and _crosses(collection.get_transform().transform(vertices), box):
                return True
    lines = [line for line in axes.get_lines() if straight or line.get_transform() == axes.transData]
    return any(_line_crosses(line, box) for line in lines if len(np.atleast_1d(line.get_xdata())))


def _line_crosses(line: Line2D, box: Bbox) -> bool:
    x, y = (np.asarray(values, float) for values in line.get_data())
    return _crosses(line.get_transform().transform(np.column_stack([x, y])), box)


def _crosses(points: NDArray[np.float64], box: Bbox) -> bool:
    """Whether a polyline comes into the box; gaps are NaN, and each piece is looked at closely."""
    along = np.linspace(0, 1, 17)[:, None, None]
    between = (points[None, :-1] * (1 - along) + points[None, 1:] * along).reshape(-1, 2)
    x, y = np.concatenate([points, between]).T
    with np.errstate(invalid="ignore"):
        return bool(((x >= box.x0) & (x <= box.x1) & (y >= box.y0) & (y <= box.y1)).any())
