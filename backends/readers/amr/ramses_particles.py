"""RAMSES's particles: one file a processor, one Fortran record a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.amr.ramses_files import FAMILIES, Info
from backends.readers.amr.ramses_tree import Records
from backends.readers.files.failures import reading
from backends.readers.files.fortran_records import read_record
from backends.readers.files.stored import StoredArray
from backends.readers.particles.column_views import ChosenRows
from backends.readers.particles.columns import ArrayColumn, Column, Components
from backends.readers.particles.snapshot import Block

WHOLE = ("identity", "levelp", "family", "tag")
"""Columns of whole numbers; all others are real."""


@dataclass(frozen=True)
class PartFile:
    """The columns of one file, none of them read yet."""

    path: Path
    count: int
    columns: Mapping[str, StoredArray]


def read_part(path: Path, names: tuple[str, ...]) -> PartFile:
    """Find the columns of a file of particles; those that are not named are passed over."""
    with reading(path), path.open("rb") as file:
        records = Records(path, file)
        records.skip()
        dimensions, count = records.integer(), records.integer()
        records.skip(5)
        if dimensions not in (1, 2, 3) or not 0 <= count < 1 << 40:
            raise UnreadableFile(path, f"is damaged: it declares {count} particles in {dimensions} dimensions")
        columns: dict[str, StoredArray] = {}
        for name in names if count else ():
            if records.place >= records.size:
                break
            sizes = [count * width for width in (1, 2, 4, 8)]
            record = read_record(path, file, records.place, records.order, records.size, sizes)
            records.place = record.end
            if record.size not in sizes:
                raise UnreadableFile(path, f"is damaged: it has {record.size} bytes of {name} for {count} particles")
            kind = f"{records.order}{'i' if name in WHOLE else 'f'}{record.size // count}"
            if kind[1:] != "f1":
                columns[name] = StoredArray.of(path, kind, record.start, (count,))
    return PartFile(path, count, columns)


def species_rows(part: PartFile) -> dict[str, NDArray[np.int64] | None]:
    """Rows of each species, None for all: by family, else what has a time of birth is a star."""
    if not part.count:
        return {}
    family, born = part.columns.get("family"), part.columns.get("birth_time")
    if family is not None:
        numbers = family.read()
        names = {int(n): FAMILIES.get(int(n), "other") if n > 0 else "tracers" for n in np.unique(numbers)}
        groups = {
            name: [number for number, other in names.items() if other == name] for name in sorted(set(names.values()))
        }
        if len(groups) == 1:
            return {next(iter(groups)): None}
        return {name: np.flatnonzero(np.isin(numbers, group)) for name, group in groups.items()}
    stars = np.zeros(0, bool) if born is None else np.concatenate([times != 0 for times in born.blocks()])
    if not stars.any():
        return {"dm": None}
    return {"dm": np.flatnonzero(~stars), "stars": np.flatnonzero(stars)}


def species_counts(files: Mapping[int, Path], names: tuple[str, ...], stated: Mapping[str, int]) -> dict[str, int]:
    """Count every species: as the header does where it agrees with the files, else by looking at all of them."""
    if sum(stated.values()) == sum(read_part(path, names).count for path in files.values()):
        return dict(stated)
    counts: Counter[str] = Counter()
    for path in files.values():
        part = read_part(path, names)
        for name, rows in species_rows(part).items():
            counts[name] += part.count if rows is None else rows.size
    return {name: count for name, count in counts.items() if count}


@dataclass(frozen=True)
class RamsesParticles:
    """The particles of all files that are there.

    box_size : side of the box in the unit that positions are to have
    mass : Msun/h of the code's unit;  velocity : km/s of the code's unit, None where it is not known
    """

    info: Info
    files: Mapping[int, Path]
    names: tuple[str, ...]
    box_size: float
    mass: float
    velocity: float | None

    def opened(self) -> Iterator[Block]:
        """Yield every species of file after file."""
        for _, path in sorted(self.files.items()):
            part = read_part(path, self.names)
            for name, rows in species_rows(part).items():
                yield self._block(part, name, rows)

    def _block(self, part: PartFile, name: str, rows: NDArray[np.int64] | None) -> Block:
        def column(field: str, factor: float = 1.0) -> Column | None:
            values = part.columns.get(field)
            if values is None:
                return None
            whole: Column = ArrayColumn(values, factor)
            return whole if rows is None else ChosenRows(whole, rows)

        places = [column(f"position_{axis}", self.box_size / self.info.side) for axis in "xyz"]
        speeds = [column(f"velocity_{axis}", self.velocity or 1.0) for axis in "xyz"]
        known = [place for place in places if place is not None]
        if len(known) < 3:
            raise UnreadableFile(part.path, "has particles without positions", "Copy or download it again")
        return Block(
            part.path,
            name,
            part.count if rows is None else int(rows.size),
            Components(known),
            column("mass", self.mass),
            Components([c for c in speeds if c is not None]) if self.velocity and None not in speeds else None,
            column("identity"),
        )
