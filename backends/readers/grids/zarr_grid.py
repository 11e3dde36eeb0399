"""Grids in Zarr, versions 2 and 3, in folders and in zip archives, as training pipelines on clusters keep them."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import UnknownFormat
from backends.progress import Progress
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.grids.facts import stated
from backends.readers.grids.glance import Glance
from backends.readers.grids.glancing import glances_at
from backends.readers.grids.loading import Grid, field_of
from backends.readers.grids.parts import described, find, grids_of, is_grid
from backends.readers.grids.zarr_array import ZarrArray, dtype_of
from backends.readers.grids.zarr_store import Store, is_store, nodes, store_at


@register("zarr-grid")
class ZarrGrid:
    """Every array with two or three equal axes, the facts taken from the attributes of all nodes."""

    label = "Zarr grid"

    def recognises(self, path: Path) -> bool:
        return is_store(path)

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        with _opened(path) as store:
            arrays, grids = _contents(store, told)
            notes = tuple(filter(None, (array.lacking() for array in arrays.values())))
            return described(path, "zarr-grid", arrays, grids, told, Facts(), notes)

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
        with _opened(path) as store:
            arrays, grids = _contents(store, told)
            grid, slot = find(path, grids, member)
            return field_of(path, arrays, grid, slot, told, progress)

    def glances(
        self, description: Description, told: Facts, member: str, seconds: float, progress: Progress
    ) -> Generator[Glance]:
        path = description.path
        with _opened(path) as store:
            arrays, grids = _contents(store, told)
            yield from glances_at(path, arrays, *find(path, grids, member), told, seconds, progress)


@contextmanager
def _opened(path: Path) -> Iterator[Store]:
    with reading(path):
        store = store_at(path)
        try:
            yield store
        finally:
            store.close()


def _contents(store: Store, told: Facts) -> tuple[dict[str, Any], list[Grid]]:
    """The store's grids, none of them read yet."""
    arrays: dict[str, Any] = {}
    own: dict[str, dict[str, Any]] = {}
    general: dict[str, Any] = {}
    shapes = []
    for name, metadata, attributes in nodes(store):
        if "shape" not in metadata:
            general = {**attributes, **general}
            continue
        shape = metadata["shape"]
        shapes.append(f"{name or store.path.stem} {shape}")
        if _is_grid(metadata):
            arrays[name or store.path.stem] = ZarrArray(store, name, metadata)
            own[name or store.path.stem] = attributes
    if not arrays:
        raise UnknownFormat(store.path, why=f"holds no cubic grid (its arrays: {', '.join(shapes[:6]) or 'none'})")
    facts = {name: stated(attributes).over(stated(general)) for name, attributes in own.items()}
    return arrays, grids_of(arrays, facts, told)


def _is_grid(metadata: dict[str, Any]) -> bool:
    shape = metadata["shape"]
    try:
        return isinstance(shape, list) and is_grid([int(n) for n in shape], dtype_of(metadata))
    except (TypeError, ValueError):
        return False
