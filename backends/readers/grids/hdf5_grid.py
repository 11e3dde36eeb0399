"""Grids in HDF5: density, overdensity and displacement of emulators, monofonIC, 21cmFAST, Halograph."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.progress import Progress
from backends.readers import register
from backends.readers.files.hdf5 import attributes, checked, child, number, opened
from backends.readers.files.recognition import is_swift, recognised, refined_by
from backends.readers.grids.facts import GridFacts, stated
from backends.readers.grids.glance import Glance
from backends.readers.grids.glancing import glances_at
from backends.readers.grids.layout import Layout, layout_of, lines_in, names_lines
from backends.readers.grids.loading import Grid, field_of
from backends.readers.grids.parts import described, find, grids_of, is_grid
from backends.readers.grids.quantities import tells_lines

DEEPEST = 3
MOST_OBJECTS = 2000
OTHERS = ("PartType", "Subhalo", "Group", "Grid0", "cases", "models")
"""Groups, or beginnings of their names, by which a file is another format's."""

MONOFONIC = {"Boxsize", "astart", "Omega_m"}
FAST21 = {"user_params", "cosmo_params"}
FAST21_V4 = {"InputParameters", "OutputFields"}
"""monofonIC's header and 21cmFAST's groups, by which these codes' own conventions are known."""


@register("hdf5-grid")
class Hdf5Grid:
    """Every data set with two or three equal axes, and lines of sight; facts are from attributes anywhere."""

    label = "HDF5 grid"

    def recognises(self, path: Path) -> bool:
        return recognised(path, _has_grids)

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        with opened(path) as file:
            arrays, grids = _contents(path, file, told)
            return described(path, "hdf5-grid", arrays, grids, told, Facts(), ())

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Field:
        path = description.path
        with opened(path) as file:
            arrays, grids = _contents(path, file, told)
            grid, slot = find(path, grids, member)
            in_boxes = _is_monofonic(path, file) and len(grid.arrays) == 3
            return field_of(path, arrays, grid, slot, told, progress, box_unit=in_boxes)

    def glances(
        self, description: Description, told: Facts, member: str, seconds: float, progress: Progress
    ) -> Generator[Glance]:
        path = description.path
        with opened(path) as file:
            arrays, grids = _contents(path, file, told)
            yield from glances_at(path, arrays, *find(path, grids, member), told, seconds, progress)


def _has_grids(path: Path, file: Any) -> bool:
    if any(name.startswith(OTHERS) for name in file) or is_swift(path, file) or refined_by(path, file) is not None:
        return False
    return next(_datasets(path, file), None) is not None


def _datasets(path: Path, file: Any) -> Iterator[tuple[str, Any]]:
    """Every grid below the root, by name; links and what lies deep or beyond many are left alone."""
    waiting: list[tuple[str, Any, int]] = [("", file, 0)]
    looked_at = 0
    while waiting:
        prefix, group, depth = waiting.pop(0)
        for name in group:
            looked_at += 1
            if looked_at > MOST_OBJECTS:
                return
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                continue
            found = child(path, group, name)
            if isinstance(found, h5py.Group) and depth < DEEPEST:
                waiting.append((f"{prefix}{name}/", found, depth + 1))
            elif isinstance(found, h5py.Dataset) and found.shape and _is_read(path, f"{prefix}{name}", found):
                yield f"{prefix}{name}", found


def _is_read(path: Path, name: str, dataset: Any) -> bool:
    return is_grid(dataset.shape, dataset.dtype) or _lines(path, name, dataset) is not None


def _lines(path: Path, name: str, dataset: Any, told: Facts = Facts()) -> Layout | None:
    """How a data set's rows are lines of sight: where it or a person says so, or its name of what is no square."""
    if dataset.dtype.kind not in "fiu" or len(dataset.shape) != 2:
        return None
    said = tells_lines(told.quantity) or number(attributes(dataset), "dimensions") == 1
    named = name.rpartition("/")[2].lower() == "flux" or names_lines(name) or names_lines(path.stem)
    return lines_in(dataset.shape, told=True) if said or (named and layout_of(dataset.shape) is None) else None


def _contents(path: Path, file: Any, told: Facts) -> tuple[dict[str, Any], list[Grid]]:
    arrays = {name: checked(path, dataset, name) for name, dataset in _datasets(path, file)}
    general = stated(_everywhere(path, file))
    if _is_monofonic(path, file):
        # Its fields and its simple cubic lattice sit at i L / N, as its own snapshots of the same run show.
        general = GridFacts(cell_offset=0.0).over(general)
    facts = {name: _own(dataset).over(general) for name, dataset in arrays.items()}
    known = set(file) >= FAST21 or _fast21_struct(path, file) is not None
    lines = {name: layout for name, array in arrays.items() if (layout := _lines(path, name, array, told)) is not None}
    grids = grids_of(arrays, facts, told, all_named=known, lines=lines)
    return arrays, grids


def _is_monofonic(path: Path, file: Any) -> bool:
    return set(attributes(child(path, file, "Header"))) >= MONOFONIC


def _fast21_struct(path: Path, file: Any) -> Any | None:
    """The group that 21cmFAST 4 writes all into: a struct of outputs and the parameters it was made with."""
    for name in file:
        if isinstance(file.get(name, getlink=True), h5py.HardLink):
            found = child(path, file, name)
            if isinstance(found, h5py.Group) and set(found) >= FAST21_V4:
                inputs = child(path, found, "InputParameters")
                return found if isinstance(inputs, h5py.Group) else None
    return None


def _own(dataset: Any) -> GridFacts:
    return stated(attributes(dataset))


def _everywhere(path: Path, file: Any) -> Mapping[str, Any]:
    """Attributes of the root and of its groups, and single numbers at the root; the root's win."""
    values: dict[str, Any] = {}
    for name in file:
        if not isinstance(file.get(name, getlink=True), h5py.HardLink):
            continue
        found = child(path, file, name)
        if isinstance(found, h5py.Group):
            values = {**attributes(found), **values}
        elif isinstance(found, h5py.Dataset) and found.shape in ((), (1,)) and found.dtype.kind in "fiu":
            values[name] = found[()].item() if found.shape == () else found[0].item()
    struct = _fast21_struct(path, file)
    if struct is not None:
        given = struct["InputParameters"]
        for group in (struct, *(child(path, given, name) for name in given)):
            if isinstance(group, h5py.Group):
                values = {**attributes(group), **values}
    values |= attributes(file)
    if "BOX_LEN" in values and "hlittle" in values:
        values["BOX_LEN_unit"] = "Mpc"  # 21cmFAST's lengths are comoving Mpc, without h
    return values
