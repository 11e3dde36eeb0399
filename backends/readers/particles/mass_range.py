"""The range of the masses of one species before they are loaded: of all where they are few, else of some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from backends.readers.particles.columns import Column, value_range
from backends.readers.particles.sampling import places, run_length, take

FEW = 1 << 22
"""Masses that are all looked at; to read more of them would keep a person from the first look."""

SOME, PIECES = 1 << 8, 16
"""Masses that are looked at in each of so many pieces of the snapshot at most, where they are more."""

T = TypeVar("T")


@dataclass(frozen=True)
class MassRange:
    """The lowest and the highest of the masses that were looked at, Msun/h; ``whole`` if these are all."""

    low: float
    high: float
    whole: bool

    @property
    def known(self) -> tuple[float, float] | tuple[None, None]:
        """What holds for all masses: some that agree do not say that all do."""
        return (self.low, self.high) if self.whole or self.low != self.high else (None, None)

    def told(self, count: int, number: int) -> str:
        """Say that these are some of so many masses of a particle type."""
        seen = f"all {self.low:.4g}" if self.low == self.high else f"from {self.low:.4g} to {self.high:.4g}"
        return f"Of the {count} masses of type {number} some were looked at: they are {seen} Msun/h."


def looked_into(pieces: Sequence[T], count: int) -> Sequence[T]:
    """Return the pieces of a snapshot in which so many masses are looked for: of many masses, evenly some."""
    return pieces if count <= FEW else pieces[:: -(-len(pieces) // PIECES)]


def mass_range(columns: Iterable[Column], count: int, unit: float = 1.0) -> MassRange | None:
    """Look at masses of which there are so many; None where one is no finite number, or there are none.

    columns : those that are looked into, each of which can be read until the next is asked for
    unit : what they are multiplied by
    """
    whole = count <= FEW
    found = [value_range(column) if whole else _some(column) for column in columns]
    if not found or not np.isfinite(found).all():
        return None
    return MassRange(min(low for low, _ in found) * unit, max(high for _, high in found) * unit, whole)


def _some(column: Column) -> tuple[float, float]:
    starts = next(places(column, SOME))
    length = run_length(column)
    values = np.empty(starts.size * length)
    take(column, starts, length, values)
    return float(values.min()), float(values.max())
