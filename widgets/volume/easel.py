"""The frames that a scene is drawn into off the window, and where each pane lies in them."""

from __future__ import annotations

from widgets.volume import costs
from widgets.volume.canvas import FieldCanvas, Frame, Size
from widgets.volume.painter import Colour, Painter
from widgets.volume.pane import Pane, Rectangle
from widgets.volume.programs import COPY

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

    def fits(self, deep: bool) -> bool:
        """Whether there are frames as large as the canvas is now."""
        return self.fine is not None and self.fine.size == self._size(deep)

    def renew(self, deep: bool, painter: Painter, ground: Colour, keeps: bool) -> None:
        """Have frames as large as the canvas is now, of that ground.

        Parameters
        ----------
        keeps : whether the last picture stays, drawn out to the new size: there is none to replace it yet
        """
        last, unneeded, was_deep, size = self.fine, self.coarse, self.deep, self._size(deep)
        self.fine, self.coarse, self.deep = Frame(size), Frame(size), deep
        with self.fine.buffer:
            painter.clear([(0, 0, *size)], ground)
            if last and keeps and deep == was_deep and not painter.lacks(COPY):
                painter.copy(last.texture, (0.0, 0.0), (1.0, 1.0), (0, 0, *size))
        for frame in (last, unneeded):
            if frame is not None:
                frame.delete()

    def _size(self, deep: bool) -> Size:
        width, height = self._canvas.extent
        return width, height * (1 + deep)

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
