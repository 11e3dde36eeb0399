"""The pieces of one snapshot: which there should be, which are there, and what they hold together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import checked, child, opened
from backends.readers.gadget.header import Header, read_header

NUMBERED = re.compile(r"^(?P<stem>.*)\.(?P<number>\d+)(?P<suffix>\.[A-Za-z]\w*)?$")
MOST_NAMED = 6
"""Missing pieces that are named; of the others their number is told."""

MOST_PIECES = 100_000
GROUP = re.compile(r"^PartType(\d{1,2})$")
POSITIONS = ("Coordinates", "IntCoordinates")


@dataclass(frozen=True)
class Piece:
    """One file: its header, and the rows and column names of each particle type in it."""

    path: Path
    header: Header
    rows: dict[int, int]
    columns: dict[int, frozenset[str]]


def siblings(path: Path, n_files: int) -> tuple[Path, ...]:
    """Return every piece of the same snapshot that is there, by number."""
    match = NUMBERED.match(path.name)
    if n_files == 1 or match is None:
        return (path,)
    found: dict[int, Path] = {}
    for other in path.parent.iterdir():
        like = NUMBERED.match(other.name)
        if like and like["stem"] == match["stem"] and like["suffix"] == match["suffix"] and other.is_file():
            number = int(like["number"])
            if number < n_files:
                found[number] = other
    return tuple(found[number] for number in sorted(found)) or (path,)


def missing(files: Sequence[Path], n_files: int) -> tuple[str, ...]:
    """Return the names of the pieces that the header promises and that are not there."""
    if n_files == 1:
        return ()  # a number in its name, as in run_z0.50.hdf5, is no piece's
    match = NUMBERED.match(files[0].name)
    if match is None or n_files > MOST_PIECES:
        return ("all but one of them",) if n_files > len(files) else ()
    names = {file.name for file in files}
    wanted = (f"{match['stem']}.{number}{match['suffix'] or ''}" for number in range(n_files))
    return tuple(name for name in wanted if name not in names)


def missing_note(files: Sequence[Path], n_files: int) -> str:
    """Say which pieces are not there, as a sentence; "" where all are."""
    lost = missing(files, n_files)
    if not lost:
        return ""
    shown = ", ".join(lost[:MOST_NAMED]) + (f" and {len(lost) - MOST_NAMED} more" if len(lost) > MOST_NAMED else "")
    there = "one is" if len(files) == 1 else f"{len(files)} are"
    return f"Of {n_files} pieces {there} there; missing: {shown}."


def read_piece(path: Path, read: Callable[[Path, Any], Header] = read_header) -> Piece:
    """Read one piece's header and look at its groups; no column is read.

    Raises ``UnreadableFile`` where header and content disagree.
    """
    with opened(path) as file:
        header = read(path, file)
        rows: dict[int, int] = {}
        columns: dict[int, frozenset[str]] = {}
        for name in file:
            match = GROUP.match(name)
            if match is None:
                continue
            number = int(match[1])
            group = child(path, file, name)
            if group is None:
                continue
            columns[number] = frozenset(group)
            rows[number] = _rows(path, group, number, header)
    return Piece(path, header, rows, columns)


def positions(path: Path, group: Any) -> Any | None:
    """Return the positions of a type, checked, or None where it has none."""
    for name in POSITIONS:
        dataset = child(path, group, name)
        if dataset is not None:
            checked(path, dataset, f"{group.name}/{name}")
            if dataset.ndim != 2 or dataset.shape[1] != 3:
                raise UnreadableFile(
                    path, f"has positions of shape {dataset.shape} in {group.name}", "They must be (n, 3)"
                )
            return dataset
    return None


def _rows(path: Path, group: Any, number: int, header: Header) -> int:
    """How many particles a type has here: what its columns hold, which must be what the header says."""
    dataset = positions(path, group)
    if dataset is None:
        dataset = next((child(path, group, name) for name in group), None)
    shape = getattr(dataset, "shape", None)
    rows = int(shape[0]) if shape else 0
    promised = header.counts[number] if number < len(header.counts) else rows
    if promised != rows:
        raise UnreadableFile(
            path,
            f"is damaged: its header promises {promised} particles of type {number} and it holds {rows}",
            "Copy or download it again",
        )
    return rows
