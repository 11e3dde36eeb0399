"""Merger forests in HDF5: the tree format of Galacticus and of the Sussing comparison (Benson 2012)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import h5py
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.progress import Progress
from backends.readers import register
from backends.readers.files.hdf5 import attributes, child, number, opened
from backends.readers.files.recognition import recognised
from backends.readers.gadget.header import CM_PER_MPC, nice
from backends.readers.halos.hdf5_columns import found, read
from backends.readers.halos.rows import UNCHECKED, catalogue, described, species_facts

FORESTS = ("forestHalos", "haloTrees")
KG_PER_MSUN = 1.98892e30

COLUMNS = {
    "positions": ("position",),
    "masses": ("nodeMass", "haloMass"),
    "velocities": ("velocity",),
    "ids": ("nodeIndex", "haloIndex"),
    "descendants": ("descendantIndex", "descendentIndex"),
    "hosts": ("hostIndex",),
    "counts": ("particleCount",),
    "redshifts": ("redshift",),
    "scale_factors": ("expansionFactor",),
    "vmax": ("velocityMaximum",),
}
VECTORS = ("positions", "velocities")

FAR = 0.25
"""Of the box: halos that all lie below this along every axis make its stated side doubtful."""

MOST_LOOKED_AT = 1 << 22


@register("merger-forest-hdf5")
class MergerForestHdf5:
    """Nodes of all times in one table; units, with their powers of h and a, stand beside them."""

    label = "merger forest HDF5"

    def recognises(self, path: Path) -> bool:
        return recognised(path, lambda path, file: _forest(path, file) is not None)

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    @UNCHECKED
    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        with opened(path) as file:
            units = _Units(path, file)
            rows = _count(path, file)
            masses = positions = None
            if rows <= MOST_LOOKED_AT:
                columns = _columns(path, file, rows, units, ("positions", "masses", "redshifts", "scale_factors"))
                masses, positions = columns["masses"], columns["positions"]
            box_size, (length, _) = units.side, units.factor("length", CM_PER_MPC / 100)
            cosmology = attributes(child(path, file, "cosmology"))
        warnings = []
        reach = float(positions.max()) if positions is not None and positions.size else None
        if box_size is not None and reach is not None and reach < FAR * box_size:
            warnings.append(
                f"No halo lies beyond {reach:.4g} Mpc/h along any axis of a box that is said to be of {box_size:g} "
                "Mpc/h; if that is wrong, say it with --box-size L."
            )
        return described(
            "merger-forest-hdf5",
            files,
            told,
            {"halos": species_facts(rows, masses)},
            kind="tree",
            box_size=box_size,
            hubble=units.hubble,
            omega_m=number(cosmology, "OmegaMatter", "Omega0"),
            length_read=length,
            length_unit=length,
            warnings=warnings,
        )

    @UNCHECKED
    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Catalogue:
        path = description.path
        progress(0.0, f"Reading {path.name}")
        with opened(path) as file:
            rows = _columns(path, file, _count(path, file), _Units(path, file), tuple(COLUMNS))
        progress(1.0)
        return catalogue(description, told, rows, finder=_finder(path))


class _Units:
    """What brings the file's numbers into Mpc/h comoving, Msun/h and peculiar km/s."""

    def __init__(self, path: Path, file: Any) -> None:
        self.values = attributes(child(path, file, "units"))
        self.path = path
        cosmology = attributes(child(path, file, "cosmology"))
        hubble = number(cosmology, "HubbleParam", "H0")
        self.hubble = hubble / 100 if hubble is not None and hubble > 10 else hubble
        if self.hubble is not None and not 0 < self.hubble < 10:
            self.hubble = None
        self.side: float | None = None
        side = number(attributes(child(path, file, "simulation")), "boxSize")
        if side is not None and side > 0:
            factor, power = self.factor("length", CM_PER_MPC / 100)
            self.side = side * factor if power in (0, None) else None

    def factor(self, what: str, unit: float, has_h: int = 1) -> tuple[float, int]:
        """Return what a number is multiplied by, and the power of a that is left to divide out.

        A physical length is the number × unit × h^p × a^q: comoving Mpc/h need p = -1 and q = 1.
        """
        si = number(self.values, f"{what}UnitsInSI")
        power_h = number(self.values, f"{what}HubbleExponent")
        power_a = number(self.values, f"{what}ScaleFactorExponent")
        if si is None or si <= 0 or power_h is None or power_a is None or max(abs(power_h), abs(power_a)) > 9:
            raise UnreadableFile(self.path, f"does not say its unit of {what}", "Write the group units whole")
        missing_h = power_h + has_h
        if missing_h and self.hubble is None:
            raise UnreadableFile(self.path, f"gives {what} without h and does not say h", "Write cosmology/HubbleParam")
        comoving = 1 if what == "length" else 0
        return nice(si / unit) * (self.hubble or 1.0) ** missing_h, round(power_a) - comoving


def _forest(path: Path, file: Any) -> Any | None:
    """The group of the halos, or None where this is no forest."""
    for name in FORESTS:
        group = child(path, file, name)
        if isinstance(group, h5py.Group) and found(path, group, COLUMNS["descendants"]) is not None:
            return group
    return None


def _count(path: Path, file: Any) -> int:
    group = _forest(path, file)
    ids = found(path, group, COLUMNS["ids"])
    if ids is None or ids[1].ndim != 1:
        raise UnreadableFile(path, "is a merger forest whose halos have no numbers", "Write nodeIndex")
    return int(ids[1].shape[0])


def _columns(path: Path, file: Any, rows: int, units: _Units, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Read some columns in Halograph's units."""
    group = _forest(path, file)
    columns: dict[str, NDArray[Any]] = {}
    for name in names:
        dataset = found(path, group, COLUMNS[name])
        if dataset is not None:
            columns[name] = read(path, dataset[1], rows, 3 if name in VECTORS else 1)
        elif name in ("positions", "masses"):
            raise UnreadableFile(path, f"is a merger forest without {name}", "Write it whole")
    scale_factors = columns.pop("scale_factors", None)
    if scale_factors is None:
        scale_factors = 1 / (1 + columns["redshifts"]) if "redshifts" in columns else None
    else:
        columns.setdefault("redshifts", 1 / scale_factors - 1)
    for name, what, unit, has_h in (
        ("positions", "length", CM_PER_MPC / 100, 1),
        ("masses", "mass", KG_PER_MSUN, 1),
        ("velocities", "velocity", 1e3, 0),
    ):
        if name not in columns:
            continue
        factor, power = units.factor(what, unit, has_h)
        columns[name] = columns[name] * factor
        if power:
            if scale_factors is None:
                raise UnreadableFile(path, f"gives {name} that depend on the time, and no times", "Write redshift")
            times = scale_factors**power
            columns[name] *= times[:, None] if columns[name].ndim == 2 else times
    if _has_hubble_flow(path, group):
        columns.pop("velocities", None)
    return columns


def _has_hubble_flow(path: Path, group: Any) -> bool:
    """Whether velocities are not peculiar, in which case they are left out."""
    return (number(attributes(group), "velocitiesIncludeHubbleFlow") or 0) > 0


def _finder(path: Path) -> str:
    with opened(path) as file:
        code = attributes(child(path, file, "groupFinder")).get("code", "")
    return str(code).strip().lower()[:40] or "unknown"
