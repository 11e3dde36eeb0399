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
        self._pixels: Any = None
        self._frame: Frame | None = None

    def take(self, scene: Scene) -> None:
        """Take what the scene shows now, once its canvas is one."""
        if not scene.canvas.native.isValid():
            return
        scene.canvas.set_current()
        width, height = scene.canvas.extent
        pixels = self._pixels
        if self._frame is None or self._frame.size != (width, height):
            self.forget()
            self._frame = Frame((width, height))
            self._read, pixels = (np.empty((height, width, 4), np.uint8) for _ in range(2))
        with self._frame.buffer:
            scene.present()
        self._frame.read_into(self._read)
        np.copyto(pixels, self._read[::-1])
        self.picture = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBX8888)
        self._pixels = pixels  # the picture has no memory of its own

    def forget(self) -> None:
        """Free the card's memory; the last picture stays."""
        if self._frame is not None:
            self._frame.delete()
            self._frame = None
