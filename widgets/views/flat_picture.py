"""Slices drawn without OpenGL: what is left of the views on a machine that has none."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QBitmap, QImage, QPainter, QRegion

from backends.data.field import Field
from backends.data.periodic import depth_in_box
from backends.data.view import ViewSettings
from widgets.views.cell import Cell
from widgets.views.sheet import Rectangle, Sheet
from widgets.volume import faces, limits, slab, transfer_function
from widgets.volume.camera import Orbit
from widgets.volume.flat import PLANES, Flat
from widgets.volume.pane import FACED
from widgets.volume.scaling import log_ratio, scaled

# Slices and ranges that are remembered: enough for sixteen views and a slider's way back.
KEPT = 96


class FlatPictures:
    """The fields that the grid was given, and slices of them painted by numpy and Qt alone."""

    def __init__(self) -> None:
        self._fields: dict[Hashable, Field] = {}
        self._kept: dict[Hashable, Any] = {}
        self.camera = (Orbit(), Flat())

    def put(self, key: Hashable, field: Field) -> None:
        """Keep a field."""
        self._kept.clear()
        self._fields[key] = field.relative_density()

    def take_over(self, cells: Iterable[Cell], find: Callable[[Hashable | None], Field | None]) -> None:
        """Keep the fields of these cells that are found elsewhere."""
        for key in {key for cell in cells for key in (cell.field, cell.reference_field)}:
            field = find(key)
            if field is not None:
                self.put(key, field)

    def keep_only(self, keys: Iterable[Hashable]) -> None:
        """Forget every field that no cell needs."""
        wanted = set(keys)
        if wanted != set(self._fields):
            self._kept.clear()
        self._fields = {key: field for key, field in self._fields.items() if key in wanted}

    def field(self, key: Hashable | None) -> Field | None:
        """Return the field of that key, or None."""
        return None if key is None else self._fields.get(key)

    def look(self, orbit: Orbit | None, flat: Flat | None) -> None:
        """Look from here."""
        self.camera = (orbit or self.camera[0], flat or self.camera[1])

    def limits(self, cells: tuple[Cell, ...], view: ViewSettings) -> tuple[float, float]:
        """Return the scaled colour range of slices."""
        if view.limits is not None:
            return view.limits
        wanted = [cell.reference_field for cell in cells] + [cell.field for cell in cells]
        found = next((field for key in wanted if (field := self.field(key)) is not None), None)
        if found is None:
            return -1.0, 1.0
        flat = replace(view, mode="slice")
        asked = ("limits", id(found), view.axis, depth_in_box(view), view.scaling)
        limited: tuple[float, float] = self._once(
            asked, lambda: limits.automatic(limits.shown(found, flat), "slice", view.scaling)
        )
        return limited

    def paint(self, painter: QPainter, sheet: Sheet) -> Sheet:
        """Paint the slices, and return the sheet as it is shown: flat."""
        view = replace(sheet.view, mode="slice")
        for cell, place in zip(sheet.cells, sheet.rectangles, strict=True):
            if cell.key in sheet.drawn:
                flat = replace(sheet, view=view)
                self._paint_cell(painter, cell, place, flat)
                if cell.comparison in FACED:
                    painter.save()
                    painter.setClipRegion(_behind(cell, flat, place))
                    back = replace(cell, field=cell.reference_field, comparison="field")
                    self._paint_cell(painter, back, place, flat)
                    painter.restore()
        return replace(sheet, view=view)

    def signed(self, cells: tuple[Cell, ...], view: ViewSettings) -> dict[str, tuple[float, float]]:
        """Return the ranges of the comparisons, one each for all cells."""
        flat = replace(view, mode="slice")
        found = {}
        for comparison in ("difference", "ratio"):
            pairs = [(self.field(c.field), self.field(c.reference_field)) for c in cells if c.comparison == comparison]
            whole = [(a, b) for a, b in pairs if a is not None and b is not None]
            if whole:
                asked = (comparison, *((id(a), id(b)) for a, b in whole), view.axis, depth_in_box(view))
                found[comparison] = self._once(asked, partial(_range, whole, flat, comparison))
        return found

    def _once(self, asked: Hashable, find: Callable[[], Any]) -> Any:
        """Return what was found the last time that this was asked: every painting asks for all of it."""
        if asked not in self._kept:
            while len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[asked] = find()
        return self._kept[asked]

    def _picture(self, cell: Cell, sheet: Sheet) -> QImage:
        field = self._fields[cell.field]
        values = slab.mean(field, sheet.view.axis, depth_in_box(sheet.view)).astype(np.float64)
        table = transfer_function.table(sheet.view_of(cell).transfer)
        low, high = sheet.limits
        reference = self.field(cell.reference_field)
        if cell.marched != "field" and reference is not None:
            other = slab.mean(reference, sheet.view.axis, depth_in_box(sheet.view))
            if other.shape == values.shape:
                ratio = cell.comparison == "ratio"
                values = log_ratio(values, other) if ratio else values - other
            low, high = sheet.signed.get(cell.comparison, (-1.0, 1.0))
            table = transfer_function.colours(transfer_function.DIVERGING)
        else:
            values = scaled(values, sheet.view.scaling)
        return _image((values - low) / (high - low), table)

    def _paint_cell(self, painter: QPainter, cell: Cell, place: Rectangle, sheet: Sheet) -> None:
        view = sheet.view
        asked = (cell.field, cell.reference_field, cell.comparison, view.axis, depth_in_box(view), view.scaling)
        worn = (sheet.view_of(cell).transfer, sheet.limits, sheet.signed.get(cell.comparison))
        image = self._once(("picture", asked, worn), lambda: self._picture(cell, sheet))
        x, y, width, height = place
        flat = self.camera[1]
        left, top = flat.pixel(0.0, 1.0, width, height)
        right, bottom = flat.pixel(1.0, 0.0, width, height)
        box = QRectF(x + left, y + top, right - left, bottom - top)
        painter.save()
        painter.setClipRect(QRectF(*place) & box, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # Where the box is drawn from another corner, its images fill the rest.
        across, along = (view.origin[axis] for axis in PLANES[view.axis])
        for i, j in np.ndindex(1 + (across > 0), 1 + (along > 0)):
            painter.drawImage(box.translated((i - across) * box.width(), (along - j) * box.height()), image)
        painter.restore()


def _range(pairs: list[tuple[Field, Field]], view: ViewSettings, comparison: str) -> tuple[float, float]:
    return limits.fitting_signed((limits.compared(a, b, view, comparison) for a, b in pairs), view, comparison)


def _behind(cell: Cell, sheet: Sheet, place: Rectangle) -> QRegion:
    """Return the pixels of a cell with two faces that show the one behind."""
    x, y, width, height = place
    seen = faces.behind(cell.comparison, sheet.view, (width, height), sheet.turned)
    dark = np.where(seen, 0, 255).astype(np.uint8)  # a bitmap's region is where it is dark
    grey = QImage(dark.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
    return QRegion(QBitmap.fromImage(grey)).translated(x, y)


def _image(place: NDArray[np.float64], table: NDArray[np.float32]) -> QImage:
    """Return a picture of places in [0, 1]: the first axis to the right, the second upwards."""
    index = (np.clip(np.nan_to_num(place), 0.0, 1.0) * (len(table) - 1)).astype(np.int64)
    pixels = np.ascontiguousarray((table[index.T[::-1], :3] * 255 + 0.5).astype(np.uint8))
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
