"""Nothing of a field stays on the graphics card once no view shows it, however often fields come and go."""

from __future__ import annotations

from collections import Counter

from lognormal_box import lognormal_box
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.view import ViewSettings
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (80, 60)
PANE = Pane("a", (0, 0, *SIZE), "field")


def on_card(scene: Scene) -> Counter[str]:
    return Counter(type(held).__name__ for held in scene.canvas.context.shared.parser._objects.values())


def test_textures_go_with_the_fields_that_they_show(qapp: QApplication) -> None:
    with window_scene(SIZE) as scene:
        counts = []
        for _ in range(4):
            for mode in ("dvr", "slice", "iso"):
                scene.show([PANE])
                scene.put("field", lognormal_box(72))
                scene.set_view(ViewSettings(mode=mode))
                scene.picture(PANE, SIZE)
                scene.draw()
                scene.show([])
                while scene.library.tidies:
                    scene.advance(0.0)
            scene.draw()
            scene.advance(0.0)
            counts.append(on_card(scene))
        assert counts[1:] == counts[:-1]
        # What stands for bricks and pages that are not known yet, and no field.
        assert counts[-1]["GlirTexture3D"] <= 2
