"""SWIFT's headers: lengths and masses without h, velocities peculiar, units in groups of their own.

What SWIFT writes, what codes write for it to begin from, and what its early versions wrote differ in
little and say it nowhere. A run that is not cosmological has neither redshift nor h.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py

from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import attributes, child, integers, number
from backends.readers.gadget.header import CM_PER_MPC, G_PER_MSUN, Header, nice, positive, side, totals
from backends.readers.gadget.pieces import GROUP
from backends.readers.gadget.species import TypeFacts
from backends.readers.lengths import impossible_box

LENGTH, MASS, TIME = "Unit length in cgs (U_L)", "Unit mass in cgs (U_M)", "Unit time in cgs (U_t)"

SPECIES = {0: "gas", 1: "dm", 2: "dm-2", 3: "sinks", 4: "stars", 5: "black-holes", 6: "neutrinos"}

PARAMETER_SETS = {
    "Planck2018EE": (0.67321, 0.3158),
    "Planck2018EE+BAO": (0.67702, 0.3106),
    "Planck2018EE+SN": (0.6749, 0.3134),
    "Planck2018EE+BAO+SN": (0.67742, 0.3099),
}
"""h and Ω_m of the cosmologies that monofonIC's files only name: Planck 2018 baselines 2.17 to 2.20."""


def swift_species(types: Mapping[int, TypeFacts], cosmological: bool) -> dict[int, str]:
    """Name every type that has particles: SWIFT's numbers mean the same everywhere."""
    return {number: SPECIES.get(number, f"type-{number}") for number, facts in types.items() if facts.count}


def read_swift_header(path: Path, file: Any) -> Header:
    """Read the header of one piece; lengths and masses are as if h were 1 where it is not said."""
    header, cosmology = attributes(child(path, file, "Header")), attributes(child(path, file, "Cosmology"))
    units = attributes(child(path, file, "Units")) or attributes(child(path, file, "InternalCodeUnits"))
    oddities: list[str] = []
    redshift = _redshift(header, cosmology)
    hubble, omega_m = (None, None) if redshift is None else _cosmology(path, file, cosmology, oddities)
    counts = integers(header, "NumPart_ThisFile")
    if any(n < 0 for n in counts):
        raise UnreadableFile(path, "is damaged: its header counts fewer than no particles", "Copy it again")
    length, mass, velocity = _units(units, redshift is not None, oddities)
    oddities += impossible_box(header.get("BoxSize"))
    h = hubble or 1.0
    if str(header.get("OutputType", "")).lower() == "subsampled":
        oddities.append("This output is a subsample of the particles: its spectra carry more shot noise.")
    return Header(
        counts=counts,
        totals=integers(header, "TotalNumberOfParticles") or totals(header),
        mass_table=(),
        n_files=max(1, int(number(header, "NumFilesPerSnapshot") or 1)),
        side=side(path, header),
        redshift=redshift,
        scale_factor=None if redshift is None else 1 / (1 + redshift),
        hubble=hubble,
        omega_m=omega_m,
        length=length * h ** (1 + _power_of_h(path, file, "Coordinates")),
        mass=mass * h ** (1 + _power_of_h(path, file, "Masses")),
        velocity=velocity,
        oddities=tuple(oddities),
        velocity_power=0.0,
        states_powers="Code" in header or "Code" in file,  # others state powers that SWIFT passes over, and wrong ones
    )


def _redshift(header: Mapping[str, Any], cosmology: Mapping[str, Any]) -> float | None:
    """The redshift of a cosmological run, None of any other; initial conditions have no group of cosmology."""
    if number(cosmology, "Cosmological run") == 0:
        return None
    redshift = number(cosmology, "Redshift")
    if redshift is None:
        redshift = number(header, "Redshift")
    scale_factor = positive(cosmology, "Scale-factor") or positive(header, "Scale-factor")
    if redshift is None and scale_factor is not None:
        redshift = 1 / scale_factor - 1
    if redshift is None or redshift <= -1 or (not cosmology and redshift == 0):
        return None
    return 0.0 if abs(redshift) < 1e-9 else redshift


def _cosmology(
    path: Path, file: Any, stated: Mapping[str, Any], oddities: list[str]
) -> tuple[float | None, float | None]:
    """h and Ω_m, as the file says them or by the name of the set that it says they are of."""
    hubble, omega_m = positive(stated, "h"), positive(stated, "Omega_m")
    name = str(attributes(child(path, file, "ICs_parameters")).get("Cosmology Parameter Set", ""))
    if hubble is None and name in PARAMETER_SETS:
        hubble, omega_m = PARAMETER_SETS[name]
        oddities.append(
            f"The file names its cosmology {name} and gives no number of it: h = {hubble:g} and "
            f"Ω_m = {omega_m:g} are those of that set."
        )
    return hubble, omega_m


def _units(units: Mapping[str, Any], cosmological: bool, oddities: list[str]) -> tuple[float, float, float]:
    """Mpc, Msun and km/s of the file's units; 1 where it has none but those of a laboratory."""
    if not cosmological:
        oddities.append("The run is not cosmological: it has no redshift and no h, and is read as if h were 1.")
    cm, g, s = (positive(units, name) for name in (LENGTH, MASS, TIME))
    if cm is None or g is None or s is None or (cm, s) == (1.0, 1.0):
        oddities.append(
            "No astronomical units are stated: numbers are taken as they stand, for Mpc, Msun and km/s, without h."
        )
        return 1.0, 1.0, 1.0
    return nice(cm / CM_PER_MPC), nice(g / G_PER_MSUN), nice(cm / s / 1e5)


def _power_of_h(path: Path, file: Any, column: str) -> float:
    """The power of h in a column's unit: 0, but -1 in what the first versions wrote."""
    for name in file:
        if GROUP.match(name) and isinstance(file.get(name, getlink=True), h5py.HardLink):
            group = child(path, file, name)
            dataset = child(path, group, column) if isinstance(group, h5py.Group) else None
            if dataset is not None:
                return number(attributes(dataset), "h-scale exponent") or 0.0
    return 0.0
