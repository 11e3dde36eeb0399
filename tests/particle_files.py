"""Binary particle files as their codes write them: Gadget, Tipsy, Nyx and GRAFIC."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

Blocks = Mapping[str, np.ndarray]

COUNTS = {"gas": 5, "dm": 400, "stars": 7}
BEHIND = {"gas": 20, "dm": 8, "stars": 16}


def record(data: bytes, order: str = "<", label: str = "") -> bytes:
    """One record, with its label in front in format 2."""
    length = struct.pack(f"{order}I", len(data) % (1 << 32))
    named = record(label.encode() + struct.pack(f"{order}I", (len(data) + 8) % (1 << 32)), order) if label else b""
    return named + length + data + length


def header(
    counts: Mapping[int, int],
    order: str = "<",
    total: Mapping[int, int] | None = None,
    masses: Mapping[int, float] | None = None,
    **values: Any,
) -> bytes:
    known = {"time": 0.5, "z": 1.0, "files": 1, "box": 50000.0, "omega_m": 0.3, "h": 0.7, **values}
    total = counts if total is None else total
    data = struct.pack(f"{order}6I", *(counts.get(t, 0) for t in range(6)))
    data += struct.pack(f"{order}6d", *((masses or {}).get(t, 0.0) for t in range(6)))
    data += struct.pack(f"{order}2d2i", known["time"], known["z"], 0, 0)
    data += struct.pack(f"{order}6I", *(total.get(t, 0) % (1 << 32) for t in range(6)))
    data += struct.pack(f"{order}2i4d", 0, known["files"], known["box"], known["omega_m"], 0.7, known["h"])
    data += struct.pack(f"{order}2i6I", 0, 0, *(known.get("high", {}).get(t, total.get(t, 0) >> 32) for t in range(6)))
    return data.ljust(256, b"\0")


def snapshot(path: Path, blocks: Blocks, head: bytes, order: str = "<", labelled: bool = False) -> Path:
    with path.open("wb") as file:
        file.write(record(head, order, "HEAD" if labelled else ""))
        for label, values in blocks.items():
            data = values.astype(values.dtype.newbyteorder(order)).tobytes()
            file.write(record(data, order, label.ljust(4) if labelled else ""))
    return path


def tipsy(
    path: Path,
    rng: np.random.Generator,
    order: str = ">",
    header: int = 32,
    precision: tuple[str, str] = ("f4", "f4"),
    time: float = 0.25,
    span: float = 1.0,
    counts: dict[str, int] = COUNTS,
) -> dict[str, np.ndarray]:
    """Write a file and return all its positions, velocities and masses."""
    total = sum(counts.values())
    written = {
        "positions": span * (rng.random((total, 3)) - 0.5),
        "velocities": rng.normal(size=(total, 3)),
        "masses": (0.3 * rng.random(total) / total).astype("f4"),
    }
    with path.open("wb") as file:
        file.write(struct.pack(f"{order}d5I", time, total, 3, *counts.values()).ljust(header, b"\0"))
        first = 0
        for name, count in counts.items():
            rows = np.zeros(count, [("m", f"{order}f4"), ("x", f"{order}{precision[0]}", 3),
                                    ("v", f"{order}{precision[1]}", 3), ("rest", f"V{BEHIND[name]}")])  # fmt: skip
            here = slice(first, first + count)
            rows["m"], rows["x"], rows["v"] = (written[k][here] for k in ("masses", "positions", "velocities"))
            file.write(rows.tobytes())
            first += count
    return written


def nyx(path: Path, rows: np.ndarray, dtype: str = "<f8", count: int | None = None) -> Path:
    path.write_bytes(struct.pack("<qii", len(rows) if count is None else count, 3, 4) + rows.astype(dtype).tobytes())
    return path


def grafic(
    path: Path,
    values: np.ndarray,
    order: str = "<",
    cell: float = 5.0,
    corner: tuple[float, float, float] = (0, 0, 0),
    cosmology: tuple[float, float, float, float] = (0.02, 0.3, 0.7, 70.0),
) -> Path:
    """Write values (x, y, z) as planes of constant z; the cosmology is a, Ω_m, Ω_v, H0."""
    header = struct.pack(f"{order}3i8f", *values.shape, cell, *corner, *cosmology)
    planes = [values[:, :, k].T.astype(f"{order}f4").tobytes() for k in range(values.shape[2])]
    path.write_bytes(b"".join(record(data, order) for data in (header, *planes)))
    return path


def gadget_sample(path: Path, rng: np.random.Generator) -> None:
    """Format 2: gas of individual masses, and dark matter."""
    blocks = {
        "POS": (50000 * rng.random((400, 3))).astype("f4"),
        "VEL": rng.normal(size=(400, 3)).astype("f4"),
        "ID": np.arange(400, dtype="u4"),
        "MASS": rng.random(100).astype("f4"),
        "U": rng.random(100).astype("f4"),
    }
    snapshot(path, blocks, header({0: 100, 1: 300}, masses={1: 2.0}), labelled=True)


def tipsy_sample(path: Path, rng: np.random.Generator) -> None:
    """Standard, without a parameter file."""
    tipsy(path, rng)


def nyx_sample(path: Path, rng: np.random.Generator) -> None:
    """Eight Mpc of dark matter."""
    nyx(path, np.column_stack([8 * rng.random((300, 3)), np.full(300, 5.9e8), rng.normal(size=(300, 3))]))


def grafic_sample(path: Path, rng: np.random.Generator) -> None:
    """One level with density, displacements and velocities."""
    path.mkdir()
    for name in ("ic_deltab", *(f"ic_{what}c{axis}" for what in ("pos", "vel") for axis in "xyz")):
        grafic(path / name, rng.normal(size=(8, 8, 8)))
