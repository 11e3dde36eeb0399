"""Rockstar's catalogues in text: out_*.list, halos_*.ascii, and the lists that consistent-trees makes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from backends.readers import register
from backends.readers.files.text_table import Head
from backends.readers.gadget.pieces import NUMBERED
from backends.readers.halos.text import Layout, TextCatalogue, complete_layout, placed

COLUMNS = {
    "ids": ("id",),
    "descendants": ("descid",),
    "hosts": ("pid",),
    "masses": ("mvir", "m200b", "m200c"),
    "radii": ("rvir", "r200b", "r200c"),
    "counts": ("np", "num_p"),
    "x": ("x",),
    "y": ("y",),
    "z": ("z",),
    "vx": ("vx",),
    "vy": ("vy",),
    "vz": ("vz",),
    "vmax": ("vmax",),
    "m200c": ("m200c",),
}

KPC = 1e-3


@register("rockstar-list")
class RockstarList(TextCatalogue):
    """Positions in comoving Mpc/h, radii in comoving kpc/h, masses in Msun/h, peculiar km/s (Behroozi et al. 2013)."""

    label = "Rockstar list"
    format = "rockstar-list"

    def layout(self, path: Path, start: Head) -> Layout | None:
        if not start.comments:
            return None
        names = start.comments[0].split()
        if [name.lower() for name in names[:2]] not in (["id", "descid"], ["id", "num_p"]):
            return None
        columns = placed(names, COLUMNS)
        if not complete_layout(columns):
            return None
        header = "\n".join(start.comments[1:])
        scale_factor = stated(header, r"^a = (\S+)")
        return Layout(
            finder="rockstar",
            columns=columns,
            factors={"radii": KPC},
            box_size=stated(header, r"^Box size: (\S+) Mpc/h"),
            redshift=None if scale_factor is None else max(0.0, 1 / scale_factor - 1),
            hubble=stated(header, r"\bh = ([^;\s]+)"),
            omega_m=stated(header, r"\bOm = ([^;\s]+)"),
        )

    def pieces(self, path: Path) -> tuple[Path, ...]:
        """One file a writer for halos_N.M.ascii; a list is whole."""
        match = NUMBERED.match(path.name)
        if match is None or match["suffix"] != ".ascii":
            return (path,)
        return tuple(numbered(path).values())

    def incomplete(self, files: Sequence[Path]) -> str:
        return lost_between(files)


def stated(header: str, pattern: str) -> float | None:
    """Return the positive number that a header's line states, or None."""
    found = re.search(pattern, header, re.MULTILINE)
    try:
        value = float(found[1]) if found else 0.0
    except ValueError:
        return None
    return value if 0 < value < 1e30 else None


def numbered(path: Path) -> dict[int, Path]:
    """All files beside ``path`` that are called as it is but for their number, by number."""
    match = NUMBERED.match(path.name)
    if match is None:
        return {0: path}
    found = {}
    for other in path.parent.iterdir():
        like = NUMBERED.match(other.name)
        if like and (like["stem"], like["suffix"]) == (match["stem"], match["suffix"]) and other.is_file():
            found[int(like["number"])] = other
    return dict(sorted(found.items()))


def lost_between(files: Sequence[Path]) -> str:
    """Say which numbers between the pieces that are there are missing; how many there were is nowhere written."""
    matches = [NUMBERED.match(file.name) for file in files]
    if not all(matches) or len(files) < 1:
        return ""
    there = {int(match["number"]) for match in matches if match}
    lost = max(there) + 1 - len(there)
    return f"{lost} pieces of {max(there) + 1} or more are missing: they are numbered from 0." if lost else ""
