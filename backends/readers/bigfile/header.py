"""Headers of the codes that write BigFile: MP-Gadget, FastPM, FlowPM and initial conditions of pmesh.

Y. Feng et al., MNRAS 463, 2273 (2016) (FastPM); C. Modi, F. Lanusse & U. Seljak, Astronomy and Computing 37,
100505 (2021) (FlowPM).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backends.errors import UnreadableFile
from backends.readers.bigfile.blocks import read_attributes
from backends.readers.bigfile.root import header_of
from backends.readers.files.hdf5 import integers, number
from backends.readers.gadget.header import CM_PER_MPC, CRITICAL_DENSITY, G_PER_MSUN, nice
from backends.readers.lengths import impossible_box

KPC = 1e-3


@dataclass(frozen=True)
class Header:
    """What a data set says of itself, in Halograph's units.

    is_batch : whether the numbered folders are boxes of a batch (FlowPM) and no types of particles
    length : Mpc/h of the file's unit, None where it is not stated;  mass : Msun/h;  velocity : km/s
    is_peculiar : whether velocities are peculiar; None where the file does not say
    """

    is_batch: bool
    side: float | None
    redshift: float | None
    hubble: float | None
    omega_m: float | None
    length: float | None
    mass: float
    velocity: float
    is_peculiar: bool | None
    mass_table: tuple[float, ...]
    totals: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def scale_factor(self) -> float | None:
        """a = 1 / (1 + z), or None."""
        return None if self.redshift is None else 1 / (1 + self.redshift)


def read_header(root: Path) -> Header:
    """Read the header of a data set; raises ``UnreadableFile``."""
    block = header_of(root)
    if block is None:
        raise UnreadableFile(root, "is not there any more", "Say where it was moved to")
    values = read_attributes(block)
    is_batch = "OmegaCDM" in values and "TotNumPart" not in values
    notes = impossible_box(values.get("BoxSize"))
    peculiar = number(values, "UsePeculiarVelocity")
    length = _positive(values, "UnitLength_in_cm")
    mass, velocity = _positive(values, "UnitMass_in_g"), _positive(values, "UnitVelocity_in_cm_per_s")
    return Header(
        is_batch=is_batch,
        side=_side(root, values),
        redshift=_redshift(values),
        hubble=_positive(values, "HubbleParam", "h"),
        omega_m=_omega_m(values, is_batch, notes),
        length=1.0 if is_batch else None if length is None else nice(length / CM_PER_MPC),
        mass=1e10 if mass is None else nice(mass / G_PER_MSUN),
        velocity=1.0 if velocity is None else nice(velocity / 1e5),
        is_peculiar=None if peculiar is None else bool(peculiar),
        mass_table=_mass_table(values),
        totals=integers(values, "TotNumPart"),
        notes=tuple(notes),
    )


def length_of(header: Header, masses: float, notes: list[str]) -> float:
    """Return Mpc/h of the unit of length; where none is stated the mass in the box tells kpc/h from Mpc/h.

    masses : of all particles, Msun/h, 0 where they are not known
    """
    if header.length is not None:
        return header.length
    if header.omega_m and header.side and masses:
        as_mpc = masses / (header.omega_m * CRITICAL_DENSITY * header.side**3)
        for unit, name in ((KPC, "kpc/h"), (1.0, "Mpc/h")):
            if 1e-3 < as_mpc / unit**3 < 1e3:
                notes.append(f"No unit of length is stated; the mass in the box says {name}.")
                return unit
    notes.append("No unit of length is stated; read as kpc/h by convention.")
    return KPC


def velocity_of(header: Header, has_masses: bool, notes: list[str]) -> float | None:
    """Return peculiar km/s of a stored velocity, or None where they are no velocities that are known.

    MP-Gadget keeps a² dx/dt in snapshots and dx/dt √a, as Gadget-1, in initial conditions, unless it says that
    they are peculiar; initial conditions have no masses of their own.
    """
    a = header.scale_factor
    if header.is_batch:
        notes.append("FlowPM's velocities are the momenta of its own mesh and not km/s: they are left out.")
        return None
    if header.is_peculiar:
        return header.velocity
    if a is None:
        notes.append("Velocities are stored in powers of a scale factor that is not stated: they are left out.")
        return None
    if header.is_peculiar is None:
        kind = "a snapshot" if has_masses else "initial conditions"
        notes.append(f"It does not say how velocities are stored; read as MP-Gadget's {kind}.")
    return float(header.velocity * (1 / a if has_masses else math.sqrt(a)))


def _positive(values: Mapping[str, Any], *names: str) -> float | None:
    return next((v for v in (number(values, name) for name in names) if v is not None and v > 0), None)


def _side(root: Path, values: Mapping[str, Any]) -> float | None:
    value = np.atleast_1d(np.asarray(values.get("BoxSize", ())))
    if value.dtype.kind not in "fiu" or not value.size:
        return None
    sides = sorted({float(side) for side in value})
    if len(sides) > 1 and all(map(math.isfinite, sides)):
        raise UnreadableFile(root, f"has a box of sides {sides}, which is no cube", "Only cubic boxes are read")
    return sides[0] if math.isfinite(sides[0]) and sides[0] > 0 else None


def _redshift(values: Mapping[str, Any]) -> float | None:
    redshift = number(values, "Redshift")
    if redshift is not None and redshift > -1:
        return redshift
    a = number(values, "Time", "ScalingFactor")
    return float(np.round(max(0.0, 1 / a - 1), 10)) if a is not None and 1e-4 < a <= 1.0001 else None


def _omega_m(values: Mapping[str, Any], is_batch: bool, notes: list[str]) -> float | None:
    """Today's matter density parameter, under the name that the code means by it."""
    if is_batch:
        dark, baryons = number(values, "OmegaCDM"), number(values, "OmegaB")
        return None if dark is None else dark + (baryons or 0.0)
    found, dark = _positive(values, "OmegaM", "Omega_m", "Omega0"), _positive(values, "Omega_cdm")
    if found is not None and found == dark and _positive(values, "OmegaM", "Omega_m") is None:
        notes.append("FastPM wrote Ω_cdm for Ω_m: massive neutrinos are not counted in it.")
    return found


def _mass_table(values: Mapping[str, Any]) -> tuple[float, ...]:
    table = np.atleast_1d(np.asarray(values.get("MassTable", ())))
    if table.ndim != 1 or table.dtype.kind not in "fiu":
        return ()
    return tuple(float(v) if math.isfinite(v) and v > 0 else 0.0 for v in table)
