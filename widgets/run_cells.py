"""How the cells of a table of runs are painted."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygonF
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from widgets.run_rows import COLOUR_ROLE, KEY_ROLE, TONE_ROLE
from widgets.section import MARGIN
from widgets.style import figures_font
from widgets.style_sheet import mixed
from widgets.theme import Theme

ROW_HEIGHT = 24
_LEFT, _ARROW, _BETWEEN = MARGIN, 9, 3
"""Pixels before a run's chip, taken by the arrow before a number, and left free on each side of a column."""


@dataclass
class Looks:
    """What the painting of every row depends on.

    highlighted, selected : keys of the run that is pointed at, and of the selected one, or ""
    by_key : whether the person is at the keyboard, and must see which row is the current one
    pixels : size of the text
    """

    theme: Theme
    highlighted: str = ""
    selected: str = ""
    by_key: bool = False
    pixels: int = 12


class CellPainter(QStyledItemDelegate):
    """Paints a run's chip and name, and numbers that line up; the best bold and up, the worst down."""

    def __init__(self, table: QTableView, looks: Looks) -> None:
        super().__init__(table)
        self._table, self._looks = table, looks

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if painter is None:
            return
        theme = self._looks.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        key = index.data(KEY_ROLE)
        if key and key == self._looks.selected:
            painter.fillRect(option.rect, QColor(theme.raised))
        elif key and key == self._looks.highlighted:
            painter.fillRect(option.rect, QColor(mixed(theme.panel, theme.raised, 0.6)))
        text = str(index.data() or "")
        if index.column() == 0:
            self._run(painter, option.rect, text, str(index.data(COLOUR_ROLE)))
        else:
            self._number(painter, option.rect, text, str(index.data(TONE_ROLE) or ""))
        if self._table.hasFocus() and self._looks.by_key and index.row() == self._table.currentIndex().row():
            painter.setPen(QColor(theme.accent))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _run(self, painter: QPainter, area: QRect, text: str, colour: str) -> None:
        theme = self._looks.theme
        chip = QRectF(area.left() + _LEFT, area.center().y() - 4, 9, 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.run_colour(colour)))
        painter.drawRoundedRect(chip, 2, 2)
        painter.setPen(QColor(theme.text))
        painter.setFont(figures_font(self._looks.pixels))
        room = area.adjusted(_LEFT + 17, 0, -4, 0)
        elided = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)

    def _number(self, painter: QPainter, area: QRect, text: str, tone: str) -> None:
        theme = self._looks.theme
        font = figures_font(self._looks.pixels)
        if tone in ("good", "far"):
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        colour = QColor(
            {"good": theme.good, "bad": theme.bad, "far": theme.bad}.get(
                tone, theme.text if text != "—" else theme.quiet
            )
        )
        room = area.adjusted(0, 0, -_BETWEEN, 0)
        painter.setPen(colour)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        if tone in ("good", "bad"):
            left = room.right() - QFontMetrics(font).horizontalAdvance(text) - _ARROW / 2 - 1.0
            self._arrow(painter, QPointF(left, area.center().y() + 1.0), colour, up=tone == "good")

    @staticmethod
    def _arrow(painter: QPainter, centre: QPointF, colour: QColor, *, up: bool) -> None:
        """Draw a small triangle, so that best and worst do not hang on colour alone."""
        sign = -1.0 if up else 1.0
        corners = [QPointF(-2.6, -1.8 * sign), QPointF(2.6, -1.8 * sign), QPointF(0.0, 2.4 * sign)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        if index.column() == 0:
            font = figures_font(self._looks.pixels)
            wide = QFontMetrics(font).horizontalAdvance(str(index.data())) + _LEFT + 25
        else:
            font = figures_font(self._looks.pixels)
            font.setWeight(QFont.Weight.DemiBold)
            wide = QFontMetrics(font).horizontalAdvance(str(index.data())) + _ARROW + 2 * _BETWEEN
        return QSize(wide, ROW_HEIGHT)
