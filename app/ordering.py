"""Which data set of a drop is the reference, how wide the silent ones are, and what tells their names apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from backends.data.description import HALOS, Description, Part
from backends.data.run import Run

TRUTH = re.compile(r"(?<![a-z])(?:truth|true|target|reference|n[-_]?body)(?![a-z])", re.IGNORECASE)
"""How people name the file that the others are to be like."""

Rank = tuple[bool, bool, bool, bool]


def rank_among(found: Sequence[Description]) -> Callable[[Description], Rank]:
    """Return a sorting key of what a drop holds; what it puts first is the reference.

    Halos come last: what they lie in is the reference. Then it is what is named so, what knows its box, and the
    whole of a snapshot rather than a subsample of it. All else stays as it came.
    """

    def rank(one: Description) -> Rank:
        unknown = one.box_size is None and one.proposed.box_size is None
        named = TRUTH.search(one.path.stem) or TRUTH.fullmatch(one.path.parent.name)
        return one.kind in HALOS, not named, unknown, any(holds_all_of(other, one) for other in found)

    return rank


def holds_all_of(whole: Description, one: Description) -> bool:
    """Whether a data set can be a subsample of another: the same box at the same time in the same format."""
    same = (whole.format, whole.box_size, whole.redshift) == (one.format, one.box_size, one.redshift)
    return same and whole.kind == one.kind == "particles" and _count(whole) > 2 * _count(one)


def _count(description: Description) -> int:
    return sum(species.count for species in description.species.values())


def likely_box(silent: Description, reference: Run | None, found: Sequence[Description]) -> float | None:
    """Return the box size, in Mpc/h, of what does not state its own.

    It is that of the other files in its folder, else the reference's, else that of the whole drop, where they agree.
    """
    beside = _agreed([other for other in found if other.path.parent == silent.path.parent])
    if beside is not None:
        return beside
    if reference is not None and reference.facts.box_size is not None:
        return reference.facts.box_size
    return _agreed(found)


def _agreed(found: Sequence[Description]) -> float | None:
    sizes = {d.box_size if d.proposed.box_size is None else d.proposed.box_size for d in found}
    known = {round(size, 6) for size in sizes if size is not None}
    return known.pop() if len(known) == 1 else None


def labels_of(
    wanted: Sequence[tuple[Description, Sequence[Part]]], taken: Sequence[str], stem: Callable[[Description], str]
) -> dict[tuple[Path, str], str]:
    """Return a label for every part of a drop, by its path and member.

    Where files are called alike, as ``unet/output.npy`` and ``fno/output.npy`` are, their folders tell them apart.
    """
    stems = Counter(stem(description) for description, _ in wanted)
    plain = Counter(part.label for _, parts in wanted for part in parts)
    folders = Counter(description.path.parent.name for description, _ in wanted)
    labels: dict[tuple[Path, str], str] = {}
    for description, parts in wanted:
        own = stem(description)
        folder = description.path.parent.name
        file = own
        if folder and (stems[own] > 1 or own in taken):
            file = folder if folders[folder] == 1 else f"{own} {folder}"
        for part in parts:
            clash = plain[part.label] > 1 or part.label in taken
            several = f"{file} {part.label}" if len(parts) > 1 else file
            labels[description.path, part.member] = several if clash else part.label
    return labels


def apart(names: Sequence[str]) -> list[str]:
    """Return the names, with a number behind those that were there before."""
    labels: list[str] = []
    for name in names:
        label, number = name, 2
        while label in labels:
            label, number = f"{name}-{number}", number + 1
        labels.append(label)
    return labels
