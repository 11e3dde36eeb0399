"""Nothing of a field stays on the graphics card once no view shows it, and what is not there costs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from lognormal_box import lognormal_box
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.view import ViewSettings
from widgets.volume.pane import Pane
from widgets.volume.quality import FULL, AdaptiveQuality, Level
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


def test_what_is_seen_until_a_field_is_there_is_drawn_at_its_own_cost(qapp: QApplication) -> None:
    asked: list[float] = []

    class Watched(AdaptiveQuality):
        def level(self, mode: str, samples: Callable[[Level], float]) -> Level:
            asked.append(samples(FULL))
            return super().level(mode, samples)

    with window_scene(SIZE) as scene:
        scene.quality = Watched()
        scene.set_view(ViewSettings(mode="column"))
        scene.show([PANE])
        scene.put("field", lognormal_box(72))
        scene.finish()
        scene.draw()
        scene.show([Pane("a", (0, 0, *SIZE), "of which nothing is there")])
        scene.draw()
    assert len(asked) == 2
    assert asked[0] == asked[1] > 72 / 2 * SIZE[0] * SIZE[1]


def test_where_nothing_is_seen_nothing_is_refined(qapp: QApplication) -> None:
    with window_scene(SIZE) as scene:
        scene.quality.moving_seconds = 0.0  # a picture in motion is coarse
        scene.set_view(ViewSettings(mode="column"))
        scene.show([Pane("a", (0, 0, *SIZE), None)])
        while not scene.stale:  # programs are compiled first
            scene.advance(1.0)
        scene.draw()
        assert scene.refines_in is None
        scene.show([PANE])
        scene.put("field", lognormal_box(72))
        scene.finish()
        scene.draw()
        assert scene.refines_in is not None
