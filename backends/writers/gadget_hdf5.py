"""Particles as a Gadget HDF5 snapshot that other programs of the field open too.

Written in the field's conventional units (kpc/h, 1e10 Msun/h, km/s √a), which readers that look for no
units assume, and with the units stated, for those that do; the header has the Gadget-2 and Gadget-4
attributes. V. Springel, MNRAS 364, 1105 (2005); V. Springel et al., MNRAS 506, 2871 (2021).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.errors import WrongCall
from backends.progress import Progress, silent
from backends.writers.whole import whole

KPC_IN_CM = 3.085678e21
MASS_IN_G = 1.989e43
NAMES = {0: "gas", 1: "dark matter", 2: "disk", 3: "bulge", 4: "stars", 5: "boundary"}
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
    if masses is None:
        masses = omega_m * 2.77536627e11 * box_size**3 / max(n, 1)
    one_mass = masses if isinstance(masses, (int, float)) else None
    counts = np.zeros(6, dtype=np.uint32)
    counts[particle_type] = n & 0xFFFFFFFF
    table = np.zeros(6)
    table[particle_type] = 0.0 if one_mass is None else one_mass / 1e10
    scale_factor = 1 / (1 + redshift)
    high = np.zeros(6, dtype=np.uint32)
    high[particle_type] = n >> 32
    in_this_file = np.zeros(6, dtype=np.int64)
    in_this_file[particle_type] = n
    cosmology = {
        "Omega0": omega_m,
        "OmegaLambda": 1 - omega_m if omega_lambda is None else omega_lambda,
        "OmegaBaryon": omega_baryon,
        "HubbleParam": hubble,
    }
    units = {"UnitLength_in_cm": KPC_IN_CM, "UnitMass_in_g": MASS_IN_G, "UnitVelocity_in_cm_per_s": 1e5}
    header: dict[str, Any] = {
        "NumPart_ThisFile": in_this_file if n >> 31 else in_this_file.astype(np.int32),
        "NumPart_Total": counts,
        "NumPart_Total_HighWord": high,
        "MassTable": table,
        "Time": scale_factor,
        "Redshift": redshift,
        "BoxSize": box_size * 1e3,
        "NumFilesPerSnapshot": 1,
        "Flag_Sfr": 0,
        "Flag_Cooling": 0,
        "Flag_Feedback": 0,
        "Flag_StellarAge": 0,
        "Flag_Metals": 0,
        "Flag_Entropy_ICs": 0,
        "Flag_DoublePrecision": int(positions.dtype.itemsize == 8),
        **cosmology,
        **units,
    }
    with whole(path) as draft, h5py.File(draft, "w") as file:
        file.create_group("Header").attrs.update(header)
        file.create_group("Parameters").attrs.update(
            {**cosmology, **units, "BoxSize": box_size * 1e3, "ComovingIntegrationOn": 1}
        )
        if created_by:
            file.attrs["created_by"] = created_by
        group = file.create_group(f"PartType{particle_type}")
        _write(group, "Coordinates", positions, 1e3, 1.0, -1.0, KPC_IN_CM, progress)
        if velocities is not None:
            _write(group, "Velocities", velocities, scale_factor**-0.5, 0.5, 0.0, 1e5, progress)
        if one_mass is None:
            _write(group, "Masses", np.asarray(masses), 1e-10, 0.0, -1.0, MASS_IN_G, progress)
        if ids is None:
            ids = np.arange(1, n + 1, dtype=np.uint32 if n < 1 << 32 else np.uint64)
        group.create_dataset("ParticleIDs", data=ids)
        progress(1.0)


def _write(
    group: Any,
    name: str,
    values: NDArray[np.floating],
    factor: float,
    a_scaling: float,
    h_scaling: float,
    to_cgs: float,
    progress: Progress,
) -> None:
    """Write one column times a factor, slab by slab, so that no second copy of it is ever held."""
    dataset = group.create_dataset(name, values.shape, dtype=values.dtype)
    dataset.attrs.update({"a_scaling": a_scaling, "h_scaling": h_scaling, "to_cgs": to_cgs})
    for start in range(0, values.shape[0], SLAB):
        dataset[start : start + SLAB] = (values[start : start + SLAB] * np.float64(factor)).astype(values.dtype)
        progress(start / values.shape[0], f"Writing {name}")
