"""What the probe shows: 1+δ of every run in the cell under the crosshair."""

from __future__ import annotations

from backends.data.field import Field


def value_at(field: Field, point: tuple[float, float, float]) -> float:
    """Return the value of the cell that holds a point.

    Parameters
    ----------
    field : Field
        Of three dimensions, or a map; a value at offset o stands for [(i + o − ½) dx, (i + o + ½) dx).
    point : three numbers
        In fractions of the box; the box is periodic.
    """
    n = field.n_mesh
    cell = tuple(int((x * n - field.cell_offset + 0.5) // 1) % n for x in point[: field.dimensions])
    return float(field.values[cell])


def relative_error(value: float, reference: float) -> float | None:
    """Return value / reference − 1, or None where the reference is empty."""
    return value / reference - 1 if reference > 0 else None
