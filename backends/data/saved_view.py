"""A place from which a study was looked at, kept under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from backends.data.view import ViewSettings

Numbers = tuple[float, ...]
MOST = 9
"""Saved views that have a key of their own."""


@dataclass(frozen=True)
class SavedView:
    """Where the views are looked at from, and which part of the box they show; lengths in fractions of the box.

    azimuth, elevation : of the viewer, degrees
    zoom : 1 shows the whole box
    centre : the point that the view turns about, as the box is drawn
    field_of_view : degrees across the shorter side; 0 makes all rays parallel
    slice_centre, slice_zoom : the part of a slice that is seen
    origin, clip : as in :class:`ViewSettings`
    """

    name: str
    azimuth: float
    elevation: float
    zoom: float
    centre: Numbers
    field_of_view: float
    slice_centre: Numbers = (0.5, 0.5)
    slice_zoom: float = 1.0
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    clip: tuple[tuple[float, float], ...] = ViewSettings.clip

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> SavedView:
        """Return the view that a session stored as plain values; KeyError or TypeError where it is damaged."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: _plain(value) for name, value in stored.items() if name in known})


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_plain(item) for item in value)
    return value if isinstance(value, str) else float(value)
