"""Snapshots of a run over time share one automatic scale, or what grows with time would be scaled away."""

from __future__ import annotations

import numpy as np

from backends.data.field import Field
from backends.data.view import ViewSettings
from widgets.volume import limits
from widgets.volume.library import FieldLibrary
from widgets.volume.pane import Pane
from widgets.volume.passage import Here
from widgets.volume.ranging import Ranging

VIEW = ViewSettings(mode="slice", scaling="linear")


def snapshot(growth: float) -> Field:
    rng = np.random.default_rng(1)
    return Field((1 + growth * (rng.random((16, 16, 16)) - 0.5)).astype(np.float32), 100.0)


def worn(series: str | None, *growths: float, view: ViewSettings = VIEW) -> list[limits.Limits | None]:
    """Return the scale in which each snapshot is shown, one after another."""
    library, carrier = FieldLibrary(Here()), Here()
    ranging, found = Ranging(library, carrier), []
    for growth in growths:
        library.put(("density", growth), snapshot(growth))
        ranges = ranging.advance((Pane("run", (0, 0, 9, 9), ("density", growth), series=series),), view)
        assert ranges is not None
        found.append(ranges.fields)
    return found


def test_one_scale_holds_for_all_snapshots_that_were_seen() -> None:
    early, late = (limits.fitting(snapshot(growth), VIEW) for growth in (0.1, 1.0))
    assert late[0] < early[0] < early[1] < late[1]
    assert worn("a run", 0.1, 1.0, 0.1) == [early, late, late]


def test_other_runs_and_told_scales_are_left_alone() -> None:
    early, late = (limits.fitting(snapshot(growth), VIEW) for growth in (0.1, 1.0))
    assert worn(None, 1.0, 0.1) == [late, early]
    told = ViewSettings(mode="slice", scaling="linear", limits=(0.0, 3.0))
    assert worn("a run", 1.0, 0.1, view=told) == [(0.0, 3.0), (0.0, 3.0)]
