"""What one cell of the grid shows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One view of the grid.

    key : unique: a run's key, or ``f"{run}:difference"``
    run : key of the run
    field : key of the array that is shown
    label, detail : what the chip says, and what it adds quietly
    colour : the run's, as the theme shows it
    comparison : "field", or "difference" or "ratio" against ``reference_field``
    overlay : key of the attribution laid over it, or None
    halos : key of the catalogue drawn over it, or None
    state : "ready", "loading" or "failed"
    progress : share of the loading that is done, or None where unknown
    message : what is going on, or what went wrong with its remedy
    """

    key: str
    run: str
    field: Hashable
    label: str
    detail: str = ""
    colour: str = "#ffffff"
    comparison: str = "field"
    reference_field: Hashable | None = None
    overlay: Hashable | None = None
    halos: Hashable | None = None
    state: str = "ready"
    progress: float | None = None
    message: str = ""
