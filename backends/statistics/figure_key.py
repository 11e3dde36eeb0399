"""What tells the several curves of one run apart: their dashes, and the key that says so once for all runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backends.statistics.figure import Curve, Figure

DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (9.0, 2.2),
    (4.5, 2.0),
    (1.3, 1.8),
    (9.0, 2.0, 1.3, 2.0),
    (16.0, 3.0),
    (4.5, 2.0, 1.3, 2.0),
)
"""Dash patterns in widths of the line, in the window and in files; the first is a full line."""

DOTTED = 3
"""The pattern of what is drawn beside a run's own curve."""

PIECES = (0, 2, 6)
"""The patterns of a run's several curves, in their order."""


@dataclass(frozen=True)
class Sign:
    """One entry of a key: a pattern of dashes and what it stands for; ``colour`` is "" where it is of every run."""

    text: str
    dash: int
    colour: str = ""


def told_by_dash(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """Return the curves such that, where a run has several, dashes tell these apart, and colour alone the runs."""
    several = any(curve.companion or curve.piece is not None for curve in curves)
    return tuple(curves if not several else (replace(c, dash=DOTTED if c.companion else 0) for c in curves))


def piece_dash(number: int) -> int:
    """Return the pattern of that piece; more than there are go round again."""
    return PIECES[number % len(PIECES)]


def piece_dashes(curve: Curve, pieces: int) -> tuple[int, ...]:
    """Return the pattern of each of a curve's ``pieces``; what is drawn beside them has one for all."""
    return tuple(curve.dash if curve.companion else piece_dash(number) for number in range(pieces))


def key_of_dashes(figure: Figure) -> tuple[Sign, ...]:
    """Return what the dashes of every run stand for, () where each run has but one curve."""
    beside = dict.fromkeys(curve.companion for curve in figure.curves if curve.companion)
    own = figure.pieces or ((figure.y_label.partition("[")[0].partition(",")[0].strip(),) if beside else ())
    signs = [Sign(text, piece_dash(number)) for number, text in enumerate(own)]
    return (*signs, *(Sign(text, DOTTED) for text in beside))


def in_one_line(signs: Sequence[Sign]) -> tuple[Sign, ...]:
    """Return the signs without what they repeat: "R = 2 Mpc/h", "R = 4 Mpc/h" become "R = 2", "4 Mpc/h"."""
    split = [sign.text.partition(" = ") for sign in signs]
    names = [symbol for symbol, equals, _ in split if equals]
    units = [rest.partition(" ")[2] for _, equals, rest in split if equals]
    if len(names) < 2 or len({*names}) > 1 or len({*units}) > 1:
        return tuple(signs)
    valued = [number for number, (_, equals, _) in enumerate(split) if equals]
    short = list(signs)
    for number in valued:
        symbol, equals, rest = split[number]
        value, _, unit = rest.partition(" ")
        first, last = number == valued[0], number == valued[-1]
        text = f"{symbol + equals if first else ''}{value}{' ' + unit if last and unit else ''}"
        short[number] = replace(signs[number], text=text)
    return tuple(short)
