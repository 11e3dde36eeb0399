"""Units in which files may keep their lengths, where a person knows better than the file."""

from __future__ import annotations

import math

from backends.data.facts import Facts

LENGTH_UNITS = {"Mpc/h": 1.0, "kpc/h": 1e-3, "Mpc": 1.0, "kpc": 1e-3}
"""What each is in Mpc or Mpc/h."""

CM_PER_MPC = 3.0856775814913673e24


def length_factor(told: Facts, read_in: float | None, hubble: float | None) -> float | None:
    """Return by what lengths are to be multiplied that were read in another unit than the told one.

    Parameters
    ----------
    read_in : Mpc/h in the unit of length that the reader took, or None where no unit can be told
    hubble : H0 / 100 as the file says it

    Returns
    -------
    1 where nothing is told; None where h is needed and nobody says it
    """
    if told.length_unit is None or read_in is None:
        return 1.0
    unit = LENGTH_UNITS[told.length_unit]
    if told.length_unit.endswith("/h"):
        return unit / read_in
    h = told.hubble or hubble
    return None if h is None else unit * h / read_in


def unit_name(read_in: float | None, hubble: float | None = None) -> str | None:
    """Return what a unit of so many Mpc/h is called, or None where it has no usual name.

    hubble : H0 / 100, without which no unit is known that is not one of h
    """
    if read_in is None:
        return None
    sizes = {name: size * (1.0 if name.endswith("/h") else hubble or math.nan) for name, size in LENGTH_UNITS.items()}
    sizes["cm"] = (hubble or math.nan) / CM_PER_MPC
    return next((name for name, size in sizes.items() if math.isclose(read_in, size, rel_tol=1e-9)), None)
