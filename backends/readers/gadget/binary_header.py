"""How Gadget's binary snapshots begin: byte order, labels, and a header of one of two kinds."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from backends.readers.files.fortran_records import MARKER
from backends.readers.gadget.header import Header, epoch
from backends.readers.lengths import impossible_box
from backends.readers.particles.extent import LARGEST, SMALLEST

CLASSIC = 256
"""Bytes of the header of Gadget-1, -2 and -3, and of Gadget-4 where it imitates them."""

MOST_TYPES = 16

LARGEST_MASS = 1e25
"""Of one particle, in units of 1e10 Msun/h: more than there is, and just what single precision still holds."""


LABEL = 8
"""Bytes of the record in front of every block of format 2: four letters and a length."""

Start = tuple[str, int]
"""Byte order, and where the header's record begins: 0 in format 1, behind its label in format 2."""


@dataclass(frozen=True)
class Counts:
    """What the header says before its numbers are judged; one entry a type."""

    here: tuple[int, ...]
    total: tuple[int, ...]
    mass: tuple[float, ...]
    time: float
    redshift: float
    n_files: int
    side: float
    omega_m: float
    hubble: float


def find_start(file: BinaryIO) -> Start | None:
    """Tell a Gadget snapshot by its first bytes, or None where it is something else."""
    start = file.read(2 * MARKER + LABEL)
    for order in "<>":
        place = 0
        if start[4:8] == b"HEAD" and _u4(start, 0, order) == _u4(start, 12, order) == LABEL:
            place = 2 * MARKER + LABEL
        file.seek(place)
        data = file.read(CLASSIC + 2 * MARKER + 24 * MOST_TYPES)
        size = _u4(data, 0, order)
        if size is None or (size != CLASSIC and native_types(size) is None) or _u4(data, MARKER + size, order) != size:
            continue
        if size == CLASSIC or _fits(data[MARKER : MARKER + size], order, file, place + size + 2 * MARKER):
            return order, place
    return None


def native_types(size: int) -> int | None:
    """Particle types in a header of Gadget-4's own, which has no fixed length; None where no number fits."""
    types, rest = divmod(size - 48, 24)
    return types if not rest and 1 <= types <= MOST_TYPES else None


def _fits(payload: bytes, order: str, file: BinaryIO, place: int) -> bool:
    """Whether positions of just so many particles follow: Gadget-4's own header has no other mark."""
    counts = read_counts(payload, order)
    file.seek(place)
    data = file.read(3 * MARKER + LABEL)
    if data[4:8] == b"POS ":
        data = data[2 * MARKER + LABEL :]
    total = sum(counts.here)
    return total > 0 and _u4(data, 0, order) in (12 * total % (1 << 32), 24 * total % (1 << 32))


def read_counts(payload: bytes, order: str) -> Counts:
    """Take the header's bytes apart; at least one of the two kinds fits their number."""
    types = native_types(len(payload))
    if types is not None:
        n = struct.unpack_from(f"{order}{2 * types}q", payload)
        mass = struct.unpack_from(f"{order}{types}d", payload, 16 * types)
        time, redshift, side, n_files = struct.unpack_from(f"{order}3di", payload, 24 * types)
        return Counts(n[:types], n[types:], mass, time, redshift, n_files, side, 0.0, 0.0)
    here = struct.unpack_from(f"{order}6I", payload)
    *mass_, time, redshift = struct.unpack_from(f"{order}8d", payload, 24)
    low = struct.unpack_from(f"{order}6I", payload, 96)
    n_files = struct.unpack_from(f"{order}i", payload, 124)[0]
    side, omega_m, _, hubble = struct.unpack_from(f"{order}4d", payload, 128)
    high = struct.unpack_from(f"{order}6I", payload, 168)
    # Real headers hold anything in the high words of types that have no particles.
    total = tuple(b + (c << 32) if a or b else 0 for a, b, c in zip(here, low, high, strict=True))
    return Counts(here, total, tuple(mass_), time, redshift, n_files, side, omega_m, hubble)


def read_header(path: Path, payload: bytes, order: str) -> Header:
    """Judge the header's numbers: zero is how this format leaves a value away."""
    counts = read_counts(payload, order)
    oddities: list[str] = []
    expands = math.isfinite(counts.time) and counts.time > 0 and abs(counts.time * (1 + counts.redshift) - 1) < 1e-2
    side, omega_m = _positive(counts.side), _positive(counts.omega_m)
    oddities += impossible_box(counts.side)
    if side is not None and not SMALLEST < side < LARGEST:
        oddities.append(f"The header's box size {side:.3g} cannot be meant.")
        side = None
    if any(mass >= LARGEST_MASS for mass in counts.mass):
        oddities.append("Some masses of the header's table cannot be meant.")
    scale_factor = redshift = None
    if omega_m is None and side is None and (not expands or counts.redshift == 0):
        oddities.append("The header states neither a box nor a cosmology: an isolated system, which is not periodic.")
    elif omega_m is None and not expands:
        oddities.append("The header's Time is no scale factor and it states no cosmology, so there is no redshift.")
    else:
        scale_factor, redshift = epoch({"Time": counts.time, "Redshift": counts.redshift}, oddities)
    return Header(
        counts=counts.here,
        totals=counts.total,
        mass_table=tuple((_positive(mass) or 0.0) if mass < LARGEST_MASS else 0.0 for mass in counts.mass),
        n_files=max(1, counts.n_files),
        side=side,
        redshift=redshift,
        scale_factor=scale_factor,
        hubble=_positive(counts.hubble) if omega_m is not None else None,
        omega_m=omega_m,
        length=None,
        mass=1e10,
        velocity=1.0,
        oddities=tuple(oddities),
    )


def _positive(value: float) -> float | None:
    return value if math.isfinite(value) and value > 0 else None


def _u4(data: bytes, place: int, order: str) -> int | None:
    return struct.unpack_from(f"{order}I", data, place)[0] if 0 <= place <= len(data) - 4 else None
