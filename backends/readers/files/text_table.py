"""Columns of numbers in text: only those that are asked for are kept, block after block, whatever the file's size."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.progress import Progress, part
from backends.readers.files.failures import reading
from backends.readers.files.limits import require_memory

HEAD = 1 << 16
"""Bytes that are looked at to tell what a text is: headers of some thousand letters are usual."""

BLOCK = 1 << 22
LONGEST_LINE = 1 << 20

NEWLINE, HASH, RETURN = b"\n#\r"

WRITTEN = bytes([9, 10, 11, 12, 13, *range(32, 256)])
"""The letters that a text is written with; any other one means numbers."""


@dataclass(frozen=True)
class Head:
    """The beginning of a text: its comments, without their #, and its first other lines."""

    comments: tuple[str, ...]
    rows: tuple[str, ...]


def head(path: Path) -> Head | None:
    """Return how a text begins, or None for what is no text or cannot be read."""
    try:
        state = path.stat()
        return _head(path, state.st_mtime_ns, state.st_size) if path.is_file() else None
    except OSError:
        return None


@lru_cache(maxsize=64)
def _head(path: Path, changed: int, size: int) -> Head | None:
    """Look once while nothing changes: every reader of text asks."""
    with path.open("rb") as file:
        start = file.read(HEAD)
    if not start or start.translate(None, WRITTEN) != b"":
        return None
    if len(start) == HEAD:
        start = start[: start.rfind(b"\n") + 1]
    lines = [line.strip() for line in start.decode("utf-8", "replace").splitlines()]
    comments = tuple(line.lstrip("#").strip() for line in lines if line.startswith("#"))
    return Head(comments, tuple(line for line in lines if line and not line.startswith("#")))


def ends_whole(path: Path) -> bool:
    """Whether the last line ends as every other one: programs write it so, and a cut file seldom does."""
    with reading(path), path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def count_rows(path: Path, skip: int = 0) -> int:
    """Count the lines that are neither empty nor comments, but for the first ``skip`` of them."""
    with reading(path):
        return max(0, sum(_rows_in(block) for block, _ in _blocks(path)) - skip)


def read_columns(
    path: Path,
    columns: Mapping[str, int],
    whole: frozenset[str],
    progress: Progress,
    delimiter: str | None = None,
    skip: int = 0,
) -> dict[str, NDArray[Any]]:
    """Read some columns of a table of numbers.

    Parameters
    ----------
    columns : where each stands in a row, from 0
    whole : names of those that are whole numbers, read as int64; the others become float64
    delimiter : what stands between columns; None for any white space
    skip : lines at the beginning, comments not counted, that hold no numbers

    Raises
    ------
    UnreadableFile
        Where a row is too short, or holds what is no number.
    """
    count = count_rows(path, skip)
    progress(0.05, f"Reading {path.name}")
    require_memory(path, 8 * len(columns) * count, f"{count} rows")
    order = sorted(columns, key=lambda name: columns[name])
    dtype = np.dtype([(name, np.int64 if name in whole else np.float64) for name in order])
    room = {name: np.empty(count, dtype=dtype[name]) for name in order}
    filled = 0
    step = part(progress, 0.05, 1.0)
    with reading(path):
        for block, share in _blocks(path):
            lines = [line for line in block.decode("latin-1").split("\n") if line.lstrip()[:1] not in ("", "#")]
            left, skip = lines[skip:], max(0, skip - len(lines))
            if left:
                rows = _parsed(path, left, dtype, [columns[name] for name in order], delimiter, filled)
                stop = filled + rows.shape[0]
                if stop > count:
                    raise UnreadableFile(path, "changed while it was read", "Open it again")
                for name in order:
                    room[name][filled:stop] = rows[name]
                filled = stop
            step(share, f"Reading {path.name}")
    progress(1.0)
    return {name: values[:filled] for name, values in room.items()}


def _parsed(
    path: Path, lines: list[str], dtype: np.dtype[Any], places: list[int], delimiter: str | None, before: int
) -> NDArray[Any]:
    try:
        return np.atleast_1d(np.loadtxt(lines, dtype=dtype, usecols=places, delimiter=delimiter, ndmin=1))
    except (ValueError, OverflowError) as wrong:
        text = " ".join(str(wrong).split())
        short = re.search(r"with (\d+) columns", text)
        found = re.search(r"at row (\d+)", text)
        # numpy counts rows from 1 where columns lack, and from 0 where a number is none.
        row = before + (int(found[1]) if found else 0) + (0 if short else 1)
        why = (
            f"has only {short[1]} columns in row {row} and should have {max(places) + 1} or more"
            if short
            else f"holds what is no number in row {row} ({text[:80]})"
        )
        raise UnreadableFile(path, why, "It may be damaged, cut short, or changed by hand; copy it again") from wrong


def _blocks(path: Path) -> Iterator[tuple[bytes, float]]:
    """Yield whole lines, some megabytes at a time, and the share of the file that is behind them."""
    size = max(1, path.stat().st_size)
    done, rest = 0, b""
    with path.open("rb") as file:
        while data := file.read(BLOCK):
            done += len(data)
            data = rest + data
            end = data.rfind(b"\n") + 1
            if len(data) - end > LONGEST_LINE:
                raise UnreadableFile(path, "holds a line of more than a million letters", "It is no table of halos")
            rest = data[end:]
            if end:
                yield data[:end], min(1.0, done / size)
    if rest:
        yield rest, 1.0


def _rows_in(block: bytes) -> int:
    """Count lines that begin with anything but a comment's # or their own end."""
    letters = np.frombuffer(block, dtype=np.uint8)
    starts = np.flatnonzero(letters[:-1] == NEWLINE) + 1
    first = letters[np.concatenate([[0], starts])]
    return int(np.count_nonzero((first != HASH) & (first != NEWLINE) & (first != RETURN)))
