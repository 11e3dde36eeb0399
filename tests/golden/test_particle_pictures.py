"""What particles look like in every colour, as light and as points; words are left to the tests of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.particles import Particles
from backends.data.view import ParticleLook, ViewSettings
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene
from widgets.volume.swarm import Swarm

SIZE = (160, 120)
PANE = Pane("a", (0, 0, *SIZE), "field")
COLOURS = ("column", "density", "speed", "along", "direction", "mass", "species")
Compare = Callable[[str, NDArray[np.uint8]], None]


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    """A scene with dark matter and stars, drawn from a lognormal density and falling into its middle."""
    field = lognormal_box(32, smoothing=1.0)
    side = field.box_size
    rng = np.random.default_rng(3)
    chances = field.values.ravel().astype(np.float64)
    parts = []
    for species, count, power in (("dm", 20_000, 1.0), ("stars", 2_000, 3.0)):
        cells = rng.choice(chances.size, count, p=chances**power / (chances**power).sum())
        places = np.stack(np.unravel_index(cells, field.values.shape), axis=1) + rng.random((count, 3))
        positions = (places * side / 32).astype(np.float32)
        velocities = ((0.5 * side - positions) * 10).astype(np.float32)
        masses = (10 ** rng.uniform(0, 1, count)).astype(np.float32) * (100 if species == "dm" else 1)
        parts.append(Particles(positions, side, masses, velocities, species=species))
    with window_scene(SIZE) as made:
        made.show([PANE])
        made.put("field", field)
        made.put_swarm("field", Swarm(tuple(parts)))
        yield made


@pytest.mark.parametrize("colour", COLOURS)
def test_light_in_every_colour(scene: Scene, golden: Compare, colour: str) -> None:
    scene.set_view(ViewSettings(mode="particles", particles=ParticleLook(colour)))
    golden(f"particles-{colour}", scene.picture(PANE, SIZE))


@pytest.mark.parametrize("colour", ["density", "along", "species"])
def test_points_that_hide_each_other(scene: Scene, golden: Compare, colour: str) -> None:
    look = ParticleLook(colour, opaque=True, to_scale=True, length=1.5)
    scene.set_view(ViewSettings(mode="particles", particles=look))
    scene.set_camera(Orbit(20.0, 10.0, 5.0, field_of_view=50.0))
    golden(f"particles-points-{colour}", scene.picture(PANE, SIZE))


@pytest.mark.parametrize("scaling", ["linear", "asinh"])
def test_scalings_of_light(scene: Scene, golden: Compare, scaling: str) -> None:
    scene.set_view(ViewSettings(mode="particles", scaling=scaling))
    golden(f"particles-{scaling}", scene.picture(PANE, SIZE))


def test_a_clipped_box_from_inside_and_from_another_corner(scene: Scene, golden: Compare) -> None:
    clip = ((0.0, 1.0), (0.25, 0.75), (0.0, 1.0))
    view = ViewSettings(mode="particles", clip=clip, origin=(0.3, 0.0, 0.6))
    scene.set_view(replace(view, particles=ParticleLook("density", to_scale=True, length=2.0)))
    scene.set_camera(Orbit(40.0, 20.0, 3.0, field_of_view=60.0))
    golden("particles-clipped", scene.picture(PANE, SIZE))
