"""SWIFT snapshots as small as they come: whole, distributed over files with an index, and of many kinds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

MPC, MSUN = 3.08567758149e24, 1.98841e33
UNITS = {
    "Unit length in cgs (U_L)": MPC,
    "Unit mass in cgs (U_M)": 1e10 * MSUN,
    "Unit time in cgs (U_t)": MPC / 1e5,
    "Unit current in cgs (U_I)": 1.0,
    "Unit temperature in cgs (U_T)": 1.0,
}
COSMOLOGY = {"Cosmological run": 1, "h": 0.681, "Omega_m": 0.305, "Redshift": 1.0, "Scale-factor": 0.5}
SIDE = 100.0
"""Mpc, without h."""

Types = Mapping[int, Mapping[str, Any]]
POWERS = {"Coordinates": 1.0, "Velocities": 0.0, "Masses": 0.0, "DynamicalMasses": 0.0}


def write_swift(
    path: Path,
    types: Types,
    header: Mapping[str, Any] = {},
    cosmology: Mapping[str, Any] | None = COSMOLOGY,
    units: Mapping[str, float] | None = UNITS,
    piece: tuple[int, int] = (0, 1),
    totals: list[int] | None = None,
) -> None:
    """Write one file, with SWIFT's checksums: its particles are the types', whatever the totals say."""
    here = [len(types[t]["Coordinates"]) if t in types else 0 for t in range(7)]
    said = {
        "Code": np.bytes_("SWIFT"),
        "BoxSize": np.full(3, SIDE),
        "NumPart_ThisFile": np.array(here),
        "NumPart_Total": np.array(totals or here, np.uint32),
        "NumPart_Total_HighWord": np.zeros(7, np.uint32),
        "TotalNumberOfParticles": np.array(totals or here),
        "NumFilesPerSnapshot": np.array([piece[1]]),
        "ThisFile": np.array([piece[0]]),
        "NumPartTypes": np.array([7]),
        "OutputType": np.bytes_("FullVolume"),
        "MassTable": np.zeros(7),
        "InitialMassTable": np.full(7, 1e5),
        "Time": np.array([1e-3]),
        "Redshift": np.array([1.0]),
        "Scale-factor": np.array([0.5]),
        "Dimension": np.array([3]),
        "Virtual": np.array([0]),
        **header,
    }
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        file.create_group("Header").attrs.update(said)
        for name, values in (("Cosmology", cosmology), ("Units", units), ("InternalCodeUnits", units)):
            if values is not None:
                file.create_group(name).attrs.update({key: np.array([value]) for key, value in values.items()})
        for number, columns in types.items():
            for name, values in columns.items():
                dataset = file.create_dataset(f"PartType{number}/{name}", data=values, fletcher32=True)
                if name in POWERS:
                    dataset.attrs["a-scale exponent"] = np.array([POWERS[name]], np.float32)
                    dataset.attrs["h-scale exponent"] = np.array([0.0], np.float32)
        if 1 in types:
            file["DMParticles"] = h5py.SoftLink("/PartType1")


def write_distributed(folder: Path, types: Types, n_files: int, name: str = "snap_0000") -> Path:
    """Write a snapshot into several files and the index that reaches their columns as virtual datasets."""
    totals = [len(types[t]["Coordinates"]) if t in types else 0 for t in range(7)]
    folder.mkdir(exist_ok=True)
    for i in range(n_files):
        here = {t: {c: np.asarray(v)[i::n_files] for c, v in columns.items()} for t, columns in types.items()}
        write_swift(folder / f"{name}.{i}.hdf5", here, piece=(i, n_files), totals=totals)
    index = folder / f"{name}.hdf5"
    write_swift(index, {}, {"Virtual": np.array([1]), "NumPart_ThisFile": np.array(totals)}, totals=totals)
    with h5py.File(index, "r+") as file:
        for number, columns in types.items():
            for column, values in columns.items():
                whole = np.asarray(values)
                layout, start = h5py.VirtualLayout(whole.shape, whole.dtype), 0
                for i in range(n_files):
                    rows = len(whole[i::n_files])
                    layout[start : start + rows] = h5py.VirtualSource(
                        f"./{name}.{i}.hdf5", f"PartType{number}/{column}", (rows, *whole.shape[1:])
                    )
                    start += rows
                file.create_virtual_dataset(f"PartType{number}/{column}", layout)
    return index


def columns(n: int, rng: np.random.Generator, mass: float = 2.0) -> dict[str, Any]:
    """Make particles of one type in a box of 100 Mpc, with masses in 1e10 Msun."""
    return {
        "Coordinates": SIDE * rng.random((n, 3)),
        "Velocities": rng.normal(size=(n, 3)).astype(np.float32) * 100,
        "Masses": np.full(n, mass, np.float32),
        "ParticleIDs": np.arange(n, dtype=np.int64),
    }


def snapshot(path: Path, rng: np.random.Generator) -> None:
    """Write a cosmological snapshot of dark matter."""
    write_swift(path, {1: columns(500, rng)})
