"""Where an axis has its ticks and what is written at them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from widgets.plots.scales import Scale, power_of_ten

FINER = ((1, 2, 3, 5), (1, 1.5, 2, 3, 5, 7))
"""Digits that have numbers of their own where too few of 1, 2 and 5 are in sight."""
_MINUS = str.maketrans("-", "−")


@dataclass(frozen=True)
class Ticks:
    """Ticks of one axis, in drawn coordinates.

    major : (coordinate, text) of the ticks that carry a number
    minor : coordinates of the shorter ones between them
    """

    major: tuple[tuple[float, str], ...]
    minor: tuple[float, ...]


def ticks(scale: Scale, low: float, high: float, wanted: int) -> Ticks:
    """Return the ticks of an axis that shows drawn coordinates ``low`` to ``high``.

    Parameters
    ----------
    wanted : int
        How many numbers fit along the axis; there may be a few fewer or one more.
    """
    wanted = max(2, wanted)
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return Ticks((), ())
    return _decades(low, high, wanted) if scale.log else _linear(low, high, wanted)


def named(names: Sequence[str], low: float, high: float) -> Ticks:
    """Return the ticks of an axis whose 0, 1, … are classes: their names."""
    return Ticks(tuple((float(at), name) for at, name in enumerate(names) if low <= at <= high), ())


def _linear(low: float, high: float, wanted: int) -> Ticks:
    step, parts = _step((high - low) / wanted)
    if len(_multiples(step, low, high)) < 2:  # one number alone says nothing of the scale
        step, parts = _step((high - low) / (2 * wanted))
    major = tuple((at, _in_steps(at, step, max(abs(low), abs(high)))) for at in _multiples(step, low, high))
    minor = tuple(at for at in _multiples(step / parts, low, high) if not _among(at, major, step))
    return Ticks(major, minor)


def _decades(low: float, high: float, wanted: int) -> Ticks:
    """Powers of ten; 1-2-5 where these fit and are short; where less than a power is in sight, plain numbers."""
    if high - low > 300:
        return Ticks((), ())
    whole = list(range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1))
    within = _within_decades(low, high, (1, 2, 5))
    for digits in FINER if len(within) < 3 else ():  # two numbers say little of the scale
        finer = _within_decades(low, high, digits)
        if len(finer) > 2 and min(b - a for a, b in pairwise(finer)) > (high - low) / wanted:
            within = finer
            break
    short = low > -4 and high < 5 and len(within) < wanted
    if len(whole) >= 2 and not short:
        every = max(1, math.ceil(len(whole) / wanted))
        major = tuple((float(n), power_of_ten(n)) for n in whole if n % every == 0)
        if every > 1:
            return Ticks(major, tuple(float(n) for n in whole if n % every))
        return Ticks(major, tuple(_within_decades(low, high, range(2, 10))))
    if high - low > 0.5 and len(within) > 1:
        major = tuple((at, _plain(10.0**at)) for at in within)
        return Ticks(major, tuple(at for at in _within_decades(low, high, range(1, 10)) if not _among(at, major, 0.1)))
    plain = _linear(10.0**low, 10.0**high, wanted)
    return Ticks(
        tuple((math.log10(at), _plain(at)) for at, _ in plain.major if at > 0),
        tuple(math.log10(at) for at in plain.minor if at > 0),
    )


def _in_steps(at: float, step: float, largest: float) -> str:
    """Return a multiple of the step as "0.25", and of what is tiny or huge as "2.5×10⁻⁴"."""
    exponent = math.floor(math.log10(largest) + 1e-9)
    if -3 <= exponent < 6:
        exponent = 0
    digits = max(0, exponent - math.floor(math.log10(step) + 1e-9))
    text = f"{at / 10.0**exponent:.{digits}f}".translate(_MINUS)
    if not exponent:
        return text
    return f"{text}×{power_of_ten(exponent)}" if abs(at) > 0.5 * step else "0"


def _within_decades(low: float, high: float, digits: Sequence[float]) -> list[float]:
    found = [n + math.log10(d) for n in range(math.floor(low), math.ceil(high) + 1) for d in digits]
    return [at for at in found if low - 1e-9 <= at <= high + 1e-9]


def _step(least: float) -> tuple[float, int]:
    """Return the smallest of 1, 2, 5 × 10ⁿ that is at least ``least``, and its number of minor parts."""
    unit = 10.0 ** math.floor(math.log10(least))
    for factor, parts in ((1, 5), (2, 4), (5, 5)):
        if factor * unit >= least * (1 - 1e-9):
            return factor * unit, parts
    return 10 * unit, 5


def _multiples(step: float, low: float, high: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [n * step for n in range(first, last + 1)] if last - first < 400 else []


def _among(at: float, major: tuple[tuple[float, str], ...], step: float) -> bool:
    return any(abs(at - other) < 1e-3 * step for other, _ in major)


def _plain(value: float) -> str:
    """Return 0.2, 30 or 2×10¹² rather than a power of ten."""
    exponent = math.floor(math.log10(value) + 1e-9)
    if -5 < exponent < 4:
        return f"{value:.4g}"
    return f"{value / 10.0**exponent:.3g}×{power_of_ten(exponent)}"
