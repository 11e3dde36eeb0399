"""The colours of the window, by the name of their use.

A run keeps its *slot* in the study as the dark theme's colour; :meth:`Theme.run_colour` gives the
kin of it that reads well on this theme's ground.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import resources


@dataclass(frozen=True)
class Theme:
    """Colour tokens, each ``#rrggbb``."""

    name: str
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    primary: str
    good: str
    bad: str
    field_background: str
    reference: str
    runs: tuple[str, ...]

    def run_colour(self, colour: str) -> str:
        """Return this theme's kin of a run's stored colour; a colour of one's own stays."""
        stored = theme("dark")
        if colour == stored.reference:
            return self.reference
        return self.runs[stored.runs.index(colour)] if colour in stored.runs else colour


@cache
def theme(name: str) -> Theme:
    """Return the theme "dark" or "light"."""
    tokens = json.loads(resources.path(f"themes/{name}.json").read_text(encoding="utf-8"))
    return Theme(**{**tokens, "runs": tuple(tokens["runs"])})
