"""The grid of views as one value: enough to draw it again, at any size, in another process."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QColor, QFont, QImage, QPainter

from backends.data.field import Field
from widgets.theme import Theme
from widgets.views import sheet_painter
from widgets.views.cell import Cell
from widgets.views.graphics import rgb
from widgets.views.sheet import Rectangle, Sheet
from widgets.volume import averaging, pictures
from widgets.volume.arrangement import rectangles, rows_and_columns
from widgets.volume.blend import parts
from widgets.volume.camera import Orbit
from widgets.volume.camera_path import Kept
from widgets.volume.flat import Flat
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene
from widgets.volume.swarm import Pair, Swarm

Size = tuple[int, int]


class Cameras(dict[str, tuple[Orbit, Flat]]):
    """Where each cell is looked at from, by its key; called as a sheet calls its camera."""

    __call__ = dict.__getitem__

    def along(self, path: Callable[[float], Orbit], share: float) -> Cameras:
        """Return these cameras with all volumes seen from where a path leads after this share of it."""
        return Cameras({key: (path(share), flat) for key, (_, flat) in self.items()})


@dataclass(frozen=True)
class Moment:
    """What a movie shows at one time.

    cells : as of a sheet
    redshifts : one per cell, None where it is not known
    kept : the part of the box that is drawn, or None for that of the shot
    """

    cells: tuple[Cell, ...]
    redshifts: tuple[float | None, ...]
    kept: Kept | None = None


@dataclass(frozen=True, eq=False)
class Shot:
    """What the views show, and from where.

    sheet : the marks, whose ``camera`` is a :class:`Cameras`
    size : logical pixels of the grid in the window: marks keep their proportions to it
    fields, overlays, swarms : by the keys that the cells name
    """

    sheet: Sheet
    size: Size
    fields: Mapping[Hashable, Field]
    overlays: Mapping[Hashable, Field] = field(default_factory=dict)
    swarms: Mapping[Hashable, Swarm | Pair] = field(default_factory=dict)

    def at(self, moment: Moment | None) -> Shot:
        """Return the same arrays as they are seen at another time."""
        if moment is None:
            return self
        view = self.sheet.view
        if moment.kept is not None:
            view = replace(view, origin=moment.kept.origin, clip=moment.kept.clip)
        return replace(self, sheet=replace(self.sheet, cells=moment.cells, redshifts=moment.redshifts, view=view))

    @property
    def cameras(self) -> Cameras:
        """Where each cell is looked at from."""
        assert isinstance(self.sheet.camera, Cameras)
        return self.sheet.camera


def shot_of(scene: Scene, sheet: Sheet, size: Size) -> Shot:
    """Return what a scene shows, seen as a sheet says, as a value that can be drawn elsewhere."""
    cells, library = sheet.cells, scene.library
    fields = {key: library.get(key) for cell in cells for shown in cell.drawn for key in parts(shown)}
    overlays = {cell.overlay: library.get(cell.overlay) for cell in cells if cell.overlay_kind == "attribution"}
    densities = [cell.overlay for cell in cells if cell.overlay_kind != "attribution"]
    fields |= {key: library.get(key) for laid in densities for key in parts(laid)}
    # A scale of colours that was found for what is seen holds for all frames, or nothing could be seen to grow.
    view = replace(sheet.view, limits=sheet.limits if sheet.view.limits is None else sheet.view.limits)
    names = [cell.field for cell in cells] if scene.swarms.active else []
    clouds = {key: cloud for key in names if (cloud := scene.swarms.library.get(key)) is not None}
    return Shot(
        replace(sheet, view=view, camera=Cameras({cell.key: sheet.camera(cell.key) for cell in cells})),
        size,
        {key: held for key, held in fields.items() if held is not None},
        {key: held for key, held in overlays.items() if held is not None},
        {key: cloud.given for key, cloud in clouds.items()},
    )


def ranges(scene: Scene, cells: tuple[Cell, ...]) -> dict[str, Any]:
    """Return what a sheet says of a scene's colours, by the names of a sheet's fields."""
    look = scene.look
    said = scene.swarms if scene.swarms.active else scene.library
    notes = {cell.key: note for cell in cells if (note := said.note(cell.field))}
    ranges = {"limits": look.limits, "own": look.own, "signed": look.signed, "error": look.error, "notes": notes}
    return ranges | scene.swarms.legend(scene.panes)


def pane_of(cell: Cell, rectangle: Rectangle) -> Pane:
    """Return what the scene draws of a cell."""
    shown = cell.field if cell.state == "ready" else None
    reference, kind = cell.reference_field, cell.overlay_kind
    return Pane(cell.key, rectangle, shown, cell.comparison, reference, cell.overlay, kind, series=cell.series)


def staged(scene: Scene, shot: Shot, transparent: bool = False) -> None:
    """Give a scene all that the shot needs; where nothing is drawn it may be transparent."""
    sheet = shot.sheet
    scene.set_colours(rgb(sheet.theme.ground), (0.0,) * 4 if transparent else rgb(sheet.theme.field_background))
    places = rectangles(len(sheet.cells), *shot.size)
    scene.show([pane_of(cell, place) for cell, place in zip(sheet.cells, places, strict=True)])
    for key, value in shot.fields.items():
        scene.put(key, value)
    for key, value in shot.overlays.items():
        scene.put(key, value, overlay=True)
    for key, swarm in shot.swarms.items():
        scene.put_swarm(key, swarm)
    scene.swarms.held = sheet.values if shot.swarms else None  # as with limits: one scale for all frames
    scene.set_view(sheet.view)
    scene.turned = sheet.turned


def taken(
    scene: Scene,
    shot: Shot,
    size: Size,
    cameras: Cameras | None = None,
    transparent: bool = False,
    told: pictures.Told = pictures.untold,
    turns: int = averaging.KEPT,
) -> NDArray[np.uint8]:
    """Return the picture of a staged shot: (height, width, 4) uint8, top row first.

    Parameters
    ----------
    size : (width, height), pixels
    cameras : from where, where not from the shot's own
    transparent : whether there is nothing where nothing is drawn
    told : hears which share is drawn, and may raise to stop
    turns : pictures whose mean a volume's is
    """
    scene.set_view(shot.sheet.view)  # of a moment of the staged shot
    width, height = size
    form = QImage.Format.Format_RGBA8888_Premultiplied
    image = QImage(width, height, form)
    image.fill(QColor(0, 0, 0, 0) if transparent else QColor(shot.sheet.theme.ground))
    cells, cameras = shot.sheet.cells, cameras or shot.cameras
    scale, places = laid_out(size, shot.size, len(cells))
    painter = QPainter(image)
    for number, (cell, (x, y, across, along)) in enumerate(zip(cells, places, strict=True)):
        left, top = round(x * scale), round(y * scale)
        part = (max(round((x + across) * scale) - left, 1), max(round((y + along) * scale) - top, 1))
        if cell.key in shot.sheet.drawn:
            scene.set_camera(*cameras(cell.key), key=cell.key)
            pane, so_far = pane_of(cell, (left, top, *part)), pictures.share_of(told, number, len(cells))
            pixels = np.ascontiguousarray(scene.picture(pane, part, turns=turns, told=so_far))
            opaque = form if transparent else QImage.Format.Format_RGBX8888
            painter.drawImage(left, top, QImage(pixels.tobytes(), *part, 4 * part[0], opaque))
        told((number + 1) / len(cells))
    painter.scale(scale, scale)
    marked = replace(shot.sheet, probed=False, clear=transparent)
    seen = replace(marked, rectangles=places, camera=cameras, **ranges(scene, cells))
    sheet_painter.paint(painter, seen, QFont("Inter"))
    painter.end()
    if transparent:
        image.convertTo(QImage.Format.Format_RGBA8888)
    bits = image.constBits()
    assert bits is not None
    return np.frombuffer(bits.asstring(image.sizeInBytes()), np.uint8).reshape(height, width, 4)


def laid_out(size: Size, window: Size, count: int) -> tuple[float, tuple[Rectangle, ...]]:
    """Return how much larger than in the window marks are in a picture of this size, and where its views lie.

    Marks keep their proportions to the views: a picture of another shape has other columns and rows of them.
    """
    rows, columns = rows_and_columns(max(count, 1), *size)
    usual_rows, usual_columns = rows_and_columns(max(count, 1), *window)
    across = size[0] / columns * usual_columns / max(window[0], 1)
    along = size[1] / rows * usual_rows / max(window[1], 1)
    scale = max(min(across, along), 0.25)
    return scale, rectangles(count, round(size[0] / scale), round(size[1] / scale))


def blank(size: Size, window: Size, theme: Theme, count: int, paint: Callable[..., None]) -> QImage:
    """Return a picture with marks alone, of so many views, painted by ``paint(painter, rectangles)``."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.ground))
    scale, places = laid_out(size, window, count)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, places)
    painter.end()
    return image
