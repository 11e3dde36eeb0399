"""Tables from the Millennium database: CSV after comments with the query, "#OK" at the end (Lemson et al. 2006)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from backends.data.facts import Facts
from backends.readers import register
from backends.readers.files.text_table import Head
from backends.readers.halos.text import Layout, TextCatalogue, complete_layout, placed

COLUMNS = {
    "ids": ("haloId", "subhaloId", "galaxyId"),
    "descendants": ("descendantId",),
    "hosts": ("firstHaloInFOFgroupId",),
    "snapshots": ("snapNum",),
    "redshifts": ("redshift",),
    "masses": ("m_tophat", "m_crit200", "m_mean200", "mvir", "m_Crit200"),
    "counts": ("np",),
    "x": ("x",),
    "y": ("y",),
    "z": ("z",),
    "vx": ("velX",),
    "vy": ("velY",),
    "vz": ("velZ",),
    "vmax": ("vMax",),
}

UNIT_MASS = 1e10
"""Msun/h of one unit of mass in the database."""

BOXES = (("millimil", 62.5), ("mrii", 100.0), ("millennium", 500.0), ("mr..", 500.0), ("mpahalotrees", 500.0))
"""What a query names, and the side of the simulation that it is of, Mpc/h."""


@register("millennium-csv")
class MillenniumCsv(TextCatalogue):
    """Positions in comoving Mpc/h, masses in 1e10 Msun/h, peculiar km/s; the query says what was asked for."""

    label = "Millennium database table"
    format = "millennium-csv"

    def layout(self, path: Path, start: Head) -> Layout | None:
        query = next((line[4:] for line in start.comments if line.startswith("SQL=")), None)
        if query is None or not start.rows:
            return None
        columns = placed([name.strip() for name in start.rows[0].split(",")], COLUMNS)
        if not complete_layout(columns):
            return None
        is_tree = {"ids", "descendants", "redshifts"} <= set(columns)
        side = next((side for name, side in BOXES if name in query.lower()), None)
        whole = _ends_well(path)
        warnings = [
            "" if whole else "The table does not end with the database's #OK: it was cut short.",
            "" if side is None else f"The file does not say its box size; its query is of a box of {side:g} Mpc/h.",
        ]
        return Layout(
            finder="subfind",
            columns=columns,
            factors={"masses": UNIT_MASS},
            delimiter=",",
            skip=1,
            kind="tree" if is_tree else "catalogue",
            redshift=None if is_tree else _one_redshift(query),
            warnings=tuple(warning for warning in warnings if warning),
            proposed=Facts(box_size=side),
            complete=whole,
        )


def _ends_well(path: Path) -> bool:
    """Whether the last line is the database's own."""
    try:
        with path.open("rb") as file:
            file.seek(-min(64, os.fstat(file.fileno()).st_size), os.SEEK_END)
            return file.read(64).rstrip().endswith(b"#OK")
    except OSError:
        return False


def _one_redshift(query: str) -> float | None:
    """The redshift that the query asks for alone, if it does."""
    found = re.findall(r"redshift\s*=\s*(\d+(?:\.\d+)?)", query, re.IGNORECASE)
    return float(found[0]) if len(found) == 1 else None
