"""What an attribution method answers, and what can be said about any answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.attribution.target import Target

EVERYWHERE = 0.9
"""Share of a uniform map's half-radius beyond which a map does not say where."""


@dataclass(frozen=True)
class Fact:
    """One thing to be said beside a map: its registered name, its value, and the sentence with its unit.

    most : the largest that the value could be, where it says little without; else None
    """

    name: str
    value: float
    sentence: str
    most: float | None = None


@dataclass(frozen=True, eq=False)
class Attribution:
    """How much each cell of a network's input mattered.

    values : (n, n, n) float32 ≥ 0 at Lagrangian lattice points, in units of their mean over the box, so
        that the maps of several networks and methods can share one colour scale
    signed : (n, n, n) float32 in the method's own unit, with its sign, or None where it has none
    facts : what the map alone does not say
    parts : (label, (heads, m, m, m) float32) maps of single layers, at the layer's own resolution
    """

    values: NDArray[np.float32]
    facts: tuple[Fact, ...] = ()
    signed: NDArray[np.float32] | None = None
    parts: tuple[tuple[str, NDArray[np.float32]], ...] = ()

    @property
    def nbytes(self) -> int:
        arrays = [self.values, *(array for _, array in self.parts)]
        return sum(int(a.nbytes) for a in arrays) + (0 if self.signed is None else int(self.signed.nbytes))


def relative(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return importance in units of its mean over the box; where nothing mattered, zeros."""
    mean = float(values.mean(dtype=np.float64))
    return np.asarray(values / np.float32(mean), dtype=np.float32) if mean > 0 else np.zeros_like(values)


def whereabouts(values: NDArray[np.float32], target: Target, cell_size: float) -> tuple[Fact, ...]:
    """Say how far from the target the importance lies.

    Parameters
    ----------
    values : (n, n, n) ≥ 0, at Lagrangian lattice points
    cell_size : spacing of the lattice, Mpc/h
    """
    total = float(values.sum(dtype=np.float64))
    if total <= 0:
        return (Fact("half-radius", 0.0, "nothing in the input mattered"),)
    apart = _distance_from(target.centre(values.shape[0]), values.shape[0]) * cell_size
    order = np.argsort(apart, axis=None)
    share = np.cumsum(values.reshape(-1)[order], dtype=np.float64) / total
    half = float(apart.reshape(-1)[order][int(np.searchsorted(share, 0.5))])
    anywhere = float(np.median(apart))
    peak = float(apart.reshape(-1)[int(values.argmax())])
    said = f"half of what mattered began within {half:.1f} Mpc/h of it"
    if half > EVERYWHERE * anywhere:
        said = f"it looks all over the box: half of what mattered began {half:.1f} Mpc/h or more from it"
    return (
        Fact("half-radius", half, said),
        Fact("peak-distance", peak, f"what mattered most began {peak:.1f} Mpc/h from it"),
    )


def _distance_from(centre: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return each lattice point's periodic distance from a point, in cells."""
    axes = [np.arange(n) - c for c in centre]
    squares = [(a - n * np.round(a / n)) ** 2 for a in axes]
    apart: NDArray[np.float64] = np.sqrt(squares[0][:, None, None] + squares[1][:, None] + squares[2])
    return apart
