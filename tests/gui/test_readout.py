"""The card beside a curve: whole in a wide plot and in a narrow one."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from backends.statistics.figure import Curve, Figure
from widgets.plots.readout import Readout

K = np.geomspace(0.05, 3.0, 24)
LEAVING = Curve("a", "U-Net", "#56b4e9", K, 1 - 0.1 * K, 0.97 - 0.1 * K, 1.03 - 0.1 * K, break_at=0.4, break_low=0.39,
                break_high=0.4)  # fmt: skip
FIGURE = Figure("transfer-function", "Transfer function", "k  [h/Mpc]", "T(k) = √(P / P ref)", True, False, (LEAVING,))


@pytest.mark.parametrize("width", [500, 204])
def test_a_card_is_whole_inside_its_plot(width: int, qtbot: QtBot) -> None:
    plot = QWidget()
    qtbot.addWidget(plot)
    plot.resize(width, 220)
    plot.show()
    readout = Readout(plot)
    for x in (20.0, width / 2, width - 20.0):
        readout.show_sample(FIGURE, LEAVING, 12, QPointF(x, 110.0), ratio=False)
        assert "(0.400 ± 0.010) h/Mpc" in readout.text()
        assert plot.rect().contains(readout.geometry())
        words = QTextDocument()
        words.setDocumentMargin(0)
        words.setDefaultFont(readout.font())
        words.setHtml(readout.text())
        words.setTextWidth(readout.contentsRect().width())
        assert words.idealWidth() <= readout.contentsRect().width()
        assert words.size().height() <= readout.contentsRect().height()
