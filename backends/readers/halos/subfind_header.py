"""Headers of Subfind catalogues, whose counts the codes spell differently, and their unit of length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import attributes, child, integers, number
from backends.readers.gadget import header as gadget_header

COUNTS = {
    "groups": ("Ngroups_ThisFile", "Ngroups_Total"),
    "subhalos": ("Nsubhalos_ThisFile", "Nsubhalos_Total", "Nsubgroups_ThisFile", "Nsubgroups_Total"),
}
DATASETS = {"groups": ("Group", "GroupPos"), "subhalos": ("Subhalo", "SubhaloPos")}

KPC = 1e-3


@dataclass(frozen=True)
class SubfindHeader:
    """What one piece says of itself and of its snapshot.

    counts, totals : groups and subhalos, here and in all pieces
    side : box size in the file's length unit
    length : Mpc/h of the file's length unit, or None where it is not said
    mass, velocity : Msun/h and km/s of the file's units
    """

    counts: Mapping[str, int]
    totals: Mapping[str, int]
    n_files: int
    side: float | None
    redshift: float | None
    scale_factor: float | None
    hubble: float | None
    omega_m: float | None
    length: float | None
    mass: float
    velocity: float


def read_header(path: Path, file: Any) -> SubfindHeader:
    """Read the header of one piece; raises ``UnreadableFile`` where it contradicts itself."""
    plain = gadget_header.read_header(path, file)
    values = attributes(child(path, file, "Header"))
    counts, totals = {}, {}
    for member, names in COUNTS.items():
        here = [integers(values, name)[:1] for name in names[::2]]
        everywhere = [integers(values, name)[:1] for name in names[1::2]]
        counts[member] = next((n for (n,) in filter(None, here)), None)
        totals[member] = next((n for (n,) in filter(None, everywhere)), None)
        if counts[member] is None:
            counts[member] = _rows(path, file, member)
        if min(counts[member] or 0, totals[member] or 0) < 0:
            raise UnreadableFile(path, f"is damaged: its header counts fewer than no {member}", "Copy it again")
    n_files = number(values, "NumFiles", "NumFilesPerSnapshot")
    return SubfindHeader(
        counts={member: count or 0 for member, count in counts.items()},
        totals={member: total for member, total in totals.items() if total is not None},
        n_files=max(1, int(n_files or 1)),
        side=plain.side,
        redshift=plain.redshift,
        scale_factor=plain.scale_factor,
        hubble=plain.hubble,
        omega_m=plain.omega_m,
        length=plain.length,
        mass=plain.mass,
        velocity=plain.velocity,
    )


def unit_of_length(header: SubfindHeader, mass: float) -> tuple[float, str]:
    """Return Mpc/h of the file's unit, and a sentence where it had to be inferred.

    It is kpc/h by convention, unless the groups would then hold more mass, Msun/h, than there is in the box.
    """
    if header.length is not None:
        return header.length, ""
    if (
        header.side
        and header.omega_m
        and mass > 10 * header.omega_m * gadget_header.CRITICAL_DENSITY * ((header.side * KPC) ** 3)
    ):
        return 1.0, "No unit of length is stated; the mass in the groups says Mpc/h."
    side = "" if header.side is None else f", which makes the box {header.side * KPC:.6g} Mpc/h"
    return KPC, f"No unit of length is stated; read as kpc/h by convention{side}."


def _rows(path: Path, file: Any, member: str) -> int:
    """Count what a file holds whose header does not say it."""
    group, name = DATASETS[member]
    holder = child(path, file, group)
    dataset = None if holder is None else child(path, holder, name)
    shape = getattr(dataset, "shape", None)
    return int(shape[0]) if shape else 0
