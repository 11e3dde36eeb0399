"""RAMSES's octree: one file a processor, level after level, each oct with the places and the values of its cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.files.failures import reading
from backends.readers.files.fortran_records import read_record
from backends.readers.files.limits import require_memory

INTEGER = 4
SPOKEN = 2 * (INTEGER + 8)
"""Bytes of the two records, a level and a number of octs, before the values of every run of octs."""

MOST_LEVELS = 40
MOST_NUMBERS = 1 << 26
"""Entries of a table in a header, above which it cannot be meant."""

INNER = (1, 3)
"""Coarse cells on an axis: one, or one between two of boundary."""


class Records:
    """A file of Fortran records, read one after another."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self.size = path.stat().st_size
        self.place = 0
        start = file.read(INTEGER)
        orders = [order for order in "<>" if len(start) == INTEGER and struct.unpack(f"{order}I", start)[0] == INTEGER]
        if not orders:
            raise UnreadableFile(path, "is damaged: it begins with no count of processors", "Copy or download it again")
        self.order = orders[0]

    def skip(self, count: int = 1) -> int:
        """Pass over some records; return the length of the last one."""
        size = 0
        for _ in range(count):
            record = read_record(self.path, self.file, self.place, self.order, self.size)
            self.place, size = record.end, record.size
        return size

    def numbers(self, kind: str, most: int = 1 << 10) -> NDArray[Any]:
        """Return the next record's numbers."""
        record = read_record(self.path, self.file, self.place, self.order, self.size)
        dtype = np.dtype(f"{self.order}{kind}")
        if record.size > most * dtype.itemsize or record.size % dtype.itemsize:
            raise UnreadableFile(self.path, f"is damaged: a record of its header has {record.size} bytes")
        self.file.seek(record.start)
        self.place = record.end
        return np.frombuffer(self.file.read(record.size), dtype=dtype)

    def integer(self) -> int:
        """Return the next record's only number."""
        values = self.numbers("i4", 1)
        if values.size != 1:
            raise UnreadableFile(self.path, "is damaged: a number of its header is missing", "Copy it again")
        return int(values[0])


@dataclass(frozen=True)
class Tree:
    """Where a processor's own octs are in its file, which also keeps copies of those of others.

    own : (levels,) octs
    before, runs : (levels + 1,) octs, and runs of them that are not empty, before the own ones; last, of all the file
    total : (levels,) octs of all processors, as this file counts them
    owners : processors, and what surrounds the box
    start : first byte of the octs;  real : bytes of a real number
    shift : what a coordinate begins with;  length : the box that the run was begun with, in Mpc/h or 0
    """

    path: Path
    order: str
    dimensions: int
    n_cpu: int
    number: int
    owners: int
    own: NDArray[np.int64]
    before: NDArray[np.int64]
    runs: NDArray[np.int64]
    total: NDArray[np.int64]
    start: int
    real: int
    shift: tuple[float, ...]
    length: float

    @property
    def levels(self) -> int:
        return int(self.own.size)

    @property
    def end(self) -> int:
        """The first byte behind the last oct."""
        return self.place(self.levels)

    def place(self, index: int) -> int:
        """The first byte of the own octs of a level, counted from 0."""
        integers = 4 + 2 * self.dimensions + 3 * 2**self.dimensions
        an_oct = integers * INTEGER + self.dimensions * self.real
        a_run = 8 * (integers + self.dimensions)
        return int(self.start + an_oct * self.before[index] + a_run * self.runs[index])


def read_tree(path: Path, number: int) -> Tree:
    """Read the header of an amr file; raises ``UnreadableFile`` where it is damaged or of a box that is no cube."""
    with reading(path), path.open("rb") as file:
        records = Records(path, file)
        n_cpu, dimensions = records.integer(), records.integer()
        coarse = records.numbers("i4", 3)
        levels = records.integer()
        records.skip()
        boundaries = records.integer()
        records.skip()
        if (
            not 0 < number <= n_cpu
            or dimensions not in (1, 2, 3)
            or not 0 < levels <= MOST_LEVELS
            or not 0 <= boundaries <= 100
            or coarse.size != 3
            or n_cpu * levels > MOST_NUMBERS
        ):
            raise UnreadableFile(path, f"is damaged: it declares {n_cpu} processors and {levels} levels")
        if any(int(n) not in INNER for n in coarse[:dimensions]):
            raise UnreadableFile(path, f"has {coarse[:dimensions].tolist()} coarse cells, and only a cube is read")
        real = records.skip()
        if real not in (4, 8):
            raise UnreadableFile(path, "is damaged: the side of its box is no number", "Copy or download it again")
        records.skip(8)
        cosmology = records.numbers(f"f{real}", 64)
        records.skip(4)
        counts = _table(records, n_cpu, levels)
        total = records.numbers("i4", 64 * levels)
        if total.size != 10 * levels:
            # Runs of very many octs count them in eight bytes.
            total = total.view(f"{records.order}i8")
        if boundaries:
            records.skip(2)
            counts = np.concatenate([counts, _table(records, boundaries, levels)], axis=1)
        records.skip()
        ordering = records.numbers("S1", 512).tobytes()
        records.skip(5 if ordering.strip().startswith(b"bisection") else 1)
        records.skip(3)
        if total.size != 10 * levels or (counts < 0).any() or (counts > records.size).any():
            raise UnreadableFile(path, "is damaged: its octs cannot be that many", "Copy or download it again")
        firsts = np.arange(levels) * counts.shape[1] + number - 1
        tree = Tree(
            path=path,
            order=records.order,
            dimensions=dimensions,
            n_cpu=n_cpu,
            number=number,
            owners=counts.shape[1],
            own=counts[:, number - 1].copy(),
            before=_before(counts, firsts),
            runs=_before(counts > 0, firsts),
            total=total.reshape(levels, 10)[:, 0].astype(np.int64),
            start=records.place,
            real=real,
            shift=tuple((int(n) - 1) / 2 for n in coarse[:dimensions]),
            length=float(cosmology[6]) if cosmology.size > 6 else 0.0,
        )
        if tree.end > records.size:
            raise UnreadableFile(path, f"is truncated: {records.size} of {tree.end} bytes", "Copy or download it again")
        return tree


def _table(records: Records, owners: int, levels: int) -> NDArray[np.int64]:
    values = records.numbers("i4", owners * levels)
    if values.size != owners * levels:
        raise UnreadableFile(records.path, "is damaged: it does not count the octs of every level", "Copy it again")
    return values.reshape(levels, owners).astype(np.int64)


def _before(counts: NDArray[Any], firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sums of all entries before some, and of all."""
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts.reshape(-1), dtype=np.int64)])
    found: NDArray[np.int64] = sums[np.append(firsts, sums.size - 1)]
    return found


@dataclass(frozen=True)
class Hydro:
    """Where the values of one processor's cells are: ``start`` bytes into a file of ``count`` variables."""

    path: Path
    count: int
    start: int
    tree: Tree

    def place(self, index: int) -> int:
        """The first byte of what is said of the own octs of a level, counted from 0."""
        tree = self.tree
        values = self.count * 2**tree.dimensions
        spoken = index * tree.owners + (tree.number - 1 if index < tree.levels else 0)
        return int(self.start + values * (tree.real * tree.before[index] + 8 * tree.runs[index]) + SPOKEN * spoken)


def read_hydro(path: Path, tree: Tree) -> Hydro:
    """Read the header of a hydro file; raises ``UnreadableFile`` where it does not belong to the tree."""
    with reading(path), path.open("rb") as file:
        records = Records(path, file)
        n_cpu, count, dimensions, levels, boundaries = (records.integer() for _ in range(5))
        records.skip()
        said = (records.order, n_cpu, dimensions, levels, n_cpu + boundaries)
        if said != (tree.order, tree.n_cpu, tree.dimensions, tree.levels, tree.owners) or not 0 < count < 1000:
            raise UnreadableFile(path, f"does not belong to {tree.path.name}", "Copy both files again")
        hydro = Hydro(path, count, records.place, tree)
        end = hydro.place(levels)
        if end > records.size:
            raise UnreadableFile(path, f"is truncated: {records.size} of {end} bytes", "Copy it again")
        return hydro


def octs_of(tree: Tree, level: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The processor's own octs of a level (from 1).

    Returns
    -------
    first : (octs, dimensions) the lowest cell of each, counted in cells of the level from the corner of the box
    leaves : (cells, octs) which of its cells are not refined further
    """
    octs = int(tree.own[level - 1])
    cells = 2**tree.dimensions
    place = tree.place(level - 1)
    with reading(tree.path), tree.path.open("rb") as file:
        place += 3 * (INTEGER * octs + 8)
        centres = [_column(tree, file, place + i * (tree.real * octs + 8), octs) for i in range(tree.dimensions)]
        place += tree.dimensions * (tree.real * octs + 8) + (1 + 2 * tree.dimensions) * (INTEGER * octs + 8)
        sons = [_column(tree, file, place + i * (INTEGER * octs + 8), octs, "i4") for i in range(cells)]
    side = 2**level
    first = np.empty((octs, tree.dimensions), dtype=np.int64)
    for axis, centre in enumerate(centres):
        places = (centre.astype(np.float64) - tree.shift[axis]) * side - 1
        # What is no number fails every comparison.
        if not ((places > -0.5) & (places < side - 1.5) & (np.abs(places - np.rint(places)) < 0.01)).all():
            raise UnreadableFile(tree.path, f"is damaged: octs of level {level} lie nowhere in the box")
        first[:, axis] = np.rint(places)
    return first, np.stack(sons) == 0


def values_of(hydro: Hydro, level: int, variable: int) -> Iterator[NDArray[Any]]:
    """Yield one variable of every oct's first cell, then of every second, and so on."""
    tree = hydro.tree
    octs = int(tree.own[level - 1])
    place = hydro.place(level - 1)
    step = tree.real * octs + 8
    with reading(hydro.path), hydro.path.open("rb") as file:
        file.seek(place)
        said = np.frombuffer(file.read(SPOKEN), dtype=f"{tree.order}i4")
        if said.tolist() != [INTEGER, level, INTEGER, INTEGER, octs, INTEGER]:
            raise UnreadableFile(hydro.path, f"is damaged: level {level} is not where it should be", "Copy it again")
        place += SPOKEN
        for cell in range(2**tree.dimensions):
            yield _column(tree, file, place + (cell * hydro.count + variable) * step, octs)


def _column(tree: Tree, file: BinaryIO, place: int, octs: int, kind: str = "") -> NDArray[Any]:
    """Read one record of an oct's numbers, whose length is known."""
    dtype = np.dtype(f"{tree.order}{kind or f'f{tree.real}'}")
    size = octs * dtype.itemsize
    require_memory(tree.path, 4 * size, "its octs")
    file.seek(place)
    data = file.read(size + 8)
    marker = struct.pack(f"{tree.order}I", size % (1 << 32))
    if len(data) != size + 8 or data[:4] != marker or data[-4:] != marker:
        raise UnreadableFile(tree.path, f"is damaged: no {octs} octs begin at byte {place}", "Copy it again")
    return np.frombuffer(data, dtype=dtype, count=octs, offset=4)
