"""HACC's halo properties in GenericIO: friends-of-friends groups and their spherical overdensities."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description, Part
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.progress import Progress, part, silent
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.files.limits import require_memory
from backends.readers.hacc.columns import column, stored_bytes
from backends.readers.hacc.particles import SILENT, is_halos
from backends.readers.hacc.pieces import Pieces, names_in, read_pieces, siblings
from backends.readers.halos.rows import catalogue, described, species_facts
from backends.readers.particles.columns import read_whole

CENTRES = {
    "fof": ("fof_halo_center_{}", "fof_halo_com_{}", "fof_halo_mean_{}"),
    "sod": ("sod_halo_center_{}", "sod_halo_min_pot_{}", "fof_halo_center_{}", "sod_halo_com_{}"),
}
VELOCITIES = {
    "fof": ("fof_halo_com_v{}", "fof_halo_mean_v{}"),
    "sod": ("sod_halo_com_v{}", "sod_halo_mean_v{}", "fof_halo_com_v{}", "fof_halo_mean_v{}"),
}
"""Names of three components, the best first: the minimum of the potential is a halo's centre."""

LABELS = {"fof": "friends of friends", "sod": "spherical overdensity"}


@register("genericio-halos")
class GenericIOHalos:
    """Properties of halos in variables fof_halo_* and sod_halo_*, in comoving Mpc/h, km/s and Msun/h."""

    label = "HACC halo properties"

    def recognises(self, path: Path) -> bool:
        return path.is_file() and is_halos(names_in(path) or ())

    def gather(self, path: Path) -> tuple[Path, ...]:
        return siblings(path)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        with reading(files[0]):
            pieces = read_pieces(files)
            finders = _finders(pieces)
            warnings = [*pieces.warnings, *([SILENT] if told.redshift is None else [])]
            if len(finders) > 1:
                warnings.append("It holds friends-of-friends halos (fof) and their spherical overdensities (sod).")
            masses = _column(pieces, f"{finders[0]}_halo_mass") if pieces.count else np.empty(0)
        return described(
            "genericio-halos",
            files,
            told,
            {"halos": species_facts(pieces.count, masses)},
            box_size=pieces.box_size,
            parts=[Part(name, f"{files[0].name} {LABELS[name]}") for name in finders],
            complete=pieces.complete,
            warnings=warnings,
        )

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Catalogue:
        with reading(description.path):
            pieces = read_pieces(description.files)
            finders = _finders(pieces)
            finder = member if member in finders else finders[0]
            require_memory(pieces.path, 80 * pieces.count, f"{pieces.count} halos")
            halos = _halos(pieces, finder, progress)
            progress(1.0)
            return catalogue(description, told, halos, finder=finder)


def _finders(pieces: Pieces) -> list[str]:
    """Which catalogues the variables make: those that have masses and centres."""
    found = [
        name
        for name in CENTRES
        if f"{name}_halo_mass" in pieces.variables and _triplet(pieces, CENTRES[name]) is not None
    ]
    if not found:
        known = ", ".join(pieces.variables)
        raise UnreadableFile(pieces.path, f"holds no halos with masses and centres, but {known}")
    return found


def _halos(pieces: Pieces, finder: str, progress: Progress) -> dict[str, NDArray[Any]]:
    """Read the columns of one catalogue; what the finder could not measure has a mass below zero and is left out."""
    centre = _triplet(pieces, CENTRES[finder]) or ()
    speed = _triplet(pieces, VELOCITIES[finder])
    wanted: dict[str, tuple[str, ...]] = {"masses": (f"{finder}_halo_mass",), "positions": centre}
    if speed:
        wanted["velocities"] = speed
    for name, stored in (
        ("counts", f"{finder}_halo_count"),
        ("radii", f"{finder}_halo_radius"),
        ("ids", "fof_halo_tag"),
    ):
        if stored in pieces.variables:
            wanted[name] = (stored,)
    halos: dict[str, NDArray[Any]] = {}
    for i, (name, variables) in enumerate(wanted.items()):
        step = part(progress, i / len(wanted), (i + 1) / len(wanted))
        steps = [part(step, k / len(variables), (k + 1) / len(variables)) for k in range(len(variables))]
        read = [_column(pieces, *of) for of in zip(variables, steps, strict=True)]
        halos[name] = np.stack(read, axis=1) if len(variables) == 3 else read[0]
    corner = np.array(pieces.layouts[0].origin)
    halos["positions"] -= corner
    measured = ~(halos["masses"] <= 0)
    return {name: values[measured] for name, values in halos.items()}


def _triplet(pieces: Pieces, patterns: tuple[str, ...]) -> tuple[str, ...] | None:
    """The first of these names whose x, y and z are all there."""
    for pattern in patterns:
        names = tuple(pattern.format(axis) for axis in "xyz")
        if all(name in pieces.variables for name in names):
            return names
    return None


def _column(pieces: Pieces, name: str, progress: Progress = silent) -> NDArray[Any]:
    """Read one variable of all pieces."""
    kind = np.dtype(np.int64 if pieces.variables[name].dtype.kind in "iu" else np.float64)
    require_memory(pieces.path, 8 * pieces.count, name)
    found: list[NDArray[Any]] = []
    done = 0
    for layout in pieces.layouts:
        whole = stored_bytes(layout.path)
        for rank, count in enumerate(layout.counts):
            if count:
                stored = column(layout, whole, rank, layout.variables[name])
                values = np.empty(count, kind)
                read_whole(stored, values)
                found.append(values)
                done += count
                progress(done / pieces.count, "Reading halos")
    return np.concatenate(found) if found else np.empty(0, kind)
