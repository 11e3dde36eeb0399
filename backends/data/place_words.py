"""Places and lengths of a box in words: as many digits as the box is worth, in a unit that reads."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10

SMALL_BOX, SMALL = 0.1, 0.01
"""Mpc/h: sides of boxes, and lengths, below which kpc/h are easier to read."""


def coordinates(values: Iterable[float], box_size: float, between: str = ", ") -> str:
    """Return coordinates with their unit, to between a hundredth and a thousandth of the box.

    Parameters
    ----------
    values : comoving, Mpc/h
    box_size : Mpc/h, above 0
    between : what separates them
    """
    per, unit = (1000.0, "kpc/h") if box_size < SMALL_BOX else (1.0, "Mpc/h")
    digits = _digits(per * box_size)
    return f"{between.join(f'{per * value:.{digits}f}' for value in values)} {unit}"


def depth(value: float, box_size: float) -> str:
    """Return a part of the box's side with its unit, both in Mpc/h, to as many digits as :func:`coordinates`."""
    if box_size < SMALL_BOX:
        return f"{round(1000 * value, _digits(1000 * box_size)):g} kpc/h"
    return f"{round(value, _digits(box_size)):g} Mpc/h"


def length(value: float) -> str:
    """Return a comoving length, given in Mpc/h, with its unit."""
    return f"{1000 * value:g} kpc/h" if 0 < value < SMALL else f"{value:g} Mpc/h"


def _digits(side: float) -> int:
    return max(1, 2 - floor(log10(side)))
