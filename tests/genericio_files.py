"""GenericIO files as HACC writes them, from its sources' structs; the checksum is the slow, obvious one."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Rank = Mapping[str, np.ndarray]
FLAGS = {"f": 1 | 2, "i": 2, "u": 0}
COORDINATES = {"x": 4, "y": 8, "z": 16}


def slow_table() -> list[int]:
    """The remainder of every byte."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0xC96C5795D7870F42 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = slow_table()


def slow_crc64(data: bytes) -> int:
    """CRC-64/XZ byte by byte."""
    crc = 0xFFFFFFFFFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFFFFFFFFFF


def sealed(data: bytes) -> bytes:
    """The data with their inverted checksum behind them, its lowest byte first on machines of either order."""
    return data + struct.pack("<Q", slow_crc64(data) ^ 0xFFFFFFFFFFFFFFFF)


def write_genericio(
    path: Path,
    ranks: Sequence[Rank],
    *,
    box_size: float = 50.0,
    origin: Sequence[float] = (0.0, 0.0, 0.0),
    order: str = "<",
    compress: bool = False,
    with_blocks: bool = False,
    oldest: bool = False,
    element_sizes: bool = False,
    total_ranks: int | None = None,
    first_rank: int = 0,
) -> None:
    """Write one file of several ranks.

    oldest : without the place of block headers and the ranks' numbers
    element_sizes : with the size of a number, which vectors have several of
    compress : by Blosc, where that makes a block smaller
    """
    names = list(ranks[0])
    stored = [{n: np.asarray(r[n]).astype(np.asarray(r[n]).dtype.newbyteorder(order)) for n in names} for r in ranks]
    rows = [len(rank[names[0]]) for rank in stored]
    payloads = [[_packed(rank[n], order) if compress else (b"", rank[n].tobytes()) for n in names] for rank in stored]
    with_blocks = with_blocks or compress
    own, variable, rank_size = (152, 272, 40) if oldest else (168, 280 if element_sizes else 272, 48)
    vars_start = own
    ranks_start = vars_start + variable * len(names)
    blocks_start = ranks_start + rank_size * len(ranks)
    header_size = blocks_start + (48 * len(ranks) * len(names) if with_blocks else 0)
    q = f"{order}Q"
    header = b"HACC01L\0" if order == "<" else b"HACC01B\0"
    words = [header_size, sum(rows), total_ranks or len(ranks), 1, 1, len(names), variable, vars_start]
    words += [len(ranks), rank_size, ranks_start, own]
    header += struct.pack(f"{order}12Q", *words) + struct.pack(f"{order}6d", *origin, *([box_size] * 3))
    if not oldest:
        header += struct.pack(f"{order}2Q", 48 if with_blocks else 0, blocks_start if with_blocks else 0)
    for name in names:
        values = stored[0][name]
        width = values.dtype.itemsize * (values.shape[1] if values.ndim == 2 else 1)
        flags = FLAGS[values.dtype.kind] | COORDINATES.get(name, 0)
        header += struct.pack("256s", name.encode()) + struct.pack(f"{order}2Q", flags, width)
        header += struct.pack(q, values.dtype.itemsize) if element_sizes else b""
    place, starts, blocks = header_size + 8, [], b""
    for payload in payloads:
        starts.append(place)
        for filters, data in payload:
            blocks += struct.pack("32s", filters) + struct.pack(f"{order}2Q", place, len(data))
            place += len(data) + 8
    for number, (count, start) in enumerate(zip(rows, starts, strict=True)):
        header += struct.pack(f"{order}5Q", number, 0, 0, count, start)
        header += b"" if oldest else struct.pack(q, first_rank + number)
    header += blocks if with_blocks else b""
    body = b"".join(sealed(data) for payload in payloads for _, data in payload)
    path.write_bytes(sealed(header) + body)


def _packed(values: np.ndarray, order: str) -> tuple[bytes, bytes]:
    from numcodecs import blosc

    plain = values.tobytes()
    frame = blosc.compress(plain, b"blosclz", 9, 1, typesize=values.dtype.itemsize) if plain else b""
    if not plain or len(frame) >= len(plain):
        return b"", plain
    return b"BLOSC", struct.pack(f"{order}Q", slow_crc64(plain)) + frame


def particles(rng: np.random.Generator, count: int, box_size: float = 50.0, first_id: int = 0) -> dict[str, np.ndarray]:
    """One rank of a full particle output."""
    places = (box_size * rng.random((3, count))).astype(np.float32)
    speeds = rng.normal(0, 200, (3, count)).astype(np.float32)
    return {
        **dict(zip("xyz", places, strict=True)),
        **{f"v{axis}": speed for axis, speed in zip("xyz", speeds, strict=True)},
        "phi": np.round(rng.normal(size=count)).astype(np.float32),
        "id": np.arange(first_id, first_id + count, dtype=np.int64),
        "mask": np.zeros(count, np.uint16),
    }


def write_split(
    path: Path, ranks: Sequence[Rank], partitions: Sequence[int], box_size: float = 50.0, order: str = "<"
) -> list[Path]:
    """Write a map at ``path`` and the pieces beside it; return the pieces."""
    numbers = np.arange(len(ranks), dtype=np.int32)
    write_genericio(path, [{"$rank": numbers, "$partition": np.array(partitions, np.int32)}], box_size=box_size)
    pieces = []
    for partition in sorted(set(partitions)):
        own = [rank for rank, of in zip(ranks, partitions, strict=True) if of == partition]
        pieces.append(path.with_name(f"{path.name}#{partition}"))
        write_genericio(pieces[-1], own, box_size=box_size, order=order, total_ranks=len(ranks))
    return pieces


def particle_sample(path: Path, rng: np.random.Generator) -> None:
    """A whole output of two ranks."""
    write_genericio(path, [particles(rng, 300), particles(rng, 200, first_id=300)])


def halo_sample(path: Path, rng: np.random.Generator) -> None:
    """Halo properties of two ranks."""
    write_genericio(path, [halo_properties(rng, 40), halo_properties(rng, 17)])


def halo_properties(rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """One rank of a halo finder's output: every third halo has no spherical overdensity."""
    found: dict[str, np.ndarray] = {
        "fof_halo_tag": np.arange(count, dtype=np.int64),
        "fof_halo_count": rng.integers(20, 900, count),
        "fof_halo_mass": rng.lognormal(28, 1, count).astype(np.float32),
        "sod_halo_mass": rng.lognormal(28, 1, count).astype(np.float32),
        "sod_halo_radius": rng.random(count).astype(np.float32),
    }
    for i, axis in enumerate("xyz"):
        found[f"fof_halo_center_{axis}"] = (50 * rng.random(count)).astype(np.float32)
        found[f"fof_halo_com_v{axis}"] = rng.normal(i, 300, count).astype(np.float32)
    found["sod_halo_mass"][::3] = -101
    return found
