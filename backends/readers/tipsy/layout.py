"""Where Tipsy keeps what: a file without a mark of its own, told by a length that fits its counts to the byte."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from backends.readers.files.stored import StoredArray

SHORT, PADDED = 28, 32
"""Bytes of the header: time, five numbers, and a pad that most compilers put behind them."""

BEHIND = {"gas": 20, "dm": 8, "stars": 16}
"""Bytes of each species behind mass, position and velocity: density, temperature, softening and the like."""

PRECISIONS = (("f4", "f4"), ("f8", "f4"), ("f8", "f8"))
"""Of positions and velocities; the others are compiled into Gasoline and ChaNGa on demand."""


@dataclass(frozen=True)
class Layout:
    """A file's byte order ("<" or ">"), time, and for each species its count, rows and first byte."""

    order: str
    time: float
    counts: dict[str, int]
    rows: dict[str, np.dtype[Any]]
    starts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def table(self, path: Path, species: str) -> StoredArray:
        """Say where one species' rows are, with fields mass, positions, velocities."""
        return StoredArray.of(path, self.rows[species], self.starts[species], (self.counts[species],))


def layout_of(path: Path) -> Layout | None:
    """Return the layout that the length of the file confirms, or None; raises ``OSError``."""
    with path.open("rb") as file:
        start = file.read(PADDED)
    size = path.stat().st_size
    if len(start) < SHORT:
        return None
    for order in "><":
        time, total, dimensions, gas, dark, stars = struct.unpack_from(f"{order}d5I", start)
        if dimensions != 3 or not math.isfinite(time) or not 0 < time < 1e30:
            continue
        for header, precision in product((PADDED, SHORT), PRECISIONS):
            pads = {0}
            if header == PADDED and len(start) == PADDED:
                pads.add(struct.unpack_from(f"{order}I", start, SHORT)[0])
            for pad in pads:
                # Beyond 2³² particles the pad holds eight more bits of each count (pkdgrav).
                counts = [n + (((pad >> shift) & 0xFF) << 32) for n, shift in ((gas, 8), (dark, 16), (stars, 24))]
                whole = total + ((pad & 0xFF) << 32)
                layout = _layout(order, time, counts, header, precision)
                if whole and sum(counts) == whole and layout[1] == size:
                    return layout[0]
    return None


def least_length(start: bytes) -> int | None:
    """How long a file that begins so must at least be if it is Tipsy's, or None where it does not look like one."""
    for order in "><" if len(start) >= SHORT else "":
        time, total, dimensions, *counts = struct.unpack_from(f"{order}d5I", start)
        if dimensions == 3 and 0 < time < 100 and total and sum(counts) == total:
            return _layout(order, time, counts, SHORT, PRECISIONS[0])[1]
    return None


def _layout(order: str, time: float, counts: list[int], header: int, precision: tuple[str, str]) -> tuple[Layout, int]:
    """Lay out rows of one precision, and say how long the file must then be."""
    place, positions, velocities = header, *precision
    rows: dict[str, np.dtype[Any]] = {}
    starts: dict[str, int] = {}
    for (species, behind), count in zip(BEHIND.items(), counts, strict=True):
        rows[species] = np.dtype(
            [
                ("mass", f"{order}f4"),
                ("positions", f"{order}{positions}", (3,)),
                ("velocities", f"{order}{velocities}", (3,)),
                ("behind", f"V{behind}"),
            ]
        )
        starts[species] = place
        place += count * rows[species].itemsize
    return Layout(order, time, dict(zip(BEHIND, counts, strict=True)), rows, starts), place
