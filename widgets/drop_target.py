"""Files dropped anywhere on a window, and the little place that says so."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QEvent, QObject, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QDropEvent, QPainter, QPaintEvent, QPen, QShowEvent, QWindow
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from widgets.current_theme import current_theme
from widgets.icons import paint_icon
from widgets.section import MARGIN
from widgets.style import figures_font

WHAT = "snapshots, grids or bundles"
"""What can be dropped."""

_GAP = 12
_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop)


def dropped_paths(event: QDropEvent) -> list[Path]:
    """Return the local files and folders that a drag carries."""
    carried = event.mimeData()
    urls = carried.urls() if carried is not None and carried.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


class _Veil(QWidget):
    """Covers the window while files hover over it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.count = 1
        self.hide()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.ground)
        ground.setAlphaF(0.96)  # words beneath must not be read into those on it
        painter.fillRect(self.rect(), ground)
        frame = QRectF(self.rect()).adjusted(20, 20, -20, -20)
        pen = QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(frame, 12, 12)
        middle = frame.center()
        paint_icon(painter, "drop", QRectF(middle.x() - 20, middle.y() - 58, 40, 40), theme.accent)
        painter.setPen(QColor(theme.text))
        painter.setFont(figures_font(22))
        what = "Drop to open" if self.count == 1 else f"Drop to open {self.count} files"
        painter.drawText(QRectF(0, middle.y() - 8, self.width(), 34), Qt.AlignmentFlag.AlignCenter, what)
        painter.setPen(QColor(theme.quiet))
        painter.setFont(figures_font(13))
        line = f"{WHAT[0].upper()}{WHAT[1:]}, single files, several at once, or folders"
        painter.drawText(QRectF(0, middle.y() + 28, self.width(), 24), Qt.AlignmentFlag.AlignCenter, line)
        painter.end()


class DropTarget(QObject):
    """Makes a whole window take files and folders, whatever widget they are dropped on.

    The drags are taken from the window itself, before any widget in it could take a file's name for
    text; drags inside the window, such as reordering, pass through.

    dropped : the paths, as a list of Path
    """

    dropped = pyqtSignal(list)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._handle: QWindow | None = None
        self._veil = _Veil(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self._watch_handle()

    def veil(self) -> QWidget:
        """Return the veil that shows while files hover over the window."""
        return self._veil

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is None:
            return False
        kind = event.type()
        if kind == QEvent.Type.Show and watched is self._window:
            self._watch_handle()
        if kind not in _DRAGS:
            return False
        if kind == QEvent.Type.DragLeave:
            self._veil.hide()
            return False
        if not isinstance(event, QDropEvent) or not (paths := dropped_paths(event)):
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if kind == QEvent.Type.Drop:
            self._veil.hide()
            self.dropped.emit(paths)
        else:
            self._cover(len(paths))
        return True

    def _watch_handle(self) -> None:
        handle = self._window.windowHandle()
        if handle is not None and handle is not self._handle:
            self._handle = handle
            handle.installEventFilter(self)

    def _cover(self, count: int) -> None:
        self._veil.count = count
        self._veil.setGeometry(self._window.rect())
        self._veil.raise_()
        self._veil.show()


class DropInvitation(QAbstractButton):
    """The dashed place at the foot of the library, with the panel's margins; a click asks for the open dialogue.

    open_requested : the person wants to choose files
    """

    open_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(f"Drop {WHAT} here")
        self.setAccessibleName("Open files")
        self.setToolTip("Drop files or folders anywhere on the window, or click to choose them (Ctrl+O)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_requested)

    def sizeHint(self) -> QSize:
        return QSize(208, 72 + 2 * _GAP)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current_theme()
        active = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.accent if active else theme.line), 1.2, Qt.PenStyle.DashLine)
        pen.setDashPattern([3, 2.5])
        painter.setPen(pen)
        frame = self.rect().adjusted(MARGIN, _GAP, -MARGIN, -_GAP)
        painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(QColor(theme.text if active else theme.quiet))
        painter.setFont(figures_font(13))
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(frame.adjusted(10, 4, -10, -4), flags, self.text())
        painter.end()
