"""Which pages of a field that is too large for the card are on it; nothing here touches OpenGL.

A page is a cube of cells; on the next level its cells are the means of eight, or the highest of eight where maxima are
shown, and it covers eight pages. Where none is on the card, the whole field's blocks are drawn.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from widgets.volume import uploads

# Cells a side, without the border of one cell that neighbouring pages share.
SIDE = 32
# A cell that is drawn smaller than so many pixels tells nothing.
FINEST_PIXELS = 1.0

Page = tuple[int, int, int, int]
"""Level, and place along each axis among the pages of that level."""


@dataclass(frozen=True)
class Book:
    """How a field is divided.

    shape : cells along each axis
    levels : how many there are; 0 has the field's own cells
    side : cells a side of a page
    highest : whether a cell of a coarser level is the highest of those that it covers, and not their mean
    """

    shape: tuple[int, ...]
    levels: int = 1
    side: int = SIDE
    highest: bool = False

    def along(self, level: int) -> tuple[int, ...]:
        """Return how many pages of that level there are along each axis."""
        return tuple(-(-n // (self.side << level)) for n in self.shape)

    def values(self, field: NDArray[np.float32], page: Page) -> NDArray[np.float32]:
        """Return the cells of a page with its border: (side + 2,) * 3 float32; the box is periodic."""
        level, *at = page
        block = 1 << level
        taken = field
        for axis, (place, n) in enumerate(zip(at, self.shape, strict=True)):
            first = (place * self.side - 1) * block
            wanted = np.arange(first, first + (self.side + 2) * block) % n
            inside = slice(int(wanted[0]), int(wanted[0]) + wanted.size)
            # A slice of a file in memory reads what it shows; only pages at the faces need more.
            whole = inside.stop <= n
            key = tuple(inside if a == axis else slice(None) for a in range(3)) if whole else None
            taken = taken[key] if key is not None else np.take(taken, wanted, axis=axis)
        return uploads.reduced(np.ascontiguousarray(taken, dtype=np.float32), block, self.highest)


def book_of(shape: tuple[int, ...], block: int, side: int = SIDE, highest: bool = False) -> Book:
    """Return how a field is divided of which the card has blocks of so many cells a side."""
    levels = 1
    while (2 << levels) <= block and all(n % (side << levels) == 0 for n in shape):
        levels += 1
    return Book(shape, levels, side, highest)


class Need(NamedTuple):
    """What a view needs to see.

    matrix : from box coordinates to those of the view's cube, (4, 4)
    size : (width, height) of the view in pixels
    clip : kept part of the box
    origin : point of the field's box that is drawn in the corner, plus what cells lie beside the corner
    """

    matrix: NDArray[np.float64]
    size: tuple[int, int]
    clip: tuple[tuple[float, float], ...]
    origin: tuple[float, ...] = (0.0, 0.0, 0.0)


def seen(book: Book, level: int, need: Need) -> dict[Page, float]:
    """Return the pages of a level that lie in sight and are worth it, with how near they are."""
    along = book.along(level)
    extent = (book.side << level) / np.array(book.shape, dtype=np.float64)
    cell = (2 << level) / max(book.shape)
    low, high = np.sort(np.asarray(need.clip, dtype=np.float64), axis=1).T
    found: dict[Page, float] = {}
    origin = np.asarray(need.origin) % 1.0
    depth = need.matrix[3]
    # A place is out of sight where one of these is negative; pages are held against them by their nearest corner.
    sides = [depth + sign * need.matrix[axis] for axis in (0, 1) for sign in (1.0, -1.0)] + [depth]
    for image in product(*((0.0, 1.0) if shift > 0.0 else (0.0,) for shift in origin)):
        starts = [np.arange(n) * extent[axis] - origin[axis] + image[axis] for axis, n in enumerate(along)]
        near = [(one < high[axis]) & (one + extent[axis] > low[axis]) for axis, one in enumerate(starts)]
        inside = np.stack(np.meshgrid(*(np.nonzero(kept)[0] for kept in near), indexing="ij"), axis=-1).reshape(-1, 3)
        corner = inside * extent - origin + image
        start, stop = np.maximum(corner, low), np.minimum(corner + extent, high)
        middle, half = 0.5 * (start + stop), 0.5 * (stop - start)
        for plane in sides:
            kept = middle @ plane[:3] + half @ np.abs(plane[:3]) + plane[3] > 0.0
            inside, middle, half = inside[kept], middle[kept], half[kept]
        nearest = np.maximum(middle @ depth[:3] - half @ np.abs(depth[:3]) + depth[3], 1e-3)
        pixels = 0.5 * need.size[0] * np.linalg.norm(need.matrix[0, :3]) * cell / nearest
        for i in np.nonzero(pixels > FINEST_PIXELS)[0]:
            a, b, c = (int(n) for n in inside[i])
            page = (level, a, b, c)
            found[page] = min(found.get(page, np.inf), float(nearest[i]))
    return found


def wanted(book: Book, needs: Iterable[Need], slots: int) -> tuple[Page, ...]:
    """Return the pages that the views need most, so many at most, the most urgent ones first.

    The finest level of which all that is in sight fits, and then the nearest pages of the level below.
    """
    levels: list[list[Page]] = []
    given = list(needs)
    for level in range(book.levels):
        near: dict[Page, float] = {}
        for need in given:
            for page, distance in seen(book, level, need).items():
                near[page] = min(distance, near.get(page, np.inf))
        levels.append(sorted(near, key=lambda page: (near[page], page)))
    whole = next((level for level, pages in enumerate(levels) if len(pages) <= slots), book.levels - 1)
    chosen = levels[whole][:slots]
    if whole > 0:
        chosen += levels[whole - 1][: slots - len(chosen)]
    return tuple(chosen)


class Shelf:
    """Which page lies in which slot; the one that was wanted least lately makes room."""

    def __init__(self, slots: int) -> None:
        self._free = list(range(slots))[::-1]
        self._held: OrderedDict[Page, int] = OrderedDict()
        self._wanted: frozenset[Page] = frozenset()

    @property
    def held(self) -> dict[Page, int]:
        """The pages that are there, with their slots."""
        return dict(self._held)

    def want(self, pages: Sequence[Page]) -> list[Page]:
        """Keep these pages before all others; return those that are missing, the most urgent ones first."""
        self._wanted = frozenset(pages)
        for page in reversed(pages):
            if page in self._held:
                self._held.move_to_end(page)
        return [page for page in pages if page not in self._held]

    def place(self, page: Page) -> int | None:
        """Return the slot for a page that is there from now on, or None where only wanted pages could go."""
        if page in self._held:
            return self._held[page]
        if not self._free:
            oldest = next(iter(self._held), None)
            if oldest is None or oldest in self._wanted:
                return None
            self._free.append(self._held.pop(oldest))
        self._held[page] = self._free.pop()
        return self._held[page]


def table(book: Book, held: dict[Page, int], slots_along: tuple[int, ...]) -> NDArray[np.float32]:
    """Return where each page of the finest level is drawn from: (x, y, z, 4) float32.

    The first three numbers are the slot along each axis of the atlas, the last one is the level, or -1 for none.
    """
    found = np.full((*book.along(0), 4), -1.0, np.float32)
    for page in sorted(held, reverse=True):  # finer ones over coarser ones
        level, x, y, z = page
        slot = np.unravel_index(held[page], slots_along)
        parts = tuple(slice(place << level, (place + 1) << level) for place in (x, y, z))
        found[parts] = np.array([*slot, level], np.float32)
    return found
