"""What a figure shows, before anybody draws it.

The window draws it with pyqtgraph, the export and the command line with matplotlib: from the same
description, so that the exported figure is the one that was seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """One run's curve. ``low`` and ``high`` are the error band, or None.

    key : the run's key (empty on the command line)
    dash : index of the dash pattern, so that colour is never the only carrier
    ratio, ratio_low, ratio_high : the same against the reference, drawn in the ratio panel
    reliable : (n,) bool; the rest is drawn faint, or None where all is to be believed
    break_at : x at which the run leaves the band, or None
    """

    key: str
    label: str
    colour: str
    x: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    ratio: Array | None = None
    ratio_low: Array | None = None
    ratio_high: Array | None = None
    reliable: NDArray[np.bool_] | None = None
    break_at: float | None = None
    dash: int = 0
    reference: bool = False


@dataclass(frozen=True)
class Line:
    """A straight line across the panel, with its label: k_Nyquist, the particle lattice's limit."""

    at: float
    label: str


@dataclass(frozen=True, eq=False)
class Figure:
    """A whole figure: a main panel and, where ``ratio_label`` is set, a ratio panel below it.

    band : (low, high) shaded in the ratio panel, or in the main one where there is no ratio panel
    note : one short line for the upper right corner: what was computed, e.g. "128³ mesh, TSC"
    skipped : (label, reason) of the runs for which it makes no sense
    """

    name: str
    title: str
    x_label: str
    y_label: str
    log_x: bool
    log_y: bool
    curves: tuple[Curve, ...]
    ratio_label: str = ""
    verticals: tuple[Line, ...] = ()
    band: tuple[float, float] | None = None
    note: str = ""
    skipped: tuple[tuple[str, str], ...] = ()
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
