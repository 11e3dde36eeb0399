"""The looks of an exported figure: on paper, or as in the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backends.statistics.figure_key import DASHES
from widgets.theme import Theme, theme

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
"""A curve's second sign beside its colour."""

LONGEST = 300
"""Letters of a text in a figure."""


@dataclass(frozen=True)
class Style:
    """Colours and sizes of one look. ``curves`` gives the kin of the runs' colours."""

    curves: Theme
    background: str
    text: str
    quiet: str
    band: str
    font_size: float = 9.0
    line_width: float = 1.4

    def rc(self) -> Any:
        """Settings of matplotlib that belong to this look; everything is embedded as outlines or type 42."""
        return {
            "font.family": ["DejaVu Sans"],
            "mathtext.fontset": "dejavusans",
            "font.size": self.font_size,
            "axes.labelsize": self.font_size,
            "axes.titlesize": self.font_size,
            "xtick.labelsize": self.font_size - 1,
            "ytick.labelsize": self.font_size - 1,
            "legend.fontsize": self.font_size - 1,
            "text.color": self.text,
            "axes.labelcolor": self.text,
            "xtick.color": self.text,
            "ytick.color": self.text,
            "axes.edgecolor": self.text,
            "axes.linewidth": 0.6,
            "xtick.direction": "in",
            "ytick.direction": "in",
            "xtick.top": True,
            "ytick.right": True,
            "xtick.minor.visible": True,
            "ytick.minor.visible": True,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "xtick.minor.width": 0.4,
            "ytick.minor.width": 0.4,
            "axes.facecolor": self.background,
            "figure.facecolor": self.background,
            "savefig.facecolor": self.background,
            "pdf.fonttype": 42,
            "ps.fonttype": 42,
            "svg.fonttype": "path",
            "svg.hashsalt": "halograph",
            "path.simplify": False,
        }


def style(name: str = "publication") -> Style:
    """Return the look "publication" (white, for paper), "light" or "dark" (as the window's themes)."""
    if name == "publication":
        return Style(theme("light"), "#ffffff", "#111111", "#5f6670", "#eceff2")
    chosen = theme(name)
    return Style(chosen, chosen.panel, chosen.text, chosen.quiet, chosen.raised)


def dashes(number: int) -> Any:
    """Return matplotlib's line style of a pattern, in units of the line's width: the window's own."""
    pattern = DASHES[number % len(DASHES)]
    return (0, pattern) if pattern else "-"


def plain(text: str) -> str:
    """Return a person's text so that matplotlib shows it as it is: no formulas, never left out, not endless."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1]}…"
    return ("\u200b" if text.startswith("_") else "") + text.replace("$", r"\$")
