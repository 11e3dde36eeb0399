"""A field's way to the graphics card, step by step: in the window's thread, or better in one of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.errors import MachineError
from widgets.volume import bricks, card, uploads

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Prepared:
    """What is uploaded of a field.

    fine : (n, n, n) float32, contiguous
    coarse : its block means, or their highest values, or None for a field that is small itself
    densest : what has the largest values that are ever stored beside these
    """

    fine: NDArray[np.float32]
    coarse: NDArray[np.float32] | None
    densest: NDArray[np.float32]

    def extremes(self, margin: float) -> list[NDArray[np.float32]]:
        """Return the extremes of the bricks of both."""
        both = (self.fine,) if self.coarse is None else (self.fine, self.coarse)
        return [bricks.extremes(values, margin=margin) for values in both]


def prepared(field: Field, block: int, highest: bool = False) -> Prepared:
    """Return what is uploaded of a field; blocks of so many cells a side become one: their mean, or their highest.

    A field in a file is hardly read for it where it has its own cells: its first picture does not wait for that.
    """
    fine = uploads.reduced(np.ascontiguousarray(field.values, dtype=np.float32), block, highest)
    # Pages of single cells may lie over the means of blocks.
    return Prepared(fine, uploads.preview(fine, highest), fine if block == 1 else field.values)


class Passage:
    """One field on its way into two textures; ``coarse_there`` and ``there`` say how far it has come.

    Parameters
    ----------
    fine, coarse : OpenGL's names of textures that have no storage yet

    What is stored is divided by ``scale``, or by ``coarse_scale``: both are known once it is there.
    """

    def __init__(self, field: Prepared, fine: int, coarse: int, half: bool) -> None:
        self._field, self._fine, self._coarse, self._half = field, fine, coarse, half
        self.coarse_there = self.there = self.ended = self.unwanted = False
        self.scale = self.coarse_scale = 1.0
        self.refused = ""

    def steps(self) -> Iterator[bool]:
        """Go on by one step at a time, in a current context; each says whether it was a long one."""
        try:
            yield from self._steps()
        except MachineError as refused:
            self.refused = str(refused)
        finally:
            self.ended = True
            nothing = np.empty((0, 0, 0), np.float32)
            self._field = Prepared(nothing, None, nothing)

    def _steps(self) -> Iterator[bool]:
        fine, coarse = self._field.fine, self._field.coarse
        if coarse is not None:
            self.coarse_scale = uploads.half_scale(coarse) if self._half else 1.0
            card.allocate(self._coarse, coarse.shape, self._half)
            card.send(self._coarse, coarse / np.float32(self.coarse_scale), 0)
            card.finish()
            self.coarse_there = True
            yield True
        if self._half:
            yield from self._scaled(self._field.densest)
        card.allocate(self._fine, fine.shape, self._half)
        yield True
        for chunk in uploads.chunks((fine.shape[0], fine.shape[1], fine.shape[2])):
            if self.unwanted:
                return
            values = fine[chunk.start : chunk.stop]
            card.send(self._fine, values if self.scale == 1.0 else values / np.float32(self.scale), chunk.start)
            yield False
        card.finish()
        self.there = True

    def _scaled(self, densest: NDArray[np.float32]) -> Iterator[bool]:
        for chunk in uploads.chunks((densest.shape[0], densest.shape[1], densest.shape[2])):
            if self.unwanted:
                return
            self.scale = max(self.scale, uploads.half_scale(densest[chunk.start : chunk.stop]))
            yield False


class Cargo(Protocol):
    """What is taken to the card step by step; each step says whether it was a long one."""

    unwanted: bool
    ended: bool

    @property
    def coarse_there(self) -> bool:
        """Whether something can be drawn before all of it is there."""

    def steps(self) -> Iterator[bool]:
        """Go on by one step at a time, in a current context."""


class Carrier(Protocol):
    """Where the work is done that a picture waits for."""

    @property
    def works_here(self) -> bool:
        """Whether :meth:`step` has something to do."""

    def compute(self, work: Callable[[], T]) -> Future[T]:
        """Do work on arrays."""

    def upload(self, passage: Cargo) -> None:
        """Take a field, or particles, to the card."""

    def carry_first(self, cargo: Cargo) -> bool:
        """Take this along before all else; return whether there is another context than the canvas's to do it in."""

    def step(self) -> bool:
        """Do one step of it now, in the canvas's context; return whether there is time for another."""

    def close(self) -> None:
        """End, and leave the context alone."""


class Here:
    """Does everything in the thread that asks: without a window nobody waits for it."""

    def __init__(self) -> None:
        self._under_way: deque[Iterator[bool]] = deque()

    @property
    def works_here(self) -> bool:
        """Whether an upload is under way."""
        return bool(self._under_way)

    def compute(self, work: Callable[[], T]) -> Future[T]:
        """Do work on arrays at once."""
        done: Future[T] = Future()
        done.set_result(work())
        return done

    def upload(self, passage: Cargo) -> None:
        """Take it to the card, in the steps that follow."""
        self._under_way.append(passage.steps())

    def carry_first(self, cargo: Cargo) -> bool:
        """Leave it: there is but the canvas's context."""
        return False

    def step(self) -> bool:
        """Do one step of the oldest upload; after a long one the window should live."""
        if not self._under_way:
            return False
        was_long = next(self._under_way[0], None)
        if was_long is None:
            self._under_way.popleft()
        return not was_long

    def close(self) -> None:
        """Nothing goes on by itself."""
        self._under_way.clear()
