"""Writes on a picture what the window writes on its views: names, colour bar with units, scale bar, axes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import resources
from app.viewing import as_compared
from backends.data.view import ViewSettings
from backends.errors import MachineError
from widgets.theme import Theme, theme
from widgets.volume.offscreen import Drawn

if TYPE_CHECKING:
    from PyQt6.QtCore import QCoreApplication

    from widgets.views.cell import Cell

FONTS = ("Inter-Regular.otf", "Inter-Medium.otf")
LETTERS_FOR = 900
"""Pixels of a picture's shorter side at which letters have the window's size; larger ones have larger letters."""


@dataclass(frozen=True)
class Caption:
    """What is said of one field: its run's name and, quietly, a detail."""

    label: str
    detail: str = ""


def qt_without_display() -> QCoreApplication:
    """Return Qt's application object, with the fonts; it must live as long as anything is painted."""
    # Qt paints on pictures without a display where it is told so before its first object.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PyQt6.QtGui import QFontDatabase, QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["halograph"])
    for name in FONTS:
        QFontDatabase.addApplicationFont(str(resources.path(f"fonts/{name}")))
    return application


def captioned(
    picture: Drawn,
    captions: Sequence[Caption],
    view: ViewSettings,
    box_size: float,
    mean_density: float | None = None,
) -> NDArray[np.uint8]:
    """Return (height, width, 3) uint8: the picture with captions, needing no display.

    Parameters
    ----------
    captions : one a field
    box_size : Mpc/h
    mean_density : of matter, (Msun/h) / (Mpc/h)³, or None where it is not known
    """
    application = qt_without_display()
    from PyQt6.QtGui import QFont, QImage, QPainter

    from widgets.views.sheet import Sheet
    from widgets.views.sheet_painter import paint
    from widgets.volume.flat import Flat

    height, width = picture.pixels.shape[:2]
    scale = max(1.0, min(width, height) / LETTERS_FOR)
    slots = theme("dark")
    cells = tuple(_cell(i, captions, view, slots) for i in picture.shown)
    sheet = Sheet(
        cells=cells,
        rectangles=tuple(
            (round(x / scale), round(y / scale), round(w / scale), round(h / scale))
            for x, y, w, h in picture.rectangles
        ),
        view=view,
        theme=slots,
        camera=lambda key: (picture.orbit, Flat()),
        box_size=box_size,
        mean_density=mean_density,
        limits=picture.limits,
        signed=picture.signed,
        error=picture.error,
        **picture.swarms,
        drawn=frozenset(cell.key for cell in cells),
        probed=False,
    )
    image = QImage(picture.pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, sheet, QFont("Inter"))
    painter.end()
    del application
    bits = image.constBits()
    if bits is None:
        raise MachineError("the machine has not enough memory to write on this picture; choose a smaller --size")
    written = np.frombuffer(bits.asstring(image.sizeInBytes()), np.uint8)
    return np.ascontiguousarray(written.reshape(height, width, 4)[..., :3])


def _cell(i: int, captions: Sequence[Caption], view: ViewSettings, worn: Theme) -> Cell:
    """Return what is said of a field; where others are held against it, the first one is the reference."""
    from widgets.views.cell import Cell

    first, caption = captions[0], captions[i]
    label, detail = as_compared(caption.label, caption.detail, first.label, view.comparison)
    kind = {"reference": "density", "error": "error"}.get(view.overlay)
    laid = i > 0 and kind is not None
    return Cell(
        key=str(i),
        run=str(i),
        field=i,
        label=label,
        detail=detail,
        colour=worn.runs[(i - 1) % len(worn.runs)] if i else worn.reference,
        comparison=view.comparison,
        reference_field=0,
        against=first.label,
        against_colour=worn.reference,
        overlay=0 if laid else None,
        overlay_kind=kind or "attribution",
        overlay_label=first.label if laid else "",
    )
