"""NumPy's .npy and .npz with grids in them, as training pipelines write them. Nothing is unpickled."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import UnknownFormat, UnreadableFile
from backends.progress import Progress
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.files.limits import human, require_memory
from backends.readers.files.stored import StoredArray
from backends.readers.grids.camels_multifield import Multifield, multifield
from backends.readers.grids.facts import GridFacts, beside, stated
from backends.readers.grids.glance import Glance
from backends.readers.grids.glancing import glances_at
from backends.readers.grids.layout import SMALLEST, Layout, lines_in, names_lines
from backends.readers.grids.loading import Grid, Values, field_of
from backends.readers.grids.parts import described, find, grids_of, is_grid
from backends.readers.grids.quantities import tells_lines

NPY, ZIP = b"\x93NUMPY", b"PK\x03\x04"
NO_GRID = f"no cubic grid of real numbers and {SMALLEST[3]} cells a side or more"
MOST_NAMED = 4
LARGEST_FACT = 64
"""Numbers in an array that is still read as a fact beside the grids of an archive."""

BLOCK = 4 << 20
"""Bytes unpacked at once."""


@register("numpy-grid")
class NumpyGrid:
    """Arrays (…, N, N, N), (…, N, N, N, C) or (…, N, N), with facts beside them in an archive; or lines (lines, n)."""

    label = "NumPy grid"

    def recognises(self, path: Path) -> bool:
        if not path.is_file():
            return False
        try:
            with path.open("rb") as file:
                start = file.read(8)
            if start[:6] == NPY:
                return True
            if start[:4] != ZIP:
                return False
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
            return False
        return bool(names) and all(name.endswith(".npy") for name in names)

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        with reading(path):
            arrays, facts = _arrays(path, told)
            family = _family(path, arrays)
            if family is not None:
                grids = _grids(path, arrays, family.facts, told)
                parts, said = family.parts(grids[0].name)
                return described(path, "numpy-grid", arrays, grids, told, Facts(), said, parts)
            grids = _grids(path, arrays, facts, told)
            proposed, notes = beside(path)
            return described(path, "numpy-grid", arrays, grids, told, proposed, notes)

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Field:
        path = description.path
        with reading(path):
            arrays, facts = _arrays(path, told)
            family = _family(path, arrays)
            facts = facts if family is None else family.facts
            grid, slot = find(path, _grids(path, arrays, facts, told), member)
            return field_of(path, arrays, grid, slot, told, progress)

    def glances(
        self, description: Description, told: Facts, member: str, seconds: float, progress: Progress
    ) -> Generator[Glance]:
        path = description.path
        with reading(path):
            arrays, facts = _arrays(path, told)
            family = _family(path, arrays)
            grids = _grids(path, arrays, facts if family is None else family.facts, told)
            yield from glances_at(path, arrays, *find(path, grids, member), told, seconds, progress)


def _family(path: Path, arrays: dict[str, Values]) -> Multifield | None:
    """The CAMELS Multifield Dataset, where name, shape and dtype say that it is one of its files."""
    (array,) = arrays.values() if len(arrays) == 1 else (None,)
    return None if array is None else multifield(path, tuple(array.shape), array.dtype)


def _lines(path: Path, shape: Sequence[int], dtype: np.dtype[Any], told: Facts) -> Layout | None:
    """Whether the rows of an array alone are lines of sight: of one row always, of many where somebody says so.

    A quantity does that which is one of skewers; else, of what can be no map, a box size or the file's name.
    """
    said = tells_lines(told.quantity)
    if dtype.kind not in "fiu" or (not said and is_grid(shape, dtype)):
        return None
    return lines_in(shape, said or told.box_size is not None or names_lines(path.stem))


def _grids(path: Path, arrays: dict[str, Values], facts: GridFacts, told: Facts) -> list[Grid]:
    (alone,) = arrays.items() if len(arrays) == 1 else (None,)
    lines = None if alone is None else _lines(path, alone[1].shape, alone[1].dtype, told)
    along = {alone[0]: lines} if alone is not None and lines is not None else {}
    grids = grids_of(arrays, dict.fromkeys(arrays, facts), told, lines=along)
    if not grids:
        raise _no_grid(path, [f"{name} {_shape(array.shape)}" for name, array in arrays.items()])
    return grids


def _arrays(path: Path, told: Facts) -> tuple[dict[str, Values], GridFacts]:
    """The arrays of a file, none of them read yet, and the facts that an archive holds beside them."""
    with path.open("rb") as file:
        if file.read(4) == ZIP:
            return _archive(path)
        file.seek(0)
        header = _Header.read(path, file, path.stem)
        offset = file.tell()
    size = path.stat().st_size
    if offset + header.n_bytes > size:
        raise UnreadableFile(path, f"is truncated: {size} of {offset + header.n_bytes} bytes", "Copy it again")
    lines = _lines(path, header.shape, header.dtype, told)
    if lines is None and not is_grid(header.shape, header.dtype):
        why = f"holds {NO_GRID}: its array is {_shape(header.shape)} of {header.dtype}"
        if header.dtype.kind in "fiu" and lines_in(header.shape, told=True) is not None:
            why += ". Where its rows are lines of sight, call the file …skewers.npy"
        raise UnknownFormat(path, why=why)
    sides = header.shape if lines is None else lines.mesh
    return {path.stem: StoredArray.of(path, header.dtype, offset, sides, header.order)}, GridFacts()


_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


@dataclass(frozen=True)
class _Header:
    """What stands before the bytes of an array."""

    shape: tuple[int, ...]
    order: Any
    dtype: np.dtype[Any]

    @property
    def n_bytes(self) -> int:
        return int(np.prod([int(n) for n in self.shape], dtype=object)) * self.dtype.itemsize

    @classmethod
    def read(cls, path: Path, file: IO[bytes], name: str) -> _Header:
        """Read a header, refusing pickled objects; raises ``UnreadableFile``."""
        version = np.lib.format.read_magic(file)
        if version not in _HEADERS:
            raise UnreadableFile(path, f"has an array of NumPy's format {version[0]}.{version[1]}, which no grid needs")
        try:
            shape, fortran, dtype = _HEADERS[version](file)
        except ValueError as wrong:
            if "malformed node" not in str(wrong):
                raise
            # numpy names the place in memory of what it met
            reason = "has a header of more than plain values, as no array has"
            raise UnreadableFile(path, reason, "Write it again with np.save") from wrong
        if dtype.hasobject:
            raise UnreadableFile(
                path,
                f"holds Python objects at {name!r}, which could run any program when opened",
                "Save plain numbers: np.save(file, array.astype(np.float32))",
            )
        if any(n < 0 for n in shape):
            raise UnreadableFile(path, f"is damaged: an array of shape {shape}", "Write it again")
        return cls(shape, "F" if fortran else "C", dtype)


class _ZipArray:
    """An array of an archive, unpacked once when it is first asked for."""

    packed = True

    def __init__(self, path: Path, name: str, header: _Header) -> None:
        self._path, self._name, self._header = path, name, header
        self._values: NDArray[Any] | None = None
        self.shape, self.dtype = header.shape, header.dtype

    def __getitem__(self, index: Any) -> NDArray[Any]:
        if self._values is None:
            self._values = self._unpack()
        return np.asarray(self._values[index])

    def _unpack(self) -> NDArray[Any]:
        """Read the bytes that the header declares, and not one more than memory has."""
        require_memory(self._path, self._header.n_bytes, self._name)
        with zipfile.ZipFile(self._path) as archive, archive.open(self._name) as file:
            _Header.read(self._path, file, self._name)
            data = np.empty(self._header.n_bytes, dtype=np.uint8)
            done = 0
            while done < data.size:
                block = file.read(min(BLOCK, data.size - done))
                if not block:
                    raise UnreadableFile(self._path, f"is truncated: {done} of {data.size} bytes of {self._name}")
                data[done : done + len(block)] = np.frombuffer(block, np.uint8)
                done += len(block)
        return data.view(self.dtype).reshape(self.shape, order=self._header.order)


def _archive(path: Path) -> tuple[dict[str, Values], GridFacts]:
    arrays: dict[str, Values] = {}
    others: list[str] = []
    facts: dict[str, Any] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            with archive.open(info) as file:
                header = _Header.read(path, file, name)
                if header.n_bytes > info.file_size:
                    raise UnreadableFile(
                        path, f"declares {human(header.n_bytes)} for {name!r} and holds {human(info.file_size)}"
                    )
                if is_grid(header.shape, header.dtype):
                    arrays[name] = _ZipArray(path, info.filename, header)
                    continue
                others.append(f"{name} {_shape(header.shape)} of {header.dtype}")
                if header.n_bytes <= LARGEST_FACT * 8 and header.dtype.kind in "iufbSU":
                    value = np.frombuffer(file.read(header.n_bytes), header.dtype)
                    facts[name] = value.reshape(-1)[0].item() if value.size == 1 else value
    if not arrays:
        raise _no_grid(path, others)
    return arrays, stated({key: _text(value) for key, value in facts.items()})


def _shape(sides: Sequence[int]) -> str:
    return "×".join(map(str, sides)) or "one value"


def _no_grid(path: Path, arrays: Sequence[str]) -> UnknownFormat:
    """Say what an archive holds instead of a grid."""
    more = f" and {len(arrays) - MOST_NAMED} more" if len(arrays) > MOST_NAMED else ""
    return UnknownFormat(path, why=f"holds {NO_GRID}: its arrays are {', '.join(arrays[:MOST_NAMED]) or 'none'}{more}")


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
