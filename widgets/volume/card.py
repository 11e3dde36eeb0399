"""Storage on the graphics card, by OpenGL itself: in any thread whose context shares the textures of the canvas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.errors import MachineError


def allocate(texture: int, shape: tuple[int, ...], half: bool) -> None:
    """Give a texture of three dimensions its storage.

    Software drivers write zeros to all of it, half a millisecond per MB. Where there is ``glTexStorage3D`` no other
    context waits meanwhile; Mesa's ``glTexImage3D`` holds them all up.

    Parameters
    ----------
    texture : OpenGL's name of it
    half : whether it is of half precision

    Raises
    ------
    MachineError
        Where the card has no room for it.
    """
    from OpenGL import GL

    kind = GL.GL_R16F if half else GL.GL_R32F
    depth, height, width = shape
    GL.glBindTexture(GL.GL_TEXTURE_3D, texture)
    try:
        if GL.glTexStorage3D:
            GL.glTexStorage3D(GL.GL_TEXTURE_3D, 1, kind, width, height, depth)
        else:
            GL.glTexImage3D(GL.GL_TEXTURE_3D, 0, kind, width, height, depth, 0, GL.GL_RED, GL.GL_FLOAT, None)
    except GL.GLError as refused:
        raise MachineError(f"the graphics card has no room for {width}³ cells ({refused.err})") from refused


def send(texture: int, values: NDArray[np.float32], start: int) -> None:
    """Copy layers to a texture, from that layer on."""
    from OpenGL import GL

    depth, height, width = values.shape
    GL.glBindTexture(GL.GL_TEXTURE_3D, texture)
    GL.glTexSubImage3D(GL.GL_TEXTURE_3D, 0, 0, 0, start, width, height, depth, GL.GL_RED, GL.GL_FLOAT, values)


def send_at(texture: int, values: NDArray[np.float32], at: tuple[int, int, int]) -> None:
    """Copy cells to a part of a texture; the part's first cell is counted along the axes of the array."""
    from OpenGL import GL

    depth, height, width = values.shape
    z, y, x = at
    GL.glBindTexture(GL.GL_TEXTURE_3D, texture)
    GL.glTexSubImage3D(GL.GL_TEXTURE_3D, 0, x, y, z, width, height, depth, GL.GL_RED, GL.GL_FLOAT, values)
    GL.glBindTexture(GL.GL_TEXTURE_3D, 0)


def read(pixels: NDArray[np.uint8] | NDArray[np.float32], x: int = 0, y: int = 0) -> None:
    """Copy a part of the bound framebuffer, from that pixel on: (height, width, 4), bottom row first."""
    from OpenGL import GL

    height, width, _ = pixels.shape
    kind = GL.GL_FLOAT if pixels.dtype == np.float32 else GL.GL_UNSIGNED_BYTE
    GL.glReadPixels(x, y, width, height, GL.GL_RGBA, kind, pixels)


def finish() -> None:
    """Return when all that was sent is there, for other contexts too."""
    from OpenGL import GL

    GL.glBindTexture(GL.GL_TEXTURE_3D, 0)
    GL.glFinish()
