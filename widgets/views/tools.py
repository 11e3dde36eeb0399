"""The tools of the views, one at a time: fly through the box, drag its walls, measure a distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from backends.data.periodic import Point
from widgets.views.tooling import Hot, Tooling
from widgets.volume import flight

if TYPE_CHECKING:
    from widgets.views.pointing import Pointing


class Tools(QObject):
    """Which tool is at work, and what it has so far; ``changed`` says its name, or "" for none."""

    changed = pyqtSignal(str)

    def __init__(self, pointing: Pointing) -> None:
        super().__init__(pointing)
        self._pointing, self._moving = pointing, pointing.moving
        self._moving.landed.connect(self._lay_down)
        self.name = ""
        self._measured: tuple[Point, ...] = ()
        self._aimed: Point | None = None

    def begin(self, name: str) -> bool:
        """Take up a tool, or lay it down where it is at work; return whether it is at work now."""
        again = self.name == name
        self._lay_down()
        current = self._pointing.current()
        if again or current is None:
            return False
        self.name = name
        if name == "measure":
            self._measured, self._aimed = (), None
        if name == "fly":
            self._moving.take_off(current[0].key)
        self._changed()
        return True

    @property
    def at_work(self) -> bool:
        """Whether there is anything for Esc to end."""
        return bool(self.name or self._measured or self._moving.travels)

    def escape(self) -> bool:
        """Lay the tool down, or remove what was measured; return whether there was anything."""
        if self._moving.travels and self.name != "fly":
            self._moving.stop()
            return True
        had = bool(self.name or self._measured)
        if not self.name or self.name == "measure":
            self._measured = ()
        self._lay_down()
        return had

    def measure(self, point: Point | None) -> None:
        """Take a point as the next end of the measured line; the second one ends it."""
        if point is not None:
            self._measured = (*self._measured, point)[-2:]
            if len(self._measured) == 2:
                self._lay_down()
            self._changed()

    def measure_from(self, point: Point) -> None:
        """Measure from a point that is known already."""
        self._lay_down()
        self.name, self._measured = "measure", (point,)
        self._changed()

    def aim(self, point: Point | None) -> None:
        """Draw the measured line to the point under the pointer."""
        if point != self._aimed:
            self._aimed = point
            self._changed()

    def hasten(self, factor: float) -> None:
        """Fly faster or slower."""
        self._moving.speed = flight.faster(self._moving.speed, factor)
        self._changed()

    def tooling(self, pointed: str, hot: Hot | None) -> Tooling:
        """Return what is drawn for the tools."""
        measured = self._measured
        if self.name == "measure" and len(measured) == 1 and self._aimed is not None:
            measured = (*measured, self._aimed)
        at_work = self._moving.flies_in or ""
        return Tooling(pointed, hot, self.name, at_work, measured, self._says(hot))

    def _says(self, hot: Hot | None) -> tuple[str, ...]:
        if self.name == "fly":
            speed = f"{self._moving.speed * self._pointing.box_size:.3g} Mpc/h per second"
            keys = "W A S D Q E move, arrows or a drag look"
            more = "Shift is faster, the wheel sets the speed"
            return (
                f"Flying, {speed}  ·  {keys}, {more}  ·  Esc ends",
                f"Flying, {speed}  ·  {keys}  ·  Esc ends",
                f"{speed}  ·  W A S D  ·  Esc ends",
                f"{speed}  ·  Esc ends",
                speed,
            )
        if self.name == "measure":
            which = "second" if self._measured else "first"
            return (f"Measure a distance: click the {which} point  ·  Esc ends", f"Click the {which} point")
        if self.name == "crop" and hot is not None and hot.kind == "wall":
            return self._pointing.handles.extent(hot)
        if self.name == "crop":
            drag = "Drag the walls of the box"
            return (f"{drag}; a double click puts one back  ·  Esc ends", f"{drag}  ·  Esc ends", drag)
        return ()

    def _lay_down(self) -> None:
        if self.name == "fly":
            self._moving.land()
        if len(self._measured) < 2:
            self._measured = ()
        self.name, self._aimed = "", None
        self._changed()

    def _changed(self) -> None:
        self.changed.emit(self.name)
        self._pointing.repaint()
