"""The layout of HACC's GenericIO: what its header says of variables and ranks, and where their bytes are.

S. Habib et al., New Astronomy 42, 49 (2016). A file holds, rank by rank and variable by variable, the bytes of
a variable and their CRC-64; compressed ones begin with the CRC-64 of what they unpack to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.files.checksums import CRC64_GOOD, crc64

MAGIC = {b"HACC01L\0": "<", b"HACC01B\0": ">"}
FLOAT, SIGNED = 1, 2
CRC = 8
OLDEST_HEADER, HEADER = 152, 168
"""Bytes of the global header without and with the place of the block headers."""

VARIABLE = 272
"""Bytes of a variable's header in the oldest files; later ones append to it."""

MOST_VARIABLES = 4096


@dataclass(frozen=True)
class Variable:
    """One variable: its place among the others, its numbers' type, and how many of them an element has."""

    index: int
    name: str
    dtype: np.dtype[Any]
    components: int

    @property
    def size(self) -> int:
        """Bytes of one element."""
        return self.dtype.itemsize * self.components


@dataclass(frozen=True)
class Extent:
    """The bytes of one variable of one rank in the file, without the CRC behind them."""

    start: int
    size: int
    packed: bool


@dataclass(frozen=True)
class Layout:
    """One file.

    order : "<" or ">", the byte order of all numbers
    origin, scale : (3,) corner and sides of the simulated volume, Mpc/h
    total_ranks : ranks of the whole run, over all pieces of a split file
    counts : elements of each rank;  starts : where each begins;  ranks : its number in the run
    blocks : (ranks, variables) block headers, or None where there are none
    """

    path: Path
    order: str
    origin: tuple[float, ...]
    scale: tuple[float, ...]
    total_ranks: int
    variables: dict[str, Variable]
    counts: tuple[int, ...]
    starts: tuple[int, ...]
    ranks: tuple[int, ...]
    blocks: NDArray[np.void] | None
    size: int

    @property
    def count(self) -> int:
        """Elements in this file."""
        return sum(self.counts)

    def extent(self, rank: int, variable: Variable) -> Extent:
        """Say where one variable of one rank is; raises ``UnreadableFile`` where that is not in the file."""
        n_bytes = self.counts[rank] * variable.size
        if self.blocks is None:
            before = (v for v in self.variables.values() if v.index < variable.index)
            skipped = sum(self.counts[rank] * v.size + CRC for v in before)
            found = Extent(self.starts[rank] + skipped, n_bytes, False)
        else:
            block = self.blocks[rank, variable.index]
            filters = [bytes(name).rstrip(b"\0") for name in block["filters"]]
            if any(filters[1:]) or filters[0] not in (b"", b"BLOSC"):
                raise UnreadableFile(self.path, f"packs {variable.name} by filters that are not known: {filters}")
            found = Extent(int(block["start"]), int(block["size"]), bool(filters[0]))
            if not found.packed and found.size != n_bytes:
                raise UnreadableFile(
                    self.path, f"is damaged: {found.size} bytes of {variable.name} for {n_bytes}", "Copy it again"
                )
        if found.start + found.size + CRC > self.size:
            raise UnreadableFile(
                self.path,
                f"is truncated: {self.size} bytes, and {variable.name} of rank {self.ranks[rank]} ends at "
                f"{found.start + found.size + CRC}",
                "Copy it again",
            )
        return found


def variable_names(path: Path) -> tuple[str, ...] | None:
    """Return the names of a GenericIO file's variables, or None where it is none; never raises."""
    try:
        with path.open("rb") as file:
            start = file.read(HEADER)
            order = MAGIC.get(start[:8])
            if order is None:
                return None
            if len(start) < OLDEST_HEADER:
                return ()
            n, size, place = (int(v) for v in np.frombuffer(start, f"{order}u8", 3, 48))
            if n > MOST_VARIABLES or not VARIABLE <= size <= 4 * VARIABLE or place > 1 << 20:
                return ()
            file.seek(place)
            table = file.read(n * size)
    except OSError:
        return None
    return tuple(_text(table[i : i + 256]) for i in range(0, len(table) - 255, size))


def read_layout(path: Path) -> Layout:
    """Read and check the header of one file; raises ``UnreadableFile``."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(16)
        order = MAGIC.get(start[:8])
        if order is None or len(start) < 16:
            raise UnreadableFile(path, "is damaged: it does not begin as GenericIO does", "Copy it again")
        n_bytes = int(np.frombuffer(start, f"{order}u8", 1, 8)[0])
        if not OLDEST_HEADER <= n_bytes <= size - CRC:
            raise UnreadableFile(
                path, f"is truncated: {size} bytes, and its header alone has {n_bytes}", "Copy it again"
            )
        file.seek(0)
        header = file.read(n_bytes + CRC)
    if crc64(np.frombuffer(header, np.uint8)) != CRC64_GOOD:
        raise UnreadableFile(path, "is damaged: the checksum of its header is wrong", "Copy it again")
    return _parsed(path, header[:n_bytes], order, size)


def _parsed(path: Path, header: bytes, order: str, size: int) -> Layout:
    words = [int(v) for v in np.frombuffer(header, f"{order}u8", 13, 0)]
    dims, (n_vars, vars_size, vars_start, n_ranks, ranks_size, ranks_start, own_size) = words[3:6], words[6:13]
    corner = np.frombuffer(header, f"{order}f8", 6, 104)
    if n_vars > MOST_VARIABLES:
        raise UnreadableFile(path, f"is damaged: it declares {n_vars} variables", "Write it again")
    text = (("name", "S256"), ("flags", f"{order}u8"), ("size", f"{order}u8"))
    variables = _table(path, header, vars_start, vars_size, n_vars, (*text, ("element", f"{order}u8")), 3)
    rank = (("coords", f"{order}u8", 3), ("count", f"{order}u8"), ("start", f"{order}u8"), ("rank", f"{order}u8"))
    ranks = _table(path, header, ranks_start, ranks_size, n_ranks, rank, 3)
    blocks = None
    if own_size >= HEADER and len(header) >= HEADER:
        blocks_size, blocks_start = (int(v) for v in np.frombuffer(header, f"{order}u8", 2, 152))
        if blocks_size:
            block = (("filters", "V8", 4), ("start", f"{order}u8"), ("size", f"{order}u8"))
            blocks = _table(path, header, blocks_start, blocks_size, n_ranks * n_vars, block, 3)
            blocks = blocks.reshape(n_ranks, n_vars)
    numbers = ranks["rank"] if "rank" in (ranks.dtype.names or ()) else np.arange(n_ranks)
    found = [_variable(path, i, row, order) for i, row in enumerate(variables)]
    return Layout(
        path=path,
        order=order,
        origin=tuple(float(v) for v in corner[:3]),
        scale=tuple(float(v) for v in corner[3:]),
        total_ranks=math.prod(dims),
        variables={variable.name: variable for variable in found},
        counts=tuple(int(n) for n in ranks["count"]),
        starts=tuple(int(n) for n in ranks["start"]),
        ranks=tuple(int(n) for n in numbers),
        blocks=blocks,
        size=size,
    )


def _table(
    path: Path, header: bytes, start: int, stride: int, rows: int, fields: tuple[Any, ...], needed: int
) -> NDArray[np.void]:
    """Look at rows of a table whose later columns old files do not have and whose newest we do not know."""
    least = np.dtype(list(fields[:needed])).itemsize
    if stride < least or stride > 1 << 16 or start + rows * stride > len(header):
        raise UnreadableFile(path, "is damaged: a table of its header does not fit into it", "Write it again")
    packed: Any = np.dtype(list(fields))
    if stride < packed.itemsize:
        packed = np.dtype(list(fields[:needed]))
    names = list(packed.names)
    row: np.dtype[np.void] = np.dtype(
        {
            "names": names,
            "formats": [packed.fields[name][0] for name in names],
            "offsets": [packed.fields[name][1] for name in names],
            "itemsize": stride,
        }
    )
    table: NDArray[np.void] = np.frombuffer(header, row, rows, start)
    return table


def _variable(path: Path, index: int, row: Any, order: str) -> Variable:
    name, flags, size = _text(bytes(row["name"])), int(row["flags"]), int(row["size"])
    element = int(row["element"]) if "element" in row.dtype.names else size
    sizes = (2, 4, 8) if flags & FLOAT else (1, 2, 4, 8)
    if element not in sizes or size % element or not 0 < size <= 1 << 12:
        if size and size <= 1 << 20:  # records of other things, which are stepped over
            return Variable(index, name, np.dtype("u1"), size)
        raise UnreadableFile(path, f"is damaged: elements of {name} have {size} bytes", "Write it again")
    kind = "f" if flags & FLOAT else "i" if flags & SIGNED else "u"
    return Variable(index, name, np.dtype(f"{order}{kind}{element}"), size // element)


def _text(name: bytes) -> str:
    return name.split(b"\0", 1)[0].decode("ascii", "replace")
