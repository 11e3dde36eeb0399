"""BigFiles as MP-Gadget, FastPM and FlowPM write them, byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

MPGADGET = {
    "MassTable": np.array([0, 2.0, 0, 0, 0, 0]),
    "Time": 0.5,
    "BoxSize": 50000.0,
    "Omega0": 0.3,
    "OmegaLambda": 0.7,
    "HubbleParam": 0.7,
    "UnitLength_in_cm": 3.085678e21,
    "UnitMass_in_g": 1.989e43,
    "UnitVelocity_in_cm_per_s": 1e5,
    "UsePeculiarVelocity": np.int32(1),
    "CodeVersion": "5.0.10",
}


def write_block(folder: Path, values: np.ndarray | None, n_files: int = 1) -> None:
    """Write one block; None is a header's, which has no rows."""
    folder.mkdir(parents=True)
    if values is None:
        (folder / "header").write_text("DTYPE: <i8\nNMEMB: 0\nNFILE: 0\n")
        return
    lines = [f"DTYPE: {values.dtype.newbyteorder('<').str}", f"NMEMB: {values.shape[1] if values.ndim == 2 else 1}"]
    lines.append(f"NFILE: {n_files}")
    edges = [len(values) * i // n_files for i in range(n_files + 1)]
    for number, (start, stop) in enumerate(pairwise(edges)):
        data = values[start:stop].tobytes()
        total = sum(data) & 0xFFFFFFFF
        folded = (total & 0xFFFF) + (total >> 16)
        lines.append(f"{number:06X}: {stop - start} : {total} : {(folded & 0xFFFF) + (folded >> 16)}")
        (folder / f"{number:06X}").write_bytes(data)
    (folder / "header").write_text("\n".join(lines) + "\n")


def write_attributes(folder: Path, values: Mapping[str, Any], old: bool = False) -> None:
    """Write attributes as text, or as the binary records of old."""
    lines, records = "", b""
    for name, value in values.items():
        if isinstance(value, str):
            kind, count, data = "<a1", len(value), value.encode()
        else:
            array = np.atleast_1d(np.asarray(value))
            kind, count, data = array.dtype.str.replace("|", "<"), array.size, array.tobytes()
        lines += f"{name} {kind} {count} {data.hex().upper()} #HUMANE [ {value} ]\n"
        records += struct.pack("<2i8s", count, len(name), kind.encode()) + name.encode() + data
    if old:
        (folder / "attr").write_bytes(records)
    else:
        (folder / "attr-v2").write_text(lines)


def write_bigfile(
    root: Path,
    types: Mapping[str, Mapping[str, np.ndarray]],
    attributes: Mapping[str, Any],
    *,
    n_files: int = 1,
    old: bool = False,
) -> None:
    """Write a data set: blocks by folder ("1", "FOFGroups") and name."""
    header = root / ("header" if old else "Header")
    write_block(header, None)
    totals = [len(types[str(n)]["Position"]) if str(n) in types else 0 for n in range(6)]
    stated = {"TotNumPart": np.array(totals, np.uint64), **attributes}
    write_attributes(header, {name: value for name, value in stated.items() if value is not None}, old)
    for folder, blocks in types.items():
        for name, values in blocks.items():
            write_block(root / folder / name, values, n_files)


def particles(rng: np.random.Generator, count: int, side: float = 50000.0) -> dict[str, np.ndarray]:
    """One type of a snapshot."""
    return {
        "Position": side * rng.random((count, 3)),
        "Velocity": rng.normal(0, 200, (count, 3)).astype(np.float32),
        "ID": rng.permutation(count).astype(np.uint64),
    }


def groups(rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """MP-Gadget's friends of friends."""
    return {
        "MassCenterPosition": 50000 * rng.random((count, 3)),
        "MassCenterVelocity": rng.normal(0, 200, (count, 3)).astype(np.float32),
        "Mass": rng.lognormal(5, 1, count).astype(np.float32),
        "LengthByType": rng.integers(0, 90, (count, 6)).astype(np.uint32),
    }


def particle_sample(path: Path, rng: np.random.Generator) -> None:
    """A snapshot of gas and dark matter, its columns in two files each."""
    gas = particles(rng, 200) | {"Mass": np.full(200, 0.5, np.float32)}
    dark = particles(rng, 300) | {"Mass": np.full(300, 2, np.float32)}
    write_bigfile(path, {"0": gas, "1": dark}, {**MPGADGET, "MassTable": np.zeros(6)}, n_files=2)


def halo_sample(path: Path, rng: np.random.Generator) -> None:
    """Groups beside the particles in them."""
    write_bigfile(path, {"FOFGroups": groups(rng, 200), "1": particles(rng, 20)}, MPGADGET)
