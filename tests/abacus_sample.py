"""Abacus files as small as they come: particles packed by cell in a pack9 slab, or as integers."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numcodecs import blosc
from numpy.typing import NDArray

BOX, CELLS, TO_KMS = 50.0, 5, 200.0
ROOM = 72
HEADER: dict[str, object] = {
    "BoxSize": BOX, "BoxSizeHMpc": BOX, "H0": 67.36, "Omega_M": 0.315192, "NP": 500, "ParticleMassHMsun": 1.5e9,
    "Redshift": 1.0, "SimName": "Made", "VelZSpace_to_kms": TO_KMS, "ParticleSubsampleA": 0.03, "hMpc": 1,
}  # fmt: skip


def pack9(rng: np.random.Generator, n: int = 500) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.float64]]:
    """Make rows of cells and particles, and what they unpack to: positions in Mpc/h and velocities in km/s."""
    cells = np.sort(rng.integers(0, CELLS**3, n))
    numbers = rng.integers(-1000, 1001, (n, 6))
    rows, unit = [], 200
    for cell in np.unique(cells):
        corner = np.unravel_index(cell, (CELLS,) * 3)
        rows.append([2047, CELLS - 2000, unit - 2000, *(int(i) - 2000 for i in corner)])
        rows += numbers[cells == cell].tolist()
    corners = np.stack(np.unravel_index(cells, (CELLS,) * 3), axis=1)
    places = (corners + 0.5 + 0.0005 * numbers[:, :3]) * BOX / CELLS - BOX / 2
    return twelve_bits(np.array(rows) + 2048), places, numbers[:, 3:] * (unit * 0.0005 / CELLS * TO_KMS)


def twelve_bits(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Pack six numbers below 4096 a row into nine bytes; 4095 first makes the first byte 0xFF."""
    rows = np.empty((len(numbers), 9), np.uint8)
    for pair in range(3):
        first, second = numbers[:, 2 * pair], numbers[:, 2 * pair + 1]
        rows[:, 3 * pair] = first >> 4
        rows[:, 3 * pair + 1] = (first & 0xF) | (second >> 8 << 4)
        rows[:, 3 * pair + 2] = second & 0xFF
    return rows


def rvint(positions: NDArray[np.float64], velocities: NDArray[np.float64]) -> NDArray[np.int32]:
    """Pack positions about the centre and velocities into one integer an axis."""
    places = np.rint(positions / BOX * 1e6).astype(np.int64)
    return ((places << 12) | (np.rint(velocities * 2048 / 6000).astype(np.int64) + 2048)).astype(np.int32)


def write_asdf(
    path: Path, arrays: Mapping[str, NDArray[np.generic]], header: Mapping[str, object] = HEADER, chunk: int = 1 << 11
) -> None:
    """Write an ASDF file as Abacus does: every block in Blosc chunks, each led by its size, and room behind it."""
    text = "#ASDF 1.0.0\n#ASDF_STANDARD 1.5.0\n%YAML 1.1\n%TAG ! tag:stsci.edu:asdf/\n--- !core/asdf-1.1.0\ndata:\n"
    blocks = b""
    for number, (name, values) in enumerate(arrays.items()):
        order = "big" if values.dtype.byteorder == ">" or values.dtype.itemsize == 1 else "little"
        text += f"  {name}: !core/ndarray-1.0.0\n    source: {number}\n    datatype: {values.dtype.name}\n"
        text += f"    byteorder: {order}\n    shape: [{', '.join(map(str, values.shape))}]\n"
        raw, packed = values.tobytes() + bytes(ROOM), b""
        for start in range(0, len(raw), chunk):
            frame = blosc.compress(raw[start : start + chunk], b"zstd", 1, 1, typesize=values.dtype.itemsize)
            packed += struct.pack(">I", len(frame)) + frame
        head = struct.pack(">I4sQQQ16s", 0, b"blsc", len(packed), len(packed), len(raw), md5(raw))
        blocks += b"\xd3BLK" + struct.pack(">H", len(head)) + head + packed
    text += "header:\n" + "".join(f"  {name}: {value}\n" for name, value in header.items()) + "...\n"
    path.write_bytes(text.encode() + blocks)


def md5(data: bytes) -> bytes:
    """Return the checksum of a block: of its bytes as they are unpacked."""
    return hashlib.md5(data, usedforsecurity=False).digest()


def slab(path: Path, rng: np.random.Generator) -> None:
    """Write one slab that holds all there is."""
    write_asdf(path, {"pack9": pack9(rng)[0]})
