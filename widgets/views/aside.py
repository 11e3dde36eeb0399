"""What a software driver draws, on its way to the window as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from PyQt6.QtGui import QImage

from widgets.volume.canvas import Frame
from widgets.volume.scene import Scene


class Aside:
    """Takes a scene's picture out of its canvas, which is in no window.

    A window with an OpenGL widget in it is composed by OpenGL as a whole, whatever changes: a software driver needs a
    dozen milliseconds for each letter of the status line. To read a picture back from such a driver takes a fraction of
    one, and the rest of the window stays what Qt paints by itself.

    Attributes
    ----------
    picture : the last one that was taken, or None
    """

    def __init__(self) -> None:
        self.picture: QImage | None = None
        self._read: Any = None
        self._next: Any = None
        self._pixels: Any = None
        self._frame: Frame | None = None

    def is_ready(self, scene: Scene) -> bool:
        """Whether there is memory for a picture of this size."""
        return self._frame is not None and self._frame.size == scene.canvas.extent

    def get_ready(self, scene: Scene) -> None:
        """Get memory for a picture of this size: the first touch of it takes longer than a picture."""
        scene.canvas.set_current()
        self.forget()
        width, height = scene.canvas.extent
        self._frame = Frame((width, height))
        self._read, self._next = (np.full((height, width, 4), 255, np.uint8) for _ in range(2))
        self._frame.read_into(self._read)

    def take(self, scene: Scene) -> None:
        """Take what the scene shows now, once its canvas is one."""
        if not scene.canvas.native.isValid():
            return
        if not self.is_ready(scene):
            self.get_ready(scene)
        assert self._frame is not None
        scene.canvas.set_current()
        width, height = self._frame.size
        with self._frame.buffer:
            scene.present()
        self._frame.read_into(self._read)
        np.copyto(self._next, self._read[::-1])
        self._pixels = self._next  # the picture has no memory of its own
        self.picture = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGBX8888)

    def forget(self) -> None:
        """Free the card's memory; the last picture stays."""
        if self._frame is not None:
            self._frame.delete()
            self._frame = None
