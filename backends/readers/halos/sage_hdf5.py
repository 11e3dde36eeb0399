"""Galaxies of SAGE in HDF5: one compound table a snapshot (Croton et al. 2016)."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description, Part
from backends.data.facts import Facts
from backends.errors import UnreadableFile, WrongCall
from backends.progress import Progress
from backends.readers import register
from backends.readers.files.hdf5 import LARGEST_CHUNK, at, child, opened
from backends.readers.files.limits import human, require_memory, require_stored
from backends.readers.files.recognition import recognised
from backends.readers.halos.hdf5_columns import found, read
from backends.readers.halos.rows import UNCHECKED, catalogue, described, species_facts

SNAPSHOT = re.compile(r"^Snap_?(\d{1,5})$")

UNIT_MASS = 1e10
"""Msun/h of one unit of mass."""

COLUMNS = {
    "positions": ("Pos", 3, 1.0),
    "masses": ("Mvir", 1, UNIT_MASS),
    "velocities": ("Vel", 3, 1.0),
    "radii": ("Rvir", 1, 1.0),
    "counts": ("Len", 1, None),
    "ids": ("UniqueGalaxyID", 1, None),
    "hosts": ("UniqueCentralGalaxyID", 1, None),
    "vmax": ("Vmax", 1, 1.0),
    "stellar_mass": ("StellarMass", 1, UNIT_MASS),
}
"""The table's own name of each column, its width, and what brings it into Halograph's units; None for whole numbers."""

NEEDED = ("Pos", "Mvir")


@register("sage-hdf5")
class SageHdf5:
    """Comoving Mpc/h, 1e10 Msun/h, peculiar km/s. Satellites that have lost their halo have no mass and stay in it."""

    label = "SAGE galaxies HDF5"

    def recognises(self, path: Path) -> bool:
        return recognised(path, lambda path, file: bool(_tables(path, file)))

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    @UNCHECKED
    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        with opened(path) as file:
            tables = _tables(path, file)
            if not tables:
                raise UnreadableFile(path, "holds no table of galaxies", "Choose another file")
            redshifts = {name: _redshift(path, file, name) for name in tables}
            masses = {name: _column(path, table, "masses") for name, table in tables.items()}
        names = list(tables)
        together = np.concatenate(list(masses.values()))
        massless = int(np.count_nonzero(together <= 0))
        warnings = [f"{massless} of {together.size} galaxies have no halo any more, and no mass."] if massless else []
        return described(
            "sage-hdf5",
            files,
            told,
            {"galaxies": species_facts(together.size, together)},
            redshift=redshifts[names[0]] if len(names) == 1 else None,
            parts=[Part(name, f"{path.stem} {name}", facts=Facts(redshift=redshifts[name])) for name in names],
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
            tables = _tables(path, file)
            if member and member not in tables:
                raise WrongCall(f"{path} has no snapshot {member!r}; it holds {', '.join(tables)}")
            if not tables:
                raise UnreadableFile(path, "holds no table of galaxies", "Choose another file")
            name = member or next(iter(tables))
            table = tables[name]
            rows = {ours: _column(path, table, ours) for ours in COLUMNS if COLUMNS[ours][0] in table.dtype.names}
            redshift = _redshift(path, file, name)
        progress(1.0)
        return catalogue(description, told, rows, redshift=redshift, finder="sage", hosts_are="galaxies")


def _tables(path: Path, file: Any) -> dict[str, Any]:
    """The tables of galaxies by snapshot, the latest first."""
    tables: dict[str, Any] = {}
    for name in sorted((n for n in file if SNAPSHOT.match(n)), reverse=True):
        table = at(path, file, f"{name}/Galaxies")
        if isinstance(table, h5py.Dataset) and table.shape is not None and len(table.shape) == 1:
            names = table.dtype.names or ()
            if all(needed in names for needed in NEEDED):
                tables[name] = table
    return tables


def _column(path: Path, table: Any, ours: str) -> NDArray[Any]:
    """Read one column of a table, which is judged before memory is taken for it."""
    name, width, factor = COLUMNS[ours]
    kind, shape = table.dtype[name].base, table.dtype[name].shape
    if kind.kind not in "fiu" or shape != (() if width == 1 else (width,)):
        raise UnreadableFile(path, f"keeps {name} as {table.dtype[name]}, which are no numbers", "Write it again")
    rows = int(table.shape[0])
    require_stored(path, rows * table.dtype.itemsize, int(table.id.get_storage_size()), f"{table.name}")
    if table.chunks is not None and table.chunks[0] * table.dtype.itemsize > LARGEST_CHUNK:
        size = human(table.chunks[0] * table.dtype.itemsize)
        raise UnreadableFile(path, f"keeps its galaxies in chunks of {size}", "Write them in smaller chunks")
    require_memory(path, 8 * rows * width, f"{rows} galaxies")
    values: NDArray[Any] = table.fields(name)[...]
    return values.astype(np.int64) if factor is None else values.astype(np.float64) * factor


def _redshift(path: Path, file: Any, name: str) -> float | None:
    """The redshift of a snapshot by its number, where the run lists them."""
    listed = found(path, child(path, file, "RunProperties"), ("Redshifts",))
    match = SNAPSHOT.match(name)
    if listed is None or match is None or listed[1].ndim != 1 or not int(match[1]) < listed[1].shape[0] < 100_000:
        return None
    value = float(read(path, listed[1], listed[1].shape[0])[int(match[1])])
    return max(0.0, value) if -1e-6 < value < 1e4 else None
