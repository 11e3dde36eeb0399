"""Headers of the Gadget HDF5 family, whose members spell the same facts in many ways.

Gadget-2/3 keep the cosmology in /Header, Gadget-4 in /Parameters; AREPO adds units to the header;
initial-condition codes write one-element arrays; cutouts leave most of it away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import attributes, child, integers, number
from backends.readers.lengths import impossible_box

CM_PER_MPC = 3.0856775814914e24
G_PER_MSUN = 1.989e33
"""The value that the codes of this family put into their own units of 1e10 Msun/h."""

CRITICAL_DENSITY = 2.77536627e11
"""3 H0² / (8 π G) in (Msun/h) / (Mpc/h)³."""


@dataclass(frozen=True)
class Header:
    """What one piece says of itself and of its snapshot; lengths and masses in the file's own units.

    counts, totals : particles of each type, here and in the whole snapshot; empty where not said
    side : box size in the file's length unit
    length : Mpc/h of the file's length unit, or None where it is not said
    mass, velocity : Msun/h and km/s of the file's units; the conventional 1e10 and 1 where not said
    velocity_power : peculiar velocity = stored velocity × a to this, where the column does not say another
    states_powers : whether what the columns say of powers of a is true
    """

    counts: tuple[int, ...]
    totals: tuple[int, ...]
    mass_table: tuple[float, ...]
    n_files: int
    side: float | None
    redshift: float | None
    scale_factor: float | None
    hubble: float | None
    omega_m: float | None
    length: float | None
    mass: float
    velocity: float
    oddities: tuple[str, ...] = ()
    velocity_power: float = 0.5
    states_powers: bool = True

    @property
    def may_be_centred(self) -> bool:
        """Whether positions may lie about the origin: no box is stated, or the run is none of a periodic universe."""
        return self.side is None or self.redshift is None

    @property
    def mean_density(self) -> float | None:
        """Ω_m ρ_crit in (Msun/h) / (Mpc/h)³, or None where Ω_m is not said."""
        return None if self.omega_m is None else self.omega_m * CRITICAL_DENSITY


def read_header(path: Path, file: Any) -> Header:
    """Read the header of one piece; raises ``UnreadableFile`` where it contradicts itself."""
    header = attributes(child(path, file, "Header"))
    both = {**attributes(child(path, file, "Parameters")), **header}
    oddities: list[str] = []
    scale_factor, redshift = epoch(both, oddities)
    oddities += impossible_box(both.get("BoxSize"))
    oddities += _impossible_masses(header)
    counts = integers(header, "NumPart_ThisFile")
    if any(n < 0 for n in counts):
        raise UnreadableFile(path, "is damaged: its header counts fewer than no particles", "Copy it again")
    return Header(
        counts=counts,
        totals=totals(header),
        mass_table=_mass_table(header),
        n_files=max(1, int(number(both, "NumFilesPerSnapshot") or 1)),
        side=side(path, both),
        redshift=redshift,
        scale_factor=scale_factor,
        hubble=positive(both, "HubbleParam", "Hubble_Param", "h"),
        omega_m=positive(both, "Omega0", "Omega_Matter", "OmegaMatter", "Omega_m"),
        length=_length(both),
        mass=_mass(both),
        velocity=_velocity(both),
        oddities=tuple(oddities),
    )


def nice(value: float) -> float:
    """Return the power of ten that a unit was meant to be: codes round the parsec and the sun."""
    power = 10.0 ** round(math.log10(value))
    return power if abs(value / power - 1) < 2e-3 else value


def positive(values: Mapping[str, Any], *names: str) -> float | None:
    """Return the first of these attributes that is set: zero is how headers leave a value away."""
    return next((v for v in (number(values, name) for name in names) if v is not None and v > 0), None)


def epoch(values: Mapping[str, Any], oddities: list[str]) -> tuple[float | None, float | None]:
    """Scale factor and redshift; both None where the run is not cosmological."""
    if number(values, "ComovingIntegrationOn") == 0:
        oddities.append("The run is not cosmological (ComovingIntegrationOn is 0), so it has no redshift.")
        return None, None
    redshift, time = number(values, "Redshift"), number(values, "Time")
    if redshift is not None and redshift > -1:
        redshift = 0.0 if abs(redshift) < 1e-9 else redshift
        scale_factor = 1 / (1 + redshift)
        if time is not None and abs(time / scale_factor - 1) > 1e-2:
            oddities.append(f"The header's Time {time:.6g} is not 1 / (1 + z) of its Redshift {redshift:.6g}.")
        return scale_factor, redshift
    if redshift is not None:
        oddities.append(f"The redshift that it states, {redshift:g}, is none, and is passed over.")
    if time is not None and 1e-4 < time <= 1.0001:
        return time, max(0.0, 1 / time - 1)
    return None, None


def side(path: Path, values: Mapping[str, Any]) -> float | None:
    """The box's side in the file's unit, from a number or from three equal ones."""
    value = values.get("BoxSize")
    if value is not None and getattr(value, "size", 1) == 3:
        sides = sorted({float(v) for v in value})
        if len(sides) > 1 and all(map(math.isfinite, sides)):
            raise UnreadableFile(path, f"has a box of sides {sides}, which is no cube", "Only cubic boxes are read")
        return sides[0] if math.isfinite(sides[0]) and sides[0] > 0 else None
    return positive(values, "BoxSize")


def totals(header: Mapping[str, Any]) -> tuple[int, ...]:
    """Counts of the whole snapshot: 32 low bits and, in a second attribute, the high ones."""
    low = integers(header, "NumPart_Total")
    high = integers(header, "NumPart_Total_HighWord")
    if len(high) != len(low) or any(value >= 1 << 32 for value in low):
        return low
    return tuple(a + (b << 32) for a, b in zip(low, high, strict=True))


def _mass_table(header: Mapping[str, Any]) -> tuple[float, ...]:
    table = header.get("MassTable")
    if table is None:
        return ()
    return tuple(v if math.isfinite(v) and v > 0 else 0.0 for v in _masses(table))


def _masses(table: Any) -> list[float]:
    return [float(v) for v in (table if getattr(table, "ndim", 0) else [table])]


def _impossible_masses(header: Mapping[str, Any]) -> list[str]:
    """Say which masses of the table are none; a zero says that particles have their own."""
    table = header.get("MassTable")
    wrong = [] if table is None else [f"{v:g}" for v in _masses(table) if not (math.isfinite(v) and v >= 0)]
    return [f"The masses that its table states, {', '.join(wrong)}, are none, and are passed over."] if wrong else []


def _length(values: Mapping[str, Any]) -> float | None:
    cm = positive(values, "UnitLength_in_cm", "UnitLength_In_CGS")
    return None if cm is None else nice(cm / CM_PER_MPC)


def _mass(values: Mapping[str, Any]) -> float:
    g = positive(values, "UnitMass_in_g", "UnitMass_In_CGS")
    return 1e10 if g is None else nice(g / G_PER_MSUN)


def _velocity(values: Mapping[str, Any]) -> float:
    cm_per_s = positive(values, "UnitVelocity_in_cm_per_s", "UnitVelocity_In_CGS")
    return 1.0 if cm_per_s is None else nice(cm_per_s / 1e5)
