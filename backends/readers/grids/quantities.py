"""What the values of a grid are: by the name they carry, by what was told, or proposed from the values."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import Cosmology
from backends.errors import UnreadableFile

NAMES: dict[str, tuple[str, ...]] = {
    "overdensity": ("overdensity", "delta", "δ", "deltam", "deltax", "deltab", "densitycontrast", "contrast"),
    "relative_density": ("relativedensity", "oneplusdelta", "1+delta", "1+δ", "rhooverrhobar", "rhorhobar"),
    "density": ("density", "rho", "dens", "den", "darkmatterdensity", "massdensity"),
    "displacement": ("displacement", "displacements", "disp", "dis", "psi"),
    "velocity": ("velocity", "velocities", "vel"),
    "normalised_displacement": ("normaliseddisplacement", "normalizeddisplacement", "map2map", "srs"),
}
TRIPLETS: dict[str, tuple[str, ...]] = {
    "displacement": ("d", "disp", "psi", "displacement", "dis"),
    "velocity": ("v", "vel", "velocity"),
}
PREFIX = re.compile(r"^(dm|ba|nu|gas|baryon|matter|m)_")
LINES = re.compile(r"(?:^|_)(?:skewers|sightlines)$")
"""How a told quantity ends that is along lines of sight."""
NO_MEAN = 0.05
"""A mean nearer to 0 is none of 1+δ, not even of an underdense region."""
OTHERS = (
    "flux",
    "temperature",
    "pressure",
    "metallicity",
    "electron_density",
    "magnetic_field",
    "magnesium_over_iron",
    "gas_speed",
    "dm_speed",
)
"""What is shown, and what files or a person may name, beside what has spellings of its own."""

MAP2MAP = Cosmology(omega_m=0.31, omega_b=0.0)
"""In which map2map and its kin reckon growth, whatever their simulations ran with."""

SMALL_DISPLACEMENT = 2.0
"""Scatter of a component, below which a displacement may well be map2map's, in units of 6 Mpc/h D(z)."""

COMPARED = ("relative_density", "overdensity", "density", "displacement")
"""Quantities that statistics know what to do with, in the order they are offered."""


def named_quantity(name: str) -> str | None:
    """The quantity that a data set's own name states, or None where the name could be anything."""
    return _look_up(NAMES, name)


def triplet_quantity(stem: str) -> str | None:
    """The same for the common part of three names that end in x, y and z."""
    return _look_up(TRIPLETS, stem)


def _look_up(table: dict[str, tuple[str, ...]], name: str) -> str | None:
    plain = PREFIX.sub("", name.rpartition("/")[2].lower())
    plain = re.sub(r"[\s_\-]", "", plain)
    return next((quantity for quantity, names in table.items() if plain in names), None)


def told_quantity(told: str) -> str:
    """What somebody called a quantity, in Halograph's own word where it is a known one; "skewers" hold flux."""
    told = (LINES.sub("", told) or "flux") if LINES.search(told) else told
    return named_quantity(told) or told


def tells_lines(told: str | None) -> bool:
    """Whether somebody called a quantity one of lines of sight: "skewers", "overdensity_skewers", …"""
    return told is not None and LINES.search(told) is not None


def is_quantity(told: str) -> bool:
    """Whether that is a quantity's name, in one of its spellings."""
    named = told_quantity(told)
    return named in OTHERS or named_quantity(named) is not None


def propose(sample: NDArray[np.floating], is_vector: bool, lines: bool = False) -> tuple[str | None, str]:
    """Infer a quantity from values, and the sentence that says why; (None, "") where nothing fits.

    ``lines`` says that they are of lines of sight, which may hold the flux of the forest.
    """
    if is_vector:
        why = "three components suggest a displacement in Mpc/h"
        if sample.size and float(sample.std()) < SMALL_DISPLACEMENT:
            why += " (where map2map divided it by 6 Mpc/h D(z), say normalised_displacement)"
        return "displacement", why
    known = np.isfinite(sample)
    if sample.size and not known.any():
        return "relative_density", "no value is a finite number, which no quantity allows"
    sample = sample[known]  # that some are not finite is said when all are loaded
    if sample.size == 0 or not (np.abs(sample) < 1e18).all():
        return None, ""
    if lines and sample.min() >= 0 and sample.max() <= 1:
        return "flux", "lines of sight with values from 0 to 1 suggest the share of light that passes"
    mean, low, spread = (float(value) for value in (sample.mean(), sample.min(), sample.std()))
    if low >= 0 and abs(mean - 1) < 0.1:
        return "relative_density", f"a mean of {mean:.3g} and no negative value suggest 1+δ"
    if low >= 0 and mean > 0:
        return "density", f"a mean of {mean:.3g} and no negative value suggest a density, to be divided by its mean"
    if abs(mean) < max(0.1 * spread, 1e-3):
        why = "" if low >= -1 else ", though some values are below −1, as only a linear field's can be"
        return "overdensity", f"a mean of {mean:.2g} suggests an overdensity δ{why}"
    return None, ""


def map2map_unit(redshift: float) -> float:
    """Return 6 Mpc/h D(z), by which map2map and its kin divide displacements (Y. Li et al., PNAS 118, 2021).

    D is the growth in map2map's own flat universe, one today.
    """
    return float(6 * MAP2MAP.growth(1 / (1 + redshift)))


def map2map_speed(redshift: float) -> float:
    """Return 6 Mpc/h D H f / (1 + z) in km/s, by which map2map and its kin divide velocities.

    Of the same universe as :func:`map2map_unit`; f = d ln D / d ln a, and H is per Mpc/h.
    """
    a = 1 / (1 + redshift)
    return float(map2map_unit(redshift) * 100 * MAP2MAP.expansion(a) * MAP2MAP.growth_rate(a) * a)


def normalised(path: Path, values: NDArray[np.float32], quantity: str) -> tuple[NDArray[np.float32], str]:
    """Bring a density of any unit to units of its mean; other quantities pass.

    Raises
    ------
    UnreadableFile
        Where values are not finite, a density is zero everywhere or its mean is not positive, or that of 1+δ is 0
        and so is that of a δ.
    """
    total = float(values.sum(dtype=np.float64))
    if not np.isfinite(total):
        bad = int(np.count_nonzero(~np.isfinite(values)))
        beyond = "" if np.isnan(values).any() else ", or are beyond 3e38, the most that single precision holds"
        raise UnreadableFile(path, f"holds {bad} values that are not finite numbers{beyond}", "Look at what wrote it")
    mean = total / max(values.size, 1)
    if not total and quantity in ("density", "relative_density") and not values.any():
        raise UnreadableFile(path, "is said to hold a density, and is zero everywhere", "Look at what wrote it")
    if quantity == "relative_density" and abs(mean) < NO_MEAN and float(values.min()) < 0:
        raise UnreadableFile(
            path, f"is said to hold 1+δ, and its mean is {mean:.3g}", "If it is δ, say --quantity overdensity"
        )
    if quantity != "density":
        return values, quantity
    if mean <= 0 or float(values.min()) < 0:
        raise UnreadableFile(
            path,
            f"is said to hold a density, and its mean is {mean:.3g} and its smallest value {float(values.min()):.3g}",
            "If it is δ, say --quantity overdensity",
        )
    values /= np.float32(mean)
    return values, "relative_density"
