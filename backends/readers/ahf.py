"""AHF, Amiga's Halo Finder: *.AHF_halos (Knollmann & Knebe 2009)."""

from __future__ import annotations

import re
from pathlib import Path

from backends.data.facts import Facts
from backends.readers import register
from backends.readers.halo_text import Layout, TextCatalogue, complete_layout, placed
from backends.readers.rockstar_list import KPC
from backends.readers.text_table import Head

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
