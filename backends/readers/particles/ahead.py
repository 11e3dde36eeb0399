"""Reads the next piece while the last one is used: disk and processors work at the same time."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")

ROOMS = 2
"""Pieces that are alive at once: the one in use, and the one that is being read."""


def read_ahead(pieces: Generator[Piece]) -> Generator[Piece]:
    """Yield pieces that a thread of its own makes, each valid until the next one is asked for.

    The thread also closes the iterator, so that a file is opened, read and closed by one thread; what it raises
    is raised here. A piece must stay as it is while the next one is made.
    """
    with ThreadPoolExecutor(1, "halograph-read") as reader:
        coming = reader.submit(next, pieces, None)
        try:
            while (piece := coming.result()) is not None:
                coming = reader.submit(next, pieces, None)
                yield piece
        finally:
            reader.submit(pieces.close).result()
