"""What a sample has seen of a snapshot so far: it grows, and every part of the snapshot counts as what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.particles import Lots, Particles
from backends.readers.particles.columns import Column
from backends.readers.particles.sampling import places, run_length

UNEVEN = 1.1
"""Ratio of the shares of two blocks above which their particles are weighed."""

BLOCK = 1 << 40
"""More than any block has chunks."""


class Seen:
    """Some particles of each block, in the order in which they came.

    room : arrays by column, with room for all that will come
    filled : rows of it that are there
    """

    def __init__(self, room: dict[str, NDArray[Any]]) -> None:
        self.room, self.filled = room, 0
        self._plans: dict[int, Iterator[NDArray[np.int64]]] = {}
        self._taken: dict[int, int] = {}
        self._count: dict[int, int] = {}
        self._parts: list[tuple[int, slice]] = []
        self._chunk: dict[int, int] = {}
        self._origin = np.empty(room["positions"].shape[0], np.int64)

    def places(self, number: int, positions: Column, share: int) -> Iterator[NDArray[np.int64]]:
        """Yield where to look on in a block, some places at once, until so many of its particles are there."""
        plan = self._plans.setdefault(number, places(positions, share))
        while (left := share - self._taken.get(number, 0)) > 0:
            yield next(plan)[: -(-left // run_length(positions))]

    def add(self, number: int, count: int, rows: slice, starts: NDArray[np.int64], chunk: int = 0) -> None:
        """Take note of rows that were filled from a block of so many particles.

        Parameters
        ----------
        starts : of equal runs of rows, one behind another
        chunk : rows that are unpacked for any of them; 0 where each can be read by itself
        """
        self.filled = rows.stop
        self._taken[number] = self._taken.get(number, 0) + rows.stop - rows.start
        self._count[number], self._chunk[number] = count, chunk
        self._parts.append((number, rows))
        chunks = starts // chunk if chunk else np.zeros_like(starts)
        self._origin[rows] = np.repeat(chunks + number * BLOCK, (rows.stop - rows.start) // starts.size)

    def weighed(self, particles: Particles) -> Particles:
        """Return the particles that are there and the lots they came in; those of a block seen less weigh more."""
        if any(self._chunk.values()):
            particles = replace(particles, lots=self._lots())
        stands_for = {number: self._count[number] / taken for number, taken in self._taken.items()}
        if max(stands_for.values()) < UNEVEN * min(stands_for.values()):
            return particles
        masses = particles.masses if particles.masses is not None else 1.0
        weights = np.broadcast_to(np.asarray(masses, np.float32), particles.count).copy()
        usual = sum(self._count.values()) / self.filled
        for number, rows in self._parts:
            weights[rows] *= stands_for[number] / usual
        return replace(particles, masses=weights)

    def _lots(self) -> Lots:
        """Return the chunks that were looked at; a block whose rows can be read one by one is one.

        Each counts as all rows up to half way to its neighbours: where chunks that follow each other in the file
        do so in space, too, the box is filled evenly.
        """
        lots, lot_of, taken = np.unique(self._origin[: self.filled], return_inverse=True, return_counts=True)
        numbers, chunks = np.divmod(lots, BLOCK)
        weights = np.empty(lots.size)
        for number, count in self._count.items():
            mine = numbers == number
            ends = np.minimum((chunks[mine] + 1) * self._chunk[number], count)
            between = (ends[:-1] + chunks[mine][1:] * self._chunk[number]) / 2
            weights[mine] = np.diff(between, prepend=0, append=count) / taken[mine] * (self._taken[number] / count)
        of = sum(
            -(-count // self._chunk[number]) if self._chunk[number] else 1 for number, count in self._count.items()
        )
        return Lots(lot_of, weights, of)
