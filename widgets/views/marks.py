"""Chips, frames, scale bars, colour bars and states of the cells, drawn crisply over the fields."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTextOption

from backends.data.place_words import length
from widgets.views import legends
from widgets.views.cell import Cell
from widgets.views.sheet import Rectangle, Sheet
from widgets.volume import transfer_function

MARGIN = 10.0
TWO_BARS = 230
LIGHT = QColor("#f2f5f8")
QUIET = QColor("#aab5c0")
PLATE = QColor(10, 14, 19, 185)


def font(base: QFont, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the window's font at a size."""
    sized = QFont(base)
    sized.setPixelSize(pixels)
    sized.setWeight(weight)
    return sized


def plate(painter: QPainter, rectangle: QRectF) -> None:
    """Darken the picture behind words, in either theme: fields are dark in both."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(rectangle, 5.0, 5.0)


def _chip_words(cell: Cell, width: int, note: str, base: QFont) -> tuple[str, str, float]:
    """Return the name and the quiet words beside it as there is room for, and how wide the name is."""
    names = QFontMetricsF(font(base, 13, QFont.Weight.Medium))
    details = QFontMetricsF(font(base, 11))
    room = width - 2 * MARGIN - 36
    name = _name(cell, names, max(room, 20))
    left = room - names.horizontalAdvance(name) - 8
    # A number cut in two says something false: the note is there whole, as its last words, or not at all.
    ending = "".join(cell.detail.rpartition(" to ")[1:]).strip()
    parts = cell.detail.split(" · ")
    lasts = (" · ".join(parts[place:]) for place in range(len(parts)))
    details_said = (*lasts, ending, cell.detail.partition(" from ")[0])
    wordings = [" · ".join(part for part in (said, note) if part) for said in details_said]
    detail = next((said for said in wordings if details.horizontalAdvance(said) <= left), "")
    return name, detail, names.horizontalAdvance(name)


def _name(cell: Cell, metrics: QFontMetricsF, room: float) -> str:
    """Return a cell's name as there is room for it."""
    names = (cell.label, *cell.briefer)
    name = next((said for said in names if metrics.horizontalAdvance(said) <= room), names[-1])
    # from the middle, because names of runs begin alike and differ at the end
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)


def chip_box(cell: Cell, rectangle: Rectangle, note: str, base: QFont) -> QRectF:
    """Return where a cell's chip is."""
    x, y, width, _ = rectangle
    _, detail, long = _chip_words(cell, width, note, base)
    details = QFontMetricsF(font(base, 11))
    return QRectF(x + MARGIN, y + 8, 36 + long + (8 + details.horizontalAdvance(detail) if detail else 0), 24)


def chip(painter: QPainter, cell: Cell, rectangle: Rectangle, note: str, base: QFont) -> None:
    """Draw the run's colour and name, and quietly what there is to say about it."""
    name, detail, long = _chip_words(cell, rectangle[2], note, base)
    box = chip_box(cell, rectangle, note, base)
    plate(painter, box)
    painter.setBrush(QColor(cell.colour))
    painter.drawRoundedRect(QRectF(box.left() + 9, box.center().y() - 5, 10, 10), 2.5, 2.5)
    painter.setPen(LIGHT)
    painter.setFont(font(base, 13, QFont.Weight.Medium))
    line = QRectF(box.left() + 27, box.top(), box.width(), box.height())
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
    if detail:
        painter.setPen(QUIET)
        painter.setFont(font(base, 11))
        painter.drawText(line.translated(long + 8, 0.5), Qt.AlignmentFlag.AlignVCenter, detail)


def frame(painter: QPainter, rectangle: Rectangle, colour: str, selected: bool) -> None:
    """Frame a cell in its run's colour: fully where it is selected, finely where it is hovered."""
    width = 2.0 if selected else 1.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    )
    painter.drawRect(QRectF(*rectangle).adjusted(width / 2, width / 2, -width / 2, -width / 2))


def scale_bar(painter: QPainter, sheet: Sheet, index: int, base: QFont, *, shared: bool) -> None:
    """Draw a bar of a round length, and say how long it is; in a narrow cell above the colour bar it shares it with."""
    x, y, width, height = sheet.rectangles[index]
    orbit, flat = sheet.camera(sheet.cells[index].key)
    flat_mode = sheet.view.mode == "slice"
    across = (flat if flat_mode else orbit).extent(width, height)[0]
    pixels_per_length = width / across / sheet.box_of(index)
    long = legends.round_length(min(110.0, 0.35 * width) / pixels_per_length)
    small = font(base, 11)
    metrics = QFontMetricsF(small)
    where = "" if flat_mode or orbit.parallel else " at the centre"
    when = "" if sheet.redshift is None else f"  ·  {legends.redshift(sheet.redshift)}"
    wordings = [length(long) + more for more in (where + when, when, "")]
    room = width - 2 * MARGIN - 16
    words = next((said for said in wordings if metrics.horizontalAdvance(said) <= room), wordings[-1])
    wide = max(long * pixels_per_length, metrics.horizontalAdvance(words))
    bars = 0 if not shared or width >= 380 else 1 + _both(sheet.cells[index], height)
    bottom = y + height - MARGIN - 51 * bars
    plate(painter, QRectF(x + MARGIN, bottom - 30, wide + 16, 30))
    painter.fillRect(QRectF(x + MARGIN + 8, bottom - 23, long * pixels_per_length, 2.5), LIGHT)
    painter.setPen(LIGHT)
    painter.setFont(small)
    painter.drawText(QPointF(x + MARGIN + 8, bottom - 7), words)


def colour_bars(painter: QPainter, sheet: Sheet, index: int, base: QFont) -> None:
    """Draw what the colours of a cell mean: its field's, and above them its overlay's."""
    cell = sheet.cells[index]
    view = sheet.view_of(cell)
    if cell.marched == "field":
        colour_map = view.transfer.colour_map if cell.overlay is None else transfer_function.UNDER
        table, limits = transfer_function.table(view.transfer, colour_map), sheet.limits_of(cell)
        title = legends.quantity(view, sheet.box_of(index), sheet.mean_density)
    else:
        table, limits = (
            transfer_function.signed(view.mode),
            sheet.signed.get(cell.comparison, (-1.0, 1.0)),
        )
        title = legends.signed_quantity(view, cell.comparison, sheet.mean_density)
    unit = legends.column_unit(view, sheet.box_of(index), sheet.mean_density)
    ends = legends.ends(limits, view.scaling, cell.marched, unit)
    beneath = _both(cell, sheet.rectangles[index][3])
    if cell.overlay is None or beneath:
        colour_bar(painter, sheet.rectangles[index], table, title, ends, base, 0)
    if cell.overlay is not None:
        over = transfer_function.colours(view.overlay_map)
        told = (sheet.limits_of(cell), sheet.error, unit, sheet.mean_density)
        title, ends = legends.overlaid(view, cell.overlay_kind, cell.overlay_label, *told)
        colour_bar(painter, sheet.rectangles[index], over, title, ends, base, int(beneath))


def _both(cell: Cell, height: int) -> bool:
    """Whether a cell with an overlay has room for two colour bars; a lower one shows the overlay's alone."""
    return cell.overlay is not None and height >= TWO_BARS


def colour_bar(
    painter: QPainter,
    rectangle: Rectangle,
    table: NDArray[np.float32],
    title: str,
    ends: tuple[str, str],
    base: QFont,
    level: int,
) -> None:
    """Draw a colour table with its title and the numbers at its ends; a higher level stands above."""
    x, y, width, height = rectangle
    small = font(base, 11)
    metrics = QFontMetricsF(small)
    wide = max(112.0, metrics.horizontalAdvance(title), metrics.horizontalAdvance("".join(ends)) + 16)
    wide = min(wide, width - 2 * MARGIN - 16)
    box = QRectF(x + width - MARGIN - wide - 16, y + height - MARGIN - 47 - 51 * level, wide + 16, 47)
    plate(painter, box)
    inner = box.adjusted(8, 5, -8, -4)
    row = np.ascontiguousarray((table[None, :, :3] * 255 + 0.5).astype(np.uint8))
    image = QImage(row.tobytes(), row.shape[1], 1, 3 * row.shape[1], QImage.Format.Format_RGB888)
    painter.drawImage(QRectF(inner.left(), inner.top() + 17, inner.width(), 6), image)
    painter.setFont(small)
    painter.setPen(LIGHT)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    name = title if metrics.horizontalAdvance(title) <= inner.width() else title.partition(",")[0]
    name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(QRectF(inner.left(), inner.top() - 1, inner.width(), 15), left, name)
    below = QRectF(inner.left(), inner.bottom() - 14, inner.width(), 15)
    painter.drawText(below, left, ends[0])
    painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, ends[1])


def state(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    """Say in the middle of an empty cell what is going on, or what went wrong and what helps."""
    x, y, width, height = rectangle
    middle_x, middle_y = x + width / 2, y + height / 2
    failed = cell.state == "failed"
    words = cell.message or ("could not be loaded" if failed else "loading …")
    words_font, room = font(base, 12), width - 32
    below = QRectF(x + 16, middle_y + (-8 if failed else 8), room, height / 2 - 12)
    if failed and not _fits(words, words_font, below):
        below = QRectF(x + 10, y + 38, width - 20, height - 44)  # the chip names the run already
        words = words if _fits(words, words_font, below) else "Failed: the library says why"
    else:
        painter.setFont(font(base, 13, QFont.Weight.Medium))
        painter.setPen(QColor("#f0a07a") if failed else LIGHT)
        metrics = QFontMetricsF(painter.font())
        title = f"! {_name(cell, metrics, room - 12)}" if failed else _name(cell, metrics, room)
        centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        painter.drawText(QRectF(x + 16, middle_y - 40, room, 24), centred, title)
    if not failed:
        bar = QRectF(middle_x - 60, middle_y - 4, 120, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 36))
        painter.drawRoundedRect(bar, 1.5, 1.5)
        if cell.progress is not None:
            painter.setBrush(QColor(cell.colour))
            done = min(max(cell.progress, 0.0), 1.0)
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(bar.width() * done, 3.0), 3), 1.5, 1.5)
    painter.setFont(words_font)
    painter.setPen(QUIET)
    wrapped = QTextOption(Qt.AlignmentFlag.AlignHCenter)
    wrapped.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)  # a file's name may be longer than a line
    painter.drawText(below, words, wrapped)


def _fits(words: str, words_font: QFont, place: QRectF) -> bool:
    flags = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)
    needed = QFontMetricsF(words_font).boundingRect(QRectF(0, 0, place.width(), 10_000), flags, words)
    return needed.height() <= place.height()
