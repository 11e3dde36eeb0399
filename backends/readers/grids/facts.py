"""What grid files say of themselves, in the many spellings of box, redshift and cosmology."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from backends.data.facts import Facts
from backends.readers.files.hdf5 import number
from backends.readers.lengths import UNSTATED, impossible_box

BOX = ("boxsize", "boxlength", "boxlen", "lbox", "boxsidelength", "boxsizempch", "box", "l")
REDSHIFT = ("redshift", "z")
SCALE_FACTOR = ("astart", "scalefactor", "aexp", "a", "time")
HUBBLE = ("hubble", "hubbleparam", "h", "hlittle", "littleh", "h0", "hubbleconstant")
OMEGA_M = ("omegam", "omegamatter", "omega0", "omm", "om0", "om")
ASSIGNMENTS = ("ngp", "cic", "tsc", "pcs")


@dataclass(frozen=True)
class GridFacts:
    """Stated facts; None where the file does not say. ``oddities`` are sentences for the warnings.

    length : Mpc/h in the unit of length of the box, and whether the file states it
    in_mpc : the side of the box and its unit in Mpc, where h is needed and not stated
    """

    box_size: float | None = None
    redshift: float | None = None
    hubble: float | None = None
    omega_m: float | None = None
    quantity: str | None = None
    cell_offset: float | None = None
    mass_assignment: str | None = None
    interlaced: bool = False
    shot_noise: float = 0.0
    unit: str = ""
    oddities: tuple[str, ...] = ()
    length: tuple[float, bool] | None = None
    in_mpc: tuple[float, float] | None = None

    def knowing(self, told: Facts) -> GridFacts:
        """Return these facts with the box that is known as soon as a person says h."""
        if self.in_mpc is None or self.box_size is not None or told.hubble is None:
            return self
        side, unit = self.in_mpc
        return replace(self, box_size=side * told.hubble, length=(unit * told.hubble, True), oddities=())

    def over(self, other: GridFacts) -> GridFacts:
        """Return these facts, filled up from ``other`` where nothing is stated here."""
        silent = GridFacts()
        mine = {name: value for name, value in vars(self).items() if value != getattr(silent, name)}
        return replace(other, **mine)


def stated(attributes: Mapping[str, Any]) -> GridFacts:
    """Read the facts that a set of attributes states, whatever they are spelt like."""
    values = {re.sub(r"[\s_\-/\[\]()]", "", name).lower(): value for name, value in attributes.items()}
    hubble = _positive(values, HUBBLE)
    if hubble is not None and hubble > 10:
        hubble /= 100
    box = _box(values, hubble)
    offset = number(values, "celloffset")
    assignment = str(values.get("massassignment", values.get("mas", ""))).lower()
    return GridFacts(
        box_size=box.box_size,
        redshift=_redshift(values),
        hubble=hubble,
        omega_m=_positive(values, OMEGA_M),
        quantity=values["quantity"] if isinstance(values.get("quantity"), str) else None,
        cell_offset=offset if offset in (0.0, 0.5) else None,
        mass_assignment=assignment if assignment in ASSIGNMENTS else None,
        interlaced=bool(values.get("interlaced", False)) if np.ndim(values.get("interlaced", False)) == 0 else False,
        shot_noise=max(0.0, number(values, "shotnoise") or 0.0),
        unit=str(values.get("unit", values.get("units", ""))),
        oddities=box.oddities,
        length=box.length,
        in_mpc=box.in_mpc,
    )


def _positive(values: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
    return next((v for v in (number(values, name) for name in names) if v is not None and v > 0), None)


def _box(values: Mapping[str, Any], hubble: float | None) -> GridFacts:
    """The side in Mpc/h. Without a unit it is taken as that, except where the name has another one."""
    impossible: list[str] = []
    for name in BOX:
        value = values.get(name)
        sides = np.unique(np.asarray(value, dtype=np.float64)) if _is_numeric(value) else np.empty(0)
        if sides.size != 1 or not np.isfinite(sides[0]) or sides[0] <= 0:
            impossible += impossible_box(value) if _is_numeric(value) else []
            continue
        unit = str(values.get(f"{name}unit", values.get(f"{name}units", ""))).replace(" ", "").lower()
        length = 1e-3 if unit.startswith(("kpc", "ckpc")) else 1.0
        side = float(sides[0]) * length
        if unit in ("mpc", "cmpc", "kpc", "ckpc"):
            unsaid = f"The box is {side:.6g} Mpc, and h is not stated: say it with --hubble H."
            without = GridFacts(in_mpc=(side, length), oddities=(unsaid,))
            return without if hubble is None else without.knowing(Facts(hubble=hubble))
        unsaid = f"{UNSTATED}; the box size {side:.6g} is taken as Mpc/h."
        return GridFacts(box_size=side, length=(length, bool(unit)), oddities=() if unit else (unsaid,))
    return GridFacts(oddities=tuple(impossible))


def _is_numeric(value: Any) -> bool:
    array = np.asarray(value) if value is not None else np.empty(0)
    return array.dtype.kind in "iuf" and 0 < array.size <= 3


def _redshift(values: Mapping[str, Any]) -> float | None:
    redshift = next((v for v in (number(values, name) for name in REDSHIFT) if v is not None), None)
    if redshift is not None and redshift > -1:
        return redshift
    scale_factor = next((v for v in (number(values, name) for name in SCALE_FACTOR) if v is not None), None)
    if scale_factor is not None and 1e-4 < scale_factor <= 1.0001:
        return float(np.round(max(0.0, 1 / scale_factor - 1), 10))
    return None


CMD = re.compile(r"^Grids_(?P<field>[A-Za-z]+)_.*?(?:_(?P<n>\d+))?_z=(?P<z>\d+(?:\.\d+)?)\.npy$")
CMD_MAP = re.compile(r"^Maps_(?P<field>[A-Za-z]+)_.*?_z=(?P<z>\d+(?:\.\d+)?)\.npy$")
CMD_BOX = 25.0


def beside(path: Path) -> tuple[Facts, tuple[str, ...]]:
    """What a grid's name and neighbours propose about it: CAMELS' file names, genetIC's info files."""
    match = CMD.match(path.name) or CMD_MAP.match(path.name)
    if match:
        redshift = float(match["z"])
        note = (
            f"The name is a CAMELS Multifield Dataset's: {match['field']} in a box of {CMD_BOX:g} Mpc/h "
            f"at z = {redshift:g} is proposed."
        )
        return Facts(box_size=CMD_BOX, redshift=redshift), (note,)
    grid = re.match(r"^grid-(\d+)\.npy$", path.name)
    if grid:
        return _genetic(path.with_name(f"grid-info-{grid[1]}.txt"))
    return Facts(), ()


def _genetic(info: Path) -> tuple[Facts, tuple[str, ...]]:
    """genetIC writes the corner and the side of each grid, in Mpc/h, into a text file of its own."""
    try:
        with info.open(encoding="ascii") as file:
            words = file.readline(256).split()
        x, y, z, side = (float(word) for word in words[:4])
    except (OSError, ValueError):
        return Facts(), ()
    if not (0 < side < 1e6):
        return Facts(), ()
    notes = [f"{info.name} beside it gives a box of {side:g} Mpc/h, which is proposed."]
    if any((x, y, z)):
        notes.append(f"It is a zoom region at ({x:g}, {y:g}, {z:g}) Mpc/h, and not periodic.")
    return Facts(box_size=side), tuple(notes)
