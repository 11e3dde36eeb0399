"""When too few of anything were counted for an estimate to be more than chance."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

HANDFUL = 5
"""Modes, halos, peaks, voids or pairs below which a bin is not to be believed, and drawn faint."""
_SAID = re.compile(rf"Bins of (fewer than {HANDFUL} \w+) are left to chance\.")


def enough(count: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return where a bin may be believed: it holds a handful, or nothing at all, which is known as well."""
    return np.asarray((count >= HANDFUL) | (count == 0))


def few(count: NDArray[np.integer] | NDArray[np.floating], of: str) -> tuple[str, ...]:
    """Return the note that there are such bins, or none."""
    return () if enough(count).all() else (f"Bins of fewer than {HANDFUL} {of} are left to chance.",)


def few_in(notes: Iterable[str]) -> str:
    """Return in a few words what ``few`` said among these notes, e.g. "fewer than 5 halos", or ""."""
    return next((said[1] for note in notes if (said := _SAID.fullmatch(note))), "")
