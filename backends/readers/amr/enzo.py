"""Enzo's outputs: particles and baryon fields of nested grids, spread over one file a processor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.description import Description, SpeciesFacts
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.readers import register
from backends.readers.amr.enzo_hierarchy import (
    EnzoGrid,
    Run,
    is_parameters,
    parameter_file,
    read_grids,
    read_run,
)
from backends.readers.amr.enzo_particles import GROUP, EnzoParticles, group_of, species_counts
from backends.readers.amr.patches import Patch, PatchMesh
from backends.readers.amr.reading import (
    CODE_SIDE,
    DENSITY,
    AmrReader,
    fields_of,
    first,
    levels_of,
    mesh_notes,
    parts_of,
)
from backends.readers.files.failures import reading
from backends.readers.files.hdf5 import checked, child, opened
from backends.readers.files.recognition import recognised
from backends.readers.lengths import no_box
from backends.readers.particles.snapshot import Snapshot

MOST_FIELDS = 200

NO_COSMOLOGY = (
    "It is no cosmological run, so it states neither box nor redshift, its masses are in the code's units, "
    "and its velocities are left out."
)


@register("enzo")
class Enzo(AmrReader):
    """A parameter file, its hierarchy, its pieces and their folder are the same data set."""

    label = "Enzo"

    def recognises(self, path: Path) -> bool:
        if parameter_file(path) is not None:
            return True
        return path.is_file() and (is_parameters(path) or recognised(path, _is_piece))

    def gather(self, path: Path) -> tuple[Path, ...]:
        run = parameter_file(path)
        if run is None:
            lacks = (
                "has no hierarchy beside it" if is_parameters(path) else "is a piece of an Enzo output, which is read"
            )
            raise UnreadableFile(
                path, f"{lacks} together with its parameter file and its .hierarchy", "Put all of them into one folder"
            )
        others = sorted(p for p in run.parent.iterdir() if p.name.startswith(run.name + ".") and p.is_file())
        return (run, *others)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        run = read_run(path)
        grids = read_grids(run)
        here = [grid for grid in grids if grid.patch.path.is_file()]
        lost = sorted({grid.patch.path.name for grid in grids} - {grid.patch.path.name for grid in here})
        if not here:
            raise UnreadableFile(path, f"has none of its data beside it: {lost[0]} is missing", "Put it there")
        names = _names(run, here[0])
        mesh = _mesh(run, here)
        warnings = [f"{len(lost)} of its files are missing, the first is {lost[0]}."] if lost else []
        counts = species_counts(run, grids, here) if run.rank == 3 else {}
        warnings += mesh_notes(mesh, names, told)
        proposed = Facts()
        if run.box_size is None and told.box_size is None:
            proposed = Facts(box_size=run.side)
            warnings += [NO_COSMOLOGY, *no_box(None, told, run.side, CODE_SIDE)]
        if not counts and not names:
            raise UnreadableFile(path, "holds neither particles nor fields")
        return Description(
            path=path,
            files=tuple(file for file in files if file.exists()),
            format="enzo",
            kind="particles" if counts else "field",
            box_size=run.box_size,
            redshift=run.redshift,
            hubble=run.hubble,
            omega_m=run.omega_m,
            quantity=None if counts else ("relative_density" if DENSITY.search(first(names)) else first(names)),
            species={name: SpeciesFacts(count) for name, count in counts.items()},
            fields=fields_of(mesh, names, told) if names else {},
            cell_offset=0.5,
            levels=levels_of(mesh) if names else {},
            parts=parts_of(path.name, counts, names),
            complete=not lost,
            warnings=tuple(warnings),
            proposed=proposed,
            length_unit=None if run.box_size is None else 1.0,
            length_read=None if run.box_size is None else 1.0,
        )

    def mesh(self, description: Description) -> PatchMesh:
        run = read_run(description.path)
        return _mesh(run, [grid for grid in read_grids(run) if grid.patch.path.is_file()])

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        self.require_particles(description, member)
        with reading(description.path):
            run = read_run(description.path)
            grids = [grid for grid in read_grids(run) if grid.patch.path.is_file() and grid.particles]
        box_size = run.box_size or told.box_size
        blocks = EnzoParticles(run, tuple(grids), box_size or run.side)
        return Snapshot(description.path, description.species, blocks.opened, run.box_size, run.redshift)


def _is_piece(path: Path, file: Any) -> bool:
    return any(GROUP.match(name) for name in file)


def _mesh(run: Run, grids: Sequence[EnzoGrid]) -> PatchMesh:
    finest = max(grid.patch.level for grid in grids)
    by_patch = {(grid.patch.path, grid.patch.place): grid for grid in grids}

    def arrays(patches: Sequence[Patch], name: str) -> Iterator[NDArray[Any]]:
        return _arrays(patches, name, by_patch)

    patches = tuple(grid.patch for grid in grids)
    return PatchMesh(run.path, run.rank, run.coarse, (run.refine_by,) * finest, patches, arrays).checked()


def _names(run: Run, grid: EnzoGrid) -> tuple[str, ...]:
    """What the first grid holds on its cells."""
    path = grid.patch.path
    with opened(path) as file:
        group = group_of(path, file, grid.patch.place)
        names = [name for name in group if isinstance(group.get(name, getlink=True), h5py.HardLink)][:MOST_FIELDS]
        found = {name: child(path, group, name) for name in names}
        return tuple(
            name
            for name, array in found.items()
            if isinstance(array, h5py.Dataset) and array.dtype.kind == "f" and _place(array, grid) is not None
        )


def _place(array: Any, grid: EnzoGrid) -> tuple[slice, ...] | None:
    """Which cells of a stored array are the grid's own, or None where its shape fits neither way of writing."""
    if array.shape is None:
        return None
    shape = tuple(int(n) for n in array.shape)[::-1]
    if shape == grid.patch.shape:
        return (slice(None),) * len(shape)
    if shape == grid.whole:
        return tuple(slice(a, a + n) for a, n in zip(grid.first, grid.patch.shape, strict=True))[::-1]
    return None


def _arrays(patches: Sequence[Patch], name: str, grids: Mapping[tuple[Path, int], EnzoGrid]) -> Iterator[NDArray[Any]]:
    """Yield a field of grid after grid; Enzo stores them z first, and sometimes with the cells around them."""
    with ExitStack() as stack:
        path, file = Path(), None
        for patch in patches:
            if file is None or patch.path != path:
                stack.close()
                path, file = patch.path, stack.enter_context(opened(patch.path))
            group = group_of(path, file, patch.place)
            array = checked(path, child(path, group, name), f"{group.name}/{name}")
            place = _place(array, grids[path, patch.place])
            if place is None:
                raise UnreadableFile(
                    path, f"has {name} of shape {array.shape} in grid {patch.place} of {patch.shape} cells"
                )
            values: NDArray[Any] = np.asarray(array[place]).T
            yield values
