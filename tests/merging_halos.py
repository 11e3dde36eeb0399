"""Snapshots of planted halos that merge: which particles each is made of is known at every time."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from backends.writers.gadget_hdf5 import write_gadget_hdf5

BOX = 40.0
PARTICLE = 1e11
REDSHIFTS = (2.0, 1.0, 0.0)
SIZES = {"large": 300, "small": 200, "alone": 150}
FIRST = {"large": 1, "small": 301, "alone": 501}
"""Ids are consecutive in each clump; the others are a thin lattice."""
PLACES = (
    {"large": (10, 10, 10), "small": (20, 10, 10), "alone": (30, 30, 39.9)},
    {"large": (12, 10, 10), "small": (12.1, 10, 10), "alone": (30, 31, 0.1)},
    {"large": (13, 10, 10), "small": (13.1, 10, 10), "alone": (30, 32, 0.4)},
)
"""At z = 1 the small one lies in the large one."""


def write_snapshots(folder: Path, sorted_by_halo: bool = False) -> list[Path]:
    """Write one snapshot a redshift, earliest first, its particles in an order of its own."""
    random = np.random.default_rng(5)
    lattice = (np.stack(np.meshgrid(*[np.arange(20)] * 3, indexing="ij"), axis=-1).reshape(-1, 3) + 0.5) * BOX / 20
    far = [np.linalg.norm((lattice - np.array(at) + BOX / 2) % BOX - BOX / 2, axis=1) > 3 for at in
           {place for places in PLACES for place in places.values()}]  # fmt: skip
    lattice = lattice[np.all(far, axis=0)]
    paths = []
    for number, (redshift, places) in enumerate(zip(REDSHIFTS, PLACES, strict=True)):
        parts = [np.array(places[name]) + 0.15 * random.normal(size=(size, 3)) for name, size in SIZES.items()]
        x = np.mod(np.concatenate([*parts, lattice]), BOX).astype(np.float32)
        x[x >= BOX] = 0
        ids = np.arange(1, len(x) + 1)
        order = np.arange(len(x)) if sorted_by_halo else random.permutation(len(x))
        paths.append(folder / f"snap_{number:03d}.hdf5")
        write_gadget_hdf5(
            paths[-1], x[order], box_size=BOX, redshift=redshift, omega_m=0.3, hubble=0.7, masses=PARTICLE,
            ids=ids[order], velocities=np.zeros_like(x),
        )  # fmt: skip
    return paths


def write_catalogue(folder: Path, number: int) -> Path:
    """Write Subfind's catalogue of a snapshot that is sorted by halo: three groups, the first with a subhalo in it."""
    z, places = REDSHIFTS[number], PLACES[number]
    path = folder / f"fof_subhalo_tab_{number:03d}.hdf5"
    sizes, centres = np.array(list(SIZES.values())), np.array([places[name] for name in SIZES], float)
    with h5py.File(path, "w") as file:
        counts = {"Ngroups_ThisFile": 3, "Ngroups_Total": 3, "Nsubhalos_ThisFile": 4, "Nsubhalos_Total": 4}
        file.create_group("Header").attrs.update(
            {"BoxSize": 1e3 * BOX, "Redshift": z, "Time": 1 / (1 + z), "NumFiles": 1, "Omega0": 0.3, "HubbleParam": 0.7}
            | {name: np.int32(value) for name, value in counts.items()}
        )
        by_type = np.zeros((3, 6), np.int32)
        by_type[:, 1] = sizes
        file["Group/GroupPos"] = (1e3 * centres).astype(np.float32)
        file["Group/GroupMass"] = (sizes * PARTICLE / 1e10).astype(np.float32)
        file["Group/GroupLen"], file["Group/GroupLenType"] = sizes.astype(np.int32), by_type
        file["Group/Group_M_Crit200"] = (0.5 * sizes * PARTICLE / 1e10).astype(np.float32)
        within = np.concatenate([centres[:1], centres[:1] + 0.1, centres[1:]])
        file["Subhalo/SubhaloPos"] = (1e3 * within).astype(np.float32)
        file["Subhalo/SubhaloMass"] = (np.array([240, 40, 200, 150]) * PARTICLE / 1e10).astype(np.float32)
        file["Subhalo/SubhaloLen"] = np.array([240, 40, 200, 150], np.int32)
        file["Subhalo/SubhaloGroupNr"] = np.array([0, 0, 1, 2], np.int32)
    return path
