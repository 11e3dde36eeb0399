"""A resting picture on its way to full quality: its tiles are drawn finely, and then again for the mean of several."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from widgets.volume.canvas import Frame
from widgets.volume.painter import Painter
from widgets.volume.pane import Rectangle
from widgets.volume.refinement import Refinement, Tile

Pixels = NDArray[np.uint8]
# A tile of which no pixel changes by more of 255 is as good as it gets.
HARDLY = 1


class Refining:
    """Obeys a refinement, and holds the mean that its pictures come to.

    Parameters
    ----------
    draw : draws tiles of one view into a frame
    """

    def __init__(self, draw: Callable[[Frame, list[Tile]], None]) -> None:
        self._draw = draw
        self._plan: Refinement | None = None
        self._mean: Frame | None = None

    @property
    def busy(self) -> bool:
        """Whether there is something left to draw."""
        return self._plan is not None

    def begin(self, plan: Refinement | None) -> None:
        """Go on with this, or with None stop."""
        self._plan = None if plan is None or plan.done else plan

    def go_on(self, painter: Painter, fine: Frame, spare: Frame, seconds: float) -> None:
        """Draw one more batch of tiles.

        Parameters
        ----------
        fine : what is seen
        spare : of the same size
        """
        if self._plan is None:
            return
        if self._plan.averages and (self._mean is None or self._mean.size != fine.size):
            self._make_mean(painter, fine)
            return
        for handful in self._plan.batch(seconds):
            self._draw(spare if handful[0].turn else fine, handful)
            if handful[0].turn:
                for tile in self._add(painter, fine, spare, handful):
                    self._plan.rests(tile)
        self.begin(self._plan)

    def _make_mean(self, painter: Painter, seen: Frame) -> None:
        """Get the memory of the mean, which takes as long as a batch: a driver asks for it when it is drawn into."""
        self.forget()
        self._mean = Frame(seen.size, bits=16)  # eight would not carry the mean of many
        with self._mean.buffer:
            painter.clear([(0, 0, *seen.size)], (0.0, 0.0, 0.0))
        gloo.finish()

    def _add(self, painter: Painter, seen: Frame, further: Frame, tiles: list[Tile]) -> list[Tile]:
        """Take a further picture of tiles into the mean of so many; return the tiles that it hardly changed."""
        assert self._mean is not None
        turn, parts = tiles[0].turn, [tile.rectangle for tile in tiles]
        around, place = _around(parts), ((0.0, 0.0), (1.0, 1.0), (0, 0, *seen.size))
        before = seen.read(around)
        with self._mean.buffer:
            if turn == 1:  # with the same machine code as the next ones
                painter.copy(seen.texture, *place, share=1.0, parts=parts)
            painter.copy(further.texture, *place, share=1 / (turn + 1), parts=parts)
        with seen.buffer:
            painter.copy(self._mean.texture, *place, parts=parts)
        after = seen.read(around)
        return [tile for tile in tiles if _change(before, after, around, tile.rectangle) <= HARDLY]

    def forget(self) -> None:
        """Free the card's memory."""
        if self._mean is not None:
            self._mean.delete()
            self._mean = None


def _around(parts: list[Rectangle]) -> Rectangle:
    """Return the rectangle around others."""
    x, y = min(part[0] for part in parts), min(part[1] for part in parts)
    right, top = max(part[0] + part[2] for part in parts), max(part[1] + part[3] for part in parts)
    return x, y, right - x, top - y


def _change(before: Pixels, after: Pixels, around: Rectangle, part: Rectangle) -> int:
    """Return by how much of 255 a pixel of a part changed at most."""
    (left, bottom, _, height), (x, y, wide, tall) = around, part
    top = bottom + height - y - tall  # rows of a picture are counted downwards
    cut = np.s_[top : top + tall, x - left : x - left + wide]
    return int(np.abs(after[cut].astype(np.int16) - before[cut]).max(initial=0))
