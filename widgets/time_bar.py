"""The bar under the views that turns runs over time to a redshift, and plays them."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from widgets.icons import icon

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Snapshots a second."""


class TimeBar(QWidget):
    """One step of the slider is one snapshot.

    Signals
    -------
    redshift_requested : turn to this redshift
    play_requested : begin to play, or stop
    speed_requested : snapshots a second
    """

    redshift_requested = pyqtSignal(float)
    play_requested = pyqtSignal(bool)
    speed_requested = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._redshifts: tuple[float, ...] = ()
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
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setPageStep(1)
        self._slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._slider.setTickInterval(1)
        self._slider.setAccessibleName("Redshift")
        self._slider.setToolTip("Turn to a snapshot. Views show whole snapshots: nothing is interpolated between two")
        self._slider.valueChanged.connect(self._moved)
        self._label = QLabel()
        self._label.setAccessibleName("Redshift and scale factor")
        self._label.setMinimumWidth(250)
        self._speed = QComboBox()
        self._speed.setAccessibleName("Snapshots a second")
        self._speed.setToolTip("How many snapshots are played a second; one that is not painted yet is waited for")
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g} / s", speed)
        self._speed.setCurrentIndex(SPEEDS.index(2.0))
        self._speed.currentIndexChanged.connect(lambda at: self.speed_requested.emit(SPEEDS[at]))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        for widget, stretch in ((self._play, 0), (self._slider, 1), (self._label, 0), (self._speed, 0)):
            row.addWidget(widget, stretch)
        self.set_playing(False)

    def show_time(self, redshifts: Sequence[float], shown: float | None) -> None:
        """Offer these redshifts, earliest first, one of which is in sight; with fewer than two the bar hides."""
        self._redshifts = tuple(redshifts)
        self.setVisible(len(self._redshifts) > 1)
        if shown is None or len(self._redshifts) < 2:
            return
        # By scale factor: what is early lies close together in time.
        at = min(range(len(self._redshifts)), key=lambda i: abs(1 / (1 + self._redshifts[i]) - 1 / (1 + shown)))
        self._slider.blockSignals(True)
        self._slider.setRange(0, len(self._redshifts) - 1)
        self._slider.setValue(at)
        self._slider.blockSignals(False)
        z = self._redshifts[at]
        self._label.setText(f"z = {z:.2f}   a = {1 / (1 + z):.3f}   snapshot {at + 1} of {len(self._redshifts)}")

    def set_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self._play.blockSignals(True)
        self._play.setChecked(playing)
        self._play.blockSignals(False)
        self._play.setIcon(icon("stop" if playing else "play"))
        self._play.setText("Stop" if playing else "Play")

    def _moved(self, at: int) -> None:
        if at < len(self._redshifts):
            self.redshift_requested.emit(self._redshifts[at])
