"""Tables of power spectra and halo mass functions, in text and HDF5: each becomes a curve beside the runs' own."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.curve import Curve
from backends.data.description import Description, FieldFacts, Part
from backends.data.facts import Facts
from backends.errors import MissingFact, UnreadableFile, WrongCall
from backends.progress import Progress
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.files.hdf5 import opened
from backends.readers.files.recognition import recognised
from backends.readers.statistic_tables.arrays import has_arrays, of_arrays
from backends.readers.statistic_tables.columns import Column
from backends.readers.statistic_tables.rows import LARGEST, Table
from backends.readers.statistic_tables.text import is_table_of_text, parsed


@register("statistic-table")
class StatisticTable:
    """Columns k, P(k) or M, dn/dM, by the comments above them or the names of arrays."""

    label = "Table of a statistic"

    def recognises(self, path: Path) -> bool:
        if not path.is_file():
            return False
        return recognised(path, has_arrays) or is_table_of_text(path)

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        table = _table(path)
        statistic, units = _statistic(table), _units(table, told)
        warnings = [] if not table.inferred else [f"Its columns are not named: {table.inferred}."]
        if units is None:
            what = "h/Mpc and (Mpc/h)³" if statistic == "power-spectrum" else "Msun/h and (h/Mpc)³"
            warnings.append(f"Its units are not stated; taken as {what}. Say --units no-h where they are without h.")
        if units == "no-h":
            hubble = told.hubble or table.hubble
            known = f"h = {hubble:g}" if hubble else "h, which it does not state: say it with --hubble H"
            warnings.append(f"Its units are without h; they are converted with {known}.")
        curves = table.curves
        parts = tuple(
            Part(str(column.place), _label(path, column, len(curves)), facts=Facts(redshift=column.redshift))
            for column in curves
        )
        names = [column.name or f"column {column.place + 1}" for column in table.columns]
        return Description(
            path=path,
            files=(path,),
            format="statistic-table",
            kind="table",
            box_size=table.box_size,
            redshift=table.redshift,
            hubble=table.hubble,
            quantity=statistic,
            fields={name: FieldFacts((len(table.rows),), "float64") for name in names},
            parts=parts,
            warnings=tuple(warnings),
        )

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Curve:
        progress(0.0, "Reading the table")
        path = description.path
        table = _table(path)
        chosen = next((column for column in table.curves if member in ("", str(column.place), column.name)), None)
        if chosen is None:
            names = ", ".join(column.name for column in table.curves)
            raise WrongCall(f"{path} has no curve called {member!r}; it has {names}")
        curve = _curve(path, table, chosen, told)
        progress(1.0)
        return curve


def _statistic(table: Table) -> str:
    return "power-spectrum" if table.x.meaning == "k" else "halo-mass-function"


def _units(table: Table, told: Facts) -> str | None:
    """The units that are stated, by the columns themselves before the comments, else those that were told."""
    stated = [column.units for column in (table.x, *table.curves) if column.units is not None]
    return stated[0] if stated else table.units or told.units


def _label(path: Path, column: Column, count: int) -> str:
    stem = path.stem.strip() or path.name
    if count == 1:
        return stem
    if column.redshift is not None:
        return f"{stem} z = {column.redshift:g}"
    return f"{stem} analytic" if "analytic" in column.name else stem


def _curve(path: Path, table: Table, column: Column, told: Facts) -> Curve:
    """Bring a column to Halograph's units; raises ``MissingFact`` where h is needed and not known."""
    x, y = table.rows[:, table.x.place], table.rows[:, column.place]
    units_x = table.x.units or _units(table, told)
    units_y = column.units or units_x
    hubble = told.hubble or table.hubble
    if "no-h" in (units_x, units_y) and hubble is None:
        raise MissingFact(path, "h, and its units are without it", "--hubble H")
    h_x, h_y = (float(hubble) if units == "no-h" and hubble else 1.0 for units in (units_x, units_y))
    measured = column is table.curves[0] or "analytic" not in column.name
    ends: dict[str, NDArray[np.float64]] = {}
    if measured:
        ends = {side: table.rows[:, found.place] for side in ("low", "high") if (found := table.column(side))}
        error = table.column("error")
        if error is not None:
            spread = table.rows[:, error.place]
            ends = {"low": y - spread, "high": y + spread}
    # dn/dM is turned while masses are still in the file's own units.
    per_decade = {"dn_dm": np.log(10) * x, "dn_dlnm": np.log(10)}.get(column.meaning, 1.0)
    factor = per_decade * (h_y**3 if table.x.meaning == "k" else h_y**-3)
    count = table.column("count") if measured else None
    return Curve(
        statistic=_statistic(table),
        x=x / h_x if table.x.meaning == "k" else x * h_x,
        y=y * factor,
        low=ends["low"] * factor if len(ends) == 2 else None,
        high=ends["high"] * factor if len(ends) == 2 else None,
        n_modes=None if count is None else table.rows[:, count.place],
        redshift=next((z for z in (told.redshift, column.redshift, table.redshift) if z is not None), None),
        box_size=told.box_size or table.box_size,
    )


def _table(path: Path) -> Table:
    """Read a table whole; raises ``UnreadableFile`` where it is none."""
    with reading(path):
        if h5py.is_hdf5(path):
            with opened(path) as file:
                return of_arrays(path, file)
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(path, "is too large to be a table of a statistic")
        text = path.read_bytes()
    table = parsed(text)
    if table is None:
        raise UnreadableFile(path, "is no whole table of k, P(k) or of M, dn/dM", "Write it again")
    return table
