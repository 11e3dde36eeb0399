"""GRAFIC's files of initial conditions: a header of 44 bytes, and a Fortran record for every plane of a mesh."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backends.errors import UnreadableFile
from backends.readers.files.stored import StoredArray
from backends.readers.particles.extent import LARGEST, SMALLEST

HEADER = 44
PAYLOAD = "3i8f"
START = HEADER + 8
"""Bytes before the first plane: the header between its two markers."""

PREFIX = "ic_"
"""What every file of the format is called: its quantity is nowhere but in its name."""


@dataclass(frozen=True)
class GraficFile:
    """One mesh of numbers, of which nothing is read yet.

    shape : cells along x, y, z
    cell : side of a cell, comoving Mpc
    corner : of the mesh in the box, comoving Mpc
    hubble, omega_m, omega_v : None where not positive
    """

    path: Path
    order: str
    shape: tuple[int, int, int]
    cell: float
    corner: tuple[float, float, float]
    scale_factor: float | None
    omega_m: float | None
    omega_v: float | None
    hubble: float | None

    def planes(self) -> StoredArray:
        """Find the planes of constant z: fields opening, values (y, x) and closing."""
        x, y, z = self.shape
        marker, values = f"{self.order}i4", f"{self.order}f4"
        plane = np.dtype([("opening", marker), ("values", values, (y, x)), ("closing", marker)])
        return StoredArray.of(self.path, plane, START, (z,))


def is_grafic(path: Path) -> bool:
    """Whether a file is called and begins as one of the format; raises ``OSError``."""
    if not path.name.startswith(PREFIX) or not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(START)
    return _order(start) is not None


def read_file(path: Path) -> GraficFile:
    """Read the header of one file; raises ``UnreadableFile`` where the file is not as long as it says."""
    with path.open("rb") as file:
        start = file.read(START)
    order = _order(start)
    if order is None:
        raise UnreadableFile(path, "does not begin with GRAFIC's header of 44 bytes", "Copy or download it again")
    x, y, z, cell, *rest = struct.unpack_from(f"{order}{PAYLOAD}", start, 4)
    corner, (scale_factor, omega_m, omega_v, hubble) = rest[:3], rest[3:]
    if min(x, y, z) < 1 or not SMALLEST < cell < LARGEST or not np.isfinite(corner).all():
        raise UnreadableFile(path, f"is damaged: its header says {x}×{y}×{z} cells of {cell:g} Mpc", "Copy it again")
    due, size = START + z * (8 + 4 * x * y), path.stat().st_size
    if size != due:
        what = "truncated" if size < due else "damaged"
        raise UnreadableFile(path, f"is {what}: {size} of {due} bytes", "Copy or download it again")
    h = _stated(hubble)
    return GraficFile(
        path,
        order,
        (x, y, z),
        cell,
        (corner[0], corner[1], corner[2]),
        _stated(scale_factor),
        _stated(omega_m),
        _stated(omega_v),
        None if h is None else h / 100,
    )


def _order(start: bytes) -> str | None:
    """Byte order, if the markers of the header's record agree."""
    for order in "<>":
        if len(start) == START and struct.unpack_from(f"{order}I", start) == (HEADER,) == struct.unpack_from(
            f"{order}I", start, START - 4
        ):
            return order
    return None


def _stated(value: float) -> float | None:
    """The number that was meant: single precision adds digits of its own. None where it is not positive."""
    return float(str(np.float32(value))) if math.isfinite(value) and value > 0 else None
