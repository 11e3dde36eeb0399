"""Labels without what all of them begin and end with, for places where whole ones do not fit."""

from __future__ import annotations

from collections.abc import Collection

FITS = 20
"""Letters that fit nearly everywhere: where all labels are as short, nothing is left out."""
SEPARATORS = "_-. /·"


def short_names(labels: Collection[str], fits: int = FITS) -> dict[str, str]:
    """Return each label as it is told apart: of sim_width_008 and sim_width_016, long enough, "…008" and "…016".

    fits : letters for which there is room
    """
    names = list(dict.fromkeys(labels))
    whole = {name: name for name in names}
    if len(names) < 3 or max(map(len, names)) <= fits:
        return whole
    first, last = min(names), max(names)
    alike = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    shared = first[:alike]
    cut = max(shared.rfind(separator) for separator in SEPARATORS) + 1
    short = whole if cut < 5 else {name: f"…{name[cut:]}" for name in names}
    if max(map(len, short.values())) <= fits:
        return short
    end = _shared_end(list(short.values()))
    return {name: f"{said[:-end]}…" for name, said in short.items()} if end >= 5 else short


def _shared_end(names: list[str]) -> int:
    """Return how many letters from a separator on all names end with."""
    first, last = min(names, key=lambda name: name[::-1]), max(names, key=lambda name: name[::-1])
    alike = next((n for n, (a, b) in enumerate(zip(first[::-1], last[::-1], strict=False)) if a != b), 0)
    return max(
        (alike - place for place, letter in enumerate(first[len(first) - alike :]) if letter in SEPARATORS), default=0
    )
