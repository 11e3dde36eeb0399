"""On which mesh two runs are compared, and how far their curves can be believed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.errors import InputError, MachineError, MismatchedBoxes, NotApplicable
from backends.progress import Progress, silent
from backends.readers.files.limits import SHARE, available_memory, human

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

LARGEST = 512
BOX_TOLERANCE = 1e-3


def default_n_mesh(n_particles: int) -> int:
    """Return the smallest even 2^a 3^b 5^c that is at least 2 ∛n, at most 512."""
    n_mesh = 2
    while n_mesh < LARGEST and (n_mesh**3 < 8 * n_particles or not _smooth(n_mesh)):
        n_mesh += 2
    return n_mesh


def require_room(n_mesh: int, meshes: int) -> None:
    """Refuse meshes that memory cannot hold before any of it is taken.

    Parameters
    ----------
    n_mesh : cells a side
    meshes : how many of float32 are held at once

    Raises
    ------
    MachineError
    """
    wanted, free = 4 * meshes * n_mesh**3, available_memory()
    if wanted > SHARE * free:
        raise MachineError(
            f"a mesh of {n_mesh}³ cells takes about {human(wanted)}, and {human(free)} of memory are free. "
            "Choose fewer cells (--n-mesh)"
        )


def require_numbers(grid: Field, label: str) -> None:
    """Raise ``InputError`` for a grid with values that are not finite numbers."""
    bad = grid.values.size - int(np.count_nonzero(np.isfinite(grid.values)))
    if bad:
        raise InputError(
            f"{label} holds {bad} values of {grid.values.size} that are not finite numbers (NaN or "
            "infinity); mend the file that it was read from"
        )


def require_density(grid: Field, label: str) -> None:
    """Raise ``NotApplicable`` for a grid of vectors."""
    if grid.dimensions > 1 and grid.values.ndim > grid.dimensions:
        components = "×".join(map(str, grid.values.shape[: -grid.dimensions]))
        raise NotApplicable(
            f"{label} holds {grid.quantity} of {components} components, which is no density. "
            "Of vectors, displacements are drawn and compared"
        )


def _smooth(number: int) -> bool:
    for prime in (2, 3, 5):
        while number % prime == 0:
            number //= prime
    return number == 1


MATTER = ("relative_density", "overdensity", "density")
"""Quantities whose fluctuations are those of the matter; of others results say what they are of."""
KINDS = {1: "holds lines of sight", 2: "is a map of two dimensions", 3: "fills a box"}


def check_cubic(grid: Field, label: str) -> None:
    """Refuse several components or samples, and meshes whose axes differ; lines of sight may be many."""
    if grid.dimensions == 1:
        return
    if grid.values.size != grid.n_mesh**grid.dimensions:
        raise NotApplicable(
            f"{label} has the shape {grid.values.shape}: power needs one quantity with as many cells along every axis"
        )


def with_mesh(parameters: Parameters, sample: Sample, reference: Sample | None) -> Parameters:
    """Return the parameters with the reference's default mesh where none is chosen."""
    if parameters.n_mesh is not None:
        return parameters
    if reference is None or reference.is_catalogue(parameters.species):
        reference = sample
    return replace(parameters, n_mesh=reference.default_n_mesh(parameters))


@dataclass(frozen=True)
class Frame:
    """Where two runs, or one, are compared.

    n_mesh : cells a side
    cell_offset : where in its cell a value sits
    box_size : comoving side, Mpc/h
    k_mesh : Nyquist wave number of the mesh, h/Mpc
    k_particles : that of the particles' lattice, π ∛n / L, or None where there are none
    chosen : the parameters that both are painted with
    """

    n_mesh: int
    cell_offset: float
    box_size: float
    k_mesh: float
    k_particles: float | None
    chosen: Parameters
    notes: tuple[str, ...] = ()

    @property
    def k_end(self) -> float:
        """The lower of the two limits: no curve is believed beyond it, h/Mpc."""
        return self.k_mesh if self.k_particles is None else min(self.k_mesh, self.k_particles)

    def parameters(self, sample: Sample) -> dict[str, Any]:
        """Return everything that power on this frame depends on, as it is written to files."""
        chosen = self.chosen
        matter = sample.compared(chosen)
        grid = isinstance(matter, Field)
        assignment = chosen.mass_assignment or (matter.mass_assignment if isinstance(matter, Field) else "tsc")
        return {
            "n_mesh": self.n_mesh,
            "mass_assignment": assignment,
            "interlaced": matter.interlaced if isinstance(matter, Field) else chosen.interlaced,
            "compensated": assignment is not None,
            "painted": not grid,
            "species": chosen.species,
            "cell_offset": self.cell_offset,
            "box_size": self.box_size,
            "k_nyquist_mesh": self.k_mesh,
            "k_nyquist_particles": self.k_particles,
            "n_particles": sample.n_particles(chosen),
            **sample.halo_words(chosen),
            **({"dimensions": matter.dimensions} if isinstance(matter, Field) and matter.dimensions < 3 else {}),
            **({"lines": matter.lines} if isinstance(matter, Field) and matter.dimensions == 1 else {}),
            **({"quantity": matter.quantity} if isinstance(matter, Field) and matter.quantity not in MATTER else {}),
        }


def frame_of(
    sample: Sample,
    reference: Sample | None,
    parameters: Parameters,
    progress: Progress = silent,
    lines: bool = False,
) -> Frame:
    """Return the mesh on which a run stands beside the reference.

    A grid imposes its mesh, and how it was painted where that is known: aliases of one run alone
    would lower r for nothing.

    Raises
    ------
    MismatchedBoxes
        Where box sizes differ by more than 1e-3, or two grids in mesh or cell offset.
    NotApplicable
        Of lines of sight where ``lines`` does not say that the statistic makes sense of them.
    """
    pair = [sample] if reference is None else [reference, sample]
    matters = [each.compared(parameters, progress) for each in pair]
    grids = [(each, matter) for each, matter in zip(pair, matters, strict=True) if isinstance(matter, Field)]
    notes: list[str] = []
    box_size = matters[0].box_size
    if reference is not None:
        _compare_boxes(reference, sample, matters[0].box_size, matters[1].box_size, notes)
        _compare_redshifts(matters[0].redshift, matters[1].redshift, notes)
    kinds = [matter.dimensions if isinstance(matter, Field) else 3 for matter in matters]
    if len(set(kinds)) > 1:
        one, other = (KINDS[kind] for kind in sorted(kinds))
        raise MismatchedBoxes(pair[0].label, sample.label, f"one {one}, the other {other}")
    if len(grids) == 2:
        _compare_grids(*grids[0], *grids[1])
    if 1 in kinds and not lines:
        raise NotApplicable(f"{sample.label} {KINDS[1]}: this is of a map or a volume")
    if grids:
        n_mesh, cell_offset = grids[0][1].n_mesh, grids[0][1].cell_offset
    else:
        n_mesh, cell_offset = parameters.n_mesh or pair[0].default_n_mesh(parameters), 0.0
    chosen = parameters
    if len(grids) == 1 and len(pair) == 2:
        grid = grids[0][1]
        assignment = parameters.mass_assignment or grid.mass_assignment
        interlaced = parameters.interlaced if assignment is None else grid.interlaced
        chosen = replace(parameters, mass_assignment=assignment, interlaced=interlaced)
    for each, grid in grids:
        _describe_grid(each, grid, parameters, notes)
    k_mesh = np.pi * n_mesh / box_size
    counts = [count for each in pair if (count := each.n_particles(parameters)) is not None]
    k_particles = np.pi * round(min(counts) ** (1 / 3), 9) / box_size if counts else None
    return Frame(n_mesh, cell_offset, box_size, float(k_mesh), k_particles, chosen, tuple(notes))


def _compare_boxes(first: Sample, second: Sample, one: float, other: float, notes: list[str]) -> None:
    if abs(one - other) > BOX_TOLERANCE * one:
        raise MismatchedBoxes(first.label, second.label, f"their boxes are {one:g} and {other:g} Mpc/h wide")
    if abs(one - other) > 1e-6 * one:
        notes.append(f"The boxes differ slightly: {one:.8g} and {other:.8g} Mpc/h.")


def _compare_redshifts(one: float | None, other: float | None, notes: list[str]) -> None:
    if one is not None and other is not None and abs(one - other) > 0.01 * (1 + one):
        notes.append(f"The redshifts differ: the reference is at z = {one:.3g}, this run at z = {other:.3g}.")


def _compare_grids(first: Sample, one: Field, second: Sample, other: Field) -> None:
    if one.grid != other.grid:
        sizes = " and ".join("×".join(map(str, grid.grid)) for grid in (one, other))
        raise MismatchedBoxes(first.label, second.label, f"their grids have {sizes} cells")
    if one.lines != other.lines:
        raise MismatchedBoxes(first.label, second.label, f"they hold {one.lines} and {other.lines} lines of sight")
    if one.cell_offset != other.cell_offset:
        raise MismatchedBoxes(
            first.label,
            second.label,
            f"values sit at {one.cell_offset:g} and {other.cell_offset:g} of a cell; "
            "correct the one that is wrong with --cell-offset",
        )


def _describe_grid(sample: Sample, grid: Field, parameters: Parameters, notes: list[str]) -> None:
    if parameters.mass_assignment is None and grid.mass_assignment is None:
        notes.append(f"The grid of {sample.label} names no mass assignment: no window was divided out.")
    if parameters.n_mesh is not None and parameters.n_mesh != grid.n_mesh:
        notes.append(f"{sample.label} is a grid and keeps its {grid.n_mesh} cells a side.")
    if grid.quantity in ("relative_density", "overdensity"):
        floor = 0.0 if grid.quantity == "relative_density" else -1.0
        below = int(np.count_nonzero(grid.values < floor))
        if below:
            notes.append(f"{sample.label} has {below} cells of negative density.")
        mean = float(grid.values.mean(dtype=np.float64)) - floor
        if abs(mean - 1) > 1e-3:
            notes.append(f"The mean density of {sample.label} is {mean:.4g} times the mean it is measured in.")
    else:
        notes.append(f"{sample.label} holds {grid.quantity}, taken relative to its own mean.")
