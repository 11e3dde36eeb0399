"""Realisations of one run: boxes that differ by chance alone, told apart by a number in their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

WORDS = "box|boxes|seed|real|realisation|realization|sample|sim|run|member|number|no"
"""What numbers are called in names of realisations."""
NUMBER = re.compile(r"\d+")
TRAILING = re.compile(rf"(?i)(?<=\w)[ _.-]+(?:{WORDS})$|[ _.-]+$")


def ensemble_name(labels: Sequence[str]) -> str:
    """Return what an ensemble is called: "truth" of "truth_box1" and "truth_box2"."""
    named = {unnumbered(label) for label in labels}
    return named.pop() if len(named) == 1 and "" not in named else labels[0]


def unnumbered(label: str) -> str:
    """Return a label without its numbers and what they are called."""
    name, shorter = "", NUMBER.sub("", label).strip(" _.-")
    while name != shorter:
        name, shorter = shorter, TRAILING.sub("", shorter)
    return name


def natural(label: str) -> tuple[object, ...]:
    """Return by what labels are put in order: box2 before box10."""
    pieces = re.split(r"(\d+)", label)
    return tuple((int(piece), "") if i % 2 else (0, piece) for i, piece in enumerate(pieces))
