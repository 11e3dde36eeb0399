"""The window before anything is open: it invites a drop, offers the demo and what was open before."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.cosmic_motif import draw_web
from widgets.current_theme import current_theme
from widgets.icons import icon
from widgets.section import Head
from widgets.sign import Sign
from widgets.style import set_kind

_LINES = (
    (
        "cube",
        "Snapshots",
        "of Gadget, AREPO, SWIFT, Enzo, RAMSES, HACC and more: a file, a piece or the folder",
    ),
    ("slice", "Grids", "density, overdensity or displacement, in 3D or 2D, as .npy, .npz or HDF5"),
    ("halos", "Halos", "Rockstar, Subfind, AHF, CompaSO and other catalogues, and merger trees"),
    ("file", "Bundles", "Halograph's own files: truth, input and predictions together, and saved studies"),
)
_RECENT = 5


class EmptyState(QWidget):
    """Fills the window while the study has no run.

    demo_requested, open_requested : the buttons
    recent_requested : the Path of a recent file
    """

    demo_requested = pyqtSignal()
    open_requested = pyqtSignal()
    recent_requested = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: tuple[str, QPixmap] | None = None
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(3)
        self._add_title(column)
        column.addSpacing(28)
        column.addLayout(_lines())
        column.addSpacing(28)
        column.addLayout(self._buttons())
        column.addSpacing(28)
        column.addLayout(self._recent)
        column.addStretch(4)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)

    def show_recent(self, paths: tuple[Path, ...]) -> None:
        """Offer these files, the latest first; the last few are enough."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if paths:
            head = Head("Recent")
            head.setContentsMargins(13, 0, 0, 0)
            self._recent.addWidget(head)
        for path in paths[:_RECENT]:
            self._recent.addWidget(self._recent_row(path))

    def _recent_row(self, path: Path) -> QPushButton:
        metrics = self.fontMetrics()
        folder = metrics.elidedText(_short(path.parent), Qt.TextElideMode.ElideMiddle, 300)
        row = QPushButton()
        set_kind(row, "row")
        row.setMinimumHeight(30)
        line = QHBoxLayout(row)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(10)
        for text, kind in ((path.name, "plain"), (folder, "quiet")):
            label = QLabel(text)
            set_kind(label, kind)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            line.addWidget(label)
        line.addStretch(1)
        row.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row.setAccessibleName(f"Open {path.name}")
        row.setToolTip(f"Open {path}")
        row.clicked.connect(lambda: self.recent_requested.emit(path))
        return row

    def _add_title(self, column: QVBoxLayout) -> None:
        title = QLabel("Drop a simulation and its emulators")
        set_kind(title, "hero")
        lead = QLabel("See them side by side, in 3D and in k-space, and see where each emulator breaks.")
        set_kind(lead, "lead")
        for label in (title, lead):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
            column.addSpacing(8)

    def _buttons(self) -> QHBoxLayout:
        self.demo = QPushButton(" Open the demo study")
        set_kind(self.demo, "primary")
        self.demo.setIcon(icon("play", "#ffffff"))
        self.demo.setToolTip("A true N-body run, its approximations and six trained networks; nothing is downloaded")
        self.demo.clicked.connect(self.demo_requested)
        self.open = QPushButton(" Open files…")
        self.open.setIcon(icon("folder", "text"))
        self.open.setToolTip("Choose snapshots, grids or bundles (Ctrl+O)")
        self.open.clicked.connect(self.open_requested)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        for button in (self.demo, self.open):
            button.setMinimumHeight(36)
            button.setMinimumWidth(170)
            button.setAccessibleName(button.text().strip())
            row.addWidget(button)
        row.addStretch(1)
        return row

    def paintEvent(self, event: QPaintEvent | None) -> None:
        ratio = self.devicePixelRatioF()
        wanted = f"{current_theme().name} {self.width()} {self.height()} {ratio}"
        if self._picture is None or self._picture[0] != wanted:
            self._picture = (wanted, draw_web(self.size(), ratio, current_theme()))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.rect(), self._picture[1])  # Qt ignores a device pixel ratio below one
        painter.end()


def _short(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)


def _lines() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(10)
    for number, (picture, what, which) in enumerate(_LINES):
        name, text = QLabel(what), QLabel(which)
        set_kind(name, "title")
        set_kind(text, "quiet")
        for place, part in enumerate((Sign(picture, "accent"), name, text)):
            grid.addWidget(part, number, place + 1)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(4, 1)
    return grid
