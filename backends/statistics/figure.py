"""What a figure shows, before anybody draws it.

The window draws it with pyqtgraph, the export and the command line with matplotlib: from the same
description, so that the exported figure is the one that was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    ensemble : whether it is a mean over realisations, whose band is theirs
    piece : (n,) which of the figure's ``pieces`` each sample is of, or None where the run has but one curve
    companion : what is drawn beside the run's own curve, e.g. "purity", or "" for that itself
    break_at : x at which the run leaves the band, or None
    break_low, break_high : between which it does so within one standard error; None beyond what is resolved
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
    ensemble: bool = False
    break_low: float | None = None
    break_high: float | None = None
    piece: NDArray[np.int64] | None = None
    companion: str = ""


@dataclass(frozen=True, eq=False)
class Cells:
    """What makes a figure a heat map: its curves are the rows, and the samples of all of them lie in the same columns.

    low, high : (n,) where each column begins and ends, in the unit of x
    columns : what each column is called, without its unit
    ticks : n + 1 texts of where the columns begin, and where the last one ends; n where each is but one value
    limit : the largest value that has a colour of its own, either way
    band : the value up to which a run is taken to agree, either way
    signs : whether there are values below and above zero
    breaks : whether a run is said to break in the first column beyond the band, as it does along k
    places : by the curve's key, (n, 3) where the run is worst, fractions of the box; NaN where there is none
    worst : what is meant by it, e.g. "largest residual of these k"
    boxes : by the key of a run of several realisations, (n,) which of them the places lie in, from 0
    no_value : why a run has none in a column, e.g. "no snapshot at this redshift"
    """

    low: Array
    high: Array
    columns: tuple[str, ...]
    ticks: tuple[str, ...]
    limit: float
    band: float
    signs: tuple[bool, bool]
    breaks: bool
    places: Mapping[str, Array]
    worst: str
    boxes: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    no_value: str = "no value"

    def shade(self, values: Array | float) -> Array:
        """Return where values lie on a diverging colour map, [-1, 1]: the band near its middle, the limit at its ends.

        asinh(v / s) / asinh(limit / s), s half of the band: errors of a few per cent show beside those of all there is.
        """
        soft = self.band / 2
        return np.asarray(np.clip(np.arcsinh(np.asarray(values) / soft) / np.arcsinh(self.limit / soft), -1.0, 1.0))

    def break_of(self, curve: Curve) -> int | None:
        """Return the first column in which a row is beyond the band, or None."""
        beyond = np.flatnonzero(np.abs(curve.y) > self.band) if self.breaks else np.empty(0, np.int64)
        return int(beyond[0]) if beyond.size else None


@dataclass(frozen=True, eq=False)
class Matrix:
    """One run's matrix of values in [-1, 1] over the same places down and across.

    edges : (n + 1,) where the places begin and end, in the unit of x
    values : (n, n)
    faint : whether it is drawn faint, because it must not be relied upon as it is
    note : what it is made of, e.g. "5 realisations, 15 bins: singular"
    """

    key: str
    label: str
    colour: str
    edges: Array
    values: Array
    faint: bool = False
    note: str = ""


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
    spread : where runs are ensembles, what is drawn of them: "mean of 5 ± scatter of one"
    skipped : (label, reason) of the runs for which it makes no sense
    x_names : what x = 0, 1, … stand for, where they are classes and no numbers
    pieces : what a run's several curves are of, e.g. "R = 2 Mpc/h"; ``figure_key`` gives each its dashes
    matrices : of a figure that has these instead of curves
    cells : what makes it a heat map, or None for curves
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
    spread: str = ""
    skipped: tuple[tuple[str, str], ...] = ()
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    cells: Cells | None = None
    matrices: tuple[Matrix, ...] = ()
    x_names: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.curves or self.matrices)
