"""Look-up tables of colour and opacity: an edit uploads 16 kB, or 256 kB of means, and never the volume."""

from __future__ import annotations

from functools import cache

import numpy as np
from cmap import Colormap
from numpy.typing import NDArray

from backends.data.view import TransferFunction, ViewSettings
from backends.errors import WrongCall
from widgets.colour_maps import known

SIZE = 1024
# The shader's names for the same; parts of a table that are wider than that need no mean.
WIDEST, ROWS = 0.05, 16
# Below it an opacity is what rounding leaves of two sums.
FAINTEST = 1e-9
# A field under an overlay is grey, so that every hue belongs to the overlay.
UNDER = ("#000000", "#ffffff")
DIVERGING = "colorbrewer:RdBu_r"
# Its ends are as dark as the space around the box: within a volume what is off most must be no darker than the rest.
BRIGHT = (0.12, 0.88)
# What is laid over a field hides it in proportion to its own value.
RISING = ((0.0, 0.0), (1.0, 1.0))
# Errors are small in most places: seen from outside the larger ones stand out, within a volume only they are seen.
STANDING_OUT = ((0.0, 0.0), (0.5, 1.0), (1.0, 1.0))
LARGEST_ONLY = ((0.0, 0.0), (0.25, 0.0), (1.0, 1.0))


@cache
def colours(colour_map: str | tuple[str, ...]) -> NDArray[np.float32]:
    """Return the table of a named colour map, or of colours in a row: (1024, 4) float32 in [0, 1].

    Raises
    ------
    WrongCall
        Where there is no colour map of that name.
    """
    try:
        table = Colormap(known(colour_map) if isinstance(colour_map, str) else list(colour_map)).lut(SIZE)
    except (ValueError, KeyError) as unknown:
        raise WrongCall(f"there is no colour map called {colour_map!r}; try inferno, magma or viridis") from unknown
    return np.ascontiguousarray(table, dtype=np.float32)


def opacity(points: tuple[tuple[float, float], ...], at: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the opacity between the control points, in [0, 1], where they are joined by straight lines."""
    place, height = np.asarray(sorted(points), dtype=np.float64).T
    return np.asarray(np.clip(np.interp(at, place, height), 0.0, 1.0), dtype=np.float32)


def table(transfer: TransferFunction, colour_map: str | tuple[str, ...] = "") -> NDArray[np.float32]:
    """Return a field's table, (1024, 4) float32: a map's colours between its stops, the control points' opacity."""
    at = np.linspace(0.0, 1.0, SIZE)
    named = colours(colour_map or transfer.colour_map)
    place, stop = np.asarray(sorted(transfer.stops), dtype=np.float64).T
    lut = np.stack([np.interp(np.interp(at, place, stop), at, channel) for channel in named.T], axis=1)
    lut[:, 3] = opacity(transfer.points, at)
    return np.ascontiguousarray(lut, dtype=np.float32)


def signed(mode: str) -> NDArray[np.float32]:
    """Return the colours of a comparison in a mode, (1024, 4) float32: white at no difference."""
    named = colours(DIVERGING)
    if mode != "dvr":
        return named
    at, kept = np.linspace(0.0, 1.0, SIZE), np.linspace(*BRIGHT, SIZE)
    return np.stack([np.interp(kept, at, channel) for channel in named.T], axis=1).astype(np.float32)


def diverging(transfer: TransferFunction, mode: str = "dvr") -> NDArray[np.float32]:
    """Return a comparison's table: white and transparent at no difference, symmetric about it."""
    lut = signed(mode).copy()
    # An even number of entries has none in the middle: the two beside it stand for no difference.
    apart = np.abs(np.linspace(-1.0, 1.0, SIZE)) - 1.0 / (SIZE - 1)
    lut[:, 3] = opacity(transfer.points, apart)
    return lut


def means(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a table's means over all that is about each entry, (16, 1024, 4) float32: over nothing up to ``WIDEST``.

    They are what a ray shows on whose way a value passes through a part of the table (the pre-integration of Engel,
    Kraus & Ertl 2001, without what a segment hides of itself): colours count for as much as is seen of them.
    """
    at, width = np.linspace(0.0, 1.0, SIZE), np.linspace(0.0, WIDEST, ROWS)[1:, None]
    met = np.concatenate([table[:, :3] * table[:, 3:], table[:, 3:]], axis=1, dtype=np.float64)
    sums = np.zeros_like(met)
    np.cumsum((met[1:] + met[:-1]) / (2 * (SIZE - 1)), axis=0, out=sums[1:])
    low, high = np.maximum(at - width / 2, 0.0), np.minimum(at + width / 2, 1.0)
    of_all = [(np.interp(high, at, one) - np.interp(low, at, one)) / (high - low) for one in sums.T]
    rows = np.repeat(table[None], ROWS, axis=0)
    opaque = np.where(of_all[3] > FAINTEST, of_all[3], 0.0)
    for channel, seen_of_it in enumerate(of_all[:3]):  # where nothing is seen, the colour stays that of the entry
        np.divide(seen_of_it, opaque, out=rows[1:, :, channel], where=opaque > 0.0, casting="same_kind")
    rows[1:, :, 3] = opaque
    return rows


def seen(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how many entries of a table, up to each, are not transparent: (1024, 1) float32.

    Whether a range of values is transparent is then known from the entries at its ends.
    """
    return np.cumsum(table[:, 3:] > 0.0, axis=0, dtype=np.float32)


def over(kind: str, view: ViewSettings) -> tuple[tuple[float, float], ...]:
    """Return how much of an overlay hides what is under it, against its place in its own range.

    Parameters
    ----------
    kind : "attribution"; "density", which within a volume hides as the field does; or "error"
    """
    inside = view.mode == "dvr"
    if kind == "density" and inside:
        return view.transfer.points
    if kind == "error":
        return LARGEST_ONLY if inside else STANDING_OUT
    return RISING
