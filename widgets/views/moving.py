"""Cameras that move by themselves: journeys to another camera, and flights through the box."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

from widgets.volume import flight
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat
from widgets.volume.journey import Camera, Journey

if TYPE_CHECKING:
    from widgets.views.field_grid import FieldGrid

# Milliseconds between two pictures of a camera that moves.
PICTURE = 16


class Moving(QObject):
    """Moves the cameras of the grid while time goes on; ``landed`` says that a journey ended a flight."""

    landed = pyqtSignal()

    def __init__(self, grid: FieldGrid, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(grid)
        self._grid, self._clock = grid, clock
        self._journey: Journey | None = None
        self._key = ""
        self.flies_in: str | None = None
        self.speed = flight.USUAL_SPEED
        self.held: set[str] = set()
        self.hurried = False
        self._flown = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PICTURE)
        self._timer.timeout.connect(self.step)

    # Journeys

    def go(self, orbit: Orbit | None, flat: Flat | None, key: str = "") -> None:
        """Travel to this camera in the cell of that key and all that share its camera, or with "" in all."""
        if self.flies_in is not None:
            self.flies_in = None
            self.rest()
            self.landed.emit()
        now = self._grid.camera_of(key)
        there = (orbit or now[0], flat or now[1])
        self._journey, self._key = Journey(now, there, self._clock()), key
        self._timer.start()

    def home(self) -> None:
        """Show the whole box again, in all views."""
        self.go(Orbit(), Flat())

    def face(self, axis: int, side: int) -> None:
        """Look from the positive (1) or the negative (-1) end of an axis, in all views, with parallel rays."""
        self.go(Orbit.facing(axis, side), None)

    def stop(self) -> None:
        """Stay where one is now."""
        self._journey = None

    def destination(self, key: str = "") -> Camera:
        """Return the camera that a cell will be looked at from once it rests."""
        led = not self._key or key == self._key or (self._shares(key) and self._shares(self._key))
        return self._journey.stop if self._journey is not None and led else self._grid.camera_of(key)

    def _shares(self, key: str) -> bool:
        """Whether a cell is looked at from where all are, as "" is."""
        return not key or not self._grid.shown_view.own_camera(key.partition(":")[0])

    @property
    def travels(self) -> bool:
        """Whether a journey is under way."""
        return self._journey is not None

    # Flights

    def take_off(self, key: str) -> None:
        """Fly in the cell of that key."""
        orbit, flat = self._grid.camera_of(key)
        self.go(flight.entered(orbit), flat, key)
        self.flies_in = key

    def land(self) -> None:
        """End the flight where it is; the view turns about what lies ahead."""
        if self.flies_in is not None:
            self.stop()
            key, self.flies_in = self.flies_in, None
            self.rest()
            orbit = self._grid.camera_of(key)[0]
            if not orbit.parallel:
                self._grid.look(flight.left(orbit, self._grid.shown_view.clip), None, key)

    def hold(self, move: str, held: bool) -> None:
        """Begin or end to move that way."""
        if held:
            if not self.held:
                self._flown = self._clock()
            self.held.add(move)
            self._timer.start()
        else:
            self.held.discard(move)

    def rest(self) -> None:
        """Stand still."""
        self.held.clear()
        self.hurried = False

    def looked(self, dx: float, dy: float) -> None:
        """Look farther around by a drag of so many pixels: what is seen follows the hand."""
        if self.flies_in is not None:
            orbit = self._grid.camera_of(self.flies_in)[0]
            right, up = -dx * flight.LOOKED_PER_PIXEL, dy * flight.LOOKED_PER_PIXEL
            self._grid.look(flight.looked(orbit, right, up), None, self.flies_in)

    def step(self) -> None:
        """Draw the cameras where they are by now; without anything that moves, the clock stands still."""
        now = self._clock()
        if self._journey is not None:
            journey, over = self._journey, self._journey.over(now)
            self._journey = None if over else journey
            self._grid.look(*journey.at(now), self._key)
        elif self.flies_in is not None and self.held:
            orbit = self._grid.camera_of(self.flies_in)[0]
            speed = self.speed * (flight.FASTER if self.hurried else 1.0)
            self._grid.look(flight.flown(orbit, self.held, speed, now - self._flown), None, self.flies_in)
        self._flown = now
        if self._journey is None and not self.held:
            self._timer.stop()
