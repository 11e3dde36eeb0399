"""How fine the next picture may be: coarse while something moves, and at rest in pieces that are soon drawn.

Nothing here draws; a clock and measured times come in, decisions go out.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass


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
    Level(0.18, 3.5, preview=True),
)

# Seconds per sample of a software driver; a wrong one costs a coarse first picture and no stall.
FIRST_GUESS = 2e-8
# Software drivers give each core squares of so many pixels, counted from the framebuffer's corner. A smaller tile is
# for what is so dear that one square would be a stall, a larger one saves what tiles cost beside their pixels.
SQUARE, SMALLEST_TILE, LARGEST_TILE = 64, 32, 512
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
        self._fine_rates: dict[tuple[str, int], float] = {}
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

    def refined(self, mode: str, samples_per_pixel: float, pixels: float, seconds: float) -> None:
        """Learn what tiles in full quality take: more by the sample than a picture in motion, drawn from few cells.

        Dear ones count at once and are forgotten slowly: tiles of next to nothing lie between them. What is known of a
        small field says nothing of a large one, which no cache holds.
        """
        if samples_per_pixel > 0 and pixels > 0 and seconds > 0:
            rate, kind = seconds / (samples_per_pixel * pixels), (mode, _depth(samples_per_pixel))
            self._fine_rates[kind] = max(rate, FORGETTING * self._fine_rates.get(kind, 0.0))

    def dear(self, mode: str, samples_per_pixel: float) -> float:
        """Return the seconds that a pixel of the dearest tiles takes in full quality; endless where none was drawn."""
        rate = self._fine_rates.get((mode, _depth(samples_per_pixel)), float("inf"))
        return rate * max(samples_per_pixel, 1e-3)

    def tile_side(self, mode: str, samples_per_pixel: float) -> int:
        """Return the side of a tile, in pixels, that takes at most about a quarter of a batch's time."""
        rate = max(self.rate(mode), self._fine_rates.get((mode, _depth(samples_per_pixel)), 0.0))
        pixels = self._batch_seconds / 4 / (rate * max(samples_per_pixel, 1e-3))
        squares = int(min(pixels**0.5, LARGEST_TILE) / SQUARE)
        return squares * SQUARE if squares else SMALLEST_TILE


def _depth(samples_per_pixel: float) -> int:
    return round(math.log2(max(samples_per_pixel, 1.0)))
