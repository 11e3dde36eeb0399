"""How a run's lines are dashed in the plots, where colour alone does not tell them."""

from __future__ import annotations

from backends.data.run import Run
from widgets.theme import theme

DASHED, LONG_DASH = (3, 4, 7), 5
"""Places of colours that a colour-blind eye hardly tells from others, and the dash of their lines."""


def dash(run: Run, order: int) -> int:
    """Networks are drawn with full lines, or long dashes where some eyes need them; what they start from is dotted."""
    if run.role == "reference":
        return 0
    if run.network is None:
        return 1 + order % 5
    slots = theme("dark").runs
    return LONG_DASH if run.colour in slots and slots.index(run.colour) in DASHED else 0
