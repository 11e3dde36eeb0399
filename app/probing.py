"""What the probe shows: 1+δ of every run in the cell under the crosshair."""

from __future__ import annotations

from backends.data.field import Field


def value_at(field: Field, point: tuple[float, float, float]) -> float:
    """Return the value of the cell that holds a point.

    Parameters
    ----------
    field : Field
        Of three dimensions, a map, or lines, which lie one over the other along the second axis; a value at offset o
        stands for [(i + o − ½) dx, (i + o + ½) dx).
    point : three numbers
        In fractions of the box; the box is periodic.
    """
    if field.dimensions == 1:
        values = field.values.reshape(field.lines, field.n_mesh)
        return float(values[int(point[1] % 1 * field.lines), _cell(point[0], field)])
    return float(field.values[tuple(_cell(x, field) for x in point[: field.dimensions])])


def _cell(share: float, field: Field) -> int:
    """Return which cell along an axis holds a place."""
    return int((share * field.n_mesh - field.cell_offset + 0.5) // 1) % field.n_mesh


def relative_error(value: float, reference: float) -> float | None:
    """Return value / reference − 1, or None where the reference is empty."""
    return value / reference - 1 if reference > 0 else None
