"""What the ways of drawing show, held against numpy and against spheres whose radius is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.transfer_presets import PRESETS
from backends.data.view import CuttingPlane, Isosurface, TransferFunction, ViewSettings
from widgets.volume import cutting, picking
from widgets.volume.camera import FIT, Orbit
from widgets.volume.pane import Pane
from widgets.volume.scaling import scaled
from widgets.volume.scene import Scene

N = 32
PANE = Pane("a", (0, 0, 64, 64), "field")
FACE_ON = replace(Orbit.along(2), zoom=FIT)


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene((64, 64)) as made:
        made.show([PANE])
        yield made


@pytest.fixture(scope="module")
def field() -> Field:
    return lognormal_box(N)


def measured(scene: Scene, field: Field, view: ViewSettings, orbit: Orbit, side: int = N) -> NDArray[np.float64]:
    scene.put("field", field)
    scene.set_view(view)
    scene.set_camera(orbit)
    return scene.measured(PANE, (side, side)).astype(np.float64)


def picture(scene: Scene, field: Field, view: ViewSettings, step: float = 1.0) -> NDArray[np.int64]:
    scene.put("field", field)
    scene.set_view(view)
    return scene.picture(PANE, (96, 96), step)[..., :3].astype(np.int64)


# Columns


@pytest.mark.parametrize("clip", [((0.0, 1.0),) * 3, ((0.0, 1.0), (0.0, 1.0), (0.25, 0.75))])
def test_a_projected_mass_is_numpys_sum(scene: Scene, field: Field, clip: tuple[tuple[float, float], ...]) -> None:
    shown = measured(scene, field, ViewSettings(mode="column", column_unit="mass", clip=clip), FACE_ON)
    first, last = round(clip[2][0] * N), round(clip[2][1] * N)
    depth = clip[2][1] - clip[2][0]
    expected = field.values[:, :, first:last].sum(axis=2, dtype=np.float64) / N / depth
    np.testing.assert_allclose(shown, expected.T[::-1], rtol=1e-3)


def test_a_turned_uniform_box_has_one_column_over_its_mean_and_more_mass_where_it_is_thicker(scene: Scene) -> None:
    uniform = Field(np.ones((N, N, N), np.float32), 100.0)
    orbit = Orbit(40.0, 30.0, field_of_view=0.0)
    over_mean = measured(scene, uniform, ViewSettings(mode="column"), orbit)
    mass = measured(scene, uniform, ViewSettings(mode="column", column_unit="mass"), orbit)
    middle = N // 2
    assert over_mean[middle, middle] == pytest.approx(1.0, abs=1e-4)
    # Through the middle of a box a ray is as long as the side over its steepest direction cosine.
    assert mass[middle, middle] == pytest.approx(1.0 / np.abs(orbit.axes[2]).max(), rel=1e-3)


@pytest.mark.parametrize("clip", [((0.0, 1.0),) * 3, ((0.0, 1.0), (0.0, 1.0), (0.45, 0.55))])
@pytest.mark.parametrize("comparison", ["field", "difference", "ratio"])
def test_compared_short_rays_count_for_as_much_as_they_are_long(
    scene: Scene, clip: tuple[tuple[float, float], ...], comparison: str
) -> None:
    """Half of the kept part's depth is enough, so that a thin part seen from its front is not touched by it."""
    values = np.ones((N, N, N), np.float32)
    pane = replace(PANE, comparison=comparison, reference=None if comparison == "field" else "even")
    unit = "mass" if comparison == "ratio" else "mean"  # a ratio of masses is one of means
    scene.show([pane])
    scene.put("field", Field(3.0 * values, 100.0))
    scene.put("even", Field(values, 100.0))
    scene.set_view(ViewSettings(mode="column", clip=clip, column_unit=unit))
    for orbit in (Orbit(45.0, 60.0, field_of_view=0.0), FACE_ON):
        scene.set_camera(orbit)
        shown = scene.measured(pane, (N, N)).astype(np.float64)
        short = 0
        for row, column in np.ndindex(N, N):
            met = picking.crossing(*orbit.ray(column + 0.5, row + 0.5, N, N), clip)
            if met is not None and met[1] - met[0] > 1e-3:
                share = min((met[1] - met[0]) / (0.5 * (clip[2][1] - clip[2][0])), 1.0)
                expected = {"field": 3.0, "difference": 2.0 * share, "ratio": share * np.log10(3.0)}[comparison]
                assert shown[row, column] == pytest.approx(expected, abs=2e-3)
                short += share < 0.95
        assert (short > 10) == (orbit is not FACE_ON)


def test_a_thin_part_is_as_bright_from_its_front_as_the_whole(scene: Scene) -> None:
    even, seen = Field(np.full((N, N, N), 2.0, np.float32), 100.0), []
    for z in ((0.0, 1.0), (0.45, 0.55)):
        view = ViewSettings(mode="column", limits=(0.0, 0.5), clip=((0.0, 1.0), (0.0, 1.0), z))
        scene.put("field", even)
        scene.set_view(view)
        scene.set_camera(FACE_ON)
        seen.append(scene.picture(PANE, (96, 96))[40:56, 40:56, :3].astype(int))
    assert seen[0].mean() > 50
    assert np.abs(seen[0] - seen[1]).max() <= 1


@pytest.mark.parametrize("unit", ["mean", "mass"])
def test_columns_of_a_nearly_uniform_field_keep_within_the_colours(scene: Scene, unit: str) -> None:
    values = 1.0 + 0.02 * np.random.default_rng(1).standard_normal((N, N, N))
    shown = picture(scene, Field(values.astype(np.float32), 100.0), ViewSettings(mode="column", column_unit=unit))
    inside = shown[30:66, 30:66].sum(axis=2)
    brightest = picture(scene, Field(values.astype(np.float32), 100.0), ViewSettings(limits=(-9.0, -8.0)))
    assert (inside >= brightest[48, 48].sum() - 6).mean() < 0.05
    assert inside.std() > 5


# Maxima


def test_an_attenuated_maximum_is_numpys(scene: Scene, field: Field) -> None:
    view = ViewSettings(mode="mip", attenuation=5.0, limits=(-1.0, 2.0))
    pane = replace(PANE, comparison="difference", reference="other")
    scene.show([pane])
    other = Field(np.zeros((N, N, N), np.float32), field.box_size)
    scene.put("field", field)
    scene.put("other", other)
    scene.set_view(view)
    scene.set_camera(FACE_ON)
    # Against nothing a difference is the value of the voxel that is seen.
    shown = scene.measured(pane, (N, N)).astype(np.float64)
    along = field.values[:, :, ::-1].astype(np.float64)  # the viewer is above
    bright = np.clip((scaled(along, "log") + 1.0) / 3.0, 0.0, 1.0)
    before = np.concatenate([np.zeros((N, N, 1)), np.cumsum(bright, axis=2)[:, :, :-1]], axis=2) / N
    seen = np.argmax(bright * np.exp(-5.0 * before), axis=2)
    expected = np.take_along_axis(along, seen[..., None], axis=2)[..., 0]
    agree = np.isclose(shown, expected.T[::-1], rtol=1e-3)
    assert agree.mean() > 0.99  # two voxels may be as bright as each other
    assert (np.abs(expected - along.max(axis=2)) > 1e-6).mean() > 0.1


def test_attenuation_dims_and_without_it_nothing_changes(scene: Scene, field: Field) -> None:
    view = ViewSettings(mode="mip")
    plain = picture(scene, field, view)
    dimmed = picture(scene, field, replace(view, attenuation=8.0))
    assert dimmed.sum() < 0.98 * plain.sum()
    assert (dimmed.sum(axis=2) <= plain.sum(axis=2) + 6).mean() > 0.99


# Light


def test_light_is_the_same_at_any_step(scene: Scene) -> None:
    smooth = lognormal_box(N, smoothing=2.0)
    for opacity in (0.1, 2.0):
        view = ViewSettings(mode="dvr", opacity=opacity, light=1.0)
        means = [picture(scene, smooth, view, step).mean() for step in (0.25, 0.5, 1.0, 2.0)]
        assert max(means) - min(means) <= 1.0


def test_a_ball_is_brighter_towards_the_lamp(scene: Scene) -> None:
    x = (np.arange(N) + 0.5) / N - 0.5
    squared = x[:, None, None] ** 2 + x[None, :, None] ** 2 + x[None, None, :] ** 2
    ball = Field((1e3 * np.exp(-squared / 0.02)).astype(np.float32), 100.0)
    transfer = TransferFunction("gray", ((0.0, 0.0), (0.5, 0.0), (0.6, 1.0), (1.0, 1.0)), ((0.0, 0.5), (1.0, 0.5)))
    view = ViewSettings(mode="dvr", opacity=5.0, limits=(-2.0, 3.0), transfer=transfer, light=0.0)
    flat, lit = picture(scene, ball, view).mean(axis=2), picture(scene, ball, replace(view, light=1.0)).mean(axis=2)
    apart = lit - flat
    # The lamp is above the viewer's left shoulder.
    assert apart[34:46, 34:46].mean() > apart[50:62, 50:62].mean() + 20


# Surfaces


CENTRE = np.array([0.5, 0.47, 0.55])


def ball() -> Field:
    """A field that falls as exp(-8 r) about the centre and is 10 there."""
    x = (np.arange(N) + 0.5) / N
    grid = np.stack(np.meshgrid(x, x, x, indexing="ij"), axis=-1) - CENTRE
    return Field((10.0 * np.exp(-8.0 * np.linalg.norm(grid, axis=-1))).astype(np.float32), 100.0)


@pytest.mark.parametrize("inner", [0.12, 0.2])
def test_nested_surfaces_are_where_the_spheres_are(scene: Scene, inner: float) -> None:
    """Through faint shells the distance is that of the one which hides what is behind it."""
    radii = (inner, 0.3, 0.36, 0.4)
    levels = [10.0 * float(np.exp(-8.0 * radius)) for radius in radii]
    surfaces = tuple(Isosurface(level, 1.0 if i == 0 else 0.05) for i, level in enumerate(levels))
    orbit = Orbit()
    shown = measured(scene, ball(), ViewSettings(mode="iso", isosurfaces=surfaces), orbit, 48)
    apart = []
    for row in range(48):
        for column in range(48):
            origin, direction = orbit.ray(column + 0.5, row + 0.5, 48, 48)
            nearest = float(np.linalg.norm(np.cross(CENTRE - origin, direction)))
            if nearest < inner - 1.0 / N:
                point = origin + shown[row, column] * direction
                apart.append(abs(float(np.linalg.norm(point - CENTRE)) - inner))
    assert len(apart) > 4
    assert max(apart) < 0.5 / N


@pytest.mark.parametrize("radius", [0.12, 0.24, 0.36])
def test_every_one_of_several_surfaces_is_where_its_sphere_is(scene: Scene, radius: float) -> None:
    """The others, just as opaque, lie within it."""
    radii = [r for r in (0.12, 0.18, 0.24, 0.36) if r <= radius]
    surfaces = tuple(Isosurface(10.0 * float(np.exp(-8.0 * r)), 1.0, "#56b4e9") for r in radii)
    shown = measured(scene, ball(), ViewSettings(mode="iso", isosurfaces=surfaces), Orbit(), 48)
    origin, direction = Orbit().ray(24.5, 24.5, 48, 48)
    point = origin + shown[24, 24] * direction
    assert abs(float(np.linalg.norm(point - CENTRE)) - radius) < 0.5 / N


def test_a_faint_shell_lets_the_inner_surface_be_seen(scene: Scene) -> None:
    inner = Isosurface(10.0 * float(np.exp(-8.0 * 0.15)), 1.0, "#ff0000")
    outer = Isosurface(10.0 * float(np.exp(-8.0 * 0.35)), 1.0, "#0000ff")
    colours = []
    for opacity in (1.0, 0.3):
        view = ViewSettings(mode="iso", isosurfaces=(inner, replace(outer, opacity=opacity)))
        colours.append(picture(scene, ball(), view)[48, 48])
    assert colours[0][2] > 2 * colours[0][0]
    assert colours[1][0] > colours[1][2]


# The cutting plane


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("highest", [False, True])
def test_a_plane_across_an_axis_is_numpys_slab(scene: Scene, field: Field, axis: int, highest: bool) -> None:
    azimuth, elevation = ((0.0, 0.0), (90.0, 0.0), (0.0, 90.0))[axis]
    plane = CuttingPlane(azimuth, elevation, position=0.125, thickness=0.25, highest=highest)
    orbit = replace(Orbit.along(axis), zoom=FIT)
    shown = measured(scene, field, ViewSettings(mode="plane", plane=plane), orbit)
    cells = [slice(None)] * 3
    cells[axis] = slice(N // 2, 3 * N // 4)
    slab = field.values[tuple(cells)]
    expected = slab.max(axis=axis) if highest else slab.mean(axis=axis, dtype=np.float64)
    np.testing.assert_allclose(shown, expected.T[::-1], rtol=1e-3)


def test_a_tilted_plane_shows_what_lies_on_it(scene: Scene) -> None:
    smooth = lognormal_box(N, smoothing=2.0)
    plane = CuttingPlane(35.0, 50.0, 0.1, thickness=0.0)
    orbit = Orbit(20.0, 60.0)
    shown = measured(scene, smooth, ViewSettings(mode="plane", plane=plane), orbit, 48)
    apart = []
    for row in range(4, 44, 4):
        for column in range(4, 44, 4):
            met = cutting.met(plane, *orbit.ray(column + 0.5, row + 0.5, 48, 48))
            if met is not None:
                assert (met - 0.5) @ cutting.normal(plane) == pytest.approx(0.1)
                expected = picking.interpolated(smooth, met[None])[0]
                apart.append(abs(shown[row, column] / expected - 1.0))
    assert len(apart) > 20
    assert max(apart) < 0.01


def test_the_outline_of_a_plane_lies_on_it_and_on_the_walls() -> None:
    plane = CuttingPlane(35.0, 50.0, 0.1)
    clip = ((0.0, 1.0), (0.2, 1.0), (0.0, 0.9))
    corners = cutting.outline(plane, clip)
    assert 3 <= len(corners) <= 6
    np.testing.assert_allclose((corners - 0.5) @ cutting.normal(plane), 0.1, atol=1e-12)
    low, high = np.asarray(clip).T
    assert ((corners >= low - 1e-12) & (corners <= high + 1e-12)).all()
    assert (np.isclose(corners, low) | np.isclose(corners, high)).any(axis=1).all()
    assert len(cutting.outline(replace(plane, position=0.9), clip)) == 0


# Precision and uploads


def in_precision(half: bool, field: Field, view: ViewSettings) -> NDArray[np.float64]:
    with window_scene((64, 64), half=half) as scene:
        scene.show([PANE])
        return measured(scene, field, view, Orbit(), 64)


@pytest.mark.parametrize("mode", ["mip", "plane"])
def test_half_precision_is_off_by_half_a_per_cent_at_most(qapp: QApplication, field: Field, mode: str) -> None:
    view = ViewSettings(mode=mode, plane=CuttingPlane(30.0, 40.0, thickness=0.1))
    half, single = (in_precision(wanted, field, view) for wanted in (True, False))
    np.testing.assert_allclose(half, single, rtol=5e-3, atol=1e-6)
    assert np.abs(half - single).max() > 0.0


def test_columns_are_sums_of_single_precision_whatever_was_seen_before(qapp: QApplication, field: Field) -> None:
    column = ViewSettings(mode="column")
    single = in_precision(False, field, column)
    with window_scene((64, 64), half=True) as scene:
        scene.show([PANE])
        measured(scene, field, replace(column, mode="mip"), Orbit(), 64)
        assert scene.library.volume_uploads == 1
        np.testing.assert_array_equal(measured(scene, field, column, Orbit(), 64), single)
        measured(scene, field, replace(column, mode="mip"), Orbit(), 64)
        assert scene.library.volume_uploads == 2


def test_an_edit_of_the_transfer_function_uploads_look_up_tables_alone(scene: Scene, field: Field) -> None:
    view = ViewSettings(mode="dvr")
    before = picture(scene, field, view)
    volumes, tables = scene.library.volume_uploads, scene._painter.table_uploads
    for number, name in enumerate(("filaments", "halos", "voids"), 1):
        edited = replace(view, transfer=PRESETS[name].of(view.transfer))
        assert np.abs(picture(scene, field, edited) - before).max() > 10
        assert scene.library.volume_uploads == volumes == 1
        # Its colours and opacity, and which values are seen at all: that lets rays jump over the others.
        assert scene._painter.table_uploads == tables + 2 * number
    picture(scene, field, replace(view, light=0.1, opacity=2.0))
    assert scene._painter.table_uploads == tables + 6


@pytest.mark.parametrize(
    "view",
    [
        ViewSettings(mode="column"),
        ViewSettings(mode="column", column_unit="mass"),
        ViewSettings(mode="mip"),
        ViewSettings(mode="mip", attenuation=5.0),
        ViewSettings(mode="plane", plane=CuttingPlane(30.0, 40.0, thickness=0.1)),
        ViewSettings(mode="plane", plane=CuttingPlane(30.0, 40.0, thickness=0.1, highest=True)),
    ],
    ids=lambda view: f"{view.mode}-{view.column_unit}-{view.attenuation:g}-{view.plane.highest}",
)
@pytest.mark.parametrize("comparison", ["difference", "ratio"])
def test_nothing_is_off_between_a_field_and_itself(
    scene: Scene, field: Field, view: ViewSettings, comparison: str
) -> None:
    other = lognormal_box(N, smoothing=1.0)
    pane = replace(PANE, comparison=comparison, reference="reference")
    scene.show([pane])
    scene.set_view(view)
    off = []
    for reference in (field, other):
        scene.put("field", field)
        scene.put("reference", reference)
        shown = scene.measured(pane, (48, 48))
        off.append(np.abs(shown[18:30, 18:30]).max())
    assert off[0] == 0.0
    assert off[1] > 0.01
