"""The small card beside a curve that says where it is, with units."""

from __future__ import annotations

import html

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QLabel, QWidget

from backends.statistics.figure import Curve, Figure
from widgets.current_theme import current_theme
from widgets.plots.cell_words import cell_text
from widgets.plots.scales import split_label, written
from widgets.style import figures_font, set_kind
from widgets.theme import Theme

_AWAY = 12


class Readout(QLabel):
    """Floats over its parent beside a point, never under the pointer and never outside."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(figures_font(12))
        set_kind(self, "popup")
        self.setContentsMargins(8, 4, 8, 5)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.theme = current_theme()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.theme = theme

    def show_sample(self, figure: Figure, curve: Curve, index: int, point: QPointF, *, ratio: bool) -> None:
        """Say where sample ``index`` of a curve is; ``point`` is its place in the parent."""
        self.setText(sample_text(figure, curve, index, self.theme, ratio=ratio))
        self.setWordWrap(False)
        parent = self.parentWidget()
        room = parent.size() if parent is not None else self.sizeHint()
        narrow = room.width() - 4
        if self.sizeHint().width() > narrow:
            self.setWordWrap(True)
            self.resize(narrow, self.heightForWidth(narrow))
        else:
            self.adjustSize()
        left = point.x() + _AWAY
        if left + self.width() > room.width() - 2:
            left = point.x() - _AWAY - self.width()
        top = point.y() - _AWAY - self.height()
        if top < 2:
            top = point.y() + _AWAY
        self.move(round(max(2.0, left)), round(min(top, room.height() - self.height() - 2.0)))
        self.show()
        self.raise_()


def sample_text(figure: Figure, curve: Curve, index: int, theme: Theme, *, ratio: bool) -> str:
    """Return the card's rich text: the run, then x and y with their units and the error."""
    if figure.cells is not None:
        return cell_text(figure, curve, index, theme)
    values = curve.ratio if ratio and curve.ratio is not None else curve.y
    low, high = (curve.ratio_low, curve.ratio_high) if ratio else (curve.low, curve.high)
    lines = [
        f'<span style="color:{theme.run_colour(curve.colour)}">■</span> <b>{html.escape(curve.label)}</b>',
        figure.x_names[round(float(curve.x[index]))]
        if figure.x_names
        else _quantity(figure.x_label, float(curve.x[index]), None),
        _quantity(
            figure.ratio_label if ratio else figure.y_label,
            float(values[index]),
            None if low is None or high is None else 0.5 * float(high[index] - low[index]),
        ),
    ]
    if curve.piece is not None and figure.pieces:
        lines.insert(1, html.escape(figure.pieces[curve.piece[index]]))
    if curve.break_at is not None and curve.break_low is not None:
        symbol, unit = split_label(figure.x_label)
        where = f"{symbol} = {_break_text(curve, curve.break_at)} {unit}".rstrip()
        lines.append(f'leaves the band at <span style="white-space: nowrap">{html.escape(where)}</span>')
    if curve.reliable is not None and not curve.reliable[index]:
        lines.append(f'<span style="color:{theme.bad}">not to be believed here</span>')
    return "<br>".join(lines)


def _break_text(curve: Curve, at: float) -> str:
    """Return where a curve leaves its band with its error, the farther way; only the lower end where that is all."""
    low = at if curve.break_low is None else curve.break_low
    if curve.break_high is None:
        return f"{written(at)}, {written(low)} or beyond what is resolved,"
    return f"({written(at)} ± {written(max(at - low, curve.break_high - at), 2)})"


def _quantity(label: str, value: float, error: float | None) -> str:
    symbol, unit = split_label(label)
    text = written(value)
    if error is not None and np.isfinite(error) and error > 0:
        text = f"{text} ± {written(error, 2)}"
        text = f"({text})" if unit else text
    return html.escape(f"{symbol} = {text}" + (f" {unit}" if unit else ""))
