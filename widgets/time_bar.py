"""The bar under the views that turns runs over time to a redshift, and plays them."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from backends.data.between import place_of, redshift_at
from widgets.choice_box import ChoiceBox
from widgets.icons import icon
from widgets.style import set_kind

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Snapshots a second."""

FINE = 100
"""Steps of the slider from one snapshot to the next where what lies between is blended."""

ROOMY = 620
"""Pixels that all but the words take of the bar."""

SLIDER_TIPS = {
    "nearest": "Turn to a snapshot: whole snapshots are shown, and nothing between two",
    "blended": "Turn to a redshift, linear in scale factor from snapshot to snapshot; Page Up and Page Down turn to "
    "the snapshots themselves. Statistics are always those of the nearest snapshot",
}
BETWEEN_TIP = (
    "Between snapshots: show the nearest one, or both blended in density, linear in scale factor; particles move "
    "from place to place where they have ids (Ctrl+Alt+T)"
)


class TimeSlider(QSlider):
    """A slider with a mark at each snapshot, which style sheets leave out; its handle comes to where it is clicked."""

    def _handle(self) -> QRect:
        option, style = QStyleOptionSlider(), self.style()
        self.initStyleOption(option)
        assert style is not None
        control, handle = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
        return style.subControlRect(control, option, handle, self)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Bring the handle to a click beside it, from where it can be dragged on."""
        handle = self._handle()
        if event is not None and event.button() == Qt.MouseButton.LeftButton and not handle.contains(event.pos()):
            wide, x = handle.width(), event.pos().x()
            span = self.width() - wide
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), x - wide // 2, span))
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw the marks beneath the slider."""
        wide = self._handle().width()
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for value in range(self.minimum(), self.maximum() + 1, max(self.tickInterval(), 1)):
            at = QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), value, self.width() - wide)
            painter.drawLine(at + wide // 2, self.height() - 4, at + wide // 2, self.height() - 1)
        painter.end()
        super().paintEvent(event)


class TimeBar(QWidget):
    """One step of the slider is one snapshot, or where snapshots are blended a hundredth of the way to the next.

    Signals
    -------
    redshift_requested : turn to this redshift
    blending_requested : blend between snapshots, or show the nearest
    play_requested : begin to play, or stop
    speed_requested : snapshots a second
    """

    redshift_requested = pyqtSignal(float)
    blending_requested = pyqtSignal(bool)
    play_requested = pyqtSignal(bool)
    speed_requested = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._redshifts: tuple[float, ...] = ()
        self._fine = 1
        self.setAccessibleName("Time")
        self._play = QToolButton()
        self._play.setCheckable(True)
        self._play.setAutoRaise(True)
        self._play.setIconSize(QSize(16, 16))
        self._play.setAccessibleName("Play")
        self._play.setToolTip(
            "Play the snapshots from the earliest to the latest, and again (Ctrl+Space). Automatic colours keep one "
            "scale over all snapshots that were seen"
        )
        self._play.toggled.connect(self.play_requested)
        self._slider = TimeSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Redshift")
        self._slider.valueChanged.connect(self._moved)
        self._label = QLabel()
        self._label.setAccessibleName("Redshift and scale factor")
        self._note = QLabel()
        self._note.setAccessibleName("What is shown of that time")
        set_kind(self._note, "quiet")
        self._between = ChoiceBox("Between snapshots", BETWEEN_TIP, (("Nearest", False), ("Blended", True)))
        self._between.activated.connect(lambda at: self.blending_requested.emit(bool(at)))
        tip = "How many snapshots are played a second; one that is not painted yet is waited for"
        self._speed = ChoiceBox("Snapshots a second", tip, [(f"{speed:g} / s", speed) for speed in SPEEDS])
        self._speed.setCurrentIndex(SPEEDS.index(2.0))
        self._speed.currentIndexChanged.connect(lambda at: self.speed_requested.emit(SPEEDS[at]))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        for widget in (self._play, self._slider, self._label, self._note, self._between, self._speed):
            row.addWidget(widget, int(widget is self._slider))
        self.set_playing(False)

    def show_time(self, redshifts: Sequence[float], shown: float | None, blended: bool = False, note: str = "") -> None:
        """Offer the times of these snapshots, earliest first; with fewer than two the bar hides.

        Parameters
        ----------
        redshifts : of the snapshots
        shown : the redshift that is looked at, of a snapshot or between two
        blended : whether times between snapshots are offered, too
        note : what is said of a time between two
        """
        self._redshifts = tuple(redshifts)
        self.setVisible(len(self._redshifts) > 1)
        if shown is None or len(self._redshifts) < 2:
            return
        place, last = place_of(self._redshifts, shown), len(self._redshifts) - 1
        self._fine = FINE if blended else 1
        self._slider.blockSignals(True)
        self._slider.setRange(0, last * self._fine)
        self._slider.setPageStep(self._fine)
        self._slider.setSingleStep(max(self._fine // 20, 1))
        self._slider.setTickInterval(self._fine)
        self._slider.setValue(round(place * self._fine))
        self._slider.blockSignals(False)
        self._slider.setToolTip(SLIDER_TIPS["blended" if blended else "nearest"])
        self._between.setCurrentIndex(int(blended))
        z = shown if note else self._redshifts[round(place)]
        self._label.setText(f"z = {z:.2f}   a = {1 / (1 + z):.3f}")
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance("z = 00.00   a = 0.000"))
        self._note.setText(note or f"snapshot {round(place) + 1} of {last + 1}")
        widest = "between 00.00 and 00.00 · statistics of z = 00.00" if blended else ""
        self._note.setMinimumWidth(self._note.fontMetrics().horizontalAdvance(widest))
        self._show_note()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Make room for the slider."""
        self._show_note()

    def _show_note(self) -> None:
        """Leave words away where the slider needs their room: the views say them, too."""
        wide = max(self._note.sizeHint().width(), self._note.minimumWidth())
        self._note.setVisible(self.width() - wide >= ROOMY)

    def set_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self._play.blockSignals(True)
        self._play.setChecked(playing)
        self._play.blockSignals(False)
        self._play.setIcon(icon("stop" if playing else "play"))
        self._play.setText("Stop" if playing else "Play")

    def _moved(self, at: int) -> None:
        if self._redshifts:
            self.redshift_requested.emit(redshift_at(self._redshifts, at / self._fine))
