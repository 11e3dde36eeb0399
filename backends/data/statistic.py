"""What a statistic returns: a curve with its errors, and every column that is exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class StatisticResult:
    """One statistic of one run.

    name : the statistic's registered name
    columns : named arrays or scalars, in the order of the exported table; the names are the command
        line's contract ("k", "power", "error", "n_modes", "shot_noise")
    units : unit of each column, "" for a pure number
    x, y, sigma : names of the columns that are drawn; ``sigma`` is "" where there are no errors
    parameters : everything that the numbers depend on
    reliable : (n,) bool, False where the curve must not be believed, or None where all may
    notes : why some of it is not to be believed, as sentences
    series : name of the column that tells a run's curves apart, where it has several, one after another
    companions : by label, names of columns that are drawn beside y: "NFW" -> "nfw"
    against : name of the column of a second place, where y is a matrix over x and it; "" for a curve
    members : the same of every realisation, on the same bins, where this is their mean
    ratio, ratio_sigma : names of the columns of the lower panel, where it is no quotient of two runs' curves
    """

    name: str
    columns: Mapping[str, NDArray[Any] | float]
    units: Mapping[str, str]
    x: str
    y: str
    sigma: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    reliable: NDArray[np.bool_] | None = None
    notes: tuple[str, ...] = ()
    series: str = ""
    companions: Mapping[str, str] = field(default_factory=dict)
    ratio: str = ""
    ratio_sigma: str = ""
    against: str = ""
    members: tuple[StatisticResult, ...] = ()

    def __getitem__(self, column: str) -> NDArray[Any]:
        return np.asarray(self.columns[column])

    @property
    def nbytes(self) -> int:
        own = sum(int(np.asarray(c).nbytes) for c in self.columns.values())
        return own + sum(member.nbytes for member in self.members)
