"""Pictures and numbers of one view, drawn off the window at any size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from widgets.volume.canvas import Frame, Size
from widgets.volume.painter import Target

# Pixels a side that every driver's framebuffers have; larger pictures are put together.
TILE = 4096
Paint = Callable[[Target], None]


def drawn(paint: Paint, size: Size, step: float, turns: int = 1) -> NDArray[np.uint8]:
    """Return what is painted, the mean of so many pictures of it: (height, width, 4) uint8 colours, top row first."""
    return np.asarray(_drawn(paint, size, step, turns, exact=False), dtype=np.uint8)


def measured(paint: Paint, size: Size, step: float) -> NDArray[np.float32]:
    """Return the numbers that are painted: (height, width, 4) float32, top row first."""
    return np.asarray(_drawn(paint, size, step, 1, exact=True), dtype=np.float32)


def _drawn(paint: Paint, size: Size, step: float, turns: int, exact: bool) -> NDArray[Any]:
    width, height = size
    whole = np.empty((height, width, 4), dtype=np.float32 if exact else np.uint8)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            across, along = min(TILE, width - left), min(TILE, height - top)
            frame = Frame((across, along), exact)
            # The whole view's rectangle, of which the framebuffer holds one tile; it counts rows upwards.
            place = (-left, -(height - top - along), width, height)
            taken = (_once(paint, frame, Target(place, (), step, raw=exact, turn=turn)) for turn in range(turns))
            total = next(taken) if turns == 1 else sum(picture.astype(np.uint16) for picture in taken)
            whole[top : top + along, left : left + across] = total if exact else (total + turns // 2) // turns
            frame.delete()
    return whole


def _once(paint: Paint, frame: Frame, target: Target) -> NDArray[Any]:
    with frame.buffer:
        paint(replace(target, tiles=((0, 0, *frame.size),)))
    return np.asarray(frame.read())
