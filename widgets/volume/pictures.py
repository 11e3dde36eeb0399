"""Pictures and numbers of one view, drawn off the window at any size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from widgets.volume.canvas import Frame, Size
from widgets.volume.painter import Target

# Beyond so many pixels a side a picture of surfaces is drawn with one ray per pixel.
LARGEST_SMOOTHED = 8192
# Pixels a side that every driver's framebuffers have; larger pictures are put together.
TILE = 4096
Paint = Callable[[Target], None]


def drawn(paint: Paint, size: Size, step: float, exact: bool = False) -> NDArray[Any]:
    """Return what is painted: (height, width, 4), top row first; uint8 colours, or exact float32 numbers."""
    width, height = size
    whole = np.empty((height, width, 4), dtype=np.float32 if exact else np.uint8)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            across, along = min(TILE, width - left), min(TILE, height - top)
            frame = Frame((across, along), exact)
            # The whole view's rectangle, of which the framebuffer holds one tile; it counts rows upwards.
            below = height - top - along
            with frame.buffer:
                paint(Target((-left, -below, width, height), (0, 0, across, along), step, raw=exact))
            whole[top : top + along, left : left + across] = frame.read()
            frame.delete()
    return whole


def smoothed(paint: Paint, size: Size, step: float) -> NDArray[np.uint8]:
    """Return a picture whose pixels are the means of four rays, where the driver can draw it."""
    if 2 * max(size) > LARGEST_SMOOTHED:
        return np.asarray(drawn(paint, size, step), dtype=np.uint8)
    rays = drawn(paint, (2 * size[0], 2 * size[1]), step).astype(np.uint16)
    return ((rays[::2, ::2] + rays[1::2, ::2] + rays[::2, 1::2] + rays[1::2, 1::2] + 2) // 4).astype(np.uint8)
