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
Square = tuple[int, int, int]
"""A view, and which of the framebuffer's squares, by columns and rows."""

CORES = min(os.cpu_count() or 1, 8)
# What all further pictures at rest may take together, so that a slow driver is at peace after one.
SMOOTHING_SECONDS = 0.6
# No tile is cut into pieces of a smaller side: they would take longer to ask for than to draw.
LEAST = 16
# What takes one core a larger part of a batch is cut: at the end of a handful the others wait for the last one.
PART = 1 / 8
# Of the time that is left a handful is to take so much; the next one may be dearer than it looks.
SHARE = 0.8
# And a handful is at most so many times as large as the last one.
GROWTH = 2.0
# Of what the dearest tiles took by the pixel, so much is still believed after the next ones.
FADING = 0.7


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

    Tiles are drawn by the handful, of as many squares as can be: a software driver's cores share none. Empty tiles cost
    next to nothing and dense ones a lot, so that time is measured, not foretold, and what would take one core too long
    by what others took is cut. Further pictures are drawn of the tiles that still change by them, as long as the next
    round of them stays within what all may take.

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
        self._left: dict[Square, list[Tile]] = {}
        self._last: list[Tile] = []
        self._took: dict[Tile, float] = {}
        self._resting: set[Tile] = set()
        if drawn_in is None:
            self._left = _by_square(self._changing)
        else:
            whole = max(sum(_area(tile) for tile in self._changing), 1)
            self._took = {tile: drawn_in * _area(tile) / whole for tile in self._changing}
        if not self._left:
            self._turn()

    @property
    def done(self) -> bool:
        """Whether everything was handed out."""
        return not self._left

    @property
    def averages(self) -> bool:
        """Whether the next tiles are drawn again, for a mean."""
        return any(tiles[0].turn for tiles in itertools.islice(self._left.values(), 1))

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
        """Take the next tiles of one view: one a core at least, and else for most of the time that is left.

        There are so many seconds left of those that the batch has. A tile of each square is taken before a second one.
        """
        first = next(iter(self._left.values()))[-1]
        most = self._affordable(first.pane, first.turn, left)
        handful: list[Tile] = []
        area = 0
        for square in self._rounds(first.pane):
            tile = self._next(square, seconds)
            if len(handful) >= self._cores and area + _area(tile) > most:
                self._left[square].append(tile)
                break
            handful.append(tile)
            area += _area(tile)
        self._left = {square: tiles for square, tiles in self._left.items() if tiles}
        return handful

    def _rounds(self, pane: int) -> Iterator[Square]:
        """Yield the squares of a view, again and again, while tiles of them are left."""
        squares = [square for square in self._left if square[0] == pane]
        while squares:
            yield from squares
            squares = [square for square in squares if self._left[square]]

    def _affordable(self, pane: int, turn: int, left: float) -> float:
        """Return for how many pixels of a view there is time, by what the last ones took and by the dearest ones."""
        took = sum(self._took[tile] for tile in self._last)
        if not took or (self._last[0].pane, self._last[0].turn) != (pane, turn):
            self._dear = self._dearest  # in the middle of a view, where it is densest or deepest
            return SHARE / GROWTH * left / self._dear if self._dear else 0.0
        growth = min(SHARE * left / took, GROWTH)
        return min(growth * sum(_area(tile) for tile in self._last), left / self._dear)

    def _next(self, square: Square, seconds: float) -> Tile:
        """Take the next tile of a square, and of a dear one the first piece."""
        tile = self._left[square].pop()
        while tile.turn == 0 and self._dear * _area(tile) * self._cores > PART * seconds and _side(tile) > self._least:
            tile, *rest = self._cut(tile)
            self._left[square] += rest[::-1]
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
            self._left = _by_square(self._changing)


def _by_square(tiles: Sequence[Tile]) -> dict[Square, list[Tile]]:
    """Return the tiles of each square, the next one last; squares come in the order of their first tiles."""
    found: dict[Square, list[Tile]] = {}
    for tile in tiles:
        square = tile.pane, tile.rectangle[0] // SQUARE, tile.rectangle[1] // SQUARE
        found.setdefault(square, []).insert(0, tile)
    return found


def _side(tile: Tile) -> int:
    return max(tile.rectangle[2:])


def _area(tile: Tile) -> int:
    return tile.rectangle[2] * tile.rectangle[3]
