"""A statistic that somebody else measured or predicted, read from a table and drawn beside the runs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backends.data.facts import Facts
from backends.data.run import Origin

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve in Halograph's units.

    statistic : registered name of the statistic that it is of: "power-spectrum" or "halo-mass-function"
    x : (n,) float64, ascending: k in h/Mpc, or M in Msun/h
    y : (n,) float64: P in (Mpc/h)³, or dn/dlog10 M in (h/Mpc)³
    low, high : (n,) float64, the ends of its errors, or None
    n_modes : (n,) float64, modes or halos in each bin, or None
    box_size : side of the box that it was measured in, Mpc/h, or None
    """

    statistic: str
    x: Floats
    y: Floats
    low: Floats | None = None
    high: Floats | None = None
    n_modes: Floats | None = None
    redshift: float | None = None
    box_size: float | None = None

    @property
    def nbytes(self) -> int:
        columns = (self.x, self.y, self.low, self.high, self.n_modes)
        return sum(int(column.nbytes) for column in columns if column is not None)


@dataclass(frozen=True)
class ReferenceCurve:
    """A curve of a study: light, comparable, serialisable, as a run is.

    key : unique in the study and never shown
    told : what the person told of its units
    curve : the numbers, read again with a session; None where they could not be
    warnings : what was inferred, or why there are no numbers, as sentences
    """

    key: str
    label: str
    colour: str
    statistic: str
    origin: Origin
    told: Facts = Facts()
    visible: bool = True
    curve: Curve | None = field(default=None, compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)
