"""Enzo's particles: grid after grid, in units of the box, their masses as densities of their grid's cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.amr.enzo_hierarchy import EnzoGrid, Run
from backends.readers.files.failures import reading
from backends.readers.files.hdf5 import checked, child, opened
from backends.readers.particles.column_views import ChosenRows, Shifted
from backends.readers.particles.columns import Column, Components, Hdf5Column
from backends.readers.particles.snapshot import Block

GROUP = re.compile(r"^Grid\d{8}$")

TYPES = {
    0: "gas", 1: "dm", 2: "stars", 3: "tracers", 4: "dm", 5: "stars", 6: "black-holes", 7: "stars", 8: "black-holes",
    9: "stars",
}  # fmt: skip
"""Enzo's particle types (macros_and_parameters.h); 4 is dark matter that must be refined."""


@dataclass(frozen=True)
class EnzoParticles:
    """The particles of all grids; ``box_size`` is the side of the domain in the unit that positions are to have."""

    run: Run
    grids: tuple[EnzoGrid, ...]
    box_size: float

    def opened(self) -> Iterator[Block]:
        """Yield every species of every grid while its file is open."""
        for grid, group in each_group(self.grids):
            path, count = grid.patch.path, grid.particles
            with reading(path):
                rows = _types(self.run, grid, group)
            for name, chosen in rows.items():
                yield self._block(grid, group, path, name, count, chosen)

    def _block(
        self, grid: EnzoGrid, group: Any, path: Path, name: str, count: int, rows: NDArray[np.int64] | None
    ) -> Block:
        def column(field: str, factor: float = 1.0) -> Column | None:
            found = _column(path, group, field, count)
            if found is None:
                return None
            whole: Column = Hdf5Column(found, factor)
            return whole if rows is None else ChosenRows(whole, rows)

        places = [column(f"particle_position_{axis}") for axis in "xyz"]
        speeds = [column(f"particle_velocity_{axis}", self.run.velocity or 1.0) for axis in "xyz"]
        unit = self.box_size / self.run.side
        # A particle's mass is kept as the density that it would give one cell of its grid.
        mass = (self.run.mass or 1.0) * grid.width**3
        return Block(
            path,
            name,
            count if rows is None else int(rows.size),
            Components([Shifted(c, left, unit) for c, left in zip(_all(path, places), self.run.left, strict=True)]),
            column("particle_mass", mass),
            Components([c for c in speeds if c is not None]) if self.run.velocity and None not in speeds else None,
            column("particle_index"),
        )


def _all(path: Path, columns: Sequence[Column | None]) -> list[Column]:
    found = [column for column in columns if column is not None]
    if len(found) < len(columns):
        raise UnreadableFile(path, "has particles without positions", "Copy or download it again")
    return found


def species_counts(run: Run, grids: Sequence[EnzoGrid], here: Sequence[EnzoGrid]) -> dict[str, int]:
    """Count every species; types are only read where there can be other particles than dark matter."""
    total = sum(grid.particles for grid in grids)
    if not total:
        return {}
    if run.only_dark_matter:
        return {"dm": total}
    counts: Counter[str] = Counter()
    for grid, group in each_group([grid for grid in here if grid.particles]):
        with reading(grid.patch.path):
            types = _types(run, grid, group)
        for name, rows in types.items():
            counts[name] += grid.particles if rows is None else int(rows.size)
    return dict(sorted(counts.items(), key=lambda item: (item[0] != "dm", item[0])))


def _types(run: Run, grid: EnzoGrid, group: Any) -> dict[str, NDArray[np.int64] | None]:
    """Rows of each species; None for all of them. Before there were types, what has a time of birth is a star."""
    path, count = grid.patch.path, grid.particles
    types = None if run.only_dark_matter else _column(path, group, "particle_type", count)
    if types is not None:
        numbers = types[...]
        kinds = {int(number): TYPES.get(int(number), "other") for number in np.unique(numbers)}
        if len(kinds) > 64:
            raise UnreadableFile(path, f"is damaged: grid {grid.patch.place} has {len(kinds)} types of particles")
        names = sorted(set(kinds.values()))
        if len(names) == 1:
            return {names[0]: None}
        return {
            name: np.flatnonzero(np.isin(numbers, [n for n, kind in kinds.items() if kind == name])) for name in names
        }
    born = None if run.only_dark_matter else _column(path, group, "creation_time", count)
    stars = np.zeros(0, dtype=bool) if born is None else born[...] > 0
    if not stars.any():
        return {"dm": None}
    return {"dm": np.flatnonzero(~stars), "stars": np.flatnonzero(stars)}


def each_group(grids: Sequence[EnzoGrid]) -> Iterator[tuple[EnzoGrid, Any]]:
    """Yield every grid with its group, each file opened once."""
    with ExitStack() as stack:
        path, file = Path(), None
        for grid in sorted(grids, key=lambda grid: (str(grid.patch.path), grid.patch.place)):
            if file is None or grid.patch.path != path:
                stack.close()
                path, file = grid.patch.path, stack.enter_context(opened(grid.patch.path))
            yield grid, group_of(path, file, grid.patch.place)


def group_of(path: Path, file: Any, number: int) -> Any:
    """Return a grid's group; where every grid has a file of its own, the file itself."""
    name = f"Grid{number:08d}"
    group = child(path, file, name)
    if isinstance(group, h5py.Group):
        return group
    if any(GROUP.match(other) for other in file):
        raise UnreadableFile(path, f"has no {name}, which the hierarchy says is in it", "Copy or download it again")
    return file


def _column(path: Path, group: Any, name: str, count: int) -> Any | None:
    dataset = child(path, group, name)
    if dataset is None:
        return None
    if tuple(checked(path, dataset, f"{group.name}/{name}").shape) != (count,):
        raise UnreadableFile(path, f"has {name} of shape {dataset.shape} in {group.name} for {count} particles")
    return dataset
