"""From the stored bytes of a Zarr chunk to its numbers. What a chunk may become is known before it is unpacked."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

COMPRESSORS = ("blosc", "zstd", "lz4", "gzip", "zlib")
CHECKSUM = 4
"""Bytes of the crc32c behind a chunk; the arrays' own sizes are what is checked."""
ABSENT = 2**64 - 1


@dataclass(frozen=True)
class Chain:
    """How one chunk is stored, outermost step last; raises ``ValueError`` for what is not known.

    order : axes as they are stored, slowest first
    shards : shape and chain of the smaller chunks that a chunk consists of, or None
    """

    dtype: np.dtype[Any]
    order: tuple[int, ...]
    packing: tuple[str, ...] = ()
    shards: tuple[tuple[int, ...], Chain, bool, int] | None = None

    def decode(self, data: bytes, shape: tuple[int, ...], fill: float) -> NDArray[Any]:
        """Return a chunk of that shape."""
        if self.shards is not None:
            return self._assemble(data, shape, fill)
        n_bytes = math.prod(shape) * self.dtype.itemsize
        for step in reversed(self.packing):
            data = data[:-CHECKSUM] if step == "crc32c" else unpacked(step, data, n_bytes)
        if len(data) != n_bytes:
            raise ValueError(f"a chunk has {len(data)} bytes where {n_bytes} are declared")
        stored = np.frombuffer(data, self.dtype).reshape([shape[axis] for axis in self.order])
        return stored.transpose(np.argsort(self.order))

    def _assemble(self, data: bytes, shape: tuple[int, ...], fill: float) -> NDArray[Any]:
        """Put a shard together from its chunks, which an index at its end or its start locates."""
        assert self.shards is not None
        inner, chain, at_end, checksum = self.shards
        counts = tuple(n // m for n, m in zip(shape, inner, strict=True))
        length = 16 * math.prod(counts)
        start = len(data) - length - checksum if at_end else 0
        if start < 0:
            raise ValueError("a shard is shorter than its index")
        index = np.frombuffer(data, "<u8", 2 * math.prod(counts), start).reshape(-1, 2)
        whole = np.full(shape, fill, self.dtype)
        for number, (offset, size) in enumerate(index.tolist()):
            if offset == ABSENT or size == ABSENT:
                continue
            place = np.unravel_index(number, counts)
            region = tuple(slice(int(p) * m, (int(p) + 1) * m) for p, m in zip(place, inner, strict=True))
            whole[region] = chain.decode(data[offset : offset + size], inner, fill)
        return whole


def unpacked(name: str, data: bytes, n_bytes: int) -> bytes:
    """Decompress into so many bytes and not one more; raises ``ValueError`` where it cannot be."""
    if name in ("gzip", "zlib"):
        return zlib.decompressobj(31 if name == "gzip" else 15).decompress(data, n_bytes + 1)
    from numcodecs import blosc, lz4, zstd

    if name == "blosc":
        declared, _, packed = struct.unpack_from("<III", data, 4)
        if declared != n_bytes or packed != len(data):
            raise ValueError(f"a chunk is declared to have {n_bytes} bytes and holds {declared}")
    if name == "lz4" and struct.unpack_from("<I", data)[0] != n_bytes:
        raise ValueError(f"a chunk does not hold the {n_bytes} bytes that are declared")
    found = np.empty(n_bytes, np.uint8)
    {"blosc": blosc, "lz4": lz4, "zstd": zstd}[name].decompress(data, found)
    return found.tobytes()


def chain_v2(metadata: Mapping[str, Any], dtype: np.dtype[Any], shape: tuple[int, ...]) -> Chain:
    """Read how the chunks of a version 2 array are stored."""
    filters = [str(step.get("id")) for step in metadata.get("filters") or () if step.get("id") != "bitround"]
    compressor = metadata.get("compressor")
    packing = (*filters, *((str(compressor.get("id")),) if compressor else ()))
    axes = range(len(shape))
    order = tuple(reversed(axes)) if metadata.get("order") == "F" else tuple(axes)
    return Chain(dtype, order, _known(packing))


def chain_v3(codecs: Sequence[Mapping[str, Any]], dtype: np.dtype[Any], shape: tuple[int, ...]) -> Chain:
    """Read how the chunks of a version 3 array are stored."""
    order = tuple(range(len(shape)))
    packing: list[str] = []
    shards = None
    for codec in codecs:
        name, chosen = str(codec["name"]).removeprefix("numcodecs."), codec.get("configuration") or {}
        if name == "transpose":
            order = tuple(int(axis) for axis in chosen["order"])
            if sorted(order) != list(range(len(shape))):
                raise ValueError(f"its axes are stored in the order {order}")
        elif name == "bytes":
            dtype = dtype.newbyteorder(">" if chosen.get("endian") == "big" else "<")
        elif name == "sharding_indexed":
            inner = tuple(int(n) for n in chosen["chunk_shape"])
            if len(inner) != len(shape) or any(m < 1 or n % m for n, m in zip(shape, inner, strict=True)):
                raise ValueError(f"its shards of {shape} are cut into {inner}")
            chain = chain_v3(chosen["codecs"], dtype, inner)
            checksum = CHECKSUM * any(step["name"] == "crc32c" for step in chosen["index_codecs"])
            shards = (inner, chain, chosen.get("index_location", "end") == "end", checksum)
        else:
            packing.append(name)
    if shards is not None and (packing or order != tuple(range(len(shape))) or shards[1].shards is not None):
        raise ValueError("its shards are packed or turned once more")
    return Chain(dtype, order, _known(packing), shards)


def _known(packing: Sequence[str]) -> tuple[str, ...]:
    """Refuse filters that are not known, and packing of what is packed."""
    for step in packing:
        if step not in (*COMPRESSORS, "crc32c"):
            raise ValueError(f"its chunks are packed by {step!r}")
    if sum(step in COMPRESSORS for step in packing) > 1:
        raise ValueError("its chunks are packed twice")
    return tuple(packing)
