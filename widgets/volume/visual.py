"""The node of the scene graph that stands for one field in its view box."""

from __future__ import annotations

from collections.abc import Callable

from vispy.scene import Node, ViewBox

from widgets.volume.pane import Pane


class FieldNode(Node):  # type: ignore[misc]
    """Draws one pane by asking the scene, which alone knows the textures and the quality.

    Parameters
    ----------
    draw_pane : callable
        Draws a pane into the bound framebuffer.
    parent : Node
        The scene of the view box.
    """

    def __init__(self, draw_pane: Callable[[Pane], None], parent: Node) -> None:
        self.pane: Pane | None = None
        self._draw_pane = draw_pane
        super().__init__(parent=parent)

    def draw(self) -> None:
        """Draw the pane; the canvas calls this when it walks its scene."""
        if self.pane is not None:
            self._draw_pane(self.pane)


def view_box(parent: Node, draw_pane: Callable[[Pane], None]) -> tuple[ViewBox, FieldNode]:
    """Return a view box of the canvas with its field node."""
    box = ViewBox(parent=parent)
    return box, FieldNode(draw_pane, box.scene)
