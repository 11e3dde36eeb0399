"""How much the metrics agree about the order of the runs: Kendall's τ of every pair, as a small heat map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from widgets.current_theme import current_theme
from widgets.style import figures_font, set_kind
from widgets.style_sheet import mixed

_CELL = QSize(46, 24)
_SHARE = 0.7
"""Of the screen, that a popup may take; what is larger scrolls."""


@dataclass(frozen=True, eq=False)
class Agreement:
    """Kendall's τ between the orders that the metrics give.

    titles : name of each metric
    tau : (n, n) float64, symmetric, in [−1, 1]; NaN where two metrics share too few runs
    mean : over all pairs of different metrics
    worst : the two that agree least, and their τ
    """

    titles: tuple[str, ...]
    tau: NDArray[np.float64]
    mean: float
    worst: tuple[str, str, float]

    @classmethod
    def none(cls) -> Agreement:
        """Where there is nothing to compare."""
        return cls((), np.empty((0, 0)), float("nan"), ("", "", float("nan")))

    @property
    def known(self) -> bool:
        """Whether there is anything to compare."""
        return len(self.titles) > 1 and bool(np.isfinite(self.mean))

    @property
    def sentences(self) -> tuple[str, ...]:
        """One line for the head, from its fullest wording to its shortest; none where nothing is to be compared."""
        if not self.known:
            return ()
        mean, worst = _signed(self.mean), _signed(self.worst[2])
        return (
            f"metrics agree: Kendall τ {mean}, worst {worst}",
            f"agree: τ {mean}, worst {worst}",
            f"τ {mean}, worst {worst}",
            f"τ {mean}",
        )

    @property
    def explanation(self) -> str:
        """What the line means, for its tooltip."""
        if not self.known:
            return ""
        return (
            "Kendall's τ of the orders that two columns give the runs: 1 the same order, 0 none, −1 reversed.\n"
            f"The mean of all pairs; {self.worst[0]} and {self.worst[1]} agree least. Click for every pair."
        )


class AgreementMap(QWidget):
    """Draws the matrix with its numbers: the less two metrics agree, the warmer."""

    def __init__(self, agreement: Agreement, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._agreement = agreement
        metrics = QFontMetricsF(figures_font(11))
        self._left = max([0.0, *map(metrics.horizontalAdvance, agreement.titles)]) + 10
        cell = max([float(_CELL.width()), *(metrics.horizontalAdvance(title) + 10 for title in agreement.titles)])
        self._cell = cell
        n = len(agreement.titles)
        self.setFixedSize(round(self._left + n * cell) + 1, 20 + n * _CELL.height() + 1)
        self.setAccessibleName("Agreement of the metrics, Kendall's τ of every pair")
        self.setAccessibleDescription(_spoken(agreement))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme, agreement = current_theme(), self._agreement
        painter = QPainter(self)
        painter.setFont(figures_font(11))
        for number, title in enumerate(agreement.titles):
            painter.setPen(QColor(theme.quiet))
            across = QRectF(self._left + number * self._cell, 0, self._cell, 18)
            down = QRectF(0, 20 + number * _CELL.height(), self._left - 8, _CELL.height())
            painter.drawText(across, Qt.AlignmentFlag.AlignCenter, title)
            painter.drawText(down, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, title)
            for other in range(len(agreement.titles)):
                tau = float(agreement.tau[number, other])
                corner = QPointF(self._left + other * self._cell, 20 + number * _CELL.height())
                cell = QRectF(corner.x(), corner.y(), self._cell - 1, _CELL.height() - 1)
                if number == other or not np.isfinite(tau):
                    painter.fillRect(cell, QColor(theme.raised))
                    painter.setPen(QColor(theme.quiet))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, "" if number == other else "—")
                    continue
                painter.fillRect(cell, QColor(_warmth(tau)))
                painter.setPen(QColor(theme.text))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, _signed(tau))
        painter.end()


class AgreementPopup(QFrame):
    """A popup with the whole matrix; any click elsewhere, or Escape, closes it."""

    def __init__(self, agreement: Agreement, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_kind(self, "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.map = AgreementMap(agreement, self)
        heading = QLabel("Do the metrics agree on the order?", self)
        meaning = QLabel("Kendall τ of each pair of columns: 1 the same order, 0 none, −1 reversed", self)
        set_kind(meaning, "small")
        meaning.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 14)
        layout.setSpacing(6)
        layout.addWidget(heading)
        layout.addWidget(meaning)
        layout.addWidget(self._scrolled(parent))

    def _scrolled(self, parent: QWidget) -> QWidget:
        """Return the matrix, behind scroll bars where every score has a row and the screen is too small for them."""
        screen = parent.screen()
        room = screen.availableGeometry().size() * _SHARE if screen is not None else self.map.size()
        if self.map.width() <= room.width() and self.map.height() <= room.height():
            return self.map
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self.map)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName("Agreement of the metrics, scrolled with the arrow keys")
        bar = area.verticalScrollBar()
        thick = 14 if bar is None else bar.sizeHint().width()
        area.setFixedSize(self.map.size().boundedTo(room) + QSize(thick, thick))
        return area


def _warmth(tau: float) -> str:
    """Return the ground of a cell: the panel's for agreement, ever more of the warning colour below it."""
    theme = current_theme()
    return mixed(theme.panel, theme.bad, 0.6 * min(1.0, (1.0 - tau) / 1.2))


def _signed(tau: float) -> str:
    return f"{tau:.2f}".replace("-", "−")


def _spoken(agreement: Agreement) -> str:
    titles: Sequence[str] = agreement.titles
    return "; ".join(
        f"{titles[i]} and {titles[j]}: {_signed(float(agreement.tau[i, j]))}"
        for i in range(len(titles))
        for j in range(i + 1, len(titles))
        if np.isfinite(agreement.tau[i, j])
    )
