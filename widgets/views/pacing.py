"""When a scene is worked at, drawn and shown, so that no turn of the event loop grows long."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QWidget

from widgets.polite_timer import PoliteTimer
from widgets.views.aside import Aside
from widgets.volume.scene import Scene

# What is uploaded and reduced between two events, so that the window answers at once.
WORK_SECONDS = 0.012
# While the picture is refined it is brought to the window so often: showing costs time, too.
SHOW_SECONDS = 0.25


class Pacing(QObject):
    """Gives each piece of a scene's work a turn of its own: what arrives, a changed picture, its refinement, showing.

    To show a picture, OpenGL composes the whole window, which can cost as much as to draw it.

    Parameters
    ----------
    grid : the widget that the scene is seen in
    surface : what lies over it, and is painted again whenever a picture is shown

    Signals
    -------
    complete : everything given is drawn in full quality
    limits_changed : the colours have another range
    refused : what the driver said that cannot draw
    """

    complete = pyqtSignal()
    limits_changed = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(self, grid: QWidget, surface: QWidget) -> None:
        super().__init__(grid)
        self._grid, self._surface = grid, surface
        self._scene: Scene | None = None
        self._aside: Aside | None = None
        self._announced, self._unseen, self._worked, self._shown = True, False, False, 0.0
        self._work, self._painting = PoliteTimer(self), PoliteTimer(self)
        self._work.due.connect(self._advance)
        self._painting.due.connect(self._paint)

    def follow(self, scene: Scene | None) -> None:
        """Work at this scene from now on."""
        self._scene = scene
        self._aside = Aside() if scene is not None and scene.canvas.software else None

    @property
    def picture(self) -> QImage | None:
        """What is seen, where it is not the canvas itself."""
        return None if self._aside is None else self._aside.picture

    def forget_picture(self) -> None:
        """Show nothing until something is drawn: the last picture was of a study that is closed."""
        if self._aside is not None:
            self._aside.picture = None

    def refresh(self) -> None:
        """See to it that what changed gets drawn, when the event loop is free."""
        self._announced = False
        if self._scene is None:
            self._surface.update()
        elif not self._work.isActive():
            self._work.start(0)

    def draw(self) -> None:
        """Draw into the window, whose context is current, and go on as soon as it is shown."""
        scene = self._scene
        if scene is None:
            return
        before = scene.drawn
        if self._dares(scene.present):
            if self._unseen or scene.drawn != before:
                self._surface.update()
            self._unseen, self._shown = False, time.monotonic()
            self._go_on(scene)

    def show_soon(self) -> None:
        """Have what is drawn brought to the window when the event loop is free: other parts of it are to be seen."""
        self._unseen = True
        self.refresh()

    def show(self) -> None:
        """Have what is drawn brought to the window, with the marks over it."""
        scene, aside = self._scene, self._aside
        if scene is not None and aside is not None:
            if self._dares(lambda: aside.take(scene)):
                self._unseen, self._shown = False, time.monotonic()
                self._painting.start(0)  # not in this turn, which had the picture to wait for
            return
        if scene is not None:
            self._unseen = False
            scene.canvas.update()
        self._surface.update()

    def _paint(self) -> None:
        """Paint the picture that was taken, with the marks over it."""
        self._surface.repaint()
        if self._scene is not None:
            self._go_on(self._scene)

    def _go_on(self, scene: Scene) -> None:
        """Say so when all of it is shown, else have the work done that is left."""
        if scene.settled and not self._announced:
            self._announced = True
            self.complete.emit()
        elif not scene.settled and not self._work.isActive():
            self._work.start(1)  # not in this turn, which had a picture to draw

    def _advance(self) -> None:
        """Do the next piece of work."""
        scene, aside = self._scene, self._aside
        if scene is None or not self._grid.isVisible() or not scene.canvas.native.isValid():
            return
        if aside is not None and not aside.is_ready(scene):
            if self._dares(lambda: aside.get_ready(scene)):
                self._work.start(0)
            return
        if self._unseen:  # and go on when it is seen
            self.show()
            return
        drawing = self._worked  # what arrived in a long turn is drawn in the next one, and then more taken up
        self._worked = not drawing and self._work_at(scene)
        settled = scene.settled
        if self._worked:
            self._work.start(0)
            return
        if scene.stale:
            self._unseen = self._dares(scene.renew)
        elif not self._announced and (settled or time.monotonic() - self._shown > SHOW_SECONDS):
            self.show()
        elif scene.refines_in == 0.0:
            scene.refine()
        wait = 0.0 if drawing or self._unseen or (scene.settled and not settled) else scene.works_in
        if wait is not None:
            self._work.start(int(wait * 1000))

    def _work_at(self, scene: Scene) -> bool:
        """Take up what arrived; return whether that fills a turn."""
        before, began = (scene.look.limits, scene.look.own), time.perf_counter()
        scene.advance(WORK_SECONDS)
        if (scene.look.limits, scene.look.own) != before:
            self.limits_changed.emit()
        return time.perf_counter() - began > WORK_SECONDS / 2

    def _dares(self, draw: Callable[[], None]) -> bool:
        """Draw; return whether the driver could."""
        try:
            draw()
        except RuntimeError as refused:  # vispy's word for a shader or a framebuffer that the driver refuses
            self.refused.emit(str(refused))
            return False
        return True
