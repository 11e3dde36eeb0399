"""What is said beside the explanations: one heading a fact, one line a network, so that they compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from widgets.snapshot_facts import Fact

if TYPE_CHECKING:
    from backends.attribution.answer import Fact as Stated

HEADINGS = {
    "half-radius": ("Half of what mattered lies within", "{:.1f} Mpc/h"),
    "peak-distance": ("Distance of what mattered most", "{:.1f} Mpc/h"),
    "entropy": ("Entropy of the attention", "{:.2f} nats"),
    "completeness": ("The parts miss their sum by", "{:.1e} of it"),
    "target": ("Correction that is explained", "{:.2f} Mpc/h"),
    "resolution": ("Cells of the map are", "{:.3g} Mpc/h"),
}
"""Facts in the order in which they are shown, with their units; others are not shown in the panel."""

LONGEST = 20
"""Letters of a network's name."""
SHORT = 24
"""Letters of a reason that stands beside a network's name; a longer one is wrapped."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def said(answers: Sequence[tuple[str, Sequence[Stated]]], refusals: Sequence[tuple[str, str]]) -> tuple[Fact, ...]:
    """Return the panel's lines.

    Parameters
    ----------
    answers : each network's label and what was stated about its map
    refusals : each label of a network that gave none, and the reason
    """
    lines: list[Fact] = []
    for name, (heading, form) in HEADINGS.items():
        found = [(label, fact) for label, facts in answers for fact in facts if fact.name == name]
        if found:
            lines.append(Fact(heading, "", heading))
            lines.extend(
                Fact(_line(label), _powers(_value(form, fact)), f"{label}: {fact.sentence}") for label, fact in found
            )
    if refusals:
        lines.append(Fact("No answer", "", "These networks gave none, for the reason that is said of each"))
        lines.extend(_refused(label, reason.removeprefix(label).strip()) for label, reason in refusals)
    return tuple(lines)


def _refused(label: str, reason: str) -> Fact:
    """Return why a network gave no answer: whole, where a line of its own is needed for it."""
    if len(reason) <= SHORT:
        return Fact(_line(label), reason, f"{label} {reason}")
    return Fact(f"{label}: {reason}", "", reason)


def _line(label: str) -> str:
    """Return how a network's line begins: a long name is cut, for the panel is narrow."""
    return f"   {label if len(label) <= LONGEST else label[: LONGEST - 1] + '…'}"


def _value(form: str, fact: Stated) -> str:
    value = form.format(fact.value)
    if fact.most is None:
        return value
    number, _, unit = form.partition(" ")  # said once, after both
    return f"{number.format(fact.value)} of {number.format(fact.most)} {unit}"


def _powers(text: str) -> str:
    """Write 1.2e-05 as 1.2×10⁻⁵."""
    return re.sub(r"e([-+]\d+)", lambda found: f"×10{str(int(found[1])).translate(_RAISED)}", text)
