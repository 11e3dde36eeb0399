"""Tables of statistics in HDF5: a group that holds arrays of k and P, or of mass and mass function."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import attributes, checked, child, number
from backends.readers.statistic_tables.columns import MASS_FUNCTIONS, Column
from backends.readers.statistic_tables.rows import FEWEST, LARGEST, Table, is_curve

ARRAYS = {
    "k": ("k", "wavenumber"),
    "power": ("p", "pk", "power", "powerspectrum"),
    "mass": ("mass", "m"),
    "dn_dlnm": ("massfunction", "dndlnm"),
    "dn_dlog10m": ("dndlog10m", "dndlogm"),
    "dn_dm": ("dndm",),
    "count": ("count", "counts", "nmodes", "modes"),
    "error": ("error", "err"),
}
"""Names of arrays in HDF5. Galacticus calls dn/d ln M the mass function."""


def _arrays(path: Path, file: Any) -> tuple[Any, dict[str, str]] | None:
    """The group that holds a curve, and its arrays' names by meaning."""
    for group in (file, *(child(path, file, n) for n in file if isinstance(file.get(n, getlink=True), h5py.HardLink))):
        if not isinstance(group, h5py.Group):
            continue
        names: dict[str, str] = {}
        for name in group:
            plain = re.sub(r"[\s_/()]", "", name.lower())
            meaning = next((m for m, known in ARRAYS.items() if plain in known), None)
            if meaning is not None and isinstance(group.get(name, getlink=True), h5py.HardLink):
                found = child(path, group, name)
                if isinstance(found, h5py.Dataset) and found.shape and len(found.shape) == 1:
                    names.setdefault(meaning, name)
        if ("k" in names and "power" in names) or ("mass" in names and set(names) & set(MASS_FUNCTIONS)):
            return group, names
    return None


def has_arrays(path: Path, file: Any) -> bool:
    return _arrays(path, file) is not None


def of_arrays(path: Path, file: Any) -> Table:
    found = _arrays(path, file)
    if found is None:
        raise UnreadableFile(path, "holds no arrays of k and P or of mass and massFunction")
    group, names = found
    arrays = {meaning: checked(path, group[name], name) for meaning, name in names.items()}
    sizes = {array.shape[0] for array in arrays.values()}
    if len(sizes) != 1 or not FEWEST <= min(sizes) <= LARGEST // 8:
        raise UnreadableFile(path, f"has arrays of {', '.join(map(str, sorted(sizes)))} values where all should match")
    rows = np.stack([array[()].astype(np.float64) for array in arrays.values()], axis=1)
    x = rows[:, list(arrays).index("k" if "k" in arrays else "mass")]
    rows = rows[np.argsort(x)]
    said = _said(path, group)
    hubble = number(said, "HubbleConstant", "HubbleParam", "hubble", "h")
    units = " ".join(str(attributes(array).get("units", "")) for array in arrays.values())
    stated = None if not units.strip() else "h" if re.search(r"(?<![a-z])h(?![a-z])", units, re.IGNORECASE) else "no-h"
    if "massFunction" in names.values():
        stated = stated or "no-h"  # Galacticus: Msun and Mpc
    hubble = hubble / 100 if hubble is not None and hubble > 10 else hubble
    side = number(said, "boxSize", "BoxSize", "box_size")
    columns = tuple(
        Column(place, names[meaning], meaning, stated if meaning not in ("count",) else None)
        for place, meaning in enumerate(arrays)
    )
    table = Table(
        rows,
        columns,
        redshift=number(said, "redshift", "Redshift", "z"),
        hubble=hubble if hubble is not None and hubble > 0 else None,
        box_size=side * hubble if side and hubble and stated == "no-h" else side,
    )
    if not is_curve(rows[:, table.x.place], rows[:, table.curves[0].place]):
        raise UnreadableFile(path, "holds arrays that are no curve: k or mass does not rise, or values are negative")
    return table


def _said(path: Path, group: Any) -> Mapping[str, Any]:
    """Attributes of the file, of the group and of the groups in it, which know the cosmology and the box."""
    said = dict(attributes(group.file))
    said |= attributes(group)
    for name in group:
        if isinstance(group.get(name, getlink=True), h5py.HardLink):
            inner = child(path, group, name)
            if isinstance(inner, h5py.Group):
                said |= attributes(inner)
    return said
