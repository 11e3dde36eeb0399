"""A whole snapshot from its pieces' headers: species, units, and everything that is odd about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from backends.data.description import SpeciesFacts
from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import attributes, checked, child, number, opened
from backends.readers.files.stamp import stamp
from backends.readers.gadget.header import CM_PER_MPC, G_PER_MSUN, Header, nice, read_header
from backends.readers.gadget.pieces import Piece, positions, read_piece
from backends.readers.gadget.species import TypeFacts, species_names
from backends.readers.gadget.whole import inferred_length, note_missing, pieces_of, totals
from backends.readers.particles.columns import Column, Hdf5Column
from backends.readers.particles.extent import reach
from backends.readers.particles.mass_range import looked_into, mass_range

MASSES = ("Masses", "DynamicalMasses")
"""Names of the column of masses; SWIFT's black holes have the second."""


@dataclass(frozen=True)
class Dialect:
    """How a code of the family writes its headers, and what its particle types are."""

    header: Callable[[Path, Any], Header] = read_header
    names: Callable[[Mapping[int, TypeFacts], bool], dict[int, str]] = species_names


GADGET = Dialect()


@dataclass(frozen=True)
class Survey:
    """A snapshot before its columns are read.

    header : the first piece's, with units completed
    length : Mpc/h of the file's length unit
    reach : of the positions in the file's unit, where they may lie about the origin
    names : species of each particle type that has particles
    species : what is told of each, over the whole snapshot
    """

    pieces: tuple[Piece, ...]
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


def survey(files: Sequence[Path], dialect: Dialect = GADGET) -> Survey:
    """Read the headers of all pieces; raises ``UnreadableFile`` where none of them can be read."""
    return _survey(tuple(files), tuple(stamp(file) for file in files), dialect)


@lru_cache(maxsize=64)
def _survey(files: tuple[Path, ...], stamps: tuple[tuple[int, int], ...], dialect: Dialect) -> Survey:
    """Survey once while nothing changes: loading follows describing at once."""
    warnings: list[str] = []
    pieces = pieces_of(files, partial(read_piece, read=dialect.header), warnings)
    header = _with_column_units(pieces)
    warnings += header.oddities
    complete = note_missing(pieces, header.n_files, warnings)
    types = {n: _type_facts(pieces, n, header, warnings) for n in sorted({n for p in pieces for n in p.rows})}
    _note_stripped(pieces, types, warnings)
    counts = totals(types, header, complete, warnings)
    far = reach(_every_position(pieces)) if header.may_be_centred else None
    length = header.length or inferred_length(header, types, counts, warnings, far)
    names = dialect.names({n: replace(t, count=counts[n]) for n, t in types.items()}, header.omega_m is not None)
    species = {name: replace(types[n].facts, count=counts[n]) for n, name in names.items()}
    if not species:
        warnings.append("It holds no particles of any type.")
    return Survey(tuple(pieces), header, length, far, names, species, complete, tuple(warnings))


def _with_column_units(pieces: Sequence[Piece]) -> Header:
    """Complete the header's units by those that the columns themselves state."""
    header = pieces[0].header
    hubble = header.hubble or 1.0
    for piece in pieces:
        for number_ in sorted(n for n, rows in piece.rows.items() if rows):
            with opened(piece.path) as file:
                group = child(piece.path, file, f"PartType{number_}")
                lengths = _unit(attributes(child(piece.path, group, "Coordinates")), CM_PER_MPC, hubble)
                masses = _unit(attributes(child(piece.path, group, "Masses")), G_PER_MSUN, hubble)
            if lengths is not None:
                return replace(header, length=lengths, mass=masses or header.mass)
    return header


def _every_position(pieces: Sequence[Piece]) -> Iterator[Column]:
    """Yield the positions of each type of each piece while its file is open; integers begin at 0 by their nature."""
    for piece in pieces:
        with opened(piece.path) as file:
            for number_ in sorted(n for n, rows in piece.rows.items() if rows):
                places = type_positions(piece, file, number_)
                if places is not None and places.dtype.kind == "f":
                    yield Hdf5Column(places)


def _unit(stated: Any, cgs: float, hubble: float) -> float | None:
    """The unit of a column in Mpc/h or Msun/h, from its to_cgs and its power of h, or None."""
    to_cgs, power = number(stated, "to_cgs"), number(stated, "h_scaling")
    if to_cgs is None or to_cgs <= 0 or power is None:
        return None
    return nice(to_cgs / cgs * hubble ** (1 + power))


def _type_facts(pieces: Sequence[Piece], number_: int, header: Header, warnings: list[str]) -> TypeFacts:
    """Count one type over the pieces that are there, and find its range of masses."""
    count = sum(piece.rows.get(number_, 0) for piece in pieces)
    columns = frozenset[str]().union(*(piece.columns.get(number_, frozenset()) for piece in pieces))
    table = header.mass_table[number_] if number_ < len(header.mass_table) else 0.0
    if mass_column(columns) is None or not count:
        mass = table * header.mass or None
        return TypeFacts(count, columns, mass, mass)
    held = looked_into([piece for piece in pieces if piece.rows.get(number_, 0)], count)
    found = mass_range(_masses_of(held, number_), count, header.mass)
    return TypeFacts.weighed(count, columns, number_, found, warnings)


def _masses_of(pieces: Sequence[Piece], number_: int) -> Iterator[Column]:
    """Yield the masses of one type in each piece while its file is open."""
    for piece in pieces:
        with opened(piece.path) as file:
            group = child(piece.path, file, f"PartType{number_}")
            yield Hdf5Column(masses(piece.path, group, piece.rows[number_]))


def mass_column(columns: Collection[str]) -> str | None:
    """Return which of a type's columns holds its masses, or None."""
    return next((name for name in MASSES if name in columns), None)


def masses(path: Path, group: Any, rows: int) -> Any:
    """Return the column of masses of a type, checked against its number of particles."""
    name = mass_column(group) or "Masses"
    dataset = checked(path, child(path, group, name), f"{group.name}/{name}")
    if dataset.shape != (rows,):
        raise UnreadableFile(path, f"has {dataset.shape} masses in {group.name} for {rows} particles", "Copy it again")
    return dataset


def _note_stripped(pieces: Sequence[Piece], types: dict[int, TypeFacts], warnings: list[str]) -> None:
    """Say which types the header counts although every column of them was taken out of the file."""
    for piece in pieces:
        for number_, promised in enumerate(piece.header.counts):
            if promised and number_ not in piece.rows:
                warnings.append(
                    f"{piece.path.name} counts {promised} particles of type {number_} and holds none of their columns."
                )


def type_positions(piece: Piece, file: Any, number_: int) -> Any | None:
    """Return the positions of one type in an opened piece, or None where it has none."""
    group = child(piece.path, file, f"PartType{number_}")
    return None if group is None else positions(piece.path, group)
