"""Sets the labels of figures as formulas are set: "P_ref" with its subscript."""

from __future__ import annotations

import re

_SUBSCRIPT = re.compile(r"_(\w+)")


def typeset(label: str) -> str:
    """Return a statistic's label for matplotlib; only of the program's own labels, which hold no "$"."""
    return _SUBSCRIPT.sub(r"$_{\\mathrm{\1}}$", label)
