"""What a sample has seen of a snapshot so far: it grows, and every part of the snapshot counts as what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.particles import Particles
from backends.readers.particles.columns import Column
from backends.readers.particles.sampling import places, run_length

UNEVEN = 1.1
"""Ratio of the shares of two blocks above which their particles are weighed."""


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

    def places(self, number: int, positions: Column, share: int) -> Iterator[NDArray[np.int64]]:
        """Yield where to look on in a block, some places at once, until so many of its particles are there."""
        plan = self._plans.setdefault(number, places(positions, share))
        while (left := share - self._taken.get(number, 0)) > 0:
            yield next(plan)[: -(-left // run_length(positions))]

    def add(self, number: int, count: int, rows: slice) -> None:
        """Take note of rows that were filled from a block of so many particles."""
        self.filled = rows.stop
        self._taken[number] = self._taken.get(number, 0) + rows.stop - rows.start
        self._count[number] = count
        self._parts.append((number, rows))

    def weighed(self, particles: Particles) -> Particles:
        """Return the particles that are there, those of a block that was seen less weighing more."""
        stands_for = {number: self._count[number] / taken for number, taken in self._taken.items()}
        if max(stands_for.values()) < UNEVEN * min(stands_for.values()):
            return particles
        masses = particles.masses if particles.masses is not None else 1.0
        weights = np.broadcast_to(np.asarray(masses, np.float32), particles.count).copy()
        usual = sum(self._count.values()) / self.filled
        for number, rows in self._parts:
            weights[rows] *= stands_for[number] / usual
        return replace(particles, masses=weights)
