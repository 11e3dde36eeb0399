"""Tables of power spectra and halo mass functions, in text and HDF5: each becomes a curve beside the runs' own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.curve import Curve
from backends.data.description import Description, FieldFacts, Part
from backends.data.facts import Facts
from backends.errors import MissingFact, UnreadableFile, WrongCall
from backends.progress import Progress
from backends.readers import register
from backends.readers.hdf5 import attributes, checked, child, number, opened, reading
from backends.readers.recognition import recognised
from backends.readers.table_columns import MASS_FUNCTIONS, POWERS, Column, inferred_columns, named_columns

LARGEST = 1 << 24
"""Bytes of a table of text: a curve has thousands of points, not millions."""

HEAD = 1 << 16
FEWEST, WIDEST_UNNAMED = 5, 3
"""Rows of a curve at least, and columns at most of one whose columns nobody names."""

ARRAYS = {
    "k": ("k", "wavenumber"),
    "power": ("p", "pk", "power", "powerspectrum"),
    "mass": ("mass", "m"),
    "dn_dlnm": ("massfunction", "dndlnm"),
    "dn_dlog10m": ("dndlog10m", "dndlogm"),
    "dn_dm": ("dndm",),
    "count": ("count", "counts", "nmodes", "modes"),
    "error": ("error", "err"),
}
"""Names of arrays in HDF5. Galacticus calls dn/d ln M the mass function."""


@dataclass(frozen=True, eq=False)
class Table:
    """The numbers of a file and what is known of its columns; every row is of one k or one mass, ascending."""

    rows: NDArray[np.float64]
    columns: tuple[Column, ...]
    units: str | None = None
    redshift: float | None = None
    hubble: float | None = None
    box_size: float | None = None
    inferred: str = ""

    def column(self, *meanings: str) -> Column | None:
        """Return the first column of one of these meanings."""
        return next((column for column in self.columns if column.meaning in meanings), None)

    @property
    def x(self) -> Column:
        found = self.column("k", "mass")
        assert found is not None
        return found

    @property
    def curves(self) -> tuple[Column, ...]:
        """The columns that are curves: of several that say the same of one time, the first."""
        wanted = POWERS if self.x.meaning == "k" else MASS_FUNCTIONS
        found = [column for meaning in wanted for column in self.columns if column.meaning == meaning]
        kept: list[Column] = []
        for column in found:
            twin = any(
                other.redshift in (column.redshift, None) and ("analytic" in other.name) == ("analytic" in column.name)
                for other in kept
            )
            if not twin:
                kept.append(column)
        return tuple(kept)


@register("statistic-table")
class StatisticTable:
    """Columns k, P(k) or M, dn/dM, by the comments above them or the names of arrays."""

    label = "Table of a statistic"

    def recognises(self, path: Path) -> bool:
        if not path.is_file():
            return False
        return recognised(path, _has_arrays) or _is_table_of_text(path)

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
            known = f"h = {table.hubble:g}" if table.hubble else "h, which it does not state: say it with --hubble H"
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
                return _of_arrays(path, file)
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(path, "is too large to be a table of a statistic")
        text = path.read_bytes()
    table = _parsed(text)
    if table is None:
        raise UnreadableFile(path, "is no whole table of k, P(k) or of M, dn/dM", "Write it again")
    return table


# Text


def _is_table_of_text(path: Path) -> bool:
    """Whether the first lines of a file are comments and numbers that make a curve."""
    try:
        with path.open("rb") as file:
            start = file.read(HEAD)
    except OSError:
        return False
    whole = start if len(start) < HEAD else start[: start.rfind(b"\n") + 1]
    return _parsed(whole) is not None


def _parsed(text: bytes) -> Table | None:
    """Read comments and rows of numbers, as many in each; None where it is anything else."""
    if not text or b"\0" in text:
        return None
    comments: list[str] = []
    rows: list[list[float]] = []
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines()]
    if text[-1:] != b"\n" and len(lines) > FEWEST and len(lines[-1]) < min(map(len, lines[-FEWEST:-1])):
        return None  # cut in the middle of a line: its last number may have lost its end
    named = False
    for line in lines:
        if line.startswith(("#", "%", "!")):
            if not rows:
                comments.append(line.lstrip("#%! "))
        elif line:
            try:
                rows.append([float(word.replace("D", "E")) for word in line.replace(",", " ").split()])
            except ValueError:
                if rows or named:
                    return None
                named = True  # one line of names without a sign of comment, as in CSV
                comments.append(line)
                continue
            if len(rows[-1]) != len(rows[0]) or len(rows[0]) < 2:
                return None
    if len(rows) < FEWEST:
        return None
    return _of_rows(np.array(rows), comments)


def _of_rows(rows: NDArray[np.float64], comments: Sequence[str]) -> Table | None:
    columns, inferred = named_columns(comments, rows.shape[1]), ""
    if not {column.meaning for column in columns} & {"k", "mass"}:
        # Comments that name columns name others: a table of something else.
        if columns or rows.shape[1] > WIDEST_UNNAMED or not _is_curve(rows[:, 0], rows[:, 1]):
            return None
        columns, inferred = inferred_columns(rows)
        if not columns:
            return None
    said = " ".join(comments)
    redshift = re.search(r"redshift\s*(?:z\s*)?[=:]?\s*(\d+(?:\.\d+)?)", said, re.IGNORECASE)
    hubble = re.search(r"\bh\s*=\s*(0?\.\d+|1\.0*)\b", said)
    table = Table(
        rows,
        columns,
        "h" if re.search(r"\bin mpc/h units|units[^.]{0,20}mpc/h", said, re.IGNORECASE) else None,
        float(redshift[1]) if redshift else None,
        float(hubble[1]) if hubble else None,
        inferred=inferred,
    )
    if not table.curves:
        return None
    x = rows[:, table.x.place]
    kept = np.flatnonzero(np.isfinite(x) & (x > 0))
    if len(kept) < FEWEST or not all(_is_curve(x, rows[:, column.place]) for column in table.curves[:1]):
        return None
    return table


def _is_curve(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether x rises from row to row and y is nowhere negative, as spectra and mass functions are."""
    finite = np.isfinite(x).all() and np.isfinite(y).all()
    return bool(finite and (x > 0).all() and (np.diff(x) > 0).all() and (y >= 0).all() and (y > 0).sum() >= FEWEST)


# HDF5


def _arrays(path: Path, file: Any) -> tuple[Any, dict[str, str]] | None:
    """The group that holds a curve, and its arrays' names by meaning."""
    for group in (file, *(child(path, file, n) for n in file if isinstance(file.get(n, getlink=True), h5py.HardLink))):
        if not isinstance(group, h5py.Group):
            continue
        names: dict[str, str] = {}
        for name in group:
            plain = re.sub(r"[\s_/()]", "", name.lower())
            meaning = next((m for m, known in ARRAYS.items() if plain in known), None)
            if meaning is not None and isinstance(group.get(name, getlink=True), h5py.HardLink):
                found = child(path, group, name)
                if isinstance(found, h5py.Dataset) and found.shape and len(found.shape) == 1:
                    names.setdefault(meaning, name)
        if ("k" in names and "power" in names) or ("mass" in names and set(names) & set(MASS_FUNCTIONS)):
            return group, names
    return None


def _has_arrays(path: Path, file: Any) -> bool:
    return _arrays(path, file) is not None


def _of_arrays(path: Path, file: Any) -> Table:
    found = _arrays(path, file)
    if found is None:
        raise UnreadableFile(path, "holds no arrays of k and P or of mass and massFunction")
    group, names = found
    arrays = {meaning: checked(path, group[name], name) for meaning, name in names.items()}
    sizes = {array.shape[0] for array in arrays.values()}
    if len(sizes) != 1 or not FEWEST <= min(sizes) <= LARGEST // 8:
        raise UnreadableFile(path, f"has arrays of {', '.join(map(str, sorted(sizes)))} values where all should match")
    rows = np.stack([array[()].astype(np.float64) for array in arrays.values()], axis=1)
    x = rows[:, list(arrays).index("k" if "k" in arrays else "mass")]
    rows = rows[np.argsort(x)]
    said = _said(path, group)
    hubble = number(said, "HubbleConstant", "HubbleParam", "hubble", "h")
    units = " ".join(str(attributes(array).get("units", "")) for array in arrays.values())
    stated = None if not units.strip() else "h" if re.search(r"(?<![a-z])h(?![a-z])", units, re.IGNORECASE) else "no-h"
    if "massFunction" in names.values():
        stated = stated or "no-h"  # Galacticus: Msun and Mpc
    hubble = hubble / 100 if hubble is not None and hubble > 10 else hubble
    side = number(said, "boxSize", "BoxSize", "box_size")
    columns = tuple(
        Column(place, names[meaning], meaning, stated if meaning not in ("count",) else None)
        for place, meaning in enumerate(arrays)
    )
    table = Table(
        rows,
        columns,
        redshift=number(said, "redshift", "Redshift", "z"),
        hubble=hubble if hubble is not None and hubble > 0 else None,
        box_size=side * hubble if side and hubble and stated == "no-h" else side,
    )
    if not _is_curve(rows[:, table.x.place], rows[:, table.curves[0].place]):
        raise UnreadableFile(path, "holds arrays that are no curve: k or mass does not rise, or values are negative")
    return table


def _said(path: Path, group: Any) -> Mapping[str, Any]:
    """Attributes of the file, of the group and of the groups in it, which know the cosmology and the box."""
    said = dict(attributes(group.file))
    said |= attributes(group)
    for name in group:
        if isinstance(group.get(name, getlink=True), h5py.HardLink):
            inner = child(path, group, name)
            if isinstance(inner, h5py.Group):
                said |= attributes(inner)
    return said
