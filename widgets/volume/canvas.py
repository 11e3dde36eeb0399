"""The one canvas of all views; what is drawn on it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import vispy.app
from numpy.typing import NDArray
from vispy import gloo
from vispy.scene import SceneCanvas

from backends.errors import MachineError
from widgets.volume import card
from widgets.volume.brief_calls import keep_interpreter
from widgets.volume.pane import Rectangle

Size = tuple[int, int]
# What drivers call themselves that draw with the processor.
SOFTWARE = ("llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader", "basic render", "gdi generic")


class FieldCanvas(SceneCanvas):  # type: ignore[misc]
    """A canvas that calls ``paint`` whenever the window asks it to draw.

    Attributes
    ----------
    software : bool
        Whether it is the processor that draws, and no graphics card.
    asked : (int, int) or None
        Pixels to be drawn, where that is no matter of the canvas's own size: it is in no window.
    """

    def __init__(self, backend: str, size: Size, parent: Any = None) -> None:
        keep_interpreter()
        self.paint: Callable[[], None] = lambda: None
        # The backend is this canvas's own: asking vispy for a global one would bind the whole process.
        super().__init__(app=vispy.app.Application(backend), size=size, parent=parent, keys=None)
        renderer = str(gloo.gl.glGetParameter(gloo.gl.GL_RENDERER)).lower()
        self.unfreeze()  # vispy lets nobody add to a canvas otherwise
        self.software = any(name in renderer for name in SOFTWARE)
        self.asked: Size | None = None
        self.freeze()

    @property
    def extent(self) -> Size:
        """Width and height of what is drawn, in pixels."""
        width, height = self.asked or self.physical_size
        return max(int(width), 1), max(int(height), 1)

    def on_draw(self, event: Any) -> None:
        """Let the scene decide what is drawn."""
        self._update_pending = False
        self.paint()


class Frame:
    """A picture that is drawn off the window and kept.

    Parameters
    ----------
    size : width, height in pixels
    bits : of each of the four numbers of a pixel: 8, or 16 or 32 for floats
    """

    def __init__(self, size: Size, bits: int = 8) -> None:
        width, height = size
        largest = int(gloo.gl.glGetParameter(gloo.gl.GL_MAX_TEXTURE_SIZE))
        if max(size) > largest:
            raise MachineError(f"this graphics driver draws pictures of at most {largest} pixels a side")
        self.size = size
        kind = f"rgba{bits}" if bits == 8 else f"rgba{bits}f"
        self.texture = gloo.Texture2D((height, width, 4), interpolation="linear", internalformat=kind)
        self.buffer = gloo.FrameBuffer(color=self.texture)
        self._kind = np.uint8 if bits == 8 else np.float32

    def read(self, rectangle: Rectangle | None = None) -> Any:
        """Return the pixels, (height, width, 4), top row first: uint8, or float32 of floats."""
        x, y, width, height = rectangle or (0, 0, *self.size)
        pixels = np.empty((height, width, 4), self._kind)
        self.read_into(pixels, x, y)
        return pixels[::-1]

    def read_into(self, pixels: NDArray[Any], x: int = 0, y: int = 0) -> None:
        """Copy the pixels from that one on, counted from the lower left corner; the bottom row comes first."""
        with self.buffer:
            gloo.context.get_current_canvas().context.flush_commands()
            card.read(pixels, x, y)

    def delete(self) -> None:
        """Free the card's memory."""
        self.buffer.delete()
        self.texture.delete()
