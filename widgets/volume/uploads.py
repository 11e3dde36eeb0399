"""What is uploaded in which frame, and at which resolution; nothing here touches OpenGL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# One chunk copies in about a millisecond or two, also through a software driver.
CHUNK_BYTES = 2 << 20
# A larger field is first shown by its block means on a mesh of at most this many cells a side.
PREVIEW = 64
# Half precision ends at 65504; larger densities are stored divided by a power of two.
HALF_TOP = 60000.0
# What a density is off by at most: half a unit in the last of eleven binary places.
HALF_ERROR = 2.0**-11


@dataclass(frozen=True)
class Chunk:
    """Layers of the first axis that are uploaded together."""

    start: int
    stop: int


def chunks(shape: tuple[int, int, int], chunk_bytes: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """Yield the chunks of a float32 field of that shape, each of one layer at least."""
    layer = 4 * shape[1] * shape[2]
    thickness = max(chunk_bytes // layer, 1)
    for start in range(0, shape[0], thickness):
        yield Chunk(start, min(start + thickness, shape[0]))


def reduction(shape: tuple[int, ...], largest: int) -> int:
    """Return the smallest block side whose means fit a texture of ``largest`` cells a side."""
    return -(-max(shape) // largest)


def filled(shape: tuple[int, ...], largest: int) -> int:
    """Return at most so many cells a side, of which blocks fill a field: with half as many rather than with a rest."""
    least = reduction(shape, largest)
    fitting = (block for block in range(least, 2 * least + 1) if all(n % block == 0 for n in shape))
    block = next(fitting, None)
    return largest if block is None else max(shape) // block


def block_means(values: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    """Return the means of blocks of that side; cells beyond the last whole block are left out.

    Parameters
    ----------
    values : (n, n, n) float32
    """
    return _reduced(values, block, np.add)


def block_highest(values: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    """Return the highest value of each block of that side; the last one has the cells beyond it, too: no peak is lost.

    Parameters
    ----------
    values : (n, n, n) float32
    """
    return _reduced(values, block, np.maximum)


def reduced(values: NDArray[np.float32], block: int, highest: bool) -> NDArray[np.float32]:
    """Return the highest values of blocks, for what shows maxima along rays, or else their means."""
    return block_highest(values, block) if highest else block_means(values, block)


def _reduced(values: NDArray[np.float32], block: int, together: np.ufunc) -> NDArray[np.float32]:
    if block == 1:
        return values
    reduced = values
    for axis in range(3):
        length = reduced.shape[axis]
        side, whole = min(block, length), max(length // block, 1) * block
        layers = [tuple(slice(i, whole, block) if a == axis else slice(None) for a in range(3)) for i in range(side)]
        taken = reduced[layers[0]].copy()
        for layer in layers[1:]:
            together(taken, reduced[layer], out=taken)
        if together is np.add:
            taken /= np.float32(side)
        else:
            for rest in range(whole, length):
                last, beyond = (tuple(i if a == axis else slice(None) for a in range(3)) for i in (-1, rest))
                taken[last] = together(taken[last], reduced[beyond])
        reduced = taken
    return np.ascontiguousarray(reduced)


def preview(values: NDArray[np.float32], highest: bool = False) -> NDArray[np.float32] | None:
    """Return a coarse version that uploads at once, or None for a field that is small itself."""
    block = reduction(values.shape, PREVIEW)
    if block == 1:
        return None
    # Beyond twice the reduction the means are of a sample, so that they take milliseconds; a sample has no maximum.
    stride = 1 if highest else max(block // 2, 1)
    return reduced(values[::stride, ::stride, ::stride], -(-block // stride), highest)


def half_scale(values: NDArray[np.float32]) -> float:
    """Return the power of two by which values are divided so that all fit half precision.

    Linear values keep their interpolation and a relative precision of ``HALF_ERROR`` from 1e-3 of the mean up; so do
    sums of densities, which are all positive.
    """
    top = top_of(values)
    return float(2.0 ** max(np.ceil(np.log2(top / HALF_TOP)), 0.0)) if top > HALF_TOP else 1.0


def top_of(values: NDArray[np.float32]) -> float:
    """Return the largest magnitude; nothing is copied."""
    return max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
