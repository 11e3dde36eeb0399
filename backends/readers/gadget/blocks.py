"""The particle types of a snapshot of the Gadget family as columns, and what they are described as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from backends.data.description import Description
from backends.data.facts import Facts
from backends.errors import NotApplicable, UnreadableFile
from backends.readers.files.hdf5 import attributes, checked, child, number, opened
from backends.readers.gadget.pieces import Piece
from backends.readers.gadget.survey import Survey, mass_column, masses, type_positions
from backends.readers.gadget.whole import in_units, proposed_side
from backends.readers.lengths import no_box
from backends.readers.particles.columns import Column, Deferred, Hdf5Column
from backends.readers.particles.region import notes
from backends.readers.particles.snapshot import Block, Snapshot


def description_of(found: Survey, name: str, told: Facts, warnings: Sequence[str] = ()) -> Description:
    """Describe a snapshot as the format of that name, with warnings beside its own."""
    header = found.header
    said = [*found.warnings, *warnings]
    proposed = None
    if found.box_size is None:
        proposed = proposed_side(found.reach, found.species, found.length, told, header.hubble)
    said += no_box(found.box_size, told, proposed, "the positions suggest")
    said += notes(snapshot_of(found))
    return Description(
        path=found.pieces[0].path,
        files=tuple(piece.path for piece in found.pieces),
        format=name,
        kind="particles",
        box_size=found.box_size,
        redshift=header.redshift,
        length_unit=header.length,
        length_read=found.length,
        hubble=header.hubble,
        omega_m=header.omega_m,
        species=found.species,
        complete=found.complete,
        warnings=tuple(said),
        proposed=Facts(box_size=proposed),
    )


def snapshot_of(found: Survey) -> Snapshot:
    """Return where the columns of all particles are."""
    blocks, far = _Blocks(found), in_units(found.reach, found.length)
    return Snapshot(found.pieces[0].path, found.species, blocks.opened, found.box_size, found.header.redshift, far)


@dataclass(frozen=True)
class _Blocks:
    """The particle types of every piece, in Halograph's units."""

    found: Survey

    def opened(self) -> Iterator[Block]:
        """Yield every type of every piece while its file is open."""
        for piece in self.found.pieces:
            with opened(piece.path) as file:
                for type_ in sorted(self.found.names):
                    if piece.rows.get(type_):
                        yield self._block(piece, type_, file)

    def _block(self, piece: Piece, type_: int, file: Any) -> Block:
        rows, columns = piece.rows[type_], piece.columns[type_]
        group = child(piece.path, file, f"PartType{type_}")
        places = type_positions(piece, file, type_)
        velocities = partial(self._velocities, piece, group, rows)
        ids = partial(_column, piece, group, "ParticleIDs", (rows,))
        return Block(
            piece.path,
            self.found.names[type_],
            rows,
            None if places is None else Hdf5Column(places, self._to_comoving(places) * self.found.length),
            self._masses(piece, type_, group),
            Deferred(velocities) if "Velocities" in columns else None,
            Deferred(ids) if "ParticleIDs" in columns else None,
        )

    def _to_comoving(self, dataset: Any) -> float:
        """The file's comoving unit of length of one step of a stored position."""
        stated = self._stated(dataset)
        if dataset.dtype.kind == "f":
            if number(stated, "Value stored as physical"):
                return float(self._scale_factor ** -(number(stated, "a-scale exponent") or 0.0))
            return 1.0
        side = self.found.header.side
        if side is None or number(stated, "to_cgs") is None:
            raise NotApplicable(f"{self.found.pieces[0].path} keeps integer positions and does not say their unit")
        return float(side / 2.0 ** (8 * dataset.dtype.itemsize))

    def _stated(self, dataset: Any) -> Mapping[str, Any]:
        return attributes(dataset) if self.found.header.states_powers else {}

    @property
    def _scale_factor(self) -> float:
        return self.found.header.scale_factor or 1.0

    def _masses(self, piece: Piece, type_: int, group: Any) -> Column | float | None:
        header = self.found.header
        if mass_column(piece.columns[type_]):
            return Hdf5Column(masses(piece.path, group, piece.rows[type_]), header.mass)
        mass = header.mass_table[type_] if type_ < len(header.mass_table) else 0.0
        return mass * header.mass if mass > 0 else None

    def _velocities(self, piece: Piece, group: Any, rows: int) -> Column:
        """Peculiar velocity = stored velocity × a to the power that is stated, or √a (Springel 2005)."""
        column = _column(piece, group, "Velocities", (rows, 3))
        stated = self._stated(column.dataset)
        power = number(stated, "a_scaling", "a-scale exponent")
        if number(stated, "Value stored as physical"):
            power = 0.0
        header = self.found.header
        power = header.velocity_power if power is None else power
        return Hdf5Column(column.dataset, header.velocity * self._scale_factor**power)


def _column(piece: Piece, group: Any, name: str, shape: tuple[int, ...]) -> Hdf5Column:
    dataset = checked(piece.path, child(piece.path, group, name), f"{group.name}/{name}")
    if dataset.shape != shape:
        raise UnreadableFile(piece.path, f"has {name} of shape {dataset.shape} for {shape[0]} particles")
    return Hdf5Column(dataset)
