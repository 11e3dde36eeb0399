"""Which pieces of a resting picture are refined next: tile by tile from the middle, and then again to smooth it.

Nothing here draws; a clock comes in, decisions go out.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from widgets.volume.quality import SQUARE

Rectangle = tuple[int, int, int, int]

CORES = min(os.cpu_count() or 1, 8)
# What all further pictures at rest may take together, so that a slow driver is at peace after one.
SMOOTHING_SECONDS = 0.6
# No tile is cut into pieces of a smaller side: they would take longer to ask for than to draw.
LEAST = 16
# Of what the dearest tiles took by the pixel, so much is still believed after the next ones.
FADING = 0.9
# So many tiles are looked through for one that another core can draw.
AHEAD = 24


@dataclass(frozen=True)
class Tile:
    """A piece of one view that is refined at once.

    pane : index of the view
    rectangle : x, y, width, height in pixels of the window
    turn : 0 where it is drawn finely for the first time, else which further picture of it is averaged with the others
    """

    pane: int
    rectangle: Rectangle
    turn: int = 0


def tiles(panes: Sequence[Rectangle], side: int = SQUARE) -> Iterator[Tile]:
    """Yield the tiles of all views, view after view, from each view's middle outwards.

    They are cut where the framebuffer's own squares of that side are, so that no two of them share one.
    """
    for index, (x0, y0, width, height) in enumerate(panes):
        pieces = [
            Tile(index, (x, y, to_x - x, to_y - y))
            for y, to_y in _cuts(y0, y0 + height, side)
            for x, to_x in _cuts(x0, x0 + width, side)
        ]
        middle_x, middle_y = x0 + width / 2, y0 + height / 2
        pieces.sort(
            key=lambda t: (
                (t.rectangle[0] + t.rectangle[2] / 2 - middle_x) ** 2
                + (t.rectangle[1] + t.rectangle[3] / 2 - middle_y) ** 2
            )
        )
        yield from pieces


def _cuts(start: int, stop: int, side: int) -> list[tuple[int, int]]:
    """Return the pieces of a range that is cut at all multiples of a side."""
    inner = range((start // side + 1) * side, stop, side)
    return list(itertools.pairwise((start, *inner, stop)))


class Refinement:
    """The tiles that are still to be drawn finely, and then again for a mean of several; a batch ends with its time.

    Tiles are drawn by the handful, one for each core at least: a software driver's cores share no square. Empty tiles
    cost next to nothing and dense ones a lot, so that time is measured, not foretold, and what would take longer than a
    batch by what others took is cut. Further pictures are drawn of the tiles that still change by them, as long as the
    next round of them stays within what all may take.

    Parameters
    ----------
    panes : the views' rectangles, in pixels
    side : of a tile, in pixels
    clock : seconds, monotonic
    turns : pictures that are averaged at most
    seconds : what all but the first of them may take, or None for the usual
    drawn_in : seconds that the first of them took where it is finished, or None where it is still to be drawn
    cores : that draw at once
    dear : seconds that a pixel of the dearest tiles takes, with all cores at work, by all that is known
    least : side of the smallest tiles that others are cut into
    """

    def __init__(
        self,
        panes: Sequence[Rectangle],
        side: int = SQUARE,
        clock: Callable[[], float] = time.monotonic,
        turns: int = 1,
        seconds: float | None = None,
        drawn_in: float | None = None,
        cores: int = CORES,
        dear: float = 0.0,
        least: int = LEAST,
    ) -> None:
        self._clock, self._turns, self._cores = clock, turns, cores
        self._least, self._dear, self._dearest = least, dear, dear
        self._seconds = SMOOTHING_SECONDS if seconds is None else seconds
        self._changing = list(tiles(panes, side))
        self._left = self._changing[::-1]
        self._last: list[Tile] = []
        self._took: dict[Tile, float] = {}
        self._resting: set[Tile] = set()
        if drawn_in is not None:
            whole = max(sum(_area(tile) for tile in self._left), 1)
            self._took = {tile: drawn_in * _area(tile) / whole for tile in self._left}
            self._left = []
        if not self._left:
            self._turn()

    @property
    def done(self) -> bool:
        """Whether everything was handed out."""
        return not self._left

    @property
    def averages(self) -> bool:
        """Whether the next tiles are drawn again, for a mean."""
        return bool(self._left) and self._left[-1].turn > 0

    def batch(self, seconds: float) -> Iterator[list[Tile]]:
        """Yield handfuls of one view's tiles for about so many seconds; one at least, and none of the next picture."""
        begun = self._clock()
        until = begun + seconds
        while self._left:
            handful, begun = self._handful(until - begun, seconds), self._clock()
            yield handful
            ended = self._clock()
            whole = sum(_area(tile) for tile in handful)
            self._learn((ended - begun) / whole)
            self._last = handful
            self._took |= {tile: (ended - begun) * _area(tile) / whole for tile in handful}
            self._seconds -= ended - begun if handful[0].turn else 0.0
            if not self._left:
                self._turn()
                return
            if ended + (ended - begun) >= until:
                return
            begun = ended

    def _handful(self, left: float, seconds: float) -> list[Tile]:
        """Take the next tiles: one a core, and where the last ones were cheap up to twice as many as these.

        There are so many seconds left of those that the batch has.
        """
        pane, turn, last = self._left[-1].pane, self._left[-1].turn, self._last
        goes_on = bool(last) and (last[0].pane, last[0].turn) == (pane, turn)
        if not goes_on:
            self._dear = self._dearest  # in the middle of a view, where it is densest or deepest
        took = sum(self._took[tile] for tile in last)
        cheap = len(last) * min(left / 2 / max(took, 1e-6), 2.0) if goes_on else 0.0
        handful: list[Tile] = []
        while self._left and self._left[-1].pane == pane:
            expected = self._dear * sum(_area(tile) for tile in handful)
            if len(handful) >= self._cores and (len(handful) >= int(cheap) or expected >= left):
                break
            handful.append(self._next(handful, seconds))
        return handful

    def _next(self, taken: Sequence[Tile], seconds: float) -> Tile:
        """Take the next tile: for each core one of another square, and of a dear one what there is time for."""
        if taken and len(taken) < self._cores:
            squares = {_square(tile) for tile in taken}
            near = range(len(self._left) - 1, max(len(self._left) - 1 - AHEAD, -1), -1)
            others = (i for i in near if self._left[i].pane == taken[0].pane and _square(self._left[i]) not in squares)
            tile = self._left.pop(next(others, -1))
        else:
            tile = self._left.pop()
        while tile.turn == 0 and self._dear * _area(tile) * self._cores > seconds and _side(tile) > self._least:
            tile, *rest = self._cut(tile)
            self._left += rest[::-1]
        return tile

    def _learn(self, dear: float) -> None:
        """Take up what a pixel of the last handful took."""
        known = self._dearest < float("inf")
        self._dear = max(dear, FADING * self._dear) if known else dear
        self._dearest = max(dear, self._dearest) if known else dear

    def _cut(self, tile: Tile) -> list[Tile]:
        """Cut a tile into quarters, for this and all further pictures."""
        x, y, width, height = tile.rectangle
        half = max((_side(tile) + 1) // 2, self._least)
        quarters = [
            replace(tile, rectangle=(left, low, right - left, high - low))
            for left, right in _cuts(x, x + width, half)
            for low, high in _cuts(y, y + height, half)
        ]
        place = self._changing.index(tile)
        self._changing[place : place + 1] = quarters
        return quarters

    def rests(self, tile: Tile) -> None:
        """Draw no further pictures of a tile: the last one hardly changed it."""
        self._resting.add(tile)

    def _turn(self) -> None:
        """Begin the next picture of all tiles that still change, where there is time for it."""
        self._changing = [tile for tile in self._changing if tile not in self._resting]
        next_one = self._changing[0].turn + 1 if self._changing else self._turns
        if next_one < self._turns and sum(self._took[tile] for tile in self._changing) <= self._seconds:
            self._changing = [replace(tile, turn=next_one) for tile in self._changing]
            self._left = self._changing[::-1]


def _square(tile: Tile) -> tuple[int, int]:
    return tile.rectangle[0] // SQUARE, tile.rectangle[1] // SQUARE


def _side(tile: Tile) -> int:
    return max(tile.rectangle[2:])


def _area(tile: Tile) -> int:
    return tile.rectangle[2] * tile.rectangle[3]
