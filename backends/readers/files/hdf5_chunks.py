"""Single chunks of an HDF5 dataset, unpacked outside of HDF5, which would let one thread at a time do so."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
"""HDF5's own numbers of these filters."""

CHECKSUM = 4
"""Bytes of Fletcher's checksum behind a chunk."""


@dataclass(frozen=True)
class Hdf5Chunks:
    """A dataset whose chunks are stored as they are or deflated, shuffled or not. Checksums are not looked at."""

    dataset: Any
    filters: tuple[int, ...]

    @classmethod
    def of(cls, dataset: Any) -> Hdf5Chunks | None:
        """Look at how a dataset is stored; None where only HDF5 can read it."""
        if dataset.chunks is None or dataset.is_virtual:
            return None
        plan = dataset.id.get_create_plist()
        filters = tuple(plan.get_filter(i)[0] for i in range(plan.get_nfilters()))
        return cls(dataset, filters) if {*filters} <= {DEFLATE, SHUFFLE, FLETCHER32} else None

    def read(self, start: tuple[int, ...]) -> NDArray[Any]:
        """Return the chunk that begins there, cut where the dataset ends; raises ``ValueError`` where it is damaged."""
        shape, dtype = self.dataset.chunks, self.dataset.dtype
        inside = tuple(slice(0, min(size, n - i)) for i, size, n in zip(start, shape, self.dataset.shape, strict=True))
        if self.dataset.id.get_chunk_info_by_coord(start).byte_offset is None:
            return np.broadcast_to(np.asarray(self.dataset.fillvalue, dtype), [part.stop for part in inside])
        mask, data = self.dataset.id.read_direct_chunk(start)
        n_bytes = math.prod(shape) * dtype.itemsize
        for place in reversed(range(len(self.filters))):
            if mask >> place & 1:
                continue
            step = self.filters[place]
            if step == FLETCHER32:
                data = data[:-CHECKSUM]
            elif step == DEFLATE:
                data = zlib.decompressobj().decompress(data, n_bytes + CHECKSUM)
            else:
                data = np.frombuffer(data, np.uint8).reshape(dtype.itemsize, -1).T.tobytes()
        return np.frombuffer(data, dtype, math.prod(shape)).reshape(shape)[inside]
