"""The units of a Tipsy file: its run's .param file says them, and without one there is a convention."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from backends.readers.gadget.header import CRITICAL_DENSITY

GRAVITY = 4.30091727e-6
"""G in kpc (km/s)² / Msun."""

LARGEST_PARAMETERS = 1 << 16
SETTING = re.compile(r"^\s*([A-Za-z_]\w{0,63})\s*=\s*([^\s#!]{1,63})")


@dataclass(frozen=True)
class TipsyUnits:
    """What a run's parameters say; None where they do not.

    length : kpc of the unit of length, comoving;  mass : Msun of that of mass
    period : side of the periodic box in units of length
    hubble, omega_m : H0 / 100 and today's matter density parameter
    comoving : whether the header's time is the scale factor
    """

    source: str
    length: float | None = None
    mass: float | None = None
    period: float | None = None
    hubble: float | None = None
    omega_m: float | None = None
    comoving: bool = False

    @property
    def speed(self) -> float | None:
        """km/s of the unit of velocity, in which G is 1: √(G M / L)."""
        return None if self.length is None or self.mass is None else math.sqrt(GRAVITY * self.mass / self.length)


def units_beside(path: Path) -> TipsyUnits | None:
    """Read the parameters of the run that wrote a snapshot, or return None where none are beside it."""
    try:
        files = [file for file in sorted(path.parent.iterdir()) if file.suffix == ".param" and file.is_file()]
    except OSError:
        return None
    own = [file for file in files if path.name.startswith(file.stem)]
    chosen = max(own, key=lambda file: len(file.stem)) if own else files[0] if len(files) == 1 else None
    return None if chosen is None else _read(chosen)


def _read(path: Path) -> TipsyUnits | None:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(LARGEST_PARAMETERS).splitlines()
    except OSError:
        return None
    found = {match[1]: match[2] for match in map(SETTING.match, lines) if match}

    def number(name: str) -> float | None:
        try:
            value = float(found[name])
        except (KeyError, ValueError):
            return None
        return value if math.isfinite(value) and 0 < value < 1e40 else None

    length, mass, hubble = number("dKpcUnit"), number("dMsolUnit"), number("dHubble0")
    units = TipsyUnits(path.name, length, mass)
    return TipsyUnits(
        path.name,
        length,
        mass,
        (number("dPeriod") or number("dxPeriod") or 1.0) if number("bPeriodic") else None,
        None if hubble is None or not units.speed or length is None else 10 * hubble * units.speed / length,
        number("dOmega0"),
        number("bComove") is not None,
    )


def usual_mass(side: float) -> float:
    """Msun/h of the unit of mass by convention: what a box of the critical density holds."""
    return CRITICAL_DENSITY * side**3


def usual_speed(side: float) -> float:
    """km/s of the unit of velocity by convention: G is 1, and H0 = √(8π / 3)."""
    return 100 * side * math.sqrt(3 / (8 * math.pi))
