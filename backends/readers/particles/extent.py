"""How far positions reach, and the box that this suggests where no file says one: its side, and where it begins."""

from __future__ import annotations

import math
from collections.abc import Iterable

from backends.data.facts import Facts
from backends.data.length_unit import length_factor
from backends.readers.particles.columns import Column, value_range
from backends.readers.particles.snapshot import Snapshot

MOST = 1 << 26
"""Above this many positions they are not all looked at before loading."""

SMALLEST, LARGEST = 1e-9, 1e12
"""Sides of a box beyond which none is meant, in any unit that anybody uses."""


def reach(columns: Iterable[Column]) -> tuple[float, float] | None:
    """Return the lowest and the highest coordinate, or None where there are too many or none, or one is not finite."""
    low, high, count = math.inf, -math.inf, 0
    for column in columns:
        count += column.shape[0]
        if count > MOST:
            return None
        if column.shape[0]:
            lowest, highest = value_range(column)
            if not (math.isfinite(lowest) and math.isfinite(highest)):
                return None
            low, high = min(low, lowest), max(high, highest)
    return (low, high) if low < high else None


def suggested_side(low: float, high: float, count: int) -> float | None:
    """Return the roundest number that the side of the box can be, or None where nothing can be said.

    Particles that begin at 0 end within a mean distance below the side; those that moved across its
    edges reach as far below 0 as above the side; others are centred, and need what they span.
    """
    span = high - low
    if not (SMALLEST < span < LARGEST and count > 0):
        return None
    spacing = span / count ** (1 / 3)
    if low >= 0:
        return roundest(high, high + spacing, high)
    if not _are_about_zero(low, spacing):
        return roundest(high + low - spacing / 2, span, high + low)
    return roundest(span, span + spacing, span)


def proposed_side(snapshot: Snapshot, told: Facts, read_in: float | None, hubble: float | None) -> float | None:
    """Return the side of the box, in Mpc/h, that the positions of a snapshot suggest which states none.

    read_in : Mpc/h of the unit of length that was taken;  hubble : as the file says it
    """
    if snapshot.box_size is not None or told.box_size is not None:
        return None
    far = reach(block.positions for block in snapshot.blocks() if block.positions is not None)
    side = None if far is None else suggested_side(*far, sum(facts.count for facts in snapshot.species.values()))
    factor = length_factor(told, read_in, hubble)
    return None if side is None or factor is None else side * factor


def into_box(low: float, high: float, count: int, side: float) -> float:
    """Return what is added to positions to have them in a box from 0 to ``side``; 0 for those that begin at 0.

    The origin of a centred box, or of an isolated system, comes to lie in the middle, the same for all runs. Only
    where that would cut the system in two, and the box has room for it, its own middle does.
    """
    span = high - low
    spacing = span / max(1, count) ** (1 / 3)
    if not _are_about_zero(low, spacing):
        return 0.0
    is_cut = max(-low, high) > side / 2 + 2 * spacing
    return (side - low - high) / 2 if is_cut and span <= side else side / 2


def _are_about_zero(low: float, spacing: float) -> bool:
    """Whether positions reach further below 0 than moving across the edge of a box takes them."""
    return -low > 2 * spacing


def roundest(least: float, most: float, likely: float) -> float | None:
    """Return the number of the fewest digits between two, or that nearest to ``likely``; None beyond all sides."""
    if not SMALLEST < least <= most < LARGEST:
        return None
    power = math.floor(math.log10(most))
    for digits in range(12):
        scale = 10.0 ** (digits - power)
        first, last = math.ceil(least * scale), math.floor(most * scale)
        if first <= last:
            return min(max(round(likely * scale), first), last) / scale
    return most
