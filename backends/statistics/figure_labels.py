"""What a figure calls its axes and itself: after the quantity that its runs hold, and in how many dimensions."""

from __future__ import annotations

from collections.abc import Sequence

from backends.data.species import in_words
from backends.data.statistic import StatisticResult

MAPS = {"(Mpc/h)³": "(Mpc/h)²", "(Mpc/h)⁶": "(Mpc/h)⁴", "(h/Mpc)³": "(h/Mpc)²", "V₃": "V₂"}
LINES = {"(Mpc/h)³": "Mpc/h"}
"""What labels say of maps, and of lines of sight, in place of boxes."""

SYMBOLS = {"flux": "F"}
"""Of quantities that are no density; others are called by their name."""


def title_of(label: str, results: Sequence[StatisticResult]) -> str:
    """Return a statistic's label, which names the species where it is not all matter, and what is no density."""
    species = next((name for result in results if (name := result.parameters.get("species"))), None)
    held = quantity_of(results)
    if held:
        label = label.replace("Density", held.capitalize()).replace("density", held)
    return label if species is None else f"{label} · {in_words(str(species))}"


def label_of(label: str, results: Sequence[StatisticResult]) -> str:
    """Return an axis label as it holds of all results: of maps, of lines, and of what is no density.

    A flux has no 1 + δ: it is F, in units of its mean.
    """
    kinds = {result.parameters.get("dimensions", 3) for result in results}
    for in_a_box, there in {(2,): MAPS, (1,): LINES}.get(tuple(kinds), {}).items():
        label = label.replace(in_a_box, there)
    held = quantity_of(results)
    if not held:
        return label
    symbol = SYMBOLS.get(held, held)
    over_mean = f"{symbol} / ⟨{symbol}⟩"
    return over_mean if label == "1 + δ" else label.replace("(1 + δ)", f"({over_mean})")


def quantity_of(results: Sequence[StatisticResult]) -> str:
    """Return what all results are of where that is no density, in words, or ""."""
    held = {str(result.parameters.get("quantity", "")) for result in results}
    return held.pop().replace("_", " ") if len(held) == 1 else ""
