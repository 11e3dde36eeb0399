"""Any table of halos whose header names its columns: x, y, z and a mass, in CSV or between blanks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from backends.readers import register
from backends.readers.files.text_table import Head
from backends.readers.halos.text import Layout, TextCatalogue, complete_layout
from backends.readers.lengths import UNSTATED

NAMES = {
    "x": r"(halo_)?(x|xc|x_?pos|pos_?x|position_?x|x_?com)",
    "y": r"(halo_)?(y|yc|y_?pos|pos_?y|position_?y|y_?com)",
    "z": r"(halo_)?(z|zc|z_?pos|pos_?z|position_?z|z_?com)",
    "vx": r"(halo_)?(vx|v_?x|vel_?x|velocity_?x|vxc)",
    "vy": r"(halo_)?(vy|v_?y|vel_?y|velocity_?y|vyc)",
    "vz": r"(halo_)?(vz|v_?z|vel_?z|velocity_?z|vzc)",
    "masses": r"(halo_|group_)?(m|mass|mvir|m_vir|m_?fof|m_?(200|500)[cmb]?|m_?(crit|mean)_?(200|500))",
    "radii": r"(halo_)?(r|radius|rvir|r_vir|r_?(200|500)[cmb]?)",
    "counts": r"(halo_)?(n|np|npart|n_part|num_p|n_particles|len|length|count)",
    "ids": r"(halo_?)?(id|index)",
    "hosts": r"(halo_)?(pid|host_?id|host_?halo|parent_?id)",
    "descendants": r"(halo_)?(desc_?id|descendant_?id)",
    "redshifts": r"(halo_)?(z_?snap|redshift)",
}
PATTERNS = {ours: re.compile(pattern) for ours, pattern in NAMES.items()}

HEADING = re.compile(r"^[\"']?(?P<name>[A-Za-z]\w*?)[\"']?\s*(?:_?[\[(](?P<unit>[^\])]*)[\])])?[\"']?$")
LENGTHS = {"mpc": 1.0, "cmpc": 1.0, "kpc": 1e-3, "ckpc": 1e-3}
MASSES = {"msun": 1.0, "m_sun": 1.0, "msol": 1.0, "1e10msun": 1e10, "10^10msun": 1e10}
BOX = re.compile(r"\bbox[_ ]?size\s*=\s*(\d[\d.]*(?:e[+-]?\d+)?) Mpc/h", re.IGNORECASE)
"""How a comment states the side of the box."""
IN_H = re.compile(r"/h$|^h\^?-1")
"""What makes a unit one of h, behind it or before."""

OTHERS = ("group catalog for redshift", "sql=", "id descid", "id num_p", "scale(0)", "id(1)", "npart(1)")
"""How the first comments of the finders that have a reader of their own begin."""


@register("halo-table")
class HaloTable(TextCatalogue):
    """A table that no finder is known to write: units are those of its headings, else Mpc/h and Msun/h."""

    label = "table of halos"
    format = "halo-table"

    def layout(self, path: Path, start: Head) -> Layout | None:
        if any(line.lower().startswith(OTHERS) for line in start.comments) or not start.rows:
            return None
        found = _heading(start)
        if found is None:
            return None
        words, delimiter, skip = found
        columns: dict[str, int] = {}
        units: dict[str, str] = {}
        for place, word in enumerate(words):
            heading = HEADING.match(word)
            ours = next((n for n, p in PATTERNS.items() if heading and p.fullmatch(heading["name"].lower())), None)
            if heading and ours and ours not in columns:
                columns[ours] = place
                units[ours] = (heading["unit"] or "").replace(" ", "").lower()
        if not complete_layout(columns) or len(set(columns.values())) != len(columns):
            return None
        found_layout = _with_units(columns, units, delimiter, skip)
        stated = next((match for line in start.comments if (match := BOX.search(line))), None)
        return replace(found_layout, box_size=float(stated[1])) if stated else found_layout


def _heading(start: Head) -> tuple[list[str], str | None, int] | None:
    """Return the names of the columns, what stands between them, and whether their line is no comment."""
    delimiter = next((d for d in (",", ";", "\t") if d in start.rows[0]), None)
    first = [word.strip() for word in start.rows[0].split(delimiter)]
    if _is_number(first[0]):
        named = [line.split(delimiter) if delimiter else line.split() for line in reversed(start.comments)]
        fitting = next((words for words in named if len(words) == len(first)), None)
        return None if fitting is None else ([word.strip() for word in fitting], delimiter, 0)
    return (first, delimiter, 1) if len(start.rows) > 1 else None


def _with_units(columns: dict[str, int], units: dict[str, str], delimiter: str | None, skip: int) -> Layout:
    """Complete the layout by the units that the headings state."""
    warnings = ["Positions and masses with headings are taken for halos; the table does not say who found them."]
    factors: dict[str, float] = {}
    without_h: list[str] = []
    obstacle = None
    for names, known, usual in ((("x", "y", "z", "radii"), LENGTHS, "Mpc/h"), (("masses",), MASSES, "Msun/h")):
        for name in names:
            unit = units.get(name, "")
            plain = IN_H.sub("", unit)
            if plain in known:
                factors[name] = known[plain]
                without_h += [name] if plain == unit else []
            elif unit:
                obstacle = (f"gives {name} in {unit}, which cannot be turned into {usual}", f"Write them in {usual}")
            elif name == names[0]:
                said = UNSTATED if name == "x" else "No unit of mass is stated"
                warnings.append(f"{said}; the table is read as in {usual}.")
    return Layout(
        finder="unknown",
        columns=columns,
        factors=factors,
        delimiter=delimiter,
        skip=skip,
        warnings=tuple(warnings),
        without_h=frozenset(without_h),
        states_length=bool(units.get("x")),
        obstacle=obstacle,
        kind="tree" if {"ids", "descendants", "redshifts"} <= set(columns) else "catalogue",
    )


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
