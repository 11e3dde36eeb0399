"""The frames that a scene is drawn into off the window, and where each pane lies in them."""

from __future__ import annotations

from widgets.volume import costs
from widgets.volume.canvas import FieldCanvas, Frame
from widgets.volume.pane import Pane, Rectangle

Point = tuple[float, float]


class Easel:
    """Two frames as wide as the canvas; where panes have backs they lie below the fronts, out of sight.

    Attributes
    ----------
    fine : what is seen, or None before the first picture
    coarse : of the same size: what moves is drawn here in few pixels, and further pictures of what rests
    deep : whether there are backs
    """

    def __init__(self, canvas: FieldCanvas) -> None:
        self._canvas = canvas
        self.fine: Frame | None = None
        self.coarse: Frame | None = None
        self.deep = False

    def fit(self, deep: bool) -> bool:
        """Have frames as large as the canvas is now; return whether they are others than before."""
        width, height = self._canvas.extent
        size = (width, height * (1 + deep))
        if self.fine is not None and self.fine.size == size:
            return False
        for frame in (self.fine, self.coarse):
            if frame is not None:
                frame.delete()
        self.fine, self.coarse, self.deep = Frame(size), Frame(size), deep
        return True

    def viewport(self, pane: Pane, scale: float = 1.0) -> Rectangle:
        """Return a pane's rectangle, which counts rows upwards, where so many pixels are drawn per pixel."""
        assert self.fine is not None
        height = self.fine.size[1] // (1 + pane.behind)
        return costs.viewport(pane.rectangle, height, self._canvas.pixel_scale, scale)

    @property
    def fronts(self) -> tuple[Point, Point, Rectangle]:
        """Where the fronts lie in the frame, origin and extent in shares of it, and where they are seen in pixels."""
        assert self.fine is not None
        width, height = self.fine.size[0], self.fine.size[1] // (1 + self.deep)
        below = height * self.deep / self.fine.size[1]
        return (0.0, below), (1.0, 1.0 - below), (0, 0, width, height)
