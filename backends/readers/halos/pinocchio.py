"""PINOCCHIO's catalogues in text: *.catalog.out (Monaco et al. 2013)."""

from __future__ import annotations

import re
from pathlib import Path

from backends.data.facts import Facts
from backends.readers import register
from backends.readers.files.text_table import Head
from backends.readers.halos.pinocchio_run import run_beside
from backends.readers.halos.rockstar_list import stated
from backends.readers.halos.text import Layout, TextCatalogue, complete_layout

EPOCH = re.compile(r"^Group catalog for redshift (\S+)", re.MULTILINE)
ENTRY = re.compile(r"^(\d+)(?:\s*-\s*(\d+))?\)\s*(.+)$")

AXES = {"final position": ("x", "y", "z"), "velocity": ("vx", "vy", "vz")}
COLUMNS = {"group id": "ids", "group mass": "masses", "number of particles": "counts"}


@register("pinocchio")
class Pinocchio(TextCatalogue):
    """The header numbers its columns from 1 and says their units: Msun/h, comoving Mpc/h and km/s, or without h."""

    label = "PINOCCHIO catalogue"
    format = "pinocchio"

    def layout(self, path: Path, start: Head) -> Layout | None:
        header = "\n".join(start.comments)
        if not EPOCH.search(header):
            return None
        columns, units = _columns(start)
        if not complete_layout(columns):
            return None
        without_h = frozenset(name for name in ("x", "y", "z", "masses") if "/h" not in units[name])
        minimum = stated(header, r"minimal mass of (\d+) particles")
        run = run_beside(path)
        return Layout(
            finder="pinocchio",
            columns=columns,
            redshift=_redshift(header),
            parameters=(("min_particles", minimum),) if minimum else (),
            without_h=without_h,
            proposed=Facts(box_size=run.side) if run else Facts(),
            hubble=run.hubble if run else None,
            omega_m=run.omega_m if run else None,
            warnings=(run.told,) if run else (),
        )


def _columns(start: Head) -> tuple[dict[str, int], dict[str, str]]:
    """Return the places of our columns, and the units that the header gives in brackets."""
    places: dict[str, int] = {}
    units: dict[str, str] = {}
    for line in start.comments:
        entry = ENTRY.match(line)
        if entry is None:
            continue
        first, meaning = int(entry[1]) - 1, entry[3].lower()
        name = meaning.split("(")[0].strip()
        ours = AXES.get(name) or ((COLUMNS[name],) if name in COLUMNS else ())
        for i, column in enumerate(ours):
            places[column], units[column] = first + i, meaning
    return places, units


def _redshift(header: str) -> float | None:
    found = EPOCH.search(header)
    try:
        value = float(found[1]) if found else -1.0
    except ValueError:
        return None
    return value if 0 <= value < 1e4 else None
