"""The CAMELS Multifield Dataset's own conventions: box, redshift and field stand in a file's name alone.

F. Villaescusa-Navarro et al., ApJS 259, 61 (2022). An array's shape and dtype must agree with the name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.description import Part
from backends.readers.grids.facts import GridFacts

NAME = re.compile(
    r"^(?P<kind>Grids|Maps)_(?P<field>[A-Za-z]+)_(?P<suite>(?:Nbody_)?[A-Za-z0-9-]+)_(?P<set>[A-Za-z0-9]+)"
    r"(?:_(?P<n>\d+))?_z=(?P<z>\d{1,2}(?:\.\d+)?)\.npy$"
)
BOX, HUBBLE, MAP_CELLS, MAPS_A_SIMULATION = 25.0, 0.6711, 256, 15
PARAMETERS = ("omega_m", "sigma_8", "A_SN1", "A_AGN1", "A_SN2", "A_AGN2")
"""Columns of params_*.txt, in this order."""

QUANTITIES = {
    **dict.fromkeys(("Mgas", "Mcdm", "Mstar", "Mtot", "HI"), "density"),
    "ne": "electron_density",
    "T": "temperature",
    "P": "pressure",
    "Z": "metallicity",
    "B": "magnetic_field",
    "MgFe": "magnesium_over_iron",
    "Vgas": "gas_speed",
    "Vcdm": "dm_speed",
}
MOST_PARTS = 20_000
LARGEST_TABLE = 1 << 24


@dataclass(frozen=True)
class Multifield:
    """A file of the dataset: one field of many simulations.

    maps : whether these are maps, fifteen of each simulation, and not cubes
    """

    path: Path
    field: str
    suite: str
    set: str
    redshift: float
    maps: bool
    count: int

    @property
    def facts(self) -> GridFacts:
        """What the family's convention says of every field in the file."""
        return GridFacts(
            box_size=BOX,
            length=(1.0, True),
            redshift=self.redshift,
            hubble=HUBBLE,
            quantity=QUANTITIES.get(self.field, self.field),
        )

    @property
    def table(self) -> Path:
        """The file beside it that holds the simulations' parameters."""
        return self.path.with_name(f"params_{self.set}_{self.suite}.txt")

    def parts(self, name: str) -> tuple[tuple[Part, ...], tuple[str, ...]]:
        """Return one part a field, each the case of its number, and what is to be said of them."""
        parameters = _parameters(self.table)
        repeated = MAPS_A_SIMULATION if self.maps else 1
        what = f"{self.count} {'maps' if self.maps else 'cubes'} of {self.field}"
        notes = [
            f"By its name it is a file of the CAMELS Multifield Dataset, {what} of {self.suite} {self.set}: boxes of "
            f"{BOX:g} Mpc/h at z = {self.redshift:g}, h = {HUBBLE:g}. The array itself does not say so.",
            f"Any of its fields is named as FILE::N, N = 0 … {self.count - 1}; the window turns from one to the next.",
        ]
        if parameters is None:
            notes.append(f"{self.table.name} is not beside it, or is no table: the parameters are not known.")
        elif len(parameters) * repeated != self.count:
            notes.append(f"{self.table.name} has {len(parameters)} rows, which do not fit {what}: it is not used.")
            parameters = None
        known: list[Mapping[str, float]] = [{}] * self.count
        if parameters is not None:
            simulations = [dict(zip(PARAMETERS, map(float, row), strict=False)) for row in parameters]
            known = [simulations[i // repeated] for i in range(min(self.count, MOST_PARTS))]
            notes.append(
                f"The parameters of each come from {self.table.name}, {', '.join(simulations[0])} in that order."
            )
        label = f"{self.field} {self.suite} {self.set}"
        quantity = QUANTITIES.get(self.field, self.field)
        return tuple(
            Part(f"cases/{i}/{name}", label, quantity=quantity, parameters=known[i])
            for i in range(min(self.count, MOST_PARTS))
        ), tuple(notes)


def multifield(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Multifield | None:
    """Return what a name says where the array is one of this dataset's, else None."""
    match = NAME.match(path.name)
    if match is None or dtype.kind != "f" or dtype.itemsize > 4:
        return None
    maps = match["kind"] == "Maps"
    cells = MAP_CELLS if maps else int(match["n"] or 0)
    if len(shape) != (3 if maps else 4) or set(shape[1:]) != {cells} or not shape[0]:
        return None
    return Multifield(path, match["field"], match["suite"], match["set"], float(match["z"]), maps, int(shape[0]))


def _parameters(table: Path) -> NDArray[np.float64] | None:
    """Read a table of parameters, a row a simulation; None where there is none that can be read."""
    try:
        if table.stat().st_size > LARGEST_TABLE:
            return None
        lines = table.read_text(encoding="ascii").splitlines()
        rows = [[float(word) for word in line.split()] for line in lines if line.strip() and line.strip()[0] != "#"]
    except (OSError, ValueError):
        return None
    widths = {len(row) for row in rows}
    if len(widths) != 1 or widths.pop() < 2 or not np.isfinite(rows).all():
        return None
    few = len(PARAMETERS) if len(rows[0]) >= len(PARAMETERS) else 2
    return np.array(rows)[:, :few]
