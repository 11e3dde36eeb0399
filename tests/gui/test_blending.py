"""What is mixed of two snapshots on the card is the picture of the mixed density, in every way of drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.particles import Particles
from backends.data.view import CuttingPlane, Isosurface, ParticleLook, TransferFunction, ViewSettings
from widgets.volume import pictures
from widgets.volume.blend import Blend
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene
from widgets.volume.swarm import Pair, Swarm

SIZE = (160, 120)
BOTH = Blend("before", "after", 0.3, (2.0, 1.0))
KEPT = tuple(Pane(f"kept {key}", (0, 0, *SIZE), key) for key in (BOTH, "mixed", "other"))
COLOURS = (-1.0, 1.2)
SURFACES = (Isosurface(0.5, 0.3), Isosurface(3.0))
VIEWS = {
    "volume": ViewSettings(mode="dvr", limits=COLOURS),
    "unlit": ViewSettings(mode="dvr", limits=COLOURS, light=0.0, scaling="asinh"),
    "column": ViewSettings(mode="column", limits=(-0.4, 0.4)),
    "maximum": ViewSettings(mode="mip", limits=COLOURS),
    "dimmed": ViewSettings(mode="mip", limits=COLOURS, attenuation=3.0),
    "surfaces": ViewSettings(mode="iso", limits=COLOURS, isosurfaces=SURFACES),
    "slice": ViewSettings(mode="slice", limits=COLOURS, depth=(0.4, 0.5)),
    "plane": ViewSettings(mode="plane", limits=COLOURS, plane=CuttingPlane(35.0, 20.0, thickness=0.1, highest=True)),
}


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene(SIZE, half=False) as made:
        made.set_camera(Orbit(35.0, 20.0))
        made.show(KEPT)
        before, after = lognormal_box(40, seed=3), lognormal_box(40, seed=4)
        mixed = replace(before, values=(0.7 * before.values + 0.3 * after.values).astype(np.float32))
        for key, field in {"before": before, "after": after, "mixed": mixed, "other": lognormal_box(40)}.items():
            made.put(key, field)
        yield made


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("comparison", ["field", "difference", "reference"])
def test_the_picture_is_that_of_the_mixed_density(scene: Scene, name: str, comparison: str) -> None:
    scene.set_view(VIEWS[name])
    kind = "field" if comparison == "field" else "difference"
    drawn = {}
    for key in (BOTH, "mixed", "before"):
        field, reference = ("other", key) if comparison == "reference" else (key, "other")
        pane = Pane("a", (0, 0, *SIZE), field, kind, reference)
        scene.show([pane, *KEPT])
        scene.finish()
        scene.look = replace(scene.look, signed={"difference": (-2.0, 2.0)})  # each would find its own
        drawn[key] = scene.picture(pane, SIZE)[..., :3].astype(int)
    assert np.abs(drawn[BOTH] - drawn["before"]).mean() > 1.0
    assert np.abs(drawn[BOTH] - drawn["mixed"]).mean() < 0.1
    assert np.percentile(np.abs(drawn[BOTH] - drawn["mixed"]), 99) <= 1


@pytest.mark.parametrize("name", ["volume", "maximum", "surfaces"])
def test_rays_jump_over_what_both_leave_empty(scene: Scene, name: str) -> None:
    # All that is seen is of the later time; where it is empty, too, nothing is.
    field = lognormal_box(40)
    scene.put("before", replace(field, values=np.ones_like(field.values)))
    dense = TransferFunction(points=((0.0, 0.0), (0.55, 0.0), (1.0, 1.0)))
    scene.set_view(replace(VIEWS[name], transfer=dense))
    pane, drawn = scene.panes[0], []
    for skips in (True, False):
        scene.look = replace(scene.look, skips=skips)
        drawn.append(scene.picture(pane, SIZE)[..., :3].astype(int))
    assert np.abs(drawn[0] - drawn[1]).max() <= 1
    assert drawn[1].std() > 5


def test_the_view_says_what_it_shows(scene: Scene) -> None:
    assert scene.library.note(BOTH) == "blended between 2.00 and 1.00"
    field = scene.library.get(BOTH)
    assert field is not None
    assert field.redshift == pytest.approx(1 / (0.7 / 3 + 0.3 / 2) - 1)


@pytest.mark.parametrize("look", [ParticleLook(pixels=4.0), ParticleLook("along", pixels=4.0), ParticleLook("density")])
def test_particles_move_the_shorter_way_round(scene: Scene, look: ParticleLook) -> None:
    random = np.random.default_rng(5)
    start, way = random.random((3000, 3)), random.normal(0.0, 0.08, (3000, 3))
    speeds = random.normal(0.0, 300.0, (2, 3000, 3)).astype(np.float32)

    def swarm(places: np.ndarray, velocities: np.ndarray) -> Swarm:
        return Swarm((Particles((places % 1.0 * 128.0).astype(np.float32), 128.0, velocities=velocities),))

    assert ((start + way < 0) | (start + way >= 1)).any()
    view = ViewSettings(mode="particles", limits=(-0.5, 1.5), particles=look)
    pane = Pane("a", (0, 0, *SIZE), BOTH)
    scene.show([pane, Pane("b", (0, 0, *SIZE), "mixed")])
    scene.set_view(view)
    scene.put_swarm(BOTH, Pair(swarm(start, speeds[0]), swarm(start + way, speeds[1])))
    scene.put_swarm("mixed", swarm(start + 0.3 * way, (0.7 * speeds[0] + 0.3 * speeds[1])))
    scene.finish()
    assert scene.swarms.note(BOTH) == "moved between 2.00 and 1.00"
    if look.colour == "density":  # colours of both times are mixed: the places are what is compared
        drawn = [numbers(scene, one)[..., 3] for one in scene.panes]
    else:
        drawn = [numbers(scene, one) for one in scene.panes]
    assert drawn[0].sum() != 0
    assert np.abs(drawn[0] - drawn[1]).sum() < 0.01 * np.abs(drawn[1]).sum()
    still = numbers(scene, Pane("a", (0, 0, *SIZE), replace(BOTH, share=0.9)))
    assert np.abs(still - numbers(scene, pane)).sum() > 0.3 * np.abs(still).sum()


def numbers(scene: Scene, pane: Pane) -> np.ndarray:
    """The added light of all particles, (height, width, 4) float32."""
    return pictures.measured(scene._prepared(pane), SIZE, 1.0)
