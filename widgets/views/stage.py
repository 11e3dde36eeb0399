"""The canvas of the views in a window: opened, and opened anew where its OpenGL context is lost."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6 import sip
from PyQt6.QtCore import QRect, Qt, QTimer
from PyQt6.QtWidgets import QWidget

from widgets.views.background import Background
from widgets.volume.scene import Scene

Said = Callable[[], None]


class Stage:
    """A scene, and who works for it.

    Parameters
    ----------
    parent : the widget that the canvas lies in, unless the driver is a software one: then it lies in no window
    draw : called whenever the window asks for a picture
    arrived : called when something that the scene waits for is ready
    lost : called once the context is gone, with all that was on the card, while the parent lives
    """

    def __init__(self, parent: QWidget, draw: Said, arrived: Said, lost: Said) -> None:
        self._parent, self._draw, self._arrived, self._lost = parent, draw, arrived, lost
        self.scene, self._carrier = self._opened()

    def _opened(self) -> tuple[Scene, Background]:
        carrier = Background(self._parent)
        carrier.arrived.connect(self._arrived)
        scene = Scene("pyqt6", (640, 480), carrier=carrier)
        native = scene.canvas.native
        if scene.canvas.software:
            native.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            native.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            native.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
            self._parent.destroyed.connect(lambda: _delete(native))
            # To make a context takes a dozen milliseconds: they are spent before there is a study to wait for.
            QTimer.singleShot(0, lambda: None if sip.isdeleted(native) else native.show())
        else:
            native.setParent(self._parent)
        scene.canvas.paint = lambda: self._first(scene)
        carrier.share(native)
        return scene, carrier

    def _first(self, scene: Scene) -> None:
        """Draw, and watch over the context, which there is now."""
        scene.canvas.native.context().aboutToBeDestroyed.connect(lambda: self._gone(scene))
        scene.canvas.paint = (lambda: None) if scene.canvas.software else self._draw
        scene.canvas.paint()

    def _gone(self, scene: Scene) -> None:
        """Draw no more on what is left of a canvas: the names of its textures mean nothing now."""
        scene.canvas.paint = lambda: None
        if not sip.isdeleted(self._parent):
            QTimer.singleShot(0, lambda: self._tell(scene))

    def _tell(self, scene: Scene) -> None:
        # A canvas that is closed loses its context, too.
        if scene is self.scene and not sip.isdeleted(self._parent) and not sip.isdeleted(scene.canvas.native):
            self._lost()

    def place(self, rectangle: QRect) -> None:
        """Let the canvas have this place in its parent; where it is in no window only what is drawn is as large.

        To make such a canvas larger would take as long as to draw a picture, for memory that nothing is drawn into.
        """
        canvas, native = self.scene.canvas, self.scene.canvas.native
        if canvas.software:
            width, height = rectangle.width() * canvas.pixel_scale, rectangle.height() * canvas.pixel_scale
            canvas.asked = (round(width), round(height))
            native.show()
        else:
            native.setGeometry(rectangle)

    def reopened(self) -> Scene:
        """Return a new scene that shows the same from the same place; the old one is closed."""
        lost, native = self.scene, self.scene.canvas.native
        self._carrier.close()
        self.scene, self._carrier = self._opened()
        _take_over(self.scene, lost)
        self.scene.canvas.asked = lost.canvas.asked
        canvas = self.scene.canvas.native
        canvas.setGeometry(native.geometry())
        canvas.lower()
        # It is drawn on as soon as it is shown, and the scene must be in its place by then.
        QTimer.singleShot(0, canvas.show)
        native.hide()
        native.deleteLater()
        self._arrived()
        return self.scene


def _delete(native: QWidget) -> None:
    if not sip.isdeleted(native):
        sip.delete(native)


def _take_over(scene: Scene, lost: Scene) -> None:
    """Show in a new scene what another one showed."""
    scene.library.take_over(lost.library)
    scene.swarms.library.take_over(lost.swarms.library)
    scene.swarms.active, scene.turned = lost.swarms.active, lost.turned
    scene.own_cameras.update(lost.own_cameras)
    scene.look, scene.panes = lost.look, lost.panes
    scene.set_colours(lost.ground, lost.look.background)
