"""Colour ranges that are found while the view changes: what is wanted by then is found too, and is worn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from lognormal_box import lognormal_box

from backends.data.view import ViewSettings
from widgets.volume import limits
from widgets.volume.library import FieldLibrary
from widgets.volume.pane import Pane
from widgets.volume.passage import Here
from widgets.volume.ranging import Ranging

PANES = (Pane("run", (0, 0, 9, 9), "density"),)
COLUMN, VOLUME = ViewSettings(mode="column"), ViewSettings(mode="dvr")


class Beside(Here):
    """Begins all work at once, as a thread with nothing else to do would, and ends it when it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[tuple[Future[Any], Callable[[], Any]]] = []

    def compute(self, work: Callable[[], Any]) -> Future[Any]:
        found: Future[Any] = Future()
        found.set_running_or_notify_cancel()
        self.begun.append((found, work))
        return found

    def end(self) -> None:
        found, work = self.begun.pop(0)
        found.set_result(work())


def test_another_mode_is_ranged_as_soon_as_what_was_begun_before_has_ended() -> None:
    """The window asks once when something has ended: unless that begins what is still to be done, nothing ever does."""
    carrier = Beside()
    library = FieldLibrary(Here())
    library.put("density", lognormal_box(16))
    ranging = Ranging(library, carrier)
    assert ranging.advance(PANES, COLUMN) is None
    assert ranging.advance(PANES, VOLUME) is None
    assert len(carrier.begun) == 1  # one after another
    carrier.end()
    assert ranging.advance(PANES, VOLUME) is None
    assert len(carrier.begun) == 1
    assert not ranging.fits(PANES, VOLUME)
    carrier.end()
    worn = ranging.advance(PANES, VOLUME)
    assert worn is not None
    assert worn.fields == limits.fitting(lognormal_box(16), VOLUME)
    assert ranging.known(PANES, VOLUME)
    assert not carrier.begun
