"""The ticks of an exported figure: the window's, so that both are read alike."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import NullFormatter

from widgets.plots.scales import Scale
from widgets.plots.ticks import ticks

ROOM = (0.6, 0.25)
"""Inches that a number takes along x and along y."""
MOST = 9
"""Numbers wanted along an axis at most, however long it is."""


def put_ticks(axes: Axes, names: Sequence[str] = ()) -> None:
    """Put the ticks at both axes of a panel whose limits and place are settled.

    Parameters
    ----------
    names : what x = 0, 1, … stand for, where they are classes
    """
    dots_an_inch = axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    extent = axes.get_window_extent()
    if names:
        axes.xaxis.set_ticks(range(len(names)), list(names))
        axes.xaxis.set_ticks([], minor=True)
    else:
        _put(axes.xaxis, axes.get_xscale() == "log", axes.get_xlim(), extent.width / dots_an_inch / ROOM[0])
    _put(axes.yaxis, axes.get_yscale() == "log", axes.get_ylim(), extent.height / dots_an_inch / ROOM[1])


def _put(axis: Axis, log: bool, limits: tuple[float, float], room: float) -> None:
    scale = Scale(log)
    low, high = (math.log10(end) for end in limits) if log else limits
    found = ticks(scale, low, high, min(int(room), MOST))
    axis.set_ticks([scale.backward(at) for at, _ in found.major], [text for _, text in found.major])
    axis.set_ticks([scale.backward(at) for at in found.minor], minor=True)
    axis.set_minor_formatter(NullFormatter())
    axis.set_view_interval(*limits, ignore=True)  # ticks widen what is seen
