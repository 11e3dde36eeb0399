"""The numbers of a table of a statistic, and what is known of its columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.readers.statistic_tables.columns import MASS_FUNCTIONS, POWERS, Column

LARGEST = 1 << 24
"""Bytes of a table: a curve has thousands of points, not millions."""

FEWEST = 5
"""Rows of a curve at least."""


@dataclass(frozen=True, eq=False)
class Table:
    """The numbers of a file and what is known of its columns; every row is of one k or one mass, ascending."""

    rows: NDArray[np.float64]
    columns: tuple[Column, ...]
    units: str | None = None
    redshift: float | None = None
    hubble: float | None = None
    box_size: float | None = None
    inferred: str = ""

    def column(self, *meanings: str) -> Column | None:
        """Return the first column of one of these meanings."""
        return next((column for column in self.columns if column.meaning in meanings), None)

    @property
    def x(self) -> Column:
        found = self.column("k", "mass")
        assert found is not None
        return found

    @property
    def curves(self) -> tuple[Column, ...]:
        """The columns that are curves: of several that say the same of one time, the first."""
        wanted = POWERS if self.x.meaning == "k" else MASS_FUNCTIONS
        found = [column for meaning in wanted for column in self.columns if column.meaning == meaning]
        kept: list[Column] = []
        for column in found:
            twin = any(
                other.redshift in (column.redshift, None) and ("analytic" in other.name) == ("analytic" in column.name)
                for other in kept
            )
            if not twin:
                kept.append(column)
        return tuple(kept)


def is_curve(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether x rises from row to row and y is nowhere negative, as spectra and mass functions are."""
    finite = np.isfinite(x).all() and np.isfinite(y).all()
    return bool(finite and (x > 0).all() and (np.diff(x) > 0).all() and (y >= 0).all() and (y > 0).sum() >= FEWEST)
