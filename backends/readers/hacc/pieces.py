"""The pieces of a GenericIO data set: a map ``name`` and ``name#0``, ``name#1``, …, or one file alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backends.errors import UnreadableFile
from backends.readers.hacc.columns import column, stored_bytes
from backends.readers.hacc.layout import Layout, Variable, read_layout, variable_names

PIECE = re.compile(r"^(?P<stem>.+)#(?P<number>\d{1,9})$")
PARTITION = "$partition"


@dataclass(frozen=True)
class Pieces:
    """What is there of a data set, and whether that is all."""

    layouts: tuple[Layout, ...]
    complete: bool
    warnings: tuple[str, ...]

    @property
    def path(self) -> Path:
        """What stands for the data set in messages."""
        return self.layouts[0].path

    @property
    def count(self) -> int:
        """Elements in all pieces that are there."""
        return sum(layout.count for layout in self.layouts)

    @property
    def variables(self) -> dict[str, Variable]:
        """The variables of the first piece, by name."""
        return self.layouts[0].variables

    @property
    def box_size(self) -> float | None:
        """The side of the simulated volume, Mpc/h, or None where the file leaves it away."""
        sides = {side for layout in self.layouts for side in layout.scale}
        if any(not np.isfinite(side) or side <= 0 for side in sides):
            return None
        if len(sides) > 1:
            raise UnreadableFile(
                self.path, f"has a volume of sides {sorted(sides)}, which is no cube", "Only cubic boxes are read"
            )
        return sides.pop()


def siblings(path: Path) -> tuple[Path, ...]:
    """Return the map, where it is there, and all pieces by number; or the file alone."""
    match = PIECE.match(path.name)
    stem = path.with_name(match["stem"]) if match else path
    if not match and not is_map(path):
        return (path,)
    found: dict[int, Path] = {}
    for other in path.parent.iterdir():
        like = PIECE.match(other.name)
        if like and like["stem"] == stem.name and other.is_file():
            found[int(like["number"])] = other
    pieces = tuple(found[number] for number in sorted(found))
    return (stem, *pieces) if stem.is_file() and is_map(stem) else pieces


def is_map(path: Path) -> bool:
    """Whether a file only says which rank is in which piece."""
    return PARTITION in (variable_names(path) or ())


def names_in(path: Path) -> tuple[str, ...] | None:
    """Return the variables of a data set, by whichever of its files is given; None where it is none."""
    names = variable_names(path)
    if names is None or PARTITION not in names:
        return names
    try:
        first = next((file for file in siblings(path) if not is_map(file)), None)
    except OSError:
        return names
    return (variable_names(first) if first else None) or names


def read_pieces(files: Sequence[Path]) -> Pieces:
    """Read all headers; a damaged piece is left out and named. Raises where none is left."""
    warnings: list[str] = []
    layouts: list[Layout] = []
    wanted: set[int] = set()
    failure: UnreadableFile | None = None
    for path in files:
        try:
            layout = read_layout(path)
            _require_whole(layout)
            if PARTITION in layout.variables:
                wanted = _partitions(layout)
            elif layouts and set(layout.variables) != set(layouts[0].variables):
                warnings.append(f"{path.name} holds other variables than {layouts[0].path.name} and is left out.")
            else:
                layouts.append(layout)
        except UnreadableFile as damaged:
            failure = failure or damaged
            warnings.append(f"{path.name} {damaged.reason} and is left out.")
    if not layouts:
        raise failure or UnreadableFile(
            files[0], "is only the map of pieces, and none of them is there", "Copy them too"
        )
    complete = failure is None and len(layouts) >= len(files) - bool(wanted)
    lost = _missing(files, wanted)
    if lost:
        shown = ", ".join(lost[:6]) + (f" and {len(lost) - 6} more" if len(lost) > 6 else "")
        warnings.append(f"Pieces are missing: {shown}.")
    ranks = sum(len(layout.counts) for layout in layouts)
    if not lost and not wanted and PIECE.match(layouts[0].path.name) and ranks < layouts[0].total_ranks:
        lost = ("others",)
        warnings.append(f"The pieces hold {ranks} of {layouts[0].total_ranks} ranks: some of them are missing.")
    return Pieces(tuple(layouts), complete and not lost, tuple(warnings))


def _partitions(layout: Layout) -> set[int]:
    """The numbers of the pieces that the map names."""
    variable = layout.variables[PARTITION]
    if variable.dtype.kind not in "iu" or variable.components != 1:
        raise UnreadableFile(layout.path, f"is damaged: its {PARTITION} is no number", "Copy it again")
    whole, found = stored_bytes(layout.path), set[int]()
    for rank, count in enumerate(layout.counts):
        numbers = column(layout, whole, rank, variable)
        values = np.empty(count, np.int64)
        numbers.read(slice(0, count), values)
        found.update(int(n) for n in np.unique(values))
    return found


def _missing(files: Sequence[Path], wanted: set[int]) -> tuple[str, ...]:
    there = {int(match["number"]) for match in (PIECE.match(file.name) for file in files) if match}
    stem = files[0].name
    return tuple(f"{stem}#{number}" for number in sorted(wanted - there))


def _require_whole(layout: Layout) -> None:
    """Refuse a file that ends before its last bytes; without block headers a rank's last variable has them."""
    variables = list(layout.variables.values())
    for rank, count in enumerate(layout.counts):
        for variable in variables if layout.blocks is not None else variables[-1:]:
            if count:
                layout.extent(rank, variable)
