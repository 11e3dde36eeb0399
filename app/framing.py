"""A snapshot of a small part of its box is looked at from near; the camera's home still shows the whole box."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QObject

from backends.data.field import Field
from backends.data.study import Study
from widgets.volume import slab
from widgets.volume.camera import Orbit

if TYPE_CHECKING:
    from app.application import Application

CELLS = 64
"""Cells a side that are looked at, of any mesh."""

NEARLY_ALL = 0.995
"""Share of the mass that is in sight."""

NEAREST = 4.0
"""Zoom beyond which the cells of a mesh that is laid over the whole box are all that there is to see."""

AIR = 0.6
"""What of a view the region takes up."""


class Framing(QObject):
    """Turns the camera, while nobody has moved it, to the first run of a study where that is a region."""

    def __init__(self, app: Application) -> None:
        super().__init__(app)
        self._study, self._moving, self._look = app.document, app.window.grid.pointing.moving, app.window.grid.look
        self._framed: Orbit | None = None
        self._known: set[Hashable] = set()
        app.comparing.density_ready.connect(self._arrived)
        app.document.changed.connect(self._changed)

    def _arrived(self, key: str, density: Field) -> None:
        from backends.readers.particles.region import REGION_WARNING  # with it come the readers

        runs = self._study.study.runs
        if len(runs) != 1 or runs[0].key != key or REGION_WARNING not in runs[0].description.warnings:
            return
        if runs[0].data_key not in self._known and self._moving.destination()[0] == Orbit():
            self._known.add(runs[0].data_key)
            self._framed = frame(density)
            self._look(self._framed, None)

    def leave(self, study: Study) -> None:
        """Take a study as it comes: a session says itself where it is looked at from."""
        self._known.update(run.data_key for run in study.runs)

    def _changed(self, old: Study, new: Study) -> None:
        """Let go of a study with its region: the next one begins at home."""
        if old.runs and not new.runs:
            self._known.clear()
            if self._framed is not None and self._moving.destination()[0] == self._framed:
                self._look(Orbit(), None)
            self._framed = None


def frame(density: Field) -> Orbit:
    """Return the camera that has what is not empty of a periodic box in the middle, and most of the view filled."""
    values = slab.thinned(density, CELLS).values
    n = values.shape[0]
    places = np.arange(n) / n + density.cell_offset / max(density.grid)
    centre, reach = [], 1.0 / n
    for axis in range(3):
        profile = values.sum(axis=tuple({0, 1, 2} - {axis}), dtype=np.float64)
        middle = float(np.angle((profile * np.exp(2j * np.pi * places)).sum()) / (2 * np.pi)) % 1.0
        apart = np.abs((places - middle + 0.5) % 1.0 - 0.5)
        order = np.argsort(apart)
        inside = int(np.searchsorted(np.cumsum(profile[order]), NEARLY_ALL * profile.sum()))
        reach = max(reach, float(apart[order[min(inside, n - 1)]]))
        centre.append(middle)
    x, y, z = centre
    return Orbit(zoom=min(max(AIR / (2 * reach), 1.0), NEAREST), centre=(x, y, z))
