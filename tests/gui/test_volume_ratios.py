"""Ratios within a volume: seen where there is matter, and as opaque as the closed form says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.view import ViewSettings
from widgets.volume import limits, transfer_function
from widgets.volume.camera import FIT, Orbit
from widgets.volume.pane import Pane
from widgets.volume.scaling import RATIO_HALF_SEEN

N = 32
SIZE = (N, N)
PANE = Pane("a", (0, 0, *SIZE), "run", "ratio", "reference")
FACE_ON = replace(Orbit.along(2), zoom=FIT)
# Emptier and emptier to the left, and towards the top further and further off; alike along every ray.
DENSER = 10.0 ** np.linspace(-1.5, 2.0, N)[:, None]
FACTOR = 10.0 ** np.linspace(-1.0, 1.0, N)[None, :]
VIEW = ViewSettings(mode="dvr", light=0.0, opacity=0.02)


def field(values: NDArray[np.float64]) -> Field:
    """Return a field in units of the mean, which it would otherwise be brought to."""
    return Field(np.repeat(values[..., None], N, axis=2).astype(np.float32), 100.0, "relative_density")


RUN, REFERENCE = field(DENSER * np.minimum(FACTOR, 1.0)), field(DENSER / np.maximum(FACTOR, 1.0))


@pytest.mark.parametrize("step", [0.25, 1.0, 3.0])
@pytest.mark.parametrize("skips", [True, False])
def test_opacity_follows_the_denser_field_at_any_step(qapp: QApplication, step: float, skips: bool) -> None:
    with window_scene(SIZE, half=False) as scene:
        scene.show([PANE])
        scene.put("run", RUN)
        scene.put("reference", REFERENCE)
        scene.set_view(VIEW)
        scene.set_camera(FACE_ON)
        scene.set_colours((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        scene.finish()
        scene.look = replace(scene.look, skips=skips)
        seen = scene.picture(PANE, SIZE, step, turns=1)[::-1, :, :3].swapaxes(0, 1) / 255.0
        reach = scene.look.signed["ratio"][1]
    place = np.clip((np.log10(np.maximum(RUN.values, 0.01) / np.maximum(REFERENCE.values, 0.01)) / reach + 1) / 2, 0, 1)
    table = transfer_function.diverging(VIEW.transfer)[np.rint(place[..., 0] * 1023).astype(int)]
    rise = np.clip(np.log10(DENSER) / np.log10(20.0), 0.0, 1.0)
    hides = 1.0 - np.exp(-table[..., 3] * rise * rise * (3.0 - 2.0 * rise) * VIEW.opacity * 100.0)
    inner = np.s_[1:-1, 1:-1]  # the box is periodic, and what is beside its walls is another thing
    np.testing.assert_allclose(seen[inner], (table[..., :3] * hides[..., None])[inner], atol=2.5 / 255)
    assert seen[-4:-1, [2, -3]].max(axis=-1).min() > 0.3
    assert seen[inner][DENSER[1:-1, 0] <= 1.0].max() == 0.0  # however far off a void is


def reach_of(run: NDArray[np.float64], reference: NDArray[np.float64]) -> float:
    one, other = (Field(values.astype(np.float32), 100.0, "relative_density") for values in (run, reference))
    return limits.ranges([limits.Shown(one, "ratio", other)], VIEW).signed["ratio"][1]


def test_colours_are_those_of_what_is_seen() -> None:
    """Voids are off by far more than what is dense, and decide about no colour; a young universe has its densest."""
    rng = np.random.default_rng(3)
    dense, noise = rng.random((N, N, N)) < 0.05, 10.0 ** rng.uniform(-1, 1, (N, N, N))
    assert reach_of(np.where(dense, 50.0, 0.1 * noise), np.where(dense, 40.0, 0.1)) == pytest.approx(
        np.log10(5 / 4), rel=0.01
    )
    young = 1.0 + 0.1 * rng.normal(size=(N, N, N))
    assert young.max() < RATIO_HALF_SEEN
    assert reach_of(1.2 * young, young) == pytest.approx(np.log10(1.2), rel=0.01)
