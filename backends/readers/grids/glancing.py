"""A large mesh for the eye before the whole is read: means over blocks of what can be had in a moment."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.facts import Facts
from backends.data.field import Field
from backends.progress import Progress
from backends.readers.files.hdf5_chunks import Hdf5Chunks
from backends.readers.files.stored import StoredArray
from backends.readers.grids.block_means import Gathered, block_width, of_rows, share_read
from backends.readers.grids.glance import LARGE, Glance
from backends.readers.grids.layout import Layout, Slot
from backends.readers.grids.loading import Grid, Values, meaning, mesh_of
from backends.readers.grids.quantities import COMPARED

LARGEST = 1 << 26
"""Bytes of a chunk that is unpacked for a look."""

AT_ONCE = 1 << 20
"""Bytes that are unpacked at once by each thread: between them it is asked for the time."""

LEAST = 0.01
"""Share of a mesh that a look waits for, for twice its time at most: of less little is to be seen."""

EVENLY = (0.8191725133961645, 0.6710436067037893, 0.5497004779019703)
"""Steps of these shares along the axes fall evenly into a whole (M. Roberts' R3 sequence) and in with no lattice."""

Region = tuple[slice, slice, slice]
Read = Callable[[Region], NDArray[Any]]


def glances_at(
    path: Path,
    arrays: Mapping[str, Values],
    grid: Grid,
    slot: Slot,
    told: Facts,
    seconds: float,
    progress: Progress,
) -> Generator[Glance]:
    """Yield looks at one slot of a file; raises as :func:`backends.readers.grids.loading.field_of`."""
    box_size, quantity, redshift = meaning(path, grid, slot, told)
    layout, width = grid.layout, block_width(grid.layout.n)
    alone = len(grid.arrays) == 1 and not slot.is_vector and layout.dimensions == 3
    if layout.n <= LARGE or not alone or quantity not in COMPARED or quantity == "displacement":
        return
    offset = next((o for o in (told.cell_offset, grid.facts.cell_offset) if o is not None), 0.5)

    def density(means: NDArray[np.float32]) -> Field | None:
        if not np.isfinite(means).all() or (quantity == "density" and not means.any()):
            return None
        unit = means.mean(dtype=np.float64).astype(np.float32) if quantity == "density" else np.float32(1)
        said = "relative_density" if quantity == "density" else quantity
        # A block's mean sits in the middle of its cells' places.
        middle = ((width - 1) / 2 + offset) / width
        found = Field(np.ascontiguousarray(means) / unit, box_size, said, middle, redshift)
        return found.relative_density()

    array, cells = arrays[grid.arrays[0]], layout.n**3
    stored = _stored(path, array)
    # Nothing is yielded inside: whoever ends a generator may do so in another thread, whose warnings are its own.
    if stored is not None:
        progress(0.0, "Looking at the grid")
        with np.errstate(all="ignore"):
            means = of_rows(mesh_of(stored, layout, slot.selector))
        yield Glance(int(share_read(width) * cells), cells, partial(_made, lambda: means, density))
        return
    for gathered in _gathered(array, layout, slot, seconds, progress):
        yield Glance(round(gathered.share * cells), cells, partial(_made, gathered.means, density))


def _made(
    means: Callable[[], NDArray[np.float32]], density: Callable[[NDArray[np.float32]], Field | None]
) -> Field | None:
    with np.errstate(all="ignore"):
        return density(means())


def _stored(path: Path, array: Values) -> StoredArray | None:
    """Return an array whose bytes stand one behind another in the file, without reading it; else None."""
    if isinstance(array, StoredArray):
        return array
    if not isinstance(array, h5py.Dataset) or array.chunks is not None or array.file.userblock_size:
        return None
    start = array.id.get_offset()
    size = math.prod(array.shape) * array.dtype.itemsize
    if start is None or array.file.driver != "sec2" or start + size > path.stat().st_size:
        return None
    return StoredArray.of(path, array.dtype, start, array.shape)


def _gathered(array: Values, layout: Layout, slot: Slot, seconds: float, progress: Progress) -> Generator[Gathered]:
    """Yield what has come of an array in chunks, each time after about so many seconds."""
    chunks = getattr(array, "chunks", None)
    if chunks is None or math.prod(chunks) * array.dtype.itemsize > LARGEST:
        return
    first = len(layout.leading) - layout.components_last
    sizes = tuple(int(n) for n in chunks[first : first + 3])
    counts = [-(-layout.n // size) for size in sizes]
    steps = np.ix_(*(np.arange(n) * step for n, step in zip(counts, EVENLY, strict=True)))
    order = np.argsort((steps[0] + steps[1] + steps[2]).ravel() % 1)
    places = np.stack(np.unravel_index(order, counts), 1) * np.array(sizes)
    read, threads = _reader(array, layout, slot), os.cpu_count() or 1
    at_once = threads * max(1, AT_ONCE // (math.prod(sizes) * array.dtype.itemsize))
    gathered, until = Gathered(layout.n), time.perf_counter() + seconds
    with ThreadPoolExecutor(threads, "halograph-glance") as pool:
        for done in range(0, len(places), at_once):
            progress(gathered.share, "Looking at the grid")
            starts = [tuple(int(i) for i in place) for place in places[done : done + at_once]]
            regions = [_region(start, sizes, layout.n) for start in starts]
            for start, piece in zip(starts, pool.map(read, regions), strict=True):
                with np.errstate(all="ignore"):
                    gathered.add(start, piece)
            late = time.perf_counter() - until
            if late > 0 and (gathered.share > LEAST or late > seconds):
                yield gathered
                until = time.perf_counter() + seconds
    yield gathered


def _region(start: tuple[int, ...], sizes: tuple[int, ...], n: int) -> Region:
    x, y, z = (slice(i, min(i + size, n)) for i, size in zip(start, sizes, strict=True))
    return x, y, z


def _reader(array: Values, layout: Layout, slot: Slot) -> Read:
    """Return what reads one chunk's part of the slot's mesh; several threads may call it."""
    raw = Hdf5Chunks.of(array) if isinstance(array, h5py.Dataset) else None
    before = slot.selector[:-1] if layout.components_last else slot.selector
    behind = slot.selector[-1:] if layout.components_last else ()

    def read(region: Region) -> NDArray[Any]:
        if raw is None:
            return np.asarray(array[(*before, *region, *behind)])
        index = (*before, *region, *behind)
        starts = [step.start if isinstance(step, slice) else step for step in index]
        corner = tuple(i // size * size for i, size in zip(starts, raw.dataset.chunks, strict=True))
        inside = tuple(
            slice(None) if isinstance(step, slice) else step - i for step, i in zip(index, corner, strict=True)
        )
        return raw.read(corner)[inside]

    return read
