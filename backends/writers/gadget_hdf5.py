"""Particles as a Gadget HDF5 snapshot that other programs of the field open too.

Written in the field's conventional units (kpc/h, 1e10 Msun/h, km/s √a), which readers that look for no
units assume, and with the units stated, for those that do; the header has the Gadget-2 and Gadget-4
attributes. V. Springel, MNRAS 364, 1105 (2005); V. Springel et al., MNRAS 506, 2871 (2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.particles import Particles
from backends.errors import WrongCall
from backends.progress import Progress, silent
from backends.writers.snapshot_facts import BLACK_HOLES, KM_IN_CM, KPC_IN_CM, MASS_IN_G, UNITS, SnapshotFacts
from backends.writers.whole import whole

SLAB = 1 << 18


def write_gadget_hdf5(
    path: Path,
    positions: NDArray[np.floating],
    *,
    box_size: float,
    redshift: float,
    omega_m: float,
    hubble: float,
    velocities: NDArray[np.floating] | None = None,
    masses: NDArray[np.floating] | float | None = None,
    ids: NDArray[np.integer] | None = None,
    omega_lambda: float | None = None,
    omega_baryon: float = 0.0,
    particle_type: int = 1,
    created_by: str = "",
    progress: Progress = silent,
) -> None:
    """Write one species as a single-file snapshot, whole or not at all.

    Parameters
    ----------
    positions : (n, 3) float, comoving Mpc/h
    box_size : comoving side, Mpc/h
    hubble : H0 / 100
    velocities : (n, 3) float, peculiar km/s
    masses : (n,) float in Msun/h, or one for all, or None for Ω_m ρ_crit L³ / n
    ids : (n,) integer, or None for 1 … n
    omega_lambda : None for a flat universe
    created_by : name and version of the program and the call that made the particles

    Raises
    ------
    WrongCall
        Where shapes do not fit together.
    MachineError
        Where the file cannot be written.
    """
    n = int(positions.shape[0])
    if positions.shape != (n, 3) or (velocities is not None and velocities.shape != (n, 3)):
        raise WrongCall("positions and velocities must both be (n, 3)")
    facts = SnapshotFacts(box_size, redshift, omega_m, hubble, omega_lambda, omega_baryon, created_by)
    with gadget_hdf5(path, facts, {particle_type: n}) as file:
        for start in range(0, max(n, 1), SLAB):
            progress(start / max(n, 1), "Writing particles")
            rows = slice(start, start + SLAB)
            of_rows: Any = masses[rows] if isinstance(masses, np.ndarray) else masses
            speeds: Any = None if velocities is None else velocities[rows]
            file.add(
                particle_type,
                Particles(positions[rows], box_size, of_rows, speeds, None if ids is None else ids[rows]),
            )
        progress(1.0)


@contextmanager
def gadget_hdf5(path: Path, facts: SnapshotFacts, counts: Mapping[int, int]) -> Iterator[GadgetHdf5Draft]:
    """Yield a snapshot to which particles are added piece by piece; it takes its name when all are there.

    Parameters
    ----------
    counts : particles of each type, over all pieces

    Raises
    ------
    MachineError
        Where the file cannot be written.
    """
    with whole(path) as draft, h5py.File(draft, "w") as file:
        opened = GadgetHdf5Draft(file, facts, counts)
        yield opened
        opened.finish()


class GadgetHdf5Draft:
    """A snapshot under way: every column is made, whole and empty, by the first piece that has it."""

    def __init__(self, file: Any, facts: SnapshotFacts, counts: Mapping[int, int]) -> None:
        self._file, self._facts, self._counts = file, facts, dict(counts)
        self._rows = dict.fromkeys(counts, 0)
        self._table = np.zeros(6)
        self._double = False
        file.create_group("Header")
        for type_ in counts:
            file.create_group(f"PartType{type_}")

    def add(self, type_: int, particles: Particles) -> None:
        """Write some particles of a type behind those that were written before."""
        start, count = self._rows[type_], self._counts[type_]
        rows = slice(start, start + particles.count)
        self._double |= particles.positions.dtype.itemsize == 8
        self._write(type_, "Coordinates", particles.positions, rows, 1e3, (1.0, -1.0, KPC_IN_CM))
        if particles.velocities is not None:
            scale = self._facts.scale_factor**-0.5
            self._write(type_, "Velocities", particles.velocities, rows, scale, (0.5, 0.0, KM_IN_CM))
        if isinstance(particles.masses, np.ndarray):
            self._write(type_, "Masses", particles.masses, rows, 1e-10, (0.0, -1.0, MASS_IN_G))
        else:
            mass = self._facts.mean_mass(count) if particles.masses is None else particles.masses
            self._table[type_] = mass / 1e10
        ids = particles.ids
        if ids is None:
            ids = np.arange(start + 1, rows.stop + 1, dtype=np.uint32 if count < 1 << 32 else np.uint64)
        if ids.dtype == np.int64:
            ids = ids.astype(np.uint64)  # what readers of this family expect of eight bytes
        self._column(type_, "ParticleIDs", ids)[rows] = ids
        if particles.species == "black-holes":
            self._column(type_, BLACK_HOLES["gadget-hdf5"], np.ones(particles.count, np.uint8))[rows] = 1
        self._rows[type_] = rows.stop

    def finish(self) -> None:
        """Write the header, which only now is known; refuse a snapshot that is not whole."""
        if self._rows != self._counts:
            raise WrongCall(f"{self._rows} particles came of {self._counts}")
        counts = np.array([self._counts.get(type_, 0) for type_ in range(6)], dtype=np.int64)
        facts, side = self._facts, self._facts.box_size * 1e3
        header: dict[str, Any] = {
            "NumPart_ThisFile": counts if counts.max(initial=0) >> 31 else counts.astype(np.int32),
            "NumPart_Total": (counts & 0xFFFFFFFF).astype(np.uint32),
            "NumPart_Total_HighWord": (counts >> 32).astype(np.uint32),
            "MassTable": self._table,
            "Time": facts.scale_factor,
            "Redshift": facts.redshift,
            "BoxSize": side,
            "NumFilesPerSnapshot": 1,
            "Flag_Sfr": 0,
            "Flag_Cooling": 0,
            "Flag_Feedback": 0,
            "Flag_StellarAge": 0,
            "Flag_Metals": 0,
            "Flag_Entropy_ICs": 0,
            "Flag_DoublePrecision": int(self._double),
            **facts.cosmology(),
            **UNITS,
        }
        self._file["Header"].attrs.update(header)
        parameters = {**facts.cosmology(), **UNITS, "BoxSize": side, "ComovingIntegrationOn": 1}
        self._file.create_group("Parameters").attrs.update(parameters)
        if facts.created_by:
            self._file.attrs["created_by"] = facts.created_by

    def _column(self, type_: int, name: str, values: NDArray[Any]) -> Any:
        group = self._file[f"PartType{type_}"]
        if name not in group:
            return group.create_dataset(name, (self._counts[type_], *values.shape[1:]), dtype=values.dtype)
        return group[name]

    def _write(
        self,
        type_: int,
        name: str,
        values: NDArray[np.floating],
        rows: slice,
        factor: float,
        units: tuple[float, float, float],
    ) -> None:
        """Write some rows of a column times a factor, slab by slab, so that no second copy of them is ever held."""
        dataset = self._column(type_, name, values)
        if rows.start == 0:
            dataset.attrs.update(dict(zip(("a_scaling", "h_scaling", "to_cgs"), units, strict=True)))
        for start in range(0, values.shape[0], SLAB):
            slab = values[start : start + SLAB]
            stop = rows.start + start + slab.shape[0]
            dataset[rows.start + start : stop] = (slab * np.float64(factor)).astype(values.dtype)
