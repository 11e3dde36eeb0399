"""A field that is larger than the card takes: means or maxima of all of it, and pages of what is seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from backends.data.field import Field
from backends.data.view import ViewSettings
from backends.errors import MachineError
from widgets.volume import card, pages
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.passage import Carrier
from widgets.volume.textures import Drawn, FieldTexture, name_of, periodic_texture

# Pages that are read and uploaded together: a few milliseconds.
BATCH = 8


class Paged(NamedTuple):
    """What a shader needs to find a sample in its page.

    table : texture of the pages' slots and levels
    atlas : texture of the slots
    along : pages along each axis of the box
    slots : along each axis of the atlas
    side : cells a side of a page
    """

    table: Any
    atlas: Any
    along: tuple[float, ...]
    slots: tuple[int, ...]
    side: int


class Looked(Protocol):
    """From where a pane is looked at, and how."""

    @property
    def orbit(self) -> Orbit:
        """The place."""

    @property
    def view(self) -> ViewSettings:
        """The settings."""


def need_of(look: Looked, pane: Pane, ratio: float) -> pages.Need:
    """Return what a pane needs to see, with so many pixels per logical one."""
    orbit, view = look.orbit, look.view
    width, height = (max(round(side * ratio), 1) for side in pane.rectangle[2:])
    return pages.Need(np.asarray(orbit.matrix(width, height), np.float64), (width, height), view.clip, view.origin)


def pageable(field: Field, block: int) -> bool:
    """Whether a field of which the card has means of such blocks can have pages: they must fill it."""
    return block > 1 and all(n % block == 0 for n in field.grid)


def table_texture(found: NDArray[np.float32]) -> Any:
    """Return the texture of a page table, (x, y, z, 4)."""
    return gloo.Texture3D(found, format="rgba", internalformat="rgba32f", interpolation="nearest")


class Atlas:
    """The storage of the slots, on its way to the card."""

    coarse_there = False

    def __init__(self, texture: int, shape: tuple[int, ...], half: bool) -> None:
        self._told = (texture, shape, half)
        self.unwanted = self.ended = self.there = False

    def steps(self) -> Iterator[bool]:
        """Allocate it; where the card has no room, the field's means are all there is."""
        try:
            card.allocate(*self._told)
            card.finish()
            self.there = True
            yield True
        except MachineError:
            pass
        finally:
            self.ended = True


class PagedTexture(FieldTexture):
    """The means or maxima of blocks of a field, and on top the pages that the views need, as they come.

    Parameters
    ----------
    atlas_bytes : what the pages may take
    side : cells a side of a page
    """

    def __init__(
        self,
        field: Field,
        largest: int,
        half: bool,
        carrier: Carrier,
        atlas_bytes: int,
        side: int = pages.SIDE,
        highest: bool = False,
    ) -> None:
        super().__init__(field, largest, half, carrier, highest)
        self._book = pages.book_of(field.grid, self._block, side, highest)
        wide = side + 2
        fits = min(largest // wide, int((atlas_bytes / ((2 if half else 4) * wide**3)) ** (1 / 3) + 1e-6))
        self._along = tuple(min(fits, count) for count in self._book.along(0))
        self._slots = int(np.prod(self._along))
        self._shelf = pages.Shelf(self._slots)
        self._atlas: Any = None
        self._table: Any = None
        self._storage: Atlas | None = None
        self._asked: object = None
        self._choosing: Future[tuple[pages.Page, ...]] | None = None
        self._missing: list[pages.Page] = []
        self._reading: tuple[list[pages.Page], Future[list[NDArray[np.float32]]]] | None = None
        self.edition = 0
        self._reduced = (
            f"from near at {field.n_mesh}³, else at {field.n_mesh // self._block}³: it is larger than the card"
        )

    @property
    def paged(self) -> bool:
        """Whether it is drawn with pages."""
        return True

    @property
    def complete(self) -> bool:
        """Whether all that the views need is on the card, or as much of it as fits."""
        if not super().complete or self._storage is None:
            return super().complete and not self._slots
        busy = self._choosing is not None or bool(self._missing) or self._reading is not None
        return self._storage.ended and not (self._storage.there and busy)

    @property
    def idle(self) -> bool:
        """Whether nothing works on it."""
        return super().idle and (self._storage is None or self._storage.ended)

    def seek(self, needs: Iterable[pages.Need]) -> None:
        """Ask for the pages that the views need; those that are there already stay."""
        shift = (0.5 - self._offset) / np.array(self._book.shape)
        placed = [need._replace(origin=tuple(np.add(need.origin, shift))) for need in needs]
        asked = [(need.matrix.tobytes(), *need[1:]) for need in placed]
        if asked != self._asked and self._slots:
            self._asked, book, slots = asked, self._book, self._slots
            if self._choosing is not None:
                self._choosing.cancel()
            self._choosing = self._carrier.compute(lambda: pages.wanted(book, placed, slots))

    def advance(self) -> None:
        """Take up the pages that were read, and have the next ones read."""
        super().advance()
        if self._passage is None or not self._passage.there or not self._slots:
            return
        if self._storage is None:
            self._atlas = periodic_texture((1, 1, 1))
            gloo.gl.glFlush()
            wide = self._book.side + 2
            self._storage = Atlas(name_of(self._atlas), tuple(n * wide for n in self._along), self.half)
            self._carrier.upload(self._storage)
        if not self._storage.there:
            return
        if self._choosing is not None and self._choosing.done():
            self._missing = self._shelf.want(self._choosing.result())
            self._choosing = None
        if self._reading is not None and self._reading[1].done():
            self._take(*self._reading)
            self._reading = None
        if self._reading is None and self._missing:
            batch, book, values = self._missing[:BATCH], self._book, self._values
            self._reading = (batch, self._carrier.compute(lambda: [book.values(values, page) for page in batch]))

    def _take(self, batch: list[pages.Page], read: Future[list[NDArray[np.float32]]]) -> None:
        assert self._passage is not None
        wide, name, scale = self._book.side + 2, name_of(self._atlas), np.float32(self._passage.scale)
        for page, values in zip(batch, read.result(), strict=True):
            slot = self._shelf.place(page)
            if slot is not None:
                x, y, z = np.unravel_index(slot, self._along)
                card.send_at(name, values / scale, (int(x) * wide, int(y) * wide, int(z) * wide))
        gloo.gl.glFlush()
        self._missing = [page for page in self._missing if page not in batch]
        found = pages.table(self._book, self._shelf.held, self._along)
        if self._table is None:
            self._table = table_texture(found)
        else:
            self._table.set_data(found)
        self.edition += 1

    def drawn(self, preview: bool = False) -> Drawn:
        """Return what can be drawn from; in motion the means alone."""
        base = super().drawn(preview)
        if preview or self._table is None:
            return base
        along = tuple(n / self._book.side for n in self._book.shape)
        there = Paged(self._table, self._atlas, along, self._along, self._book.side)
        # The means know nothing of the highest and lowest values of the pages.
        return base._replace(cells=max(self._book.shape), bricks=None, paged=there)

    def leave(self) -> None:
        """Stop what is under way."""
        super().leave()
        for future in (self._choosing, self._reading and self._reading[1]):
            if future is not None:
                future.cancel()

    def delete(self) -> None:
        """Free the card's memory."""
        super().delete()
        for texture in (self._atlas, self._table):
            if texture is not None:
                texture.delete()
