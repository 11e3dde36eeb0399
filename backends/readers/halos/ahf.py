"""AHF, Amiga's Halo Finder: *.AHF_halos (Knollmann & Knebe 2009)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from backends.data.facts import Facts
from backends.readers import register
from backends.readers.files.text_table import Head
from backends.readers.halos.rockstar_list import KPC
from backends.readers.halos.text import Layout, TextCatalogue, complete_layout, placed

COLUMNS = {
    "ids": ("ID", "haloid"),
    "hosts": ("hostHalo", "hosthaloid"),
    "masses": ("Mvir", "Mhalo"),
    "counts": ("npart",),
    "x": ("Xc",),
    "y": ("Yc",),
    "z": ("Zc",),
    "vx": ("VXc",),
    "vy": ("VYc",),
    "vz": ("VZc",),
    "radii": ("Rvir", "Rhalo"),
    "vmax": ("Vmax",),
}

RANK = re.compile(r"^(.*\.)(\d{4})(\.z\d+\.\d+\.AHF_halos)$")
EPOCH = re.compile(r"\.z(\d+\.\d+)\.AHF_halos$")


@register("ahf")
class Ahf(TextCatalogue):
    """Positions and radii in comoving kpc/h, masses in Msun/h, peculiar km/s; no box size and no redshift."""

    label = "AHF halos"
    format = "ahf"

    def layout(self, path: Path, start: Head) -> Layout | None:
        if not start.comments:
            return None
        names = [re.sub(r"\(\d+\)$", "", name) for name in start.comments[0].split()]
        columns = placed(names, COLUMNS)
        if "Xc" not in names or "counts" not in columns or not complete_layout(columns):
            return None
        epoch = EPOCH.search(path.name)
        told = f"The file does not say its redshift; its name says {float(epoch[1]):g}." if epoch else ""
        return Layout(
            finder="ahf",
            columns=columns,
            factors=dict.fromkeys(("x", "y", "z", "radii"), KPC),
            warnings=(told,) if told else (),
            proposed=Facts(redshift=float(epoch[1])) if epoch else Facts(),
        )

    def pieces(self, path: Path) -> tuple[Path, ...]:
        """One file a rank of a parallel run."""
        match = RANK.match(path.name)
        if match is None:
            return (path,)
        like = {other: RANK.match(other.name) for other in path.parent.iterdir() if other.is_file()}
        same = [other for other, m in like.items() if m and m.groups()[::2] == match.groups()[::2]]
        return tuple(sorted(same, key=_rank))

    def incomplete(self, files: Sequence[Path]) -> str:
        ranks = [_rank(file) for file in files]
        lost = max(ranks) + 1 - len(ranks)
        return f"{lost} pieces of {max(ranks) + 1} or more are missing: they are numbered from 0." if lost else ""


def _rank(path: Path) -> int:
    match = RANK.match(path.name)
    return int(match[2]) if match else 0
