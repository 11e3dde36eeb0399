"""One array of a Zarr store: the chunks that are asked for are read and unpacked, one at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import LARGEST_CHUNK
from backends.readers.files.limits import human
from backends.readers.grids.zarr_codecs import COMPRESSORS, chain_v2, chain_v3
from backends.readers.grids.zarr_store import Store

SIZES = {"f": (2, 4, 8), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8)}
KINDS = {"float": "f", "int": "i", "uint": "u"}
MOST_CHUNKS, MOST_COUNTED = 1_000_000, 4096
"""Chunks of an array, and those that are looked for before it is opened."""


class ZarrArray:
    """An array on disk, as the readers of grids ask for it."""

    def __init__(self, store: Store, name: str, metadata: Mapping[str, Any]) -> None:
        self.store, self.name, self.label = store, name, name or store.path.stem
        self.shape = _whole(metadata["shape"])
        self.dtype = dtype_of(metadata)
        modern = metadata.get("zarr_format") == 3
        if modern:
            self.chunks = _whole(metadata["chunk_grid"]["configuration"]["chunk_shape"])
            keys = metadata.get("chunk_key_encoding") or {}
            default = "/" if keys.get("name", "default") == "default" else "."
            self._separator = str((keys.get("configuration") or {}).get("separator", default))
            self._start = f"c{self._separator}" if keys.get("name", "default") == "default" else ""
        else:
            self.chunks = _whole(metadata["chunks"])
            self._separator, self._start = str(metadata.get("dimension_separator", ".")), ""
        self._require_sound()
        self._fill = float(metadata.get("fill_value") or 0)
        try:
            self._chain = (
                chain_v3(metadata["codecs"], self.dtype, self.chunks)
                if modern
                else chain_v2(metadata, self.dtype, self.chunks)
            )
        except ValueError as unknown:
            known = f"Write it with one of {', '.join(COMPRESSORS)}, and its axes in order"
            raise UnreadableFile(store.path, f"keeps {self.label!r} as is not read: {unknown}", known) from unknown

    def lacking(self) -> str:
        """Say, as a sentence, how many chunks are not there, for which the fill value stands; "" where none are told.

        Stores leave chunks of nothing but that value away, and copies that were interrupted leave any.
        """
        places = [range(-(-n // m)) for n, m in zip(self.shape, self.chunks, strict=True)]
        count = math.prod(map(len, places))
        if count > MOST_COUNTED:
            return ""
        there = sum(self.store.has(self._key(place)) for place in product(*places))
        if there == count:
            return ""
        held = "1 is" if there == 1 else f"{there} are"
        return f"{self.label}: of its {count} chunks {held} there; {self._fill:g} stands for the others."

    def _require_sound(self) -> None:
        """Refuse sizes that are a trap; raises ``UnreadableFile``."""
        path = self.store.path
        if len(self.chunks) != len(self.shape) or min((*self.chunks, 1)) < 1 or self._separator not in "./":
            raise UnreadableFile(path, f"is damaged: {self.label!r} has chunks of {self.chunks}", "Write it again")
        size = math.prod(self.chunks) * self.dtype.itemsize
        if size > LARGEST_CHUNK:
            raise UnreadableFile(path, f"keeps {self.label!r} in chunks of {human(size)}", "Write it in smaller chunks")
        count = math.prod(-(-n // m) for n, m in zip(self.shape, self.chunks, strict=True))
        if count > MOST_CHUNKS:
            raise UnreadableFile(path, f"keeps {self.label!r} in {count} chunks", "Write it in larger chunks")
        if math.prod(self.shape) and not self.store.holds_any(self.name):
            size = math.prod(self.shape) * self.dtype.itemsize
            none = f"declares {human(size)} for {self.label!r} and holds none of it"
            raise UnreadableFile(path, none, "Copy it again, with its chunks")

    def __getitem__(self, index: Any) -> NDArray[Any]:
        steps = (*(index if isinstance(index, tuple) else (index,)),)
        steps += (slice(None),) * (len(self.shape) - len(steps))
        ranges = [
            step.indices(n)[:2] if isinstance(step, slice) else (int(step), int(step) + 1)
            for step, n in zip(steps, self.shape, strict=True)
        ]
        values = np.empty([max(0, stop - start) for start, stop in ranges], self.dtype.newbyteorder("="))
        touched = [range(start // m, -(-stop // m)) for (start, stop), m in zip(ranges, self.chunks, strict=True)]
        for place in product(*touched):
            there, here = [], []
            for number, chunk, (start, stop) in zip(place, self.chunks, ranges, strict=True):
                first, last = max(start, number * chunk), min(stop, (number + 1) * chunk)
                there.append(slice(first - start, last - start))
                here.append(slice(first - number * chunk, last - number * chunk))
            block = self._chunk(place)
            values[tuple(there)] = self._fill if block is None else block[tuple(here)]
        return values[tuple(slice(None) if isinstance(step, slice) else 0 for step in steps)]

    def _chunk(self, place: tuple[int, ...]) -> NDArray[Any] | None:
        """Unpack one chunk, None where it was never written and stands for the fill value."""
        data = self.store.read(self._key(place), 2 * LARGEST_CHUNK)
        return None if data is None else self._chain.decode(data, self.chunks, self._fill)

    def _key(self, place: tuple[int, ...]) -> str:
        where = self._separator.join(map(str, place)) or "0"
        return f"{self.name}/{self._start}{where}".lstrip("/")


def dtype_of(metadata: Mapping[str, Any]) -> np.dtype[Any]:
    """Return an array's dtype; raises ``ValueError`` where it is none of plain numbers."""
    text = str(metadata.get("data_type" if metadata.get("zarr_format") == 3 else "dtype"))
    if metadata.get("zarr_format") == 3:
        name = text.rstrip("0123456789")
        text = f"<{KINDS.get(name, '')}{int(text[len(name) :] or 0) // 8}"
    if len(text) != 3 or text[0] not in "<>|" or int(text[2]) not in SIZES.get(text[1], ()):
        raise ValueError(f"holds {text} and no numbers")
    return np.dtype(text)


def _whole(numbers: Any) -> tuple[int, ...]:
    if not isinstance(numbers, list) or any(type(n) is not int or n < 0 for n in numbers):
        raise ValueError(f"{numbers!r} is no shape")
    return tuple(numbers)
