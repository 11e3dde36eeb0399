"""What all readers share of lengths: the unit that a person tells, and the box that no file states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from backends.data.facts import Facts
from backends.data.length_unit import length_factor
from backends.errors import MissingFact

UNSTATED = "No unit of length is stated"
"""How a sentence begins that says in which unit lengths are read; it goes once a person tells another."""


def correction(path: Path, told: Facts, read_in: float | None, hubble: float | None) -> float:
    """Return by what lengths are to be multiplied that were read in another unit than the told one.

    Parameters
    ----------
    read_in : Mpc/h in the unit of length that the reader took, or None where no unit can be told
    hubble : H0 / 100 as the file says it

    Raises
    ------
    MissingFact
        Where the told unit is none of h, and nobody says h.
    """
    factor = length_factor(told, read_in, hubble)
    if factor is None:
        raise MissingFact(path, "value of h, on which a length in kpc or Mpc depends", "--hubble H")
    return factor


def box_of(path: Path, told: Facts, stated: float | None) -> float:
    """Return the told side, else the stated one, Mpc/h; raises ``MissingFact`` where there is neither."""
    box_size = told.box_size or stated
    if box_size is None:
        raise MissingFact(path, "box size", "--box-size L")
    return box_size


def impossible_box(value: Any) -> list[str]:
    """Say, as a sentence, that what a file states as its box is no side of a cube; zero is how files leave one away."""
    sides = np.ravel(value) if value is not None else np.empty(0)
    if sides.dtype.kind not in "iuf":
        return []
    wrong = [side for side in sides.tolist() if side < 0 or not np.isfinite(side)]
    if wrong:
        return [f"The box size that it states, {wrong[0]:g}, is no length, and is passed over."]
    if np.unique(sides).size > 1:
        return [f"The box that it states, {' × '.join(f'{side:g}' for side in sides)}, is no cube, and is passed over."]
    return []


def no_box(stated: float | None, told: Facts, proposed: float | None = None, why: str = "") -> list[str]:
    """Say, as a sentence, that nobody states a box, and which one is proposed, Mpc/h; nothing where somebody does.

    why : what the proposal follows from, as the beginning of a clause: "the positions suggest"
    """
    if stated is not None or told.box_size is not None:
        return []
    extra = ""
    if proposed is not None:
        extra = f"; {why} {proposed:.6g} Mpc/h, which is proposed" if why else f"; {proposed:.6g} Mpc/h is proposed"
    return [f"No box size is stated: say it with --box-size L{extra}."]
