"""Colour ranges found from the data: robust percentiles of what is really shown, one range for all views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.periodic import depth_in_box
from backends.data.view import ViewSettings
from widgets.volume import slab
from widgets.volume.scaling import RATIO_HALF_SEEN, log_ratio, scaled

Limits = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Shown:
    """One view's fields.

    overlay_kind : "attribution", "density" or "error"
    run : key of the run that it belongs to
    """

    field: Field
    comparison: str = "field"
    reference: Field | None = None
    overlay: Field | None = None
    overlay_kind: str = "attribution"
    run: str = ""


@dataclass(frozen=True)
class Ranges:
    """The colour ranges of all views.

    fields : scaled range of the fields, or None where there is none
    signed : ranges of the comparisons, symmetric
    error : the one that is drawn with full colour
    own : scaled ranges of the runs that have colours of their own
    """

    fields: Limits | None = None
    signed: Mapping[str, Limits] = field(default_factory=dict)
    error: float = 1.0
    own: Mapping[str, Limits] = field(default_factory=dict)


# A density's shown values: below and above these percentiles the colours saturate.
PERCENTILES = {
    "column": (0.5, 99.9),
    "slice": (0.5, 99.9),
    "plane": (0.5, 99.9),
    "particles": (2.0, 99.98),
    "mip": (1.0, 99.8),
    "dvr": (55.0, 99.98),
    "iso": (55.0, 99.98),
}
# What is off is off by little in most places and by much in a few: to reach to those would leave everything else white.
SIGNED_PERCENTILE = 97.0
# Within a volume only what is coloured is seen, and much of it lies behind each other. Of a ratio what is seen is where
# matter is, and a little off everywhere.
SIGNED_WITHIN = {"difference": 99.0, "ratio": 90.0}
LOG_THREE = 0.4771212547196624
# Beyond a factor of thirty there are empty cells: how empty is chance.
LOG_THIRTY = 1.4771212547196624
# Percentiles of so many values differ from those of all by less than can be seen.
SAMPLE = 96
# A ray through a turned box is up to a third longer or much shorter than its side, and so is a uniform column.
THROUGH = (0.35, 1.5)
# Columns of white noise vary by 1 / sqrt(n) of what its cells do; nothing that fills the box varies less.
LAYERED = 0.3
# On a logarithmic scale nothing below this share of the mean gets colours of its own.
EMPTY = 0.05


def shown(field: Field, view: ViewSettings) -> NDArray[np.float32]:
    """Return the values that a view of this field shows: voxels, columns, maxima or a slab's means."""
    if view.mode == "slice":
        return slab.mean(field, view.axis, depth_in_box(view))
    if view.mode in ("column", "particles"):
        return slab.mean(field, view.axis, (0.0, 1.0))
    if view.mode == "plane":
        return slab.middles(field, view.plane.thickness, view.plane.highest)
    few = slab.thinned(field, SAMPLE)
    return slab.highest(few, view.axis) if view.mode == "mip" else few.values


def widened(low: float, high: float) -> Limits:
    """Return limits that are apart, whatever was measured: a constant field has a range too."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return -1.0, 1.0
    least = 1e-6 * max(abs(low), abs(high), 1.0)
    return (low, high) if high - low > least else (low - 0.5, high + 0.5)


def automatic(values: NDArray[np.floating], mode: str, scaling: str) -> Limits:
    """Return the scaled range of a density's shown values.

    Parameters
    ----------
    values : any shape, in units of the mean
    mode : a mode of the views, which decides about the percentiles
    """
    low, high = PERCENTILES[mode]
    finite = values[np.isfinite(values)]
    positive = finite[finite > 0] if scaling == "log" else finite
    if positive.size == 0:
        return -1.0, 1.0
    if mode in ("dvr", "mip", "iso") and scaling == "linear":
        # The few densest cells would leave everything else dark.
        high = 99.0
    bottom, top = np.percentile(positive, (low, high))
    if scaling == "log":
        # Nearly empty cells of a thin slab are shot noise: they would take most of the colours.
        bottom = max(bottom, min(EMPTY, top / 10))
    first, last = scaled(np.array([bottom, top]), scaling)
    return widened(float(first), float(last))


def fitting(field: Field, view: ViewSettings) -> Limits:
    """Return the scaled range in which this field is shown where none is told."""
    values = shown(field, view)
    if view.mode in ("column", "particles") and _is_layered(field, values):
        aside = [shown(field, replace(view, axis=axis)) for axis in range(3) if axis != view.axis]
        values = max(aside, key=np.std)
    low, high = automatic(values, view.mode, view.scaling)
    if view.mode == "column" and view.column_unit == "mass":
        least, most = scaled(np.array(THROUGH), view.scaling)
        low, high = min(low, float(least)), max(high, float(most))
    return low, high


def _is_layered(field: Field, columns: NDArray[np.float32]) -> bool:
    """Whether all columns along an axis are alike and cells are not: a front across it, that other sides would show."""
    n = max(field.grid)
    cells = slab.thinned(field, SAMPLE).values.std(dtype=np.float64)
    return bool(columns.std(dtype=np.float64) < LAYERED * cells / np.sqrt(n))


def symmetric(compared: Iterable[NDArray[np.floating]], percentile: float = SIGNED_PERCENTILE) -> Limits:
    """Return one range about zero for all signed comparisons.

    Of each it is how far the percentile of what is off at all reaches, and of these the median: one run that is far
    off, or one that holds something else, must not hide how the others differ.
    """
    off = [np.abs(values[np.isfinite(values) & (values != 0)]) for values in compared]
    reach = float(np.median([np.percentile(one, percentile) for one in off if one.size] or [1.0]))
    return -reach, reach


def fitting_signed(compared: Iterable[NDArray[np.floating]], view: ViewSettings, comparison: str) -> Limits:
    """Return the range about zero in which these differences or ratios are shown."""
    if view.mode == "dvr":  # what is beyond a range is opaque there
        return symmetric(compared, SIGNED_WITHIN[comparison])
    reach = symmetric(compared)[1]
    reach = min(reach, LOG_THIRTY) if comparison == "ratio" else reach
    return -reach, reach


def on_surface(level: float) -> dict[str, Limits]:
    """Return the ranges of the comparisons on an isosurface, where the field itself is at its level.

    Nothing can be denser than an empty reference by more than the level; ratios are clear at a factor of three.
    """
    return {"difference": (-level, level), "ratio": (-LOG_THREE, LOG_THREE)}


def compared(field: Field, reference: Field, view: ViewSettings, comparison: str) -> NDArray[np.float64]:
    """Return the signed numbers that a comparison shows: a difference, or log10 of a ratio.

    Meshes of different sizes are compared on a sample of each; only percentiles are made of it.
    """
    one, other = (np.asarray(shown(f, view), dtype=np.float64) for f in (field, reference))
    if one.shape != other.shape:
        strides = [
            tuple(slice(None, None, max(1, a // min(a, b))) for a, b in zip(x.shape, y.shape, strict=True))
            for x, y in ((one, other), (other, one))
        ]
        one, other = one[strides[0]], other[strides[1]]
        least = tuple(slice(0, min(a, b)) for a, b in zip(one.shape, other.shape, strict=True))
        one, other = one[least], other[least]
    if comparison == "ratio":
        return log_ratio(one, other)[_half_seen(one, other, view)]
    return one - other


def _half_seen(one: NDArray[np.float64], other: NDArray[np.float64], view: ViewSettings) -> NDArray[np.bool_]:
    """Return where a ratio is seen: everywhere, but in a volume where the denser field is dense, or densest."""
    denser = np.maximum(one, other)
    if view.mode != "dvr":
        return np.ones(denser.shape, dtype=np.bool_)
    return np.asarray(denser >= min(RATIO_HALF_SEEN, float(np.percentile(denser, 99.0))))


def ranges(views: Sequence[Shown], view: ViewSettings) -> Ranges:
    """Return the ranges of these views: one for all fields, found from the reference where there is one."""
    found = view.limits
    if found is None and views:
        first = next((v.reference for v in views if v.reference is not None), views[0].field)
        found = _between([fitting(one, view) for one in _epochs(first, views)])
    signed = {}
    for name in ("difference", "ratio") if view.mode != "iso" else ():
        pairs = [(v.field, v.reference) for v in views if v.comparison == name]
        apart = [compared(one, other, view, name) for one, other in pairs if other is not None]
        if apart:
            signed[name] = fitting_signed(apart, view, name)
    errors = [(v.field, v.overlay) for v in views if v.overlay is not None and v.overlay_kind == "error"]
    error = view.iso_level
    if errors and view.mode != "iso":
        apart = [compared(one, other, view, "difference") for one, other in errors]
        error = fitting_signed(apart, view, "difference")[1]
    return Ranges(found, signed, error, _own(views, view))


def _epochs(first: Field, views: Sequence[Shown]) -> list[Field]:
    """Return the field that decides, and one of each other redshift in sight, which may have grown out of its range."""
    seen = {first.redshift: first}
    for v in views:
        if None not in (first.redshift, v.field.redshift):
            seen.setdefault(v.field.redshift, v.field)
    return list(seen.values())


def _between(ranges: Sequence[Limits]) -> Limits:
    """Return a range that serves all of these: to reach as far as all would leave the youngest dark or a fog."""
    low, high = np.median(ranges, axis=0)
    return float(low), float(high)


def united(found: Sequence[Ranges]) -> Ranges:
    """Return ranges that hold for all of these."""

    def whole(ranges: Iterable[Limits]) -> Limits:
        lows, highs = zip(*ranges, strict=True)
        return min(lows), max(highs)

    fields = [one.fields for one in found if one.fields is not None]
    return Ranges(
        whole(fields) if fields else None,
        {name: whole(one.signed[name] for one in found if name in one.signed) for one in found for name in one.signed},
        max(one.error for one in found),
        {run: whole(one.own[run] for one in found if run in one.own) for one in found for run in one.own},
    )


def _own(views: Sequence[Shown], view: ViewSettings) -> dict[str, Limits]:
    """Return the ranges of the runs that have colours of their own: as they are told, or each its field's."""
    found: dict[str, Limits] = {}
    for v in views:
        if v.run not in found and view.own_of(v.run).transfer is not None:
            own = view.own_of(v.run).limits
            found[v.run] = own or fitting(v.field, view)
    return found
