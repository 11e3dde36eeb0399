"""Halo catalogues in text: what a finder's header says of its columns, and reading those that are known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.errors import MissingFact, UnreadableFile
from backends.progress import Progress, part, silent
from backends.readers.files.text_table import Head, count_rows, ends_whole, head, read_columns
from backends.readers.halos.rows import UNCHECKED, catalogue, described, species_facts

SMALL = 1 << 25
"""Bytes of text that are read for the range of masses when it is only to be described."""

NEEDED = ("x", "y", "z", "masses")
"""What a catalogue cannot be without."""

VECTORS = {"positions": ("x", "y", "z"), "velocities": ("vx", "vy", "vz")}
WHOLE = frozenset({"counts", "ids", "hosts", "descendants", "snapshots"})


@dataclass(frozen=True)
class Layout:
    """Where a table keeps what, and what its header says.

    columns : places in a row by name: "x", "y", "z", "masses", and as there are "vx", "vy", "vz", "counts",
        "radii", "ids", "hosts", "descendants", "redshifts", "scale_factors", or what the finder calls others
    factors : what brings a column into Halograph's units, where that is not 1
    parameters : what the finder was told
    skip : lines that are neither comments nor numbers before the first row
    without_h : columns that are Mpc or Msun after their factor, and not Mpc/h or Msun/h
    states_length : whether the unit of its positions is stated, by itself or by its finder's papers
    obstacle : why it cannot be read although it is known, as a clause and a remedy
    """

    finder: str
    columns: Mapping[str, int]
    factors: Mapping[str, float] = field(default_factory=dict)
    delimiter: str | None = None
    skip: int = 0
    kind: str = "catalogue"
    box_size: float | None = None
    redshift: float | None = None
    hubble: float | None = None
    omega_m: float | None = None
    warnings: tuple[str, ...] = ()
    proposed: Facts = Facts()
    complete: bool = True
    parameters: tuple[tuple[str, float], ...] = ()
    without_h: frozenset[str] = frozenset()
    states_length: bool = True
    obstacle: tuple[str, str] | None = None

    def length(self, h: float | None) -> float | None:
        """Mpc/h in the unit of its positions, or None where nobody says the h that it needs."""
        unit = h if "x" in self.without_h else 1.0
        return None if unit is None else self.factors.get("x", 1.0) * unit


class TextCatalogue(ABC):
    """What readers of text share: each says how it lays its table out."""

    label: str
    format: str

    @abstractmethod
    def layout(self, path: Path, start: Head) -> Layout | None:
        """Say where the columns are, or None for a text of another kind; never raises."""

    def pieces(self, path: Path) -> tuple[Path, ...]:
        """All files that belong to the same data set as ``path``."""
        return (path,)

    def incomplete(self, files: Sequence[Path]) -> str:
        """Say which pieces are missing, as a sentence; "" where none is known to be."""
        return ""

    def recognises(self, path: Path) -> bool:
        start = head(path)
        return start is not None and self.layout(path, start) is not None

    def gather(self, path: Path) -> tuple[Path, ...]:
        return tuple(file for file in self.pieces(path) if file == path or self.recognises(file)) or (path,)

    @UNCHECKED
    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        layout = self._layout(files[0])
        lost = self.incomplete(files)
        warnings = [*layout.warnings, *([lost] if lost else [])]
        h = _hubble(layout, told)
        if h is None:
            warnings.append("Units are without h, and the file does not say it: say it with --hubble H.")
        warnings += [
            f"The last line of {file.name} does not end: the file may have been cut short."
            for file in files
            if not ends_whole(file)
        ]
        masses = None
        if sum(_size(file) for file in files) <= SMALL:
            masses = self._read(files, NEEDED, silent, h or 1.0)["masses"]
            count = int(masses.shape[0])
        else:
            count = sum(count_rows(file, self._layout(file).skip) for file in files)
        length = layout.length(h)
        return described(
            self.format,
            files,
            told,
            {"halos": species_facts(count, None if h is None else masses)},
            kind=layout.kind,
            box_size=layout.box_size,
            redshift=layout.redshift,
            hubble=layout.hubble,
            omega_m=layout.omega_m,
            length_read=length,
            length_unit=length if layout.states_length else None,
            complete=layout.complete and not lost,
            warnings=warnings,
            proposed=layout.proposed,
        )

    @UNCHECKED
    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Catalogue:
        layout = self._layout(description.files[0])
        h = _hubble(layout, told)
        if h is None:
            raise MissingFact(description.path, "Hubble parameter, and so its units in h", "--hubble H")
        found = self._read(description.files, tuple(layout.columns), progress, h)
        if "scale_factors" in found:
            found["redshifts"] = 1 / found.pop("scale_factors") - 1
        for name, axes in VECTORS.items():
            if all(axis in found for axis in axes):
                found[name] = np.stack([found.pop(axis) for axis in axes], axis=1)
        return catalogue(
            replace(description, length_read=layout.length(h)),
            told,
            found,
            redshift=layout.redshift,
            finder=layout.finder,
            parameters=layout.parameters,
        )

    def _layout(self, path: Path) -> Layout:
        start = head(path)
        layout = None if start is None else self.layout(path, start)
        if layout is None:
            gone = not path.exists()
            raise UnreadableFile(
                path,
                "is not there any more" if gone else f"is no {self.label} any more",
                "Say where it was moved to" if gone else "Open it again",
            )
        if layout.obstacle:
            raise UnreadableFile(path, *layout.obstacle)
        return layout

    def _read(
        self, files: Sequence[Path], names: Sequence[str], progress: Progress, h: float
    ) -> dict[str, NDArray[Any]]:
        """Read the same columns of every file, one after another, in Halograph's units."""
        found = []
        for i, file in enumerate(files):
            layout = self._layout(file)
            places = {name: layout.columns[name] for name in names if name in layout.columns}
            step = part(progress, i / len(files), (i + 1) / len(files))
            read = read_columns(file, places, WHOLE, step, layout.delimiter, layout.skip)
            for name in read:
                factor = layout.factors.get(name, 1.0) * (h if name in layout.without_h else 1.0)
                if factor != 1:
                    read[name] *= factor
            found.append(read)
        shared = [name for name in names if all(name in read for read in found)]
        if len(found) == 1:
            return found[0]
        return {name: np.concatenate([read[name] for read in found]) for name in shared}


def _hubble(layout: Layout, told: Facts) -> float | None:
    """The h that units without it are brought to it by; 1 where none is needed, None where it is not known."""
    return (told.hubble or layout.hubble) if layout.without_h else 1.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def placed(names: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Find columns by their headings: for each of ours, the first of the names that stands there, in any case."""
    places = {name.lower(): i for i, name in reversed(list(enumerate(names)))}
    return {
        ours: next(places[name.lower()] for name in theirs if name.lower() in places)
        for ours, theirs in wanted.items()
        if any(name.lower() in places for name in theirs)
    }


def complete_layout(columns: Mapping[str, int]) -> bool:
    """Whether there is what a catalogue cannot be without."""
    return set(NEEDED) <= set(columns)
