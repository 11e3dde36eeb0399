"""Tables of statistics in text: comments that name columns, and rows of as many numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.readers.statistic_tables.columns import inferred_columns, named_columns
from backends.readers.statistic_tables.rows import FEWEST, Table, is_curve

HEAD = 1 << 16
"""Bytes that are looked at to tell what a text is."""

WIDEST_UNNAMED = 3
"""Columns at most of a table whose columns nobody names."""


def is_table_of_text(path: Path) -> bool:
    """Whether the first lines of a file are comments and numbers that make a curve."""
    try:
        with path.open("rb") as file:
            start = file.read(HEAD)
    except OSError:
        return False
    whole = start if len(start) < HEAD else start[: start.rfind(b"\n") + 1]
    return parsed(whole) is not None


def parsed(text: bytes) -> Table | None:
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
        if columns or rows.shape[1] > WIDEST_UNNAMED or not is_curve(rows[:, 0], rows[:, 1]):
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
    if len(kept) < FEWEST or not all(is_curve(x, rows[:, column.place]) for column in table.curves[:1]):
        return None
    return table
