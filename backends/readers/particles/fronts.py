"""What to read one after another for pieces that are taken from several places of the files at once.

Particles that lie together in a file mostly lie together in space: a piece from one place is a thin slab of the box,
for which all threads that paint it would contend. Halves from far apart are painted by threads that seldom meet.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from backends.readers.particles.columns import SLAB, Column, slabs
from backends.readers.particles.snapshot import Block

FRONTS = 2
"""Places of the files that are read in turn; a disk with a head moves it as often."""

Read = tuple[Block, Column, slice]


def reads(
    blocks: Callable[[], Iterator[tuple[Block, Column]]], count: int, size: int, fronts: int
) -> Generator[Read | None]:
    """Yield which rows of which column to read next, and None at the end of every piece.

    Parameters
    ----------
    blocks : walks through all blocks, from the first; a block can be read until the next one is asked for
    count : particles of all blocks together
    size : particles a piece, at most
    fronts : equal parts of all particles, of which each gives an equal share to every piece; with one, particles
        come in the order of the files
    """
    share = max(1, size // fronts)
    chunk = next(blocks())[1].chunk
    if chunk < share:
        share -= share % chunk  # a chunk that is read in two parts may be unpacked twice
    walks = [_walk(blocks(), count * i // fronts, count * (i + 1) // fronts, share) for i in range(fronts)]
    try:
        while walks:
            for walk in list(walks):
                left = share
                for block, column, rows in walk:
                    yield block, column, rows
                    left -= rows.stop - rows.start
                    if not left:
                        break
                else:
                    walks.remove(walk)
            yield None
    finally:
        for walk in walks:
            walk.close()


def _walk(blocks: Iterator[tuple[Block, Column]], first: int, stop: int, share: int) -> Generator[Read]:
    """Yield the rows of particles ``first`` … ``stop`` − 1, ending at every multiple of ``share`` of them."""
    before = 0
    for block, column in blocks:
        for rows in slabs(column, rows=min(SLAB, share)):
            # A chunk that is larger than a share is read in parts; HDF5 keeps it unpacked meanwhile.
            taken, last = max(rows.start, first - before), min(rows.stop, stop - before)
            while taken < last:
                end = min(last, taken + share - (before + taken - first) % share)
                yield block, column, slice(taken, end)
                taken = end
        before += block.count
        if before >= stop:
            return
