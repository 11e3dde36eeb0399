"""Fields on the graphics card: one texture each, however many views show it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from backends.data.field import Field
from widgets.volume import bricks, costs, uploads
from widgets.volume.passage import Carrier, Passage, prepared

MAX_3D_TEXTURE_SIZE = 0x8073


def largest_3d_texture() -> int:
    """Return how many cells a side this driver takes; the context must be current."""
    return int(gloo.gl.glGetParameter(MAX_3D_TEXTURE_SIZE))


def periodic_texture(shape: tuple[int, ...]) -> Any:
    """Return an empty periodic texture of single precision, linearly interpolated, that exists on the card."""
    kind = gloo.Texture3D if len(shape) == 3 else gloo.Texture2D
    texture = kind(shape, format="red", internalformat="r32f", interpolation="linear", wrapping="repeat")
    canvas = gloo.context.get_current_canvas()
    # Else vispy keeps all of it until the first picture, and then does it in one go.
    canvas.context.glir.associate(texture.glir)
    canvas.context.flush_commands()
    return texture


def brick_texture(extremes: NDArray[np.float32]) -> Any:
    """Return a texture of bricks: (b, b, b, 2) lowest and highest values."""
    return gloo.Texture3D(extremes, format="rg", internalformat="rg32f", interpolation="nearest")


def name_of(texture: Any) -> int:
    """Return OpenGL's name of a texture that exists on the card."""
    parser = gloo.context.get_current_canvas().context.shared.parser
    return int(parser.get_object(texture.id).handle)


class Drawn(NamedTuple):
    """A texture to draw from.

    shift : what to add to a box position to get its texture coordinates
    scale : stored values are divided by it
    cells : a side
    bricks : texture of the lowest and highest value around each brick, or None until they are known
    bricks_part : of that texture, along each axis, that is the box
    paged : where finer pages of it lie, or None
    """

    texture: Any
    shift: tuple[float, ...]
    scale: float
    cells: int
    bricks: Any = None
    bricks_part: tuple[float, ...] = (1.0, 1.0, 1.0)
    paged: Any = None


class FieldTexture:
    """One field's texture, filled step by step; a coarse one stands in for it until then and in motion.

    Parameters
    ----------
    field : Field
        Of three dimensions.
    largest : int
        Cells a side that the driver takes; a larger field is shown by its block means.
    half : bool
        Whether the texture is of half precision.
    carrier : Carrier
        Prepares the arrays and takes them to the card.
    highest : bool
        Whether cells that stand for many have their highest value, and not their mean: maxima would be washed out.
    """

    def __init__(self, field: Field, largest: int, half: bool, carrier: Carrier, highest: bool = False) -> None:
        self.half, self.highest, self._values = half, highest, field.values
        self._wanted_highest = highest
        self._stand_in: Future[NDArray[np.float32] | None] | None = None
        self._other_coarse: tuple[Any, tuple[int, ...]] | None = None
        self._offset, self._block = field.cell_offset, uploads.reduction(field.grid, largest)
        self._reduced = ""
        if self._block > 1:
            self._reduced = f"drawn at {field.n_mesh // self._block}³: the graphics card takes {largest} cells a side"
        self._carrier, block = carrier, self._block
        self._prepared = carrier.compute(lambda: prepared(field, block, highest))
        self._passage: Passage | None = None
        self._ended = False
        self.drawable = False
        self._fine: Any = None
        self._coarse: Any = None
        self._shapes: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
        self._extremes: Future[list[NDArray[np.float32]]] | None = None
        self._bricks: list[Any] = []

    edition = 0

    @property
    def paged(self) -> bool:
        """Whether finer pages of it may be drawn."""
        return False

    @property
    def note(self) -> str:
        """What a view must say about how the field is drawn."""
        return self._reduced if self._passage is None or not self._passage.refused else self._passage.refused

    @property
    def complete(self) -> bool:
        """Whether all of it is on the card that ever will be."""
        return self._ended

    @property
    def idle(self) -> bool:
        """Whether nothing works on it."""
        return self._passage is None or self._passage.ended

    def drawn(self, preview: bool = False) -> Drawn:
        """Return the finest texture that can be drawn from, or the coarse one where that is asked for."""
        assert self._passage is not None
        fine, coarse = self._shapes
        if self._passage.coarse_there and (preview or not self._passage.there):
            if self._other_coarse is not None and self._wanted_highest != self.highest:
                texture, shape = self._other_coarse
                # Nobody knows the extremes of its bricks.
                return self._described(texture, shape, fine[0] // shape[0], 1)._replace(scale=1.0, bricks=None)
            return self._described(self._coarse, coarse, self._block * (fine[0] // coarse[0]), 1)
        return self._described(self._fine, fine, self._block, 0)

    def _described(self, texture: Any, shape: tuple[int, ...], block: int, known: int) -> Drawn:
        offset = ((block - 1) / 2 + self._offset) / block
        shift = tuple((0.5 - offset) / n for n in shape)
        part = tuple(n / bricks.SIDE / -(-n // bricks.SIDE) for n in shape)
        assert self._passage is not None
        scale = self._passage.coarse_scale if known else self._passage.scale
        return Drawn(texture, shift, scale, max(shape), self._bricks[known] if self._bricks else None, part)

    def ray_step(self, step: float, preview: bool, surface: bool) -> float:
        """Return the step of a ray through what is drawn, in box lengths; of so many cells of the finest."""
        return costs.ray_step(step, self.drawn().cells, self.drawn(preview).cells, surface)

    def serves(self, highest: bool) -> bool:
        """Whether cells that stand for many can be drawn as their highest values, or as their means."""
        return self._block == 1 or highest == self.highest

    def want(self, highest: bool) -> None:
        """Say what they are to be drawn as; of a field with its own cells only what stands in for it is made anew."""
        self._wanted_highest = highest
        lacks = highest != self.highest and self._shapes[0] != self._shapes[1] and self._other_coarse is None
        if lacks and self._block == 1 and self._stand_in is None:
            values = self._values
            self._stand_in = self._carrier.compute(
                lambda: uploads.preview(np.ascontiguousarray(values, dtype=np.float32), highest)
            )

    def advance(self) -> None:
        """Send it on its way as soon as it is prepared; the canvas's context must be current.

        What has arrived by itself is noticed here alone: a picture that is being drawn needs no other program.
        """
        if self._passage is not None:
            self._ended = self._passage.ended
            self.drawable = self._passage.there or self._passage.coarse_there
        if self._extremes is not None and self._extremes.done():
            self._bricks = [brick_texture(found) for found in self._extremes.result()]
            self._extremes = None
        if self._stand_in is not None and self._stand_in.done():
            coarse, self._stand_in = self._stand_in.result(), None
            if coarse is not None:
                texture = periodic_texture(coarse.shape)
                texture.set_data(coarse)
                self._other_coarse = (texture, coarse.shape)
        if self._passage is not None or not self._prepared.done():
            return
        ready = self._prepared.result()
        coarse = ready.fine if ready.coarse is None else ready.coarse
        self._shapes = (ready.fine.shape, coarse.shape)
        # vispy binds and deletes the textures; the storage is given to them behind its back.
        self._fine, self._coarse = periodic_texture((1, 1, 1)), periodic_texture((1, 1, 1))
        gloo.gl.glFlush()
        self._passage = Passage(ready, name_of(self._fine), name_of(self._coarse), self.half)
        self._carrier.upload(self._passage)
        margin = bricks.HALF_MARGIN if self.half else 0.0
        self._extremes = self._carrier.compute(lambda: ready.extremes(margin))
        del self._prepared

    def leave(self) -> None:
        """Stop what is under way; once it is idle the texture can be deleted."""
        for future in (self._extremes, self._stand_in):
            if future is not None:
                future.cancel()
        if self._passage is not None:
            self._passage.unwanted = True
        else:
            self._prepared.cancel()

    def delete(self) -> None:
        """Free the card's memory."""
        other = self._other_coarse[0] if self._other_coarse is not None else None
        for texture in (self._fine, self._coarse, other, *self._bricks):
            if texture is not None:
                texture.delete()


class SlabTexture:
    """What a slice shows of a field, as a texture."""

    def __init__(self, values: NDArray[np.float32], cell_offset: float) -> None:
        self.values = values
        self.texture = periodic_texture(values.shape)
        self.texture.set_data(values)
        self._shift = tuple((0.5 - cell_offset) / n for n in values.shape)

    def drawn(self, preview: bool = False) -> Drawn:
        """Return what is drawn from; a slab has one resolution."""
        return Drawn(self.texture, self._shift, 1.0, max(self.values.shape))

    def delete(self) -> None:
        """Free the card's memory."""
        self.texture.delete()
