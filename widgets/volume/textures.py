"""Fields on the graphics card: one texture each, however many views show it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from backends.data.field import Field
from widgets.volume import uploads

MAX_3D_TEXTURE_SIZE = 0x8073


def largest_3d_texture() -> int:
    """Return how many cells a side this driver takes; the context must be current."""
    return int(gloo.gl.glGetParameter(MAX_3D_TEXTURE_SIZE))


def float_texture(values: NDArray[np.float32], half: bool) -> Any:
    """Return an empty periodic texture for such values, linearly interpolated."""
    kind = gloo.Texture3D if values.ndim == 3 else gloo.Texture2D
    texture = kind(
        values.shape,
        format="red",
        internalformat="r16f" if half else "r32f",
        interpolation="linear",
        wrapping="repeat",
    )
    canvas = gloo.context.get_current_canvas()
    if canvas is not None:
        # Else vispy keeps all chunks until the first picture, and then uploads them in one go.
        canvas.context.glir.associate(texture.glir)
    return texture


class Drawn(NamedTuple):
    """A texture to draw from.

    shift : what to add to a box position to get its texture coordinates
    scale : stored values are divided by it
    cells : a side
    """

    texture: Any
    shift: tuple[float, ...]
    scale: float
    cells: int


class FieldTexture:
    """One field's texture, filled chunk by chunk; a coarse one stands in for it until then and in motion.

    Parameters
    ----------
    field : Field
        Of three dimensions.
    largest : int
        Cells a side that the driver takes; a larger field is shown by its block means.
    half : bool
        Whether the texture is of half precision.
    """

    def __init__(self, field: Field, largest: int, half: bool = False) -> None:
        self.half = half
        self._offset, self._block = field.cell_offset, uploads.reduction(field.grid, largest)
        self.note = f"drawn at {field.n_mesh // self._block}³: the graphics card takes {largest} cells a side"
        if self._block == 1:
            self.note = ""
        values = np.ascontiguousarray(field.values, dtype=np.float32)
        self._values: NDArray[np.float32] | None = uploads.block_means(values, self._block)
        self.scale = uploads.half_scale(self._values) if half else 1.0
        self._fine = float_texture(self._values, half)
        self._chunks = uploads.chunks(self._fine.shape[:3])
        self._coarse, self._coarse_block = None, 1
        coarse = uploads.preview(self._values)
        if coarse is not None:
            self._coarse, self._coarse_block = float_texture(coarse, half), self._values.shape[0] // coarse.shape[0]
            self._send(self._coarse, coarse, (0, 0, 0))

    @property
    def complete(self) -> bool:
        """Whether all of it is on the card."""
        return self._values is None

    @property
    def drawable(self) -> bool:
        """Whether there is anything to draw from."""
        return self.complete or self._coarse is not None

    def drawn(self, preview: bool = False) -> Drawn:
        """Return the finest texture that can be drawn from, or the coarse one where that is asked for."""
        if self._coarse is not None and (preview or not self.complete):
            return self._described(self._coarse, self._block * self._coarse_block)
        return self._described(self._fine, self._block)

    def _described(self, texture: Any, block: int) -> Drawn:
        offset = ((block - 1) / 2 + self._offset) / block
        shape = texture.shape[:3]
        return Drawn(texture, tuple((0.5 - offset) / n for n in shape), self.scale, max(shape))

    def advance(self) -> bool:
        """Upload one chunk; return whether the texture became complete by it."""
        chunk = next(self._chunks, None)
        if chunk is not None and self._values is not None:
            self._send(self._fine, self._values[chunk.start : chunk.stop], (chunk.start, 0, 0))
            if chunk.stop < self._values.shape[0]:
                return False
        self._values = None
        return True

    def delete(self) -> None:
        """Free the card's memory."""
        self._fine.delete()
        if self._coarse is not None:
            self._coarse.delete()

    def _send(self, texture: Any, values: NDArray[np.float32], offset: tuple[int, int, int]) -> None:
        texture.set_data(values if self.scale == 1.0 else values / np.float32(self.scale), offset=offset)


class SlabTexture:
    """A slab's mean as a texture."""

    def __init__(self, values: NDArray[np.float32], cell_offset: float) -> None:
        self.values = values
        self.texture = float_texture(values, half=False)
        self.texture.set_data(values)
        self._shift = tuple((0.5 - cell_offset) / n for n in values.shape)

    def drawn(self, preview: bool = False) -> Drawn:
        """Return what is drawn from; a slab has one resolution."""
        return Drawn(self.texture, self._shift, 1.0, max(self.values.shape))

    def delete(self) -> None:
        """Free the card's memory."""
        self.texture.delete()
