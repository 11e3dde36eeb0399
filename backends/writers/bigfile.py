"""Particles as a BigFile snapshot that MP-Gadget starts from, and FastPM's and nbodykit's readers open.

Y. Feng, github.com/rainwoodman/bigfile: a folder a column, raw numbers and their checksums; here in kpc/h,
1e10 Msun/h and peculiar km/s, with Position f8, Velocity f4, ID u8, and Mass f4 where masses differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from backends.data.particles import Particles
from backends.errors import WrongCall
from backends.writers.snapshot_facts import BLACK_HOLES, UNITS, SnapshotFacts
from backends.writers.whole import whole_folder

FILE_SIZE = 1 << 30
"""Bytes of one file of a column, above which another is begun, as MP-Gadget does."""

SLAB = 1 << 18
CMB_TEMPERATURE = 2.7255


@contextmanager
def bigfile(path: Path, facts: SnapshotFacts, counts: Mapping[int, int]) -> Iterator[BigFileDraft]:
    """Yield a snapshot to which particles are added piece by piece; it takes its name when all are there.

    Parameters
    ----------
    path : a folder that does not exist yet, or is empty
    counts : particles of each type, over all pieces

    Raises
    ------
    WrongCall
        Where something is at ``path`` already.
    MachineError
        Where it cannot be written.
    """
    with whole_folder(path) as draft, ExitStack() as files:
        opened = BigFileDraft(draft, facts, counts, files)
        yield opened
        opened.finish()


class BigFileDraft:
    """A snapshot under way: a column is begun by the first piece that has it."""

    def __init__(self, root: Path, facts: SnapshotFacts, counts: Mapping[int, int], files: ExitStack) -> None:
        self._root, self._facts, self._counts, self._files = root, facts, dict(counts), files
        self._blocks: dict[tuple[int, str], _Block] = {}
        self._rows = dict.fromkeys(counts, 0)
        self._table = np.zeros(6)

    def add(self, type_: int, particles: Particles) -> None:
        """Write some particles of a type behind those that were written before."""
        start, count = self._rows[type_], self._counts[type_]
        columns: dict[str, tuple[NDArray[Any], str, float]] = {"Position": (particles.positions, "<f8", 1e3)}
        if particles.velocities is not None:
            columns["Velocity"] = (particles.velocities, "<f4", 1.0)
        if isinstance(particles.masses, np.ndarray):
            columns["Mass"] = (particles.masses, "<f4", 1e-10)
        else:
            mass = self._facts.mean_mass(count) if particles.masses is None else particles.masses
            self._table[type_] = mass / 1e10
        ids = particles.ids
        columns["ID"] = (np.arange(start + 1, start + particles.count + 1) if ids is None else ids, "<u8", 1.0)
        if particles.species == "black-holes":
            columns[BLACK_HOLES["bigfile"]] = (np.ones(particles.count, np.uint8), "|u1", 1.0)
        for name, (values, dtype, factor) in columns.items():
            for first in range(0, len(values), SLAB):
                slab = values[first : first + SLAB]
                scaled = slab if factor == 1 else slab * np.float64(factor)
                self._block(type_, name, np.dtype(dtype), values).append(scaled)
        self._rows[type_] = start + particles.count

    def finish(self) -> None:
        """Write the headers, which only now are known; refuse a snapshot that is not whole."""
        if self._rows != self._counts:
            raise WrongCall(f"{self._rows} particles came of {self._counts}")
        for block in self._blocks.values():
            block.finish()
        facts = self._facts
        totals = np.array([self._counts.get(type_, 0) for type_ in range(6)], dtype="<u8")
        attributes: dict[str, Any] = {
            "TotNumPart": totals,
            "TotNumPartInit": totals,
            "MassTable": self._table,
            "Time": facts.scale_factor,
            "TimeIC": facts.scale_factor,
            "Redshift": facts.redshift,
            "BoxSize": facts.box_size * 1e3,
            **facts.cosmology(),
            **UNITS,
            "CMBTemperature": CMB_TEMPERATURE,
            "UsePeculiarVelocity": np.int32(1),
        }
        if facts.created_by:
            attributes["CreatedBy"] = facts.created_by
        header = self._root / "Header"
        header.mkdir()
        (header / "header").write_text("DTYPE: <i8\nNMEMB: 0\nNFILE: 0\n", "ascii")
        lines = "".join(_attribute(name, value) for name, value in attributes.items())
        (header / "attr-v2").write_text(lines, "ascii")

    def _block(self, type_: int, name: str, dtype: np.dtype[Any], like: NDArray[Any]) -> _Block:
        key = (type_, name)
        if key not in self._blocks:
            components = like.shape[1] if like.ndim == 2 else 1
            folder = self._root / str(type_) / name
            self._blocks[key] = _Block(folder, dtype, components, self._counts[type_], self._files)
        return self._blocks[key]


class _Block:
    """One column, in files of about the same length."""

    def __init__(self, folder: Path, dtype: np.dtype[Any], components: int, count: int, files: ExitStack) -> None:
        folder.mkdir(parents=True)
        self._folder, self._dtype, self._components, self._stack = folder, dtype, components, files
        n_files = max(1, -(-count * dtype.itemsize * components // FILE_SIZE))
        self._edges = [count * i // n_files for i in range(n_files + 1)]
        self._sums = [0] * n_files
        self._row = self._number = 0
        self._file = self._open()

    def append(self, values: NDArray[Any]) -> None:
        """Write rows, in the column's own type, into the files that they belong to."""
        while len(values):
            if self._row == self._edges[self._number + 1]:
                self._file.close()
                self._number += 1
                self._file = self._open()
            rows = values[: self._edges[self._number + 1] - self._row]
            data = np.ascontiguousarray(rows, dtype=self._dtype)
            self._sums[self._number] += int(data.view(np.uint8).sum(dtype=np.uint64))
            self._file.write(data.data)
            self._row += len(rows)
            values = values[len(rows) :]

    def finish(self) -> None:
        """Close the last file and write the block's header."""
        self._file.close()
        lines = [f"DTYPE: {self._dtype.str}", f"NMEMB: {self._components}", f"NFILE: {len(self._sums)}"]
        for number, (edges, total) in enumerate(zip(pairwise(self._edges), self._sums, strict=True)):
            total &= 0xFFFFFFFF
            lines.append(f"{number:06X}: {edges[1] - edges[0]} : {total} : {_folded(total)}")
        (self._folder / "header").write_text("\n".join(lines) + "\n", "ascii")
        (self._folder / "attr-v2").write_text("", "ascii")

    def _open(self) -> IO[bytes]:
        return self._stack.enter_context((self._folder / f"{self._number:06X}").open("wb"))


def _folded(total: int) -> int:
    """SysV's checksum of a sum of bytes."""
    once = (total & 0xFFFF) + (total >> 16)
    return (once & 0xFFFF) + (once >> 16)


def _attribute(name: str, value: Any) -> str:
    """One line of name, type, number of values, bytes in hexadecimal, and what people read."""
    if isinstance(value, str):
        data = value.encode("ascii", "replace")  # the bigfile package decodes letter by letter
        return f"{name} <S1 {len(data)} {data.hex().upper()} #HUMANE [ {data.decode('ascii')} ]\n"
    array = np.atleast_1d(np.asarray(float(value) if isinstance(value, int | float) else value))
    shown = " ".join(str(v) for v in array.tolist())
    return f"{name} {array.dtype.str} {array.size} {array.tobytes().hex().upper()} #HUMANE [ {shown} ]\n"
