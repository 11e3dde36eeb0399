"""What readers of refined meshes share: one data set that is particles, and quantities on meshes of any level."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backends.data.description import Description, FieldFacts, Part
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import NotApplicable, UnreadableFile, WrongCall
from backends.progress import Progress
from backends.readers.amr.patches import usual_level
from backends.readers.files.failures import reading
from backends.readers.files.limits import SHARE, available_memory, human
from backends.readers.grids.quantities import normalised, told_quantity
from backends.readers.lengths import box_of, correction
from backends.readers.particles.loading import ParticleReader

PARTICLES = "particles"
PREFIX = "grid/"
MEMBER = re.compile(r"^(?:grid/)?(?P<name>[^@]+)(?:@(?P<level>\d{1,3}))?$")

DENSITY = re.compile(r"^(gas_|dark_matter_)?(density|rho)$|_density$", re.IGNORECASE)
"""Names of what is divided by its mean."""

GAS = ("density", "rho", "gas_density")
"""Names, in small letters, of the density that becomes a run."""

CODE_SIDE = "its side in the code's unit suggests"
"""Why that is proposed as the box of what is no cosmology."""

WORKING = 3
"""What reading a mesh and dividing it by its mean takes, in units of what it takes itself."""


class AmrMesh(Protocol):
    """A refined mesh in a square or cubic box, which can be laid out at any of its levels."""

    @property
    def path(self) -> Path: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def levels(self) -> range:
        """The levels that there are, as the code counts them."""

    def side(self, level: int) -> int:
        """Cells a side of the box at a level."""

    def compose(self, name: str, level: int, progress: Progress) -> NDArray[np.float32]:
        """Lay a quantity on the mesh of a level: coarser cells repeated, finer ones averaged by volume."""


class AmrReader(ParticleReader):
    """Members are ``particles``, and ``grid/NAME@LEVEL`` for a quantity of the mesh; the level may be left away."""

    @abstractmethod
    def mesh(self, description: Description) -> AmrMesh:
        """Say where the mesh's cells are."""

    def box_size(self, description: Description, told: Facts) -> float | None:
        """The side of the box in Mpc/h, as the files say it, or as they do with what was told."""
        return description.box_size

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Particles | Field:
        """Read all particles of one species, or one quantity on a mesh."""
        if not is_grid(description, member):
            return super().load(description, told, "", species, progress, columns)
        with reading(description.path):
            name, level = parse(description, member)
            stated, unit = self.box_size(description, told), 1.0
            if stated is not None:
                unit = correction(description.path, told, description.length_read, description.hubble)
            box_size = box_of(description.path, told, None if stated is None else stated * unit)
            mesh = self.mesh(description)
            level = told.level if told.level is not None else default_level(mesh) if level is None else level
            require_level(description.path, mesh, level)
            quantity = "density" if DENSITY.search(name) else name
            if told.quantity and told.quantity != "relative_density":
                quantity = told_quantity(told.quantity)
            values, quantity = normalised(description.path, mesh.compose(name, level, progress), quantity)
            return Field(
                values=values,
                box_size=box_size,
                quantity=quantity,
                cell_offset=0.5 if told.cell_offset is None else told.cell_offset,
                redshift=told.redshift if told.redshift is not None else description.redshift,
                dimensions=mesh.dimensions,
            )

    def are_particles(self, description: Description, member: str) -> bool:
        return not is_grid(description, member)

    def require_particles(self, description: Description, member: str) -> None:
        """Refuse to read particles where a mesh was asked for; raises ``NotApplicable``."""
        if is_grid(description, member):
            raise NotApplicable(f"{description.path} holds {member or 'its mesh'} on a mesh, which is no particles")


def is_grid(description: Description, member: str) -> bool:
    """Whether a member is a quantity on the mesh; nothing named is the particles where there are some."""
    return member != PARTICLES and bool(member or not description.species)


def parse(description: Description, member: str) -> tuple[str, int | None]:
    """Split ``grid/NAME@LEVEL`` into the name and the level; raises ``WrongCall`` where there is no such quantity."""
    if not description.fields:
        raise NotApplicable(f"{description.path} keeps nothing on a mesh")
    names = [field.removeprefix(PREFIX) for field in description.fields]
    match = MEMBER.match(member or first(names))
    if match is None or match["name"] not in names:
        raise WrongCall(f"{description.path} has no {member!r}; it has {', '.join(description.fields)}")
    return match["name"], None if match["level"] is None else int(match["level"])


def default_level(mesh: AmrMesh) -> int:
    """The level that is shown where none is named."""
    return usual_level(levels_of(mesh), mesh.dimensions)


def shown_level(mesh: AmrMesh, told: Facts) -> int:
    """The level that is told, where there is such a one, else the default."""
    return told.level if told.level is not None and told.level in mesh.levels else default_level(mesh)


def require_level(path: Path, mesh: AmrMesh, level: int) -> None:
    """Refuse a level that there is not, or whose mesh no memory holds; raises ``InputError`` with advice."""
    if level not in mesh.levels:
        raise WrongCall(f"{path} has levels {mesh.levels[0]} to {mesh.levels[-1]}, and {level} is none of them")
    needed, free = WORKING * 4 * mesh.side(level) ** mesh.dimensions, available_memory()
    if needed > SHARE * free:
        raise UnreadableFile(
            path,
            f"has {in_cells(mesh.side(level), mesh.dimensions)} cells at level {level}, which take {human(needed)}, "
            f"and {human(free)} of memory are free",
            "Choose a coarser level with --level N",
        )


def in_cells(side: int, dimensions: int) -> str:
    """Write a number of cells a side as people do: 128³."""
    return f"{side}{'³' if dimensions == 3 else '²'}"


def first(names: Sequence[str]) -> str:
    """The quantity that is shown where none is named: the gas's density where there is one."""
    return next((name for name in names if name.lower() in GAS), names[0])


def fields_of(mesh: AmrMesh, names: Sequence[str], told: Facts) -> dict[str, FieldFacts]:
    """What is offered on the mesh, with the shape that it has where no member names a level."""
    shape = (mesh.side(shown_level(mesh, told)),) * mesh.dimensions
    return {f"{PREFIX}{name}": FieldFacts(shape, "float32") for name in names}


def parts_of(label: str, counts: Mapping[str, int], names: Sequence[str]) -> tuple[Part, ...]:
    """The runs that it becomes: its particles, and the density of its gas beside them; one alone needs no name."""
    gas = next((name for name in names if name.lower() in GAS), None)
    held = [name for name, count in counts.items() if count and name != "tracers"]
    if not held or gas is None:
        return ()
    what = "dark matter" if held == ["dm"] else "particles"
    return (
        Part(PARTICLES, f"{label} {what}", role="reference"),
        Part(f"{PREFIX}{gas}", f"{label} gas density", quantity="relative_density"),
    )


def levels_of(mesh: AmrMesh) -> dict[int, int]:
    """Cells a side of the whole box at every level."""
    return {level: mesh.side(level) for level in mesh.levels}


def mesh_notes(mesh: AmrMesh, names: Sequence[str], told: Facts) -> list[str]:
    """Sentences that say what was laid on which mesh."""
    if not names:
        return []
    level, finest = shown_level(mesh, told), mesh.levels[-1]
    notes = []
    if finest > level:
        notes.append(
            f"Its mesh is refined to level {finest}; fields are shown at level {level}, on "
            f"{in_cells(mesh.side(level), mesh.dimensions)} cells, finer ones averaged. Say another with --level N."
        )
    if any(DENSITY.search(name) for name in names):
        notes.append("A density is divided by its mean.")
    return notes
