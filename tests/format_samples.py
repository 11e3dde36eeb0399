"""Small files of every format that a reader takes, made by what writes them in real life."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import abacus_sample
import amr_samples
import bigfile_files
import genericio_files
import h5py
import halo_samples
import numpy as np
import particle_files
import ramses_samples
import swift_sample
from damage import content_of

from backends.data.bundle import Case, Dataset, Model, write_bundle
from backends.data.facts import Facts
from backends.writers.gadget_hdf5 import write_gadget_hdf5

FACTS = Facts(box_size=50.0, redshift=0.0, quantity="relative_density")
"""What a person would tell about a file that says nothing."""


def snapshot(path: Path, rng: np.random.Generator) -> None:
    positions = (50 * rng.random((500, 3))).astype(np.float32)
    velocities = rng.normal(size=(500, 3)).astype(np.float32)
    write_gadget_hdf5(path, positions, box_size=50, redshift=1, omega_m=0.3, hubble=0.7, velocities=velocities)


def numpy_grid(path: Path, rng: np.random.Generator) -> None:
    with path.open("wb") as file:
        np.save(file, np.exp(rng.normal(size=(16, 16, 16))).astype(np.float32))


def hdf5_grid(path: Path, rng: np.random.Generator) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["BoxSize"] = 50.0
        file["delta"] = rng.normal(size=(16, 16, 16))


def zarr_grid(path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(16, 16, 16)).astype("<f4")
    metadata = {"zarr_format": 2, "shape": [16, 16, 16], "chunks": [8, 16, 16], "dtype": "<f4", "order": "C"}
    packed = {"compressor": {"id": "zlib", "level": 1}, "fill_value": 0, "filters": None}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(".zgroup", '{"zarr_format": 2}')
        archive.writestr(".zattrs", '{"box_size": 50.0, "box_size_unit": "Mpc/h"}')
        archive.writestr("delta/.zarray", json.dumps(metadata | packed))
        for i in range(2):
            archive.writestr(f"delta/{i}.0.0", zlib.compress(values[8 * i : 8 * i + 8].tobytes()))


def statistic_table(path: Path, rng: np.random.Generator) -> None:
    k = np.geomspace(0.01, 10, 40)
    header = "k [h/Mpc]  P(k) [(Mpc/h)^3]  Nmodes"
    np.savetxt(path, np.stack([k, 1e4 * rng.random(40) / k, np.arange(1, 41)], axis=1), header=header)


def bundle(path: Path, rng: np.random.Generator) -> None:
    def field(label: str) -> Dataset:
        return Dataset(rng.normal(size=(3, 8, 8, 8)).astype(np.float32), "displacement", label, "Mpc/h")

    case = Case("A", "test", field("Zel'dovich"), field("N-body"), {"redshift": 0.0}, {"2lpt": field("2LPT")})
    write_bundle(
        path,
        box_size=16,
        n=8,
        cases={"a": case},
        models={"unet": Model("U-Net", "unet", parameters=7, means={"a": field("")})},
        cosmology={"omega_m": 0.3, "hubble": 0.7},
    )


MAKERS: dict[str, Callable[[Path, np.random.Generator], None]] = {
    "abacus": abacus_sample.slab,
    "swift": swift_sample.snapshot,
    "enzo": amr_samples.enzo,
    "amrex-plotfile": amr_samples.plotfile,
    "ramses": ramses_samples.ramses,
    "gadget-hdf5": snapshot,
    "numpy-grid": numpy_grid,
    "hdf5-grid": hdf5_grid,
    "zarr-grid": zarr_grid,
    "statistic-table": statistic_table,
    "halograph-bundle": bundle,
    "bigfile": bigfile_files.particle_sample,
    "bigfile-halos": bigfile_files.halo_sample,
    "genericio": genericio_files.particle_sample,
    "genericio-halos": genericio_files.halo_sample,
    "gadget-binary": particle_files.gadget_sample,
    "tipsy": particle_files.tipsy_sample,
    "nyx-particles": particle_files.nyx_sample,
    "grafic": particle_files.grafic_sample,
    **halo_samples.MAKERS,
}


@cache
def sound_content(name: str) -> dict[str, bytes]:
    """The bytes of the files of a sound sample of that format, by their places below it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample"
        MAKERS[name](path, np.random.default_rng(3))
        return content_of(path)
