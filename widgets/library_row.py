"""One row of the library: what it shows, and how it is painted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PyQt6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PyQt6.QtWidgets import QAbstractItemView, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from widgets.current_theme import current_theme
from widgets.icons import paint_icon
from widgets.section import MARGIN
from widgets.style import figures_font, set_kind
from widgets.style_sheet import mixed
from widgets.theme import Theme

HEIGHT = 28
_SQUARE, _GAP, _ICON = 10, 10, 14
_WRAPPED = int(Qt.TextFlag.TextWordWrap)
_Index = QModelIndex | QPersistentModelIndex


def _breakable(text: str) -> str:
    """Return a text whose long names of files may be broken after their signs."""
    return re.sub(r"(?<=\w)([_/.\-])(?=\w)", "\\1\u200b", text)


@dataclass(frozen=True)
class LibraryRow:
    """What the library shows of a run.

    short : the label where it does not fit whole, without what all begin with; "" for the label
    detail : the quiet text at the right: its role, its parameters ("227 k"), or what differs ("z = 0.50")
    progress : share that is loaded, in [0, 1]; None when nothing is under way
    failure : why it could not be loaded and what to do, or ""
    explained : whether the failure is told in the row; false where a row above has the same
    warnings : what is odd about it, as sentences
    units : of a table whose file does not state them, "h" or "no-h", as they were taken; else ""
    """

    key: str
    label: str
    colour: str
    detail: str = ""
    role: str = "prediction"
    visible: bool = True
    selected: bool = False
    progress: float | None = None
    failure: str = ""
    explained: bool = True
    warnings: tuple[str, ...] = ()
    tooltip: str = ""
    units: str = ""
    short: str = ""

    def spoken(self) -> str:
        """Return the row as one sentence, for the tool tip's first lines and for screen readers."""
        parts = [self.label, self.role]
        if self.detail and self.detail != self.role:
            parts.append(self.detail)
        if self.progress is not None:
            parts.append(f"loading, {100 * self.progress:.0f} %")
        if not self.visible:
            parts.append("hidden")
        if self.failure:
            parts.append(f"failed: {self.failure}")
        return ", ".join(parts)


ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The model's role under which a :class:`LibraryRow` is found."""


class RowPainter(QStyledItemDelegate):
    """Paints rows of 28 px, taller where a failure is explained, and edits labels in place.

    highlighted : key of the run that is pointed at elsewhere, or ""
    """

    highlighted = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row: LibraryRow = index.data(ROW_ROLE)
        if not row.failure or not row.explained:
            return QSize(100, HEIGHT)
        view = option.widget
        seen = view.viewport() if isinstance(view, QAbstractItemView) else None
        width = option.rect.width() if seen is None else seen.width()
        text = self._failure_rectangle(QRect(0, 0, width, HEIGHT), row)
        return QSize(100, HEIGHT + text.height() + 6)

    def square(self, rectangle: QRect) -> QRect:
        """Where the colour square is, with room around it to be hit."""
        return QRect(rectangle.left(), rectangle.top(), MARGIN + _SQUARE + _GAP // 2, HEIGHT)

    def eye(self, rectangle: QRect) -> QRect:
        """Where the eye is that shows and hides the run."""
        return QRect(rectangle.right() - MARGIN - _ICON - 3, rectangle.top(), _ICON + MARGIN, HEIGHT)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: _Index) -> None:
        if painter is None:
            return
        row: LibraryRow = index.data(ROW_ROLE)
        theme, area = current_theme(), option.rect
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.selected or hovered or row.key == self.highlighted:
            painter.fillRect(area, QColor(theme.raised if row.selected else mixed(theme.panel, theme.raised, 0.55)))
        self._paint_square(painter, theme, area, row)
        right = self._paint_right(painter, theme, area, row, hovered)
        self._paint_label(painter, theme, area, row, right)
        if row.progress is not None:
            self._paint_progress(painter, theme, area, row.progress)
        if row.failure and row.explained:
            painter.setFont(figures_font(12))
            painter.setPen(QColor(theme.bad))
            painter.drawText(self._failure_rectangle(area, row), _WRAPPED, _breakable(row.failure))
        if option.state & QStyle.StateFlag.State_HasFocus and self._by_keyboard(option):
            painter.setPen(QPen(QColor(theme.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(area).adjusted(2.5, 1.5, -2.5, -1.5), 5, 5)
        painter.restore()

    def createEditor(self, parent: QWidget | None, option: QStyleOptionViewItem, index: _Index) -> QWidget | None:
        editor = QLineEdit(parent)
        set_kind(editor, "inline")
        editor.setAccessibleName("Label of the run")
        return editor

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:
        """Fill the editor once; news of the run must neither overwrite what is being typed nor undo its selection."""
        if isinstance(editor, QLineEdit) and not editor.isModified() and editor.text() != index.data():
            super().setEditorData(editor, index)

    def updateEditorGeometry(self, editor: QWidget | None, option: QStyleOptionViewItem, index: _Index) -> None:
        if editor is not None:
            left = option.rect.left() + MARGIN + _SQUARE + _GAP - 6
            editor.setGeometry(left, option.rect.top() + 2, option.rect.right() - 10 - left, HEIGHT - 4)

    def _by_keyboard(self, option: QStyleOptionViewItem) -> bool:
        return bool(option.state & QStyle.StateFlag.State_KeyboardFocusChange)

    def _paint_square(self, painter: QPainter, theme: Theme, area: QRect, row: LibraryRow) -> None:
        colour = QColor(theme.run_colour(row.colour))
        place = QRectF(area.left() + MARGIN, area.top() + (HEIGHT - _SQUARE) / 2, _SQUARE, _SQUARE)
        if row.visible and not row.failure:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(place, 2.5, 2.5)
        else:
            painter.setPen(QPen(colour, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(0.6, 0.6, -0.6, -0.6), 2.5, 2.5)

    def _paint_right(self, painter: QPainter, theme: Theme, area: QRect, row: LibraryRow, hovered: bool) -> int:
        """Paint detail, warning sign and eye from the right; return where they begin."""
        right = area.right() - MARGIN + 1
        middle = area.top() + HEIGHT // 2
        if hovered or not row.visible:
            name = "eye" if row.visible else "eye-off"
            paint_icon(painter, name, QRect(right - _ICON, middle - _ICON // 2, _ICON, _ICON), theme.quiet)
            right -= _ICON + 6
        text = f"{100 * row.progress:.0f} %" if row.progress is not None else "failed" if row.failure else row.detail
        font = figures_font(12)
        width = min(QFontMetrics(font).horizontalAdvance(text), (area.width() - 2 * MARGIN) // 2)
        if text:
            painter.setFont(font)
            painter.setPen(QColor(theme.bad if row.failure else theme.quiet))
            place = QRect(right - width, area.top(), width, HEIGHT)
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width + 1)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)
            right -= width + 6
        if row.warnings or row.failure:
            sign = "error" if row.failure else "warning"
            paint_icon(painter, sign, QRect(right - _ICON, middle - _ICON // 2, _ICON, _ICON), theme.bad)
            right -= _ICON + 6
        return right

    def _paint_label(self, painter: QPainter, theme: Theme, area: QRect, row: LibraryRow, right: int) -> None:
        font = figures_font(13)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if row.visible else theme.quiet))
        left = area.left() + MARGIN + _SQUARE + _GAP
        place = QRect(QPoint(left, area.top()), QPoint(right, area.top() + HEIGHT - 1))
        # from the middle, because names of runs begin alike and differ at the end
        metrics = QFontMetrics(font)
        name = row.label if metrics.horizontalAdvance(row.label) <= place.width() else row.short or row.label
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_progress(self, painter: QPainter, theme: Theme, area: QRect, progress: float) -> None:
        left = area.left() + MARGIN + _SQUARE + _GAP
        line = QRectF(left, area.top() + HEIGHT - 4, area.right() - MARGIN + 1 - left, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(line, 1, 1)
        line.setWidth(max(2.0, line.width() * min(max(progress, 0.0), 1.0)))
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(line, 1, 1)

    def _failure_rectangle(self, area: QRect, row: LibraryRow) -> QRect:
        left = area.left() + MARGIN + _SQUARE + _GAP
        room = QRect(left, area.top() + HEIGHT - 2, area.right() - MARGIN + 1 - left, 1000)
        return QFontMetrics(figures_font(12)).boundingRect(room, _WRAPPED, _breakable(row.failure))
