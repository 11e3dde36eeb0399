"""Pictures and numbers of one view, drawn off the window at any size."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from widgets.volume.canvas import Frame, Size
from widgets.volume.painter import Target

# Pixels a side that every driver's framebuffers have; larger pictures are put together.
TILE = 2048
Paint = Callable[[Target], None]
Told = Callable[[float], None]


def untold(share: float) -> None:
    """Nobody wants to know which share is drawn."""


def share_of(told: Told, number: int, count: int) -> Told:
    """Return what tells the share of the whole, for one of so many equal parts."""
    return lambda share: told((number + share) / count)


def drawn(paint: Paint, size: Size, step: float, turns: int = 1, told: Told = untold) -> NDArray[np.uint8]:
    """Return what is painted, the mean of so many pictures of it: (height, width, 4) uint8 colours, top row first.

    ``told`` hears after each tile which share is drawn, and may raise to stop.
    """
    return np.asarray(_drawn(paint, size, step, turns, told, exact=False), dtype=np.uint8)


def measured(paint: Paint, size: Size, step: float) -> NDArray[np.float32]:
    """Return the numbers that are painted: (height, width, 4) float32, top row first."""
    return np.asarray(_drawn(paint, size, step, 1, untold, exact=True), dtype=np.float32)


def _drawn(paint: Paint, size: Size, step: float, turns: int, told: Told, exact: bool) -> NDArray[Any]:
    width, height = size
    count, done = turns * math.ceil(width / TILE) * math.ceil(height / TILE), 0
    whole = np.empty((height, width, 4), dtype=np.float32 if exact else np.uint8)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            across, along = min(TILE, width - left), min(TILE, height - top)
            frame = Frame((across, along), bits=32 if exact else 8)
            # The whole view's rectangle, of which the framebuffer holds one tile; it counts rows upwards.
            place = (-left, -(height - top - along), width, height)
            total: NDArray[Any] = np.zeros((along, across, 4), np.float32 if exact else np.uint16)
            try:
                for turn in range(turns):
                    total += _once(paint, frame, Target(place, (), step, raw=exact, turn=turn))
                    done += 1
                    told(done / count)
            finally:
                frame.delete()
            whole[top : top + along, left : left + across] = total if exact else (total + turns // 2) // turns
    return whole


def _once(paint: Paint, frame: Frame, target: Target) -> NDArray[Any]:
    with frame.buffer:
        paint(replace(target, tiles=((0, 0, *frame.size),)))
    return np.asarray(frame.read())
