"""What is drawn of particles, held against numpy: on the driver that the window uses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.particles import Particles
from backends.data.view import ParticleLook, ViewSettings
from widgets.volume import pictures
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene
from widgets.volume.swarm import CHUNK, CODES, Swarm

SIZE = (160, 120)
BOX = 100.0
PANE = Pane("a", (0, 0, *SIZE), "field")
VIEW = ViewSettings(mode="particles")


def particles(count: int, seed: int = 0, **more: object) -> Particles:
    """Clustered particles of a box, away from its walls."""
    rng = np.random.default_rng(seed)
    lumps = rng.uniform(25, 75, (40, 3))
    positions = lumps[rng.integers(0, 40, count)] + rng.normal(0, 4, (count, 3))
    return Particles(np.clip(positions, 5, 95).astype(np.float32), BOX, **more)  # type: ignore[arg-type]


def flat_field() -> Field:
    """A density that says nothing."""
    rng = np.random.default_rng(0)
    return Field(rng.lognormal(0, 0.3, (16, 16, 16)).astype(np.float32), BOX, "relative_density", 0.5)


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene(SIZE) as made:
        made.show([PANE])
        made.put("field", flat_field())
        made.set_view(VIEW)
        yield made


def sums(scene: Scene, look: ParticleLook = ParticleLook(), orbit: Orbit | None = None, **view: object) -> NDArray:  # type: ignore[type-arg]  # noqa: B008
    """The added light of all particles, (height, width, 4) float32."""
    scene.set_view(replace(VIEW, particles=look, **view))  # type: ignore[arg-type]
    scene.set_camera(orbit or Orbit.along(2))
    return np.asarray(pictures.measured(scene._prepared(PANE), SIZE, 1.0))


@pytest.mark.parametrize("pixels", [0.01, 1.0, 2.0, 3.7, 5.9, 12.0])
def test_a_picture_of_n_particles_holds_n_times_the_kernel(scene: Scene, pixels: float) -> None:
    scene.put_swarm("field", Swarm((particles(5000),)))
    added = sums(scene, ParticleLook(pixels=pixels))[..., 3]
    assert added.sum(dtype=np.float64) == pytest.approx(5000, rel=2e-4)


@pytest.mark.parametrize("pixels", [1.0, 4.0, 14.0, 40.0])
def test_a_particle_is_a_kernel_about_its_place(scene: Scene, pixels: float) -> None:
    place = np.array([[52.3, 47.1, 50.0]], np.float32)
    scene.put_swarm("field", Swarm((Particles(place, BOX),)))
    added = sums(scene, ParticleLook(pixels=pixels))[..., 3].astype(np.float64)
    assert added.sum() == pytest.approx(1.0, abs=1e-3)
    x, y = np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5
    middle = (added.sum(axis=0) @ x, added.sum(axis=1) @ y)
    (told,), _ = Orbit.along(2).project((place + 0.0) / BOX, *SIZE)
    assert middle == pytest.approx(tuple(told), abs=0.05 if pixels > 2 else 0.2)
    if pixels < 2:
        return  # on so few pixels only the whole of it is exact
    spread = added.sum(axis=0) @ (x - middle[0]) ** 2
    # Of (1 - t²)³: a ninth along each axis where it is a product, a tenth where it is round; a pixel adds a twelfth.
    radius = pixels / 2
    told_spread = radius**2 / 10 if radius > 3.0 else radius**2 / 9 + 1 / 12
    assert spread == pytest.approx(told_spread, rel=0.06, abs=0.02)


def test_pixels_count_the_particles_that_lie_in_them(scene: Scene) -> None:
    held = particles(20_000)
    scene.put_swarm("field", Swarm((held,)))
    added = sums(scene, ParticleLook(pixels=0.01))[..., 3]
    codes = np.floor(held.positions / np.float32(BOX) * CODES)
    pixels, _ = Orbit.along(2).project((codes + 0.5) / CODES, *SIZE)
    counted, _, _ = np.histogram2d(pixels[:, 1], pixels[:, 0], bins=SIZE[::-1], range=[(0, SIZE[1]), (0, SIZE[0])])
    # A particle within a thousandth of a pixel's edge may be counted on either side.
    assert np.abs(added - counted).sum() <= 2 * 0.004 * held.count
    assert (added == counted).mean() > 0.95


def test_the_light_of_a_pixel_shows_the_mean_of_its_particles(scene: Scene) -> None:
    rng = np.random.default_rng(2)
    masses = rng.uniform(1, 5, 8000).astype(np.float32)
    velocities = rng.normal(0, 300, (8000, 3)).astype(np.float32)
    held = particles(8000, masses=masses, velocities=velocities)
    scene.put_swarm("field", Swarm((held,)))
    added = sums(scene, ParticleLook("along", pixels=1.0)).astype(np.float64)
    # Orbit.along(2) looks down from +z: what moves to +z comes nearer.
    told = -(velocities[:, 2] * masses).sum(dtype=np.float64) / masses.mean(dtype=np.float64)
    reach = np.abs(velocities[:, 2] * masses).sum() / masses.mean()
    assert abs(added[..., 0].sum() - told) < 1e-3 * reach
    speeds = sums(scene, ParticleLook("speed", pixels=1.0)).astype(np.float64)
    told = (np.linalg.norm(velocities, axis=1) * masses).sum(dtype=np.float64) / masses.sum(dtype=np.float64)
    assert speeds[..., 0].sum() / speeds[..., 3].sum() == pytest.approx(told, rel=1e-3)


def test_what_is_clipped_adds_nothing_and_the_periodic_box_can_be_drawn_from_another_corner(scene: Scene) -> None:
    held = particles(6000)
    scene.put_swarm("field", Swarm((held,)))
    clip = ((0.0, 1.0), (0.0, 0.5), (0.0, 1.0))
    inside = int((held.positions[:, 1] <= 0.5 * BOX).sum())
    added = sums(scene, ParticleLook(pixels=1.0), clip=clip)[..., 3]
    assert added.sum(dtype=np.float64) == pytest.approx(inside, abs=2)
    moved = sums(scene, ParticleLook(pixels=1.0), origin=(0.0, 0.5, 0.0), clip=clip)[..., 3]
    assert moved.sum(dtype=np.float64) == pytest.approx(held.count - inside, abs=2)


def test_large_kernels_are_drawn_beyond_the_largest_sprite(scene: Scene) -> None:
    middle = np.full((7, 3), 50.0, np.float32)
    scene.put_swarm("field", Swarm((Particles(middle, BOX),)))
    orbit = replace(Orbit.along(2), zoom=30.0)
    # Half the view is so wide: the kernel reaches far out of it, and what is seen of it is known.
    length = 0.6 * BOX * orbit.extent(*SIZE)[1]
    whole = sums(scene, ParticleLook(to_scale=True, length=length), orbit)[..., 3]
    assert whole.sum(dtype=np.float64) == pytest.approx(7.0, rel=1e-3)
    huge = sums(scene, ParticleLook(to_scale=True, length=20.0), replace(orbit, zoom=40.0))[..., 3]
    radius = 10.0 / BOX * SIZE[0] / replace(orbit, zoom=40.0).extent(*SIZE)[0]
    assert 2 * radius > 255
    assert huge.max() == pytest.approx(7 * 4 / np.pi / radius**2, rel=0.01)


def test_the_progressive_picture_is_the_one_that_is_drawn_at_once(scene: Scene) -> None:
    count = 2 * CHUNK + 777
    scene.put_swarm("field", Swarm((particles(count),)))
    scene.quality.moving_seconds = 1e-4  # the first picture draws a few
    seen = []
    scene.set_camera(Orbit(20.0, 30.0))
    for _ in range(4000):
        scene.advance(0.01)
        if scene.stale:
            scene.draw()
            seen.append(scene._easel.fine.read()[..., :3].max() if scene._easel.fine is not None else 0)
        wait = scene.refines_in
        if wait is not None:
            time.sleep(wait)
            scene.refine()
            scene.draw()
        if scene.settled:
            break
    assert scene.settled
    assert scene.swarms.shares == (1.0,)
    assert min(seen) > 60  # no picture was ever blank
    scene.draw()
    assert scene._easel.fine is not None
    assert np.array_equal(scene._easel.fine.read()[..., :3], scene.picture(PANE, SIZE)[..., :3])


def test_points_hide_what_lies_behind_them_in_any_order(scene: Scene) -> None:
    # Two particles on one line of sight; a third beside them sets the range of the colours.
    places = np.array([[50, 50, 20], [50, 50, 80], [20, 20, 50]], np.float32)
    velocities = np.array([[0, 0, 900], [10, 0, 0], [0, 500, 0]], np.float32)
    pictures_of = []
    for order in ([0, 1, 2], [1, 2, 0], [2, 1, 0]):
        held = Particles(places[order], BOX, None, velocities[order])
        scene.put_swarm("field", Swarm((held,)))
        scene.set_view(replace(VIEW, particles=ParticleLook("speed", opaque=True, pixels=12.0)))
        scene.set_camera(Orbit.along(2))
        pictures_of.append(scene.picture(PANE, SIZE))
    assert np.array_equal(pictures_of[0], pictures_of[1])
    assert np.array_equal(pictures_of[0], pictures_of[2])
    (middle,), _ = Orbit.along(2).project(np.array([[0.5, 0.5, 0.8]]), *SIZE)
    x, y = int(middle[0]), int(middle[1])
    slow, fast = pictures_of[0][y, x, :3].astype(int), 255
    assert slow.max() < fast  # the near one is slow, and dark in the colours of speed


def test_a_view_of_particles_without_what_colours_them_keeps_its_last_picture(scene: Scene) -> None:
    scene.put_swarm("field", Swarm((particles(500),)))
    scene.finish()
    scene.set_view(replace(VIEW, particles=ParticleLook("speed")))
    for _ in range(20):
        scene.advance(0.01)
    assert not scene.stale
    held = particles(500, velocities=np.ones((500, 3), np.float32))
    scene.put_swarm("field", Swarm((held,)))
    for _ in range(20):
        scene.advance(0.01)
    assert scene.stale
