"""Gadget's binary snapshots of format 1 and 2, of either byte order, in one piece or many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from backends.data.description import Description, SpeciesFacts
from backends.data.facts import Facts
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.files.stamp import stamp
from backends.readers.files.stored import StoredArray
from backends.readers.gadget.binary_blocks import BinaryPiece, read_n_files, read_piece
from backends.readers.gadget.binary_header import find_start
from backends.readers.gadget.header import Header
from backends.readers.gadget.pieces import siblings
from backends.readers.gadget.species import TypeFacts, species_names
from backends.readers.gadget.whole import (
    in_units,
    inferred_length,
    note_missing,
    pieces_of,
    proposed_side,
    totals,
)
from backends.readers.lengths import no_box
from backends.readers.particles.columns import ArrayColumn, Column
from backends.readers.particles.extent import reach
from backends.readers.particles.loading import ParticleReader
from backends.readers.particles.mass_range import looked_into, mass_range
from backends.readers.particles.region import notes
from backends.readers.particles.snapshot import Block, Snapshot


@register("gadget-binary")
class GadgetBinary(ParticleReader):
    """Blocks of all types' positions, velocities, numbers and masses, in comoving code units, velocities over √a."""

    label = "Gadget binary"

    def recognises(self, path: Path) -> bool:
        if not path.is_file():
            return False
        try:
            with path.open("rb") as file:
                return find_start(file) is not None
        except OSError:
            return False

    def gather(self, path: Path) -> tuple[Path, ...]:
        return siblings(path, read_n_files(path))

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        with reading(files[0]):
            found = _survey(files, tuple(stamp(file) for file in files))
            extent = notes(found.snapshot)
        proposed = None
        if found.box_size is None:
            proposed = proposed_side(found.reach, found.species, found.length, told, found.header.hubble)
        warnings = [*found.warnings, *extent]
        warnings += no_box(found.box_size, told, proposed, "the positions suggest")
        return Description(
            path=found.pieces[0].path,
            files=tuple(piece.path for piece in found.pieces),
            format="gadget-binary",
            kind="particles",
            box_size=found.box_size,
            redshift=found.header.redshift,
            length_read=found.length,
            hubble=found.header.hubble,
            omega_m=found.header.omega_m,
            species=found.species,
            complete=found.complete,
            warnings=tuple(warnings),
            proposed=Facts(box_size=proposed),
        )

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        return _survey(description.files, tuple(stamp(file) for file in description.files)).snapshot


@dataclass(frozen=True)
class _Survey:
    """A snapshot before its columns are read; lengths in the file's unit, which is ``length`` Mpc/h.

    reach : of the positions, where they may lie about the origin
    """

    pieces: tuple[BinaryPiece, ...]
    header: Header
    length: float
    reach: tuple[float, float] | None
    names: dict[int, str]
    species: dict[str, SpeciesFacts]
    complete: bool
    warnings: tuple[str, ...]

    @property
    def box_size(self) -> float | None:
        """Comoving Mpc/h, or None where the header has none."""
        return None if self.header.side is None else self.header.side * self.length

    @property
    def snapshot(self) -> Snapshot:
        far = in_units(self.reach, self.length)
        return Snapshot(self.pieces[0].path, self.species, self.blocks, self.box_size, self.header.redshift, far)

    def blocks(self) -> Iterator[Block]:
        """Yield every type of every piece, none of its columns read yet."""
        for piece in self.pieces:
            for type_, count in sorted(piece.rows.items()):
                yield self._block(piece, type_, count)

    def _block(self, piece: BinaryPiece, type_: int, count: int) -> Block:
        def column(label: str, factor: float = 1.0) -> Column | None:
            values = _values(piece, label, type_)
            return None if values is None else ArrayColumn(values, factor)

        mass = self.header.mass_table[type_] * self.header.mass
        # Peculiar velocity = stored velocity × √a (Springel 2005); outside a cosmology it is what is stored.
        speed = self.header.velocity * (self.header.scale_factor or 1.0) ** 0.5
        return Block(
            piece.path,
            self.names[type_],
            count,
            column("POS ", self.length),
            column("MASS", self.header.mass) or mass or None,
            column("VEL ", speed),
            column("ID  "),
        )


@lru_cache(maxsize=64)
def _survey(files: tuple[Path, ...], stamps: tuple[tuple[int, int], ...]) -> _Survey:
    """Survey once while nothing changes: loading follows describing at once."""
    warnings: list[str] = []
    pieces = pieces_of(files, read_piece, warnings)
    header = pieces[0].header
    warnings += header.oddities
    complete = note_missing(pieces, header.n_files, warnings)
    types = {n: _type_facts(pieces, n, header, warnings) for n in sorted({n for p in pieces for n in p.rows})}
    counts = totals(types, header, complete, warnings)
    far = _reach(pieces) if header.may_be_centred else None
    length = inferred_length(header, types, counts, warnings, far)
    names = species_names({n: replace(t, count=counts[n]) for n, t in types.items()}, header.omega_m is not None)
    species = {name: replace(types[n].facts, count=counts[n]) for n, name in names.items()}
    return _Survey(tuple(pieces), header, length, far, names, species, complete, tuple(warnings))


def _reach(pieces: Sequence[BinaryPiece]) -> tuple[float, float] | None:
    """How far the positions reach, in the file's unit."""
    every = (_values(piece, "POS ", type_) for piece in pieces for type_ in piece.rows)
    return reach(ArrayColumn(values) for values in every if values is not None)


def _type_facts(pieces: Sequence[BinaryPiece], number: int, header: Header, warnings: list[str]) -> TypeFacts:
    """Count one type over the pieces that are there, and find its range of masses."""
    count = sum(piece.rows.get(number, 0) for piece in pieces)
    columns = frozenset[str]().union(*(piece.columns.get(number, frozenset()) for piece in pieces))
    stored = [values for piece in pieces if (values := _values(piece, "MASS", number)) is not None]
    if not stored:
        mass = header.mass_table[number] * header.mass or None
        return TypeFacts(count, columns, mass, mass)
    found = mass_range(map(ArrayColumn, looked_into(stored, count)), count, header.mass)
    return TypeFacts.weighed(count, columns, number, found, warnings)


def _values(piece: BinaryPiece, label: str, type_: int) -> StoredArray | None:
    """The rows of one type in a block, not read yet, or None where the piece has none."""
    stored = piece.stored.get(label)
    return None if stored is None or type_ not in piece.rows else stored.of(piece.path, type_)
