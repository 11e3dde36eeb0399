"""What the readers of grids share: arrays in a file become parts, and a part becomes a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.description import Description, FieldFacts, Part
from backends.data.facts import Facts
from backends.errors import WrongCall
from backends.readers.files.stored import StoredArray
from backends.readers.grids.facts import GridFacts
from backends.readers.grids.layout import (
    D3M_BOX,
    MOST_OFFERED,
    Layout,
    Slot,
    check_selector,
    is_d3m,
    layout_of,
    may_have_velocity,
    parse_member,
)
from backends.readers.grids.loading import Grid, Values, mesh_of, planes
from backends.readers.grids.quantities import COMPARED, named_quantity, propose, told_quantity, triplet_quantity
from backends.readers.lengths import no_box

SAMPLE = 1 << 22
"""Values looked at to propose a quantity; every one of a small grid."""

PACKED_SAMPLE = 1 << 25
"""Values of a compressed archive's array beyond which it is not unpacked to propose a quantity."""


def is_grid(shape: Sequence[int], dtype: np.dtype[Any]) -> bool:
    """Whether an array is numbers on a cubic mesh."""
    return dtype.kind in "fiu" and layout_of(shape) is not None


def grids_of(
    arrays: Mapping[str, Values],
    facts: Mapping[str, GridFacts],
    told: Facts = Facts(),
    all_named: bool = False,
    lines: Mapping[str, Layout] = MappingProxyType({}),
) -> list[Grid]:
    """Arrange a file's arrays: x, y, z triplets become vectors; what can be compared comes first.

    ``all_named`` says that every name in this file is a quantity, because its code is known; ``lines`` are the
    layouts of the arrays whose rows are lines of sight.
    """
    found: list[Grid] = []
    taken: set[str] = set()
    for name in arrays:
        triplet = tuple(name[:-1] + axis for axis in "xyz")
        layout = lines.get(name) or layout_of(arrays[name].shape)
        quantity = triplet_quantity(name[:-1])
        if quantity is None or layout is None or layout.leading or layout.dimensions != 3 or name != triplet[0]:
            continue
        if all(t in arrays and tuple(arrays[t].shape) == tuple(arrays[name].shape) for t in triplet):
            taken.update(triplet)
            found.append(Grid(f"{name[:-1]}xyz", triplet, layout, quantity, facts[name]))
    for name, array in arrays.items():
        layout = lines.get(name) or layout_of(array.shape)
        if layout is not None and name not in taken:
            quantity = facts[name].quantity or named_quantity(name) or (name.rpartition("/")[2] if all_named else None)
            found.append(Grid(name, (name,), layout, quantity, facts[name], _with_velocity(layout, quantity, told)))
    order = {quantity: place for place, quantity in enumerate(COMPARED)}
    return sorted(found, key=lambda grid: order.get(grid.quantity or "", len(order)))


def _with_velocity(layout: Layout, quantity: str | None, told: Facts) -> bool:
    """Whether six components are a displacement and its velocity: unless somebody says, or D3M's shape, that they are
    two displacements.
    """
    said = told_quantity(told.quantity) if told.quantity else quantity
    if not may_have_velocity(layout):
        return False
    return said == "normalised_displacement" or (said is None and not is_d3m(layout))


def described(
    path: Path,
    reader: str,
    arrays: Mapping[str, Values],
    grids: Sequence[Grid],
    told: Facts,
    proposed: Facts,
    notes: Sequence[str],
    parts: tuple[Part, ...] = (),
) -> Description:
    """Describe a file of grids, with proposals for what it does not say.

    ``parts`` are the runs that it becomes where its family names them; else the first fields are offered.
    """
    compared = [g for g in grids if g.quantity in COMPARED or g.quantity is None]
    shown = [(grid, slot) for grid in (compared or grids) for slot in grid.slots]
    offered = [(grid, slot) for grid, slot in shown if not (grid.with_velocity and slot.quantity)][:MOST_OFFERED]
    many = len(offered) > 1
    parts = parts or tuple(
        Part(
            member=slot.member(grid.name),
            label=_label(path, grid, slot, len(grids)),
            role=slot.role,
            quantity=slot.quantity or grid.quantity,
        )
        for grid, slot in offered
        if many
    )
    warnings = [*notes]
    lines = {name: grid.layout for grid in grids if grid.layout.dimensions == 1 for name in grid.arrays}
    warnings += [
        f"{name}: its rows are taken as {rows.lines:,} lines of sight, each of {rows.n} cells along the box."
        for name, rows in lines.items()
        if rows.lines > 1
    ]
    warnings += [
        f"{grid.name}: of its six components the last three are taken for velocities, as map2map writes them. Where "
        f"they are another displacement, name it as FILE::{slot.member(grid.name)}."
        for grid, slot in [(grid, slot) for grid, slot in shown if grid.with_velocity and slot.quantity][:1]
    ]
    total = sum(int(np.prod(grid.layout.leading, dtype=object)) for grid in grids if len(grid.layout.leading))
    if len(offered) == MOST_OFFERED and total > len(parts):
        warnings.append(
            f"It holds {total} fields; the first {len(parts)} are offered, "
            f"and any is named as FILE::{grids[0].name}[N]."
        )
    quantities = {slot.quantity or grid.quantity for grid, slot in offered}
    quantity = quantities.pop() if len(quantities) == 1 else None
    if told.quantity is None:
        guessed, why = _proposals(arrays, [(g, s) for g, s in offered if not (s.quantity or g.quantity)])
        warnings += why
        proposed = replace(proposed, quantity=guessed)
    first = grids[0].facts.knowing(told)
    warnings += first.oddities
    if any(grid.quantity == "density" for grid in grids):
        warnings.append("A density of any unit is divided by its mean.")
    if first.box_size is None and is_d3m(grids[0].layout) and not grids[0].with_velocity:
        proposed = replace(proposed, box_size=D3M_BOX)
        warnings.append("By its shape it is a file of D3M, whose displacements are in Mpc/h.")
        if not grids[0].layout.components_last:
            warnings.append(
                "Where it is map2map's displacement and velocity instead, say --quantity normalised_displacement."
            )
    warnings += no_box(first.box_size, told, proposed.box_size)
    # Of a density without a box nothing is a length.
    vectors = any(slot.is_vector or len(grid.arrays) == 3 for grid, slot in offered)
    return Description(
        path=path,
        files=(path,),
        format=reader,
        kind="field",
        box_size=first.box_size,
        redshift=first.redshift,
        hubble=first.hubble,
        omega_m=first.omega_m,
        quantity="relative_density" if quantity == "density" else quantity,
        cell_offset=first.cell_offset,
        fields={
            name: FieldFacts(tuple(int(n) for n in a.shape), a.dtype.name, name in lines) for name, a in arrays.items()
        },
        parts=parts,
        warnings=tuple(dict.fromkeys(warnings)),
        proposed=Facts() if proposed == Facts() else proposed,
        length_unit=first.length[0] if first.length is not None and first.length[1] else None,
        length_read=first.length[0] if first.length is not None else 1.0 if vectors else None,
    )


def _label(path: Path, grid: Grid, slot: Slot, count: int) -> str:
    """What to call a part: the file's name, the array's where there are several, and its place."""
    name = path.stem if count == 1 else grid.name.rpartition("/")[2]
    return f"{name} {slot.label}".rstrip()


def _proposals(arrays: Mapping[str, Values], unknown: Sequence[tuple[Grid, Slot]]) -> tuple[str | None, list[str]]:
    """Infer the quantity of what is not named; one for all, or None where they differ."""
    sentences: dict[str, str] = {}
    guesses = set()
    for grid, slot in unknown:
        guess, why = propose(
            _sample(arrays[grid.arrays[0]], grid.layout, slot), slot.is_vector, grid.layout.dimensions == 1
        )
        guesses.add(guess)
        sentences[grid.name] = (
            f"{grid.name}: its quantity is not stated; {why}. Say it with --quantity {guess}."
            if guess
            else f"{grid.name}: its quantity is not stated, and its values suggest none: say it with --quantity NAME."
        )
    return (guesses.pop() if len(guesses) == 1 else None), list(sentences.values())


def _sample(array: Values, layout: Layout, slot: Slot) -> NDArray[np.float32]:
    """Planes spread over a grid, and all of them where it is small; none where reading few costs all."""
    size = int(np.prod(layout.mesh, dtype=object))
    if getattr(array, "packed", False) and size > PACKED_SAMPLE:
        return np.empty(0, dtype=np.float32)
    if isinstance(array, StoredArray):
        return _stored_sample(mesh_of(array, layout, slot.selector), -(-size // SAMPLE))
    step = -(-size // SAMPLE)
    starts = range(0, layout.mesh[0], step) if step > 1 else [0]
    width = 1 if step > 1 else layout.mesh[0]
    with np.errstate(all="ignore"):
        return np.concatenate(
            [planes(array, layout, slot.selector, slice(i, i + width)).astype(np.float32).ravel() for i in starts]
        )


def _stored_sample(mesh: StoredArray, step: int) -> NDArray[np.float32]:
    """Every so manieth of the planes that stand together in the file."""
    with np.errstate(all="ignore"):
        return mesh.transpose(mesh.stored_order)[::step].read().astype(np.float32).ravel()


def find(path: Path, grids: Sequence[Grid], member: str) -> tuple[Grid, Slot]:
    """Find the array and the slot that a member name means; "" is the first one offered."""
    compared = [g for g in grids if g.quantity in COMPARED or g.quantity is None] or list(grids)
    if not member:
        return compared[0], compared[0].slots[0]
    name, selector = (member, None) if any(grid.name == member for grid in grids) else parse_member(member)
    for grid in grids if name else compared[:1]:
        if grid.name == name or not name:
            if selector is None:
                return grid, grid.slots[0]
            check_selector(grid.layout, selector, member)
            known = next((slot for slot in grid.slots if slot.selector == selector), None)
            return grid, known or Slot(selector)
    raise WrongCall(f"{path} has no grid called {member!r}; it has {', '.join(g.name for g in grids)}")
