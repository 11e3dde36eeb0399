"""How fine the next picture may be: coarse while something moves, refined piece by piece at rest, and then smoothed.

Nothing here draws; a clock and measured times come in, decisions go out.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True)
class Level:
    """One quality of drawing.

    scale : drawn pixels per pixel of the window, along one side
    step : ray step, in cells of the field
    preview : whether large fields are drawn from their coarse textures
    """

    scale: float
    step: float
    preview: bool = False


FULL = Level(1.0, 1.0)
LEVELS = (
    FULL,
    Level(1.0, 2.0),
    Level(0.5, 1.5),
    Level(0.5, 2.5),
    Level(0.5, 2.0, preview=True),
    Level(0.42, 2.25, preview=True),
    Level(0.34, 2.5, preview=True),
    Level(0.25, 3.0, preview=True),
)

# Seconds per sample of a software driver; a wrong one costs a coarse first picture and no stall.
FIRST_GUESS = 2e-8
# Software drivers give each core squares of so many pixels, counted from the framebuffer's corner. A smaller tile is
# for what is so dear that one square would be a stall, a larger one saves what tiles cost beside their pixels.
SQUARE, SMALLEST_TILE, LARGEST_TILE = 64, 32, 512
CORES = min(os.cpu_count() or 1, 8)
# What all further pictures at rest may take together, so that a slow driver is at peace after one.
SMOOTHING_SECONDS = 0.6
# Of what a dear tile took, so much is still believed after the next one.
FORGETTING = 0.98
# Of a picture's time, while others want the processors: it takes longer than it should.
CROWDED = 0.55


class AdaptiveQuality:
    """Chooses a level for pictures in motion from the measured speed, and says when all is at rest.

    Parameters
    ----------
    clock : callable
        Seconds, monotonic.
    moving_seconds : float
        What a picture in motion may take.
    batch_seconds : float
        What one batch of refinement may take.
    rest_seconds : float
        So long after the last change refinement begins.

    Attributes
    ----------
    crowded : bool
        Whether others want the processors.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        moving_seconds: float = 0.02,
        batch_seconds: float = 0.022,
        rest_seconds: float = 0.08,
    ) -> None:
        self._clock = clock
        self.moving_seconds, self.rest_seconds = moving_seconds, rest_seconds
        self.crowded = False
        self._batch_seconds = batch_seconds
        self._touched = float("-inf")
        self._rates: dict[str, float] = {}
        self._fine_rates: dict[str, float] = {}
        self._drawn: set[Hashable] = set()

    def touched(self) -> None:
        """Something moved."""
        self._touched = self._clock()

    @property
    def batch_seconds(self) -> float:
        """What one batch of refinement may take."""
        return self._portion(self._batch_seconds)

    def _portion(self, seconds: float) -> float:
        return seconds * (CROWDED if self.crowded else 1.0)

    @property
    def rest_in(self) -> float:
        """Seconds until refinement may begin."""
        return max(self.rest_seconds - (self._clock() - self._touched), 0.0)

    def rate(self, mode: str) -> float:
        """Return the seconds that a sample takes in this mode."""
        return self._rates.get(mode, FIRST_GUESS)

    def measured(self, mode: str, samples: float, seconds: float, programs: Hashable = None) -> None:
        """Learn the machine's speed from a drawing of so many samples.

        A driver finishes its programs while it draws with them for the first time: that says nothing about the speed.
        """
        known = programs is None or programs in self._drawn
        self._drawn.add(programs)
        if known and samples > 0 and seconds > 0:
            measured = seconds / samples
            # One picture that was held up says little; a fast one says what the machine can do.
            weight = 0.5 if measured < self.rate(mode) else 0.25
            self._rates[mode] = self.rate(mode) + weight * (measured - self.rate(mode))

    def level(self, mode: str, samples: Callable[[Level], float]) -> Level:
        """Return the finest level that keeps a picture in motion within its time.

        Parameters
        ----------
        samples : gives the samples of all views at a level
        """
        for level in LEVELS:
            if self.rate(mode) * samples(level) <= self._portion(self.moving_seconds):
                return level
        return LEVELS[-1]

    def refined(self, mode: str, samples: float, seconds: float) -> None:
        """Learn what tiles in full quality take: more by the sample than a picture in motion, drawn from few cells.

        Dear ones count at once and are forgotten slowly: tiles of next to nothing lie between them.
        """
        if samples > 0 and seconds > 0:
            self._fine_rates[mode] = max(seconds / samples, FORGETTING * self._fine_rates.get(mode, 0.0))

    def tile_side(self, mode: str, samples_per_pixel: float) -> int:
        """Return the side of a tile, in pixels, that takes at most about a quarter of a batch's time."""
        rate = max(self.rate(mode), self._fine_rates.get(mode, 0.0))
        pixels = self._batch_seconds / 4 / (rate * max(samples_per_pixel, 1e-3))
        squares = int(min(pixels**0.5, LARGEST_TILE) / SQUARE)
        return squares * SQUARE if squares else SMALLEST_TILE


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

    Tiles are drawn by the handful, one for each core at least: a software driver's cores share no tile. Empty tiles
    cost next to nothing and dense ones a lot, so that time is measured, not foretold. Further pictures are drawn of the
    tiles that still change by them, as long as the next round of them stays within what all may take.

    Parameters
    ----------
    panes : the views' rectangles, in pixels
    side : of a tile, in pixels
    clock : seconds, monotonic
    turns : pictures that are averaged at most
    seconds : what all but the first of them may take, or None for the usual
    drawn_in : seconds that the first of them took where it is finished, or None where it is still to be drawn
    cores : that draw at once
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
    ) -> None:
        self._clock, self._turns, self._cores = clock, turns, cores
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
        until = self._clock() + seconds
        while self._left:
            handful, begun = self._handful(seconds / 2), self._clock()
            yield handful
            ended = self._clock()
            self._last, whole = handful, sum(_area(tile) for tile in handful)
            self._took |= {tile: (ended - begun) * _area(tile) / whole for tile in handful}
            self._seconds -= ended - begun if handful[0].turn else 0.0
            if not self._left:
                self._turn()
                return
            if ended + (ended - begun) / 2 >= until:
                return

    def _handful(self, seconds: float) -> list[Tile]:
        """Take the next tiles: one a core, and where the last ones were cheap up to twice as many as these."""
        pane, last = self._left[-1].pane, self._last
        took = sum(self._took[tile] for tile in last)
        cheap = len(last) * min(seconds / max(took, 1e-6), 2.0) if last and last[0].pane == pane else 0.0
        handful: list[Tile] = []
        while self._left and self._left[-1].pane == pane and len(handful) < max(int(cheap), self._cores):
            handful.append(self._left.pop())
        return handful

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


def _area(tile: Tile) -> int:
    return tile.rectangle[2] * tile.rectangle[3]
