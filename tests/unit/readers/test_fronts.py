"""Pieces that are taken from several places of the files hold every particle once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from backends.readers.particles.columns import Column, DecodedColumn
from backends.readers.particles.fronts import reads
from backends.readers.particles.snapshot import Block

SIZES = (1, 40, 7, 100, 3)
COUNT = sum(SIZES)


def blocks(chunk: int) -> Iterator[tuple[Block, Column]]:
    """Particles in several files, each of which tells where it stands among all."""
    first = 0
    for size in SIZES:
        start = first
        column = DecodedColumn((size,), np.dtype(np.int64), lambda i, j, s=start: np.arange(s + i, s + j), chunk=chunk)
        yield Block(Path("file"), "dm", size, column), column
        first += size


@pytest.mark.parametrize("chunk", [1, 3, 64])
@pytest.mark.parametrize("fronts", [1, 2, 4])
@pytest.mark.parametrize("size", [16, 33, COUNT])
def test_every_particle_is_in_one_piece(chunk: int, fronts: int, size: int) -> None:
    pieces: list[list[int]] = [[]]
    for read in reads(lambda: blocks(chunk), COUNT, size, fronts):
        if read is None:
            pieces.append([])
        else:
            _, column, rows = read
            out = np.empty(rows.stop - rows.start, np.int64)
            column.read(rows, out)
            pieces[-1].extend(out)
    assert max(map(len, pieces)) <= size
    together = [number for piece in pieces for number in piece]
    assert sorted(together) == list(range(COUNT))
    assert fronts > 1 or together == list(range(COUNT))
    # Each of the parts gives to the first piece.
    assert {number * fronts // COUNT for number in pieces[0]} == set(range(fronts))
