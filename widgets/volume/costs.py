"""Where a view lies in a framebuffer, and what drawing it costs: plain numbers in and out."""

from __future__ import annotations

import math

from widgets.volume import bricks
from widgets.volume.pane import Rectangle

SURFACE_STEP = 0.5
# The light on a volume follows it along a ray as finely as this part of the box, or as so many samples.
LIT_LENGTH, MOST_TOGETHER = 1 / 64, 4
# A ray through the middle of the box is a little longer than its side, most others are shorter.
MEAN_RAY = 0.8
# Light costs about as much as so many samples: four of the field, and what is made of them.
LIGHT_SAMPLES = 3.0
# A slice is one sample and its colour.
SLICE_SAMPLES = 2.0


def ray_step(step: float, cells: int, drawn_cells: int, surface: bool = False) -> float:
    """Return a ray's step in box lengths: so many cells, but no shorter than a cell of what is drawn from.

    A surface is searched more finely: a dense cell between two samples would be missed.
    """
    length = max(step / cells, 1.0 / drawn_cells) if step >= 1.0 else step / cells
    return length * SURFACE_STEP if surface else length


def lit_together(step: float, block: int) -> int:
    """Return how many samples along a ray share their light.

    Parameters
    ----------
    step : box lengths
    block : samples that are skipped or taken together; as many lights to each, so that the same ones share in all
    """
    return math.gcd(min(max(round(LIT_LENGTH / step), 1), MOST_TOGETHER), block)


def viewport(rectangle: Rectangle, height: int, ratio: float, scale: float) -> Rectangle:
    """Return a view's rectangle in a framebuffer, which counts rows upwards.

    Parameters
    ----------
    rectangle : x, y (downwards), width, height in logical pixels
    height : of the whole framebuffer at scale 1, in its pixels
    ratio : pixels of the framebuffer per logical pixel
    scale : drawn pixels per pixel of the framebuffer
    """
    x, y, width, tall = rectangle
    left, right = round(x * ratio * scale), round((x + width) * ratio * scale)
    top, bottom = round(y * ratio * scale), round((y + tall) * ratio * scale)
    return left, round(height * scale) - bottom, max(right - left, 2), max(bottom - top, 2)


def samples_per_pixel(mode: str, textures: int, step: float, lit_cells: int = 0) -> float:
    """Return about how many texture samples a pixel costs.

    Parameters
    ----------
    textures : fields that are marched through together
    step : of a ray, in box lengths
    lit_cells : a side of a mesh that light falls on, or 0 where none does
    """
    lights = LIGHT_SAMPLES / lit_together(step, bricks.block(step, lit_cells)) if lit_cells else 0.0
    return textures * (SLICE_SAMPLES if mode == "slice" else (1.0 + lights) * MEAN_RAY / step)
