"""Halos as a table of text (CSV), of one snapshot or of several, with what each becomes at the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.kinship import Descent
from backends.progress import Progress, silent
from backends.writers.whole import whole

OF_A_SNAPSHOT = 10**10
"""What the ids of a snapshot's halos begin with, times its number: they are unique among all."""
UNITS = {
    **dict.fromkeys(("m200c", "m200b", "m500c"), "Msun/h"),
    **dict.fromkeys(("r200c", "r200b", "centre"), "Mpc/h"),
    "vmax": "km/s",
}


def write_halos(
    path: Path,
    snapshots: Sequence[Catalogue],
    links: Sequence[Descent | None] = (),
    created_by: str = "",
    progress: Progress = silent,
) -> None:
    """Write halos, most massive first, whole or not at all; ``halo-table`` reads them again.

    Parameters
    ----------
    snapshots : earliest first
    links : from each to the next, or None where they are not known; () for one snapshot

    Raises
    ------
    MachineError
        Where the file cannot be written.
    """
    names = _headings(snapshots)
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        several = f"{len(snapshots)} snapshots" if len(snapshots) > 1 else "a snapshot"
        file.write(f"# Halos of {several}, written by {created_by or 'halograph'}\n")
        file.write(f"# box_size = {snapshots[0].box_size:.9g} Mpc/h; finder = {snapshots[0].finder}")
        file.write("".join(f"; {name} = {value:g}" for name, value in snapshots[0].parameters) + "\n")
        file.write("# ids of -1 are none; progenitor_id is that halo before which gave it the most particles\n")
        file.write(",".join(names) + "\n")
        for number, halos in enumerate(snapshots):
            progress(number / len(snapshots), "Writing halos")
            if not halos.count:
                continue
            before = links[number - 1] if number else None
            after = links[number] if number < len(links) else None
            rows = _rows(number, halos, before, after)
            columns = [rows[name] for name in names]
            for row in zip(*columns, strict=True):
                file.write(",".join(_word(value) for value in row) + "\n")
    progress(1.0)


def _headings(snapshots: Sequence[Catalogue]) -> list[str]:
    """Return the columns that all snapshots have."""
    each = [list(_rows(number, halos, None, None)) for number, halos in enumerate(snapshots) if halos.count]
    shared = set(each[0]).intersection(*each) if each else set()
    return [name for name in each[0] if name in shared] if each else ["id", "x[Mpc/h]", "y[Mpc/h]", "z[Mpc/h]"]


def _rows(number: int, halos: Catalogue, before: Descent | None, after: Descent | None) -> dict[str, NDArray[Any]]:
    """Return a snapshot's columns by their headings."""
    n = halos.count
    none, base = np.full(n, -1, np.int64), number * OF_A_SNAPSHOT
    rows: dict[str, NDArray[Any]] = {
        "snapshot": np.full(n, number),
        "redshift": np.full(n, np.nan if halos.redshift is None else halos.redshift),
        "id": base + np.arange(1, n + 1),
        "descendant_id": none if after is None else _ids(after.descendant, number + 1),
        "progenitor_id": none if before is None else _ids(before.progenitor, number - 1),
        "n_progenitors": np.zeros(n, np.int64) if before is None else before.progenitors,
        "n_shared": np.zeros(n, np.int64) if after is None else after.shared,
    }
    rows |= {f"{axis}[Mpc/h]": halos.positions[:, place] for place, axis in enumerate("xyz")}
    rows["mass[Msun/h]"] = halos.masses
    if halos.velocities is not None:
        rows |= {f"v{axis}[km/s]": halos.velocities[:, place] for place, axis in enumerate("xyz")}
    if halos.radii is not None:
        rows["radius[Mpc/h]"] = halos.radii
    if halos.counts is not None:
        rows["n_particles"] = halos.counts
    if halos.inner is not None:
        rows["in_another"] = halos.inner.astype(np.int64)
    if halos.ids is not None:
        rows["catalogue_id"] = halos.ids
    for name, values in halos.columns.items():
        unit = f"[{UNITS[name]}]" if name in UNITS else ""
        if values.ndim == 1:
            rows[f"{name}{unit}"] = values
        else:
            rows |= {f"{name}_{axis}{unit}": values[:, place] for place, axis in enumerate("xyz")}
    return rows


def _ids(places: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    return np.where(places >= 0, number * OF_A_SNAPSHOT + places + 1, -1)


def _word(value: Any) -> str:
    return str(int(value)) if isinstance(value, (np.integer, int)) else f"{value:.9g}"
