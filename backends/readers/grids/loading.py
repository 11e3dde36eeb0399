"""From a stored array to a field: the asked part is read slab by slab and brought to Halograph's units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import MissingFact, UnreadableFile
from backends.progress import Progress, part
from backends.readers.files.limits import require_memory
from backends.readers.files.stored import StoredArray
from backends.readers.grids.facts import GridFacts
from backends.readers.grids.layout import Layout, Slot, slots
from backends.readers.grids.quantities import map2map_speed, map2map_unit, normalised, told_quantity
from backends.readers.lengths import correction

SLAB = 1 << 20
"""Values read at once."""

MESSAGE = "Reading the grid"


class Values(Protocol):
    """An array in a file: only what is asked for is read."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def __getitem__(self, index: Any) -> NDArray[Any] | StoredArray: ...


@dataclass(frozen=True)
class Grid:
    """One stored array, or three of one shape that are the components of one.

    with_velocity : whether the second half of six components is the velocity of what the first has moved
    """

    name: str
    arrays: tuple[str, ...]
    layout: Layout
    quantity: str | None
    facts: GridFacts
    with_velocity: bool = False

    @property
    def slots(self) -> tuple[Slot, ...]:
        return slots(self.layout, self.with_velocity)


def planes(array: Values, layout: Layout, selector: tuple[int | slice, ...], rows: slice) -> NDArray[Any]:
    """Some planes of the mesh, their components in front."""
    return np.asarray(_part(array, layout, selector, rows))


def mesh_of(array: StoredArray, layout: Layout, selector: tuple[int | slice, ...]) -> StoredArray:
    """The whole mesh, its components in front; none of it is read yet."""
    found = _part(array, layout, selector, slice(None))
    assert isinstance(found, StoredArray)
    return found


def _part(array: Values, layout: Layout, selector: tuple[int | slice, ...], rows: slice) -> NDArray[Any] | StoredArray:
    rest = (slice(None),) * (len(layout.mesh) - 1)
    if not layout.components_last:
        return array[(*selector, rows, *rest)]
    values = array[(*selector[:-1], rows, *rest, selector[-1])]
    last = len(layout.mesh)
    return values.transpose((last, *range(last))) if isinstance(selector[-1], slice) else values


def meaning(path: Path, grid: Grid, slot: Slot, told: Facts) -> tuple[float, str, float | None]:
    """Return a slot's box size in Mpc/h, its quantity and its redshift; raises ``MissingFact``."""
    facts = grid.facts.knowing(told)
    box_size = told.box_size or _box_in(path, facts, told)
    stored = slot.quantity or grid.quantity
    quantity = told_quantity(told.quantity) if told.quantity else stored
    if quantity is None and box_size is None:
        raise MissingFact(path, "box size nor its quantity", "--box-size L and --quantity NAME")
    if quantity is None:
        raise MissingFact(path, "quantity", "--quantity NAME (relative_density, overdensity or displacement)")
    if box_size is None:
        raise MissingFact(path, "box size", "--box-size L")
    return box_size, quantity, told.redshift if told.redshift is not None else facts.redshift


def field_of(
    path: Path,
    arrays: Mapping[str, Values],
    grid: Grid,
    slot: Slot,
    told: Facts,
    progress: Progress,
    box_unit: bool = False,
) -> Field:
    """Read one slot as a field; raises ``MissingFact`` where box or quantity are not known.

    ``box_unit`` says that displacements are stored in units of the box.
    """
    box_size, quantity, redshift = meaning(path, grid, slot, told)
    facts = grid.facts.knowing(told)
    layout = grid.layout
    components = 3 if len(grid.arrays) == 3 else _width(slot.selector)
    unit: float | None = None
    if quantity == "normalised_displacement":
        if redshift is None:
            raise MissingFact(path, "redshift, by whose growth its displacements were divided", "--redshift Z")
        if slot.quantity == "velocity":
            quantity, unit = "velocity", map2map_speed(redshift)
        else:
            quantity, unit = "displacement", map2map_unit(redshift)
    if quantity == "displacement" and components != 3:
        raise UnreadableFile(path, f"has {max(components, 1)} components, and a displacement has 3")
    shape = ((components,) if components else ()) + layout.mesh
    require_memory(path, 4 * int(np.prod(shape, dtype=object)), grid.name)
    values = np.empty(shape, dtype=np.float32)
    with np.errstate(all="ignore"):
        _fill(values, [arrays[name] for name in grid.arrays], layout, slot.selector, progress)
        if quantity == "displacement":
            values *= np.float32(box_size if box_unit else unit or _displacement_unit(path, facts, told))
        elif unit is not None:
            values *= np.float32(unit)
        values, quantity = normalised(path, values, quantity)
    progress(1.0)
    return Field(
        values=values,
        box_size=box_size,
        quantity=quantity,
        cell_offset=next((o for o in (told.cell_offset, facts.cell_offset) if o is not None), 0.5),
        redshift=redshift,
        dimensions=layout.dimensions,
        mass_assignment=facts.mass_assignment,
        interlaced=facts.interlaced,
        shot_noise=facts.shot_noise,
    )


def _width(selector: tuple[int | slice, ...]) -> int:
    """Components that a selector keeps, 0 for a scalar."""
    last = selector[-1] if selector else 0
    return last.stop - last.start if isinstance(last, slice) else 0


def _fill(
    values: NDArray[np.float32],
    arrays: Sequence[Values],
    layout: Layout,
    selector: tuple[int | slice, ...],
    progress: Progress,
) -> None:
    """Read slab by slab of the mesh's first axis, or as the file has it, converting as they pass."""
    for component, array in enumerate(arrays):
        out = values[component] if len(arrays) > 1 else values
        told = part(progress, component / len(arrays), (component + 1) / len(arrays))
        if isinstance(array, StoredArray):
            mesh_of(array, layout, selector).read(out, told, MESSAGE)
            continue
        step = _slab(array, layout)
        for start in range(0, layout.mesh[0], step):
            told(start / layout.mesh[0], MESSAGE)
            rows = slice(start, min(start + step, layout.mesh[0]))
            _rows(out, layout, rows)[...] = planes(array, layout, selector, rows)


def _rows(values: NDArray[np.float32], layout: Layout, rows: slice) -> NDArray[np.float32]:
    """A view of some planes of a mesh that stands last."""
    return values[..., rows, :, :] if layout.dimensions == 3 else values[..., rows, :]


def _slab(array: Values, layout: Layout) -> int:
    """Planes to read at once: some megabytes, and whole chunks, which HDF5 would else unpack again."""
    chunks = getattr(array, "chunks", None)
    few = max(1, SLAB // int(np.prod(layout.mesh[1:], dtype=object)))
    if chunks is None:
        return few
    chunk = int(chunks[len(layout.leading) - layout.components_last])
    return max(1, few // chunk) * chunk


def _box_in(path: Path, facts: GridFacts, told: Facts) -> float | None:
    """The stated box in the unit of length that is told, Mpc/h."""
    if facts.box_size is None or facts.length is None:
        return facts.box_size
    return facts.box_size * correction(path, told, facts.length[0], facts.hubble)


def _displacement_unit(path: Path, facts: GridFacts, told: Facts) -> float:
    """Mpc/h of a stored displacement: as its own attributes say, or as a person does."""
    unit = 1e-3 if facts.unit.replace(" ", "").lower() in ("kpc/h", "ckpc/h") else 1.0
    return unit * correction(path, told, unit, facts.hubble)
