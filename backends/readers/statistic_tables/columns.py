"""What the columns of a table of statistics are: by the comments above them, else inferred from their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NUMBERED = re.compile(r"(?:^|(?<=[\s,]))(?:col)?\[?(\d{1,2})\]?\s*[:)]?\s*(?<=[:)\]])\s*")
"""The number before a column's name: "1:", "2)", "[3]", "col4:"."""

CCL = re.compile(r"nM\(z=")
"""A column of the tables that CCL is tested against: dn/dlog10 M by Msun, in Mpc⁻³."""

MASS_FUNCTIONS = ("dn_dlog10m", "dn_dlnm", "dn_dm")
POWERS = ("power",)
LEAST_MASS = 1e5
"""Numbers of a first column above this are masses and no wave numbers."""


@dataclass(frozen=True)
class Column:
    """One column.

    meaning : "k", "power", "mass", "dn_dm", "dn_dlnm", "dn_dlog10m", "high", "low", "error", "count", or ""
    units : "h", "no-h", or None where they are not stated
    """

    place: int
    name: str
    meaning: str
    units: str | None = None
    redshift: float | None = None


def named_columns(comments: Sequence[str], width: int) -> tuple[Column, ...]:
    """Return the columns that comments name, none where they name none."""
    numbered = [found for line in comments for found in _numbered(line)]
    if len(numbered) >= 2:
        in_order = len(numbered) == width and [n for n, _ in numbered] != list(range(1, width + 1))
        places = range(width) if in_order else [n - 1 for n, _ in numbered]
        return tuple(
            _column(place, text) for place, (_, text) in zip(places, numbered, strict=True) if 0 <= place < width
        )
    for line in reversed(comments):
        for pieces in (re.split(r"\s{2,}|\s*,\s*|\t", line.strip()), line.split()):
            if len(pieces) == width and any(_meaning(piece) in ("k", "mass") for piece in pieces[:1]):
                return tuple(_column(place, piece) for place, piece in enumerate(pieces))
    return ()


def inferred_columns(rows: NDArray[np.float64]) -> tuple[tuple[Column, ...], str]:
    """Return what the columns of a table without names can be, and the sentence that says so; () for nothing."""
    x, y = rows[:, 0], rows[:, 1]
    third = (Column(2, "", "count"),) if rows.shape[1] > 2 and _is_count(rows[:, 2]) else ()
    if x[0] < LEAST_MASS:
        if not (x[-1] < 1e5 and y.max() < 1e7):
            return (), ""
        also = ", number of modes" if third else ""
        return (Column(0, "k", "k"), Column(1, "P", "power"), *third), f"taken as k, P(k){also}"
    if x[-1] > 1e18:
        return (), ""
    # At some mass every mass function is near 0.03 (1e11 / M)^0.9 a decade and (Mpc/h)³.
    expected = np.log(0.03 * (1e11 / x[0]) ** 0.9)
    per_decade, per_mass = np.log(y[0]), np.log(y[0] * x[0] * np.log(10))
    if abs(per_decade - expected) <= abs(per_mass - expected):
        return (Column(0, "M", "mass"), Column(1, "dn/dlog10M", "dn_dlog10m"), *third), "taken as M, dn/dlog10 M"
    return (Column(0, "M", "mass"), Column(1, "dn/dM", "dn_dm"), *third), "taken as M, dn/dM"


def _is_count(values: NDArray[np.float64]) -> bool:
    return bool((values >= 0).all() and (values == np.round(values)).all())


def _numbered(line: str) -> list[tuple[int, str]]:
    marks = list(NUMBERED.finditer(line))
    ends = [*(mark.start() for mark in marks[1:]), len(line)][: len(marks)]
    return [(int(m[1]), line[m.end() : end].strip(" ,\t")) for m, end in zip(marks, ends, strict=True)]


def _column(place: int, text: str) -> Column:
    meaning = _meaning(text)
    redshift = re.search(r"\bz\s*=\s*(\d+(?:\.\d*)?)", text)
    units = "no-h" if CCL.match(text) else _units(text, meaning)
    return Column(place, text, meaning, units, float(redshift[1]) if redshift else None)


def _meaning(text: str) -> str:
    """What a column's name says it is."""
    name = re.sub(r"[\s_{}\\]", "", text.lower())
    bare = re.split(r"[\[(:]", name)[0]
    if re.match(r"upper|high", name):
        return "high"
    if re.match(r"lower|low", name):
        return "low"
    if "number" in name or (
        bare in ("n", "nmodes", "modes", "count", "counts", "nhalos", "modecount") and name[:2] != "n("
    ):
        return "count"
    for meaning, sign in (("dn_dlog10m", r"dn/?dlog(10)?m"), ("dn_dlnm", r"dn/?dlnm"), ("dn_dm", r"dn/?dm")):
        if re.match(sign, name):
            return meaning
    if CCL.match(text):
        return "dn_dlog10m"
    if re.match(r"(analytical)?n\(m\)", name):
        return "dn_dm"
    if bare in ("k", "kmean", "wavenumber", "k/h", "kh"):
        return "k"
    if bare in ("p", "pk", "power", "pm", "p/h^3", "ph3", "powerspectrum", "matterpower", "p0"):
        return "power"
    if bare in ("m", "mass", "mhalo", "halomass", "m200m", "m200c", "mvir"):
        return "mass"
    if re.match(r"(error|err|sigmap|errp|perr)", bare):
        return "error"
    return ""


def _units(text: str, meaning: str) -> str | None:
    """Whether a column's name states units of h, units without, or none."""
    unit = re.sub(r"\s", "", text.lower())
    if meaning == "k" and re.match(r"k/h\b", unit):
        return "h"
    inside = "".join(re.findall(r"[\[(].*", unit))
    if not re.search(r"mpc|msun|m_sun|m_\{?\\?odot|m⊙", inside):
        return None
    return "h" if re.search(r"(?<![a-z])h(?![a-z])", inside) else "no-h"
