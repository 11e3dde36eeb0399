"""Asks where files lie now that a session has lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from widgets.sign import Sign
from widgets.style import set_kind

_SIGNS = {
    "missing": ("error", "bad"),
    "refused": ("error", "bad"),
    "here": ("info", "quiet"),
    "found": ("check", "good"),
    "different": ("warning", "bad"),
}


@dataclass(frozen=True)
class RelinkRow:
    """One file.

    key : tells it from the others
    name, folder : what it is called and where it was
    runs : what comes from it, in words
    state : "missing", "here" where it is but may be replaced, "found", "different" where something of another
        content was found, or "refused"
    said : the state as a sentence
    """

    key: str
    name: str
    folder: str
    runs: str
    state: str
    said: str

    @property
    def is_new(self) -> bool:
        """Whether it has a new place."""
        return self.state in ("found", "different")


class RelinkDialog(QDialog):
    """Lists files and where they were found; what is found for one may be found for others.

    Signals: ``file_requested(key)`` to say where one lies, ``folder_requested()`` to look for all below a folder.
    """

    file_requested = pyqtSignal(str)
    folder_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None, rows: Sequence[RelinkRow]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Relink files")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(620)
        self.intro = QLabel()
        self.intro.setWordWrap(True)
        hint = QLabel("Say where one of them lies now: the others are then looked for beside it.")
        set_kind(hint, "quiet")
        hint.setWordWrap(True)
        hint.setVisible(len(rows) > 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName("Files")
        self.folder = QPushButton("Look in a folder…")
        self.folder.setToolTip("Look for all of them by their names, in a folder and below it")
        self.folder.clicked.connect(self.folder_requested)
        self._buttons = QDialogButtonBox()
        self.relink = self._buttons.addButton("Relink", QDialogButtonBox.ButtonRole.AcceptRole)
        self.leave = self._buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.folder)
        foot.addStretch(1)
        foot.addWidget(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.intro)
        column.addWidget(hint)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)
        self.show_rows(rows)
        self.resize(620, min(150 + 64 * len(rows), 560))
        self.folder.setFocus()

    def show_rows(self, rows: Sequence[RelinkRow]) -> None:
        """Show these files as they stand now."""
        lost = sum(row.state not in ("here", "found") for row in rows)
        new = sum(row.is_new for row in rows)
        if lost:
            self.intro.setText(
                "A file of this study is not where it was." if lost == 1 else f"{lost} files of this study are missing."
            )
        else:
            self.intro.setText("Every file has its place." if new else "Say where the file lies now.")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        for row in rows:
            column.addWidget(self._line(row))
        column.addStretch(1)
        self._scroll.setWidget(content)
        if self.relink is not None and self.leave is not None:
            self.relink.setEnabled(new > 0)
            self.relink.setDefault(new > 0)
            self.relink.setText(f"Relink {new} files" if new > 1 else "Relink")
            self.relink.setToolTip("Take the files that were found; one step of undo")
            self.leave.setToolTip("Change nothing: what is missing stays in the study, marked, to be relinked later")

    def _line(self, row: RelinkRow) -> QWidget:
        name, folder, said = QLabel(row.name), QLabel(f"{row.runs}  ·  was in {row.folder}"), QLabel(row.said)
        set_kind(name, "title")
        set_kind(folder, "small")
        set_kind(said, {"found": "good", "here": "small"}.get(row.state, "bad"))
        for label in (name, folder, said):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setToolTip(label.text())
        said.setWordWrap(True)
        choose = QPushButton("Choose…")
        choose.setAccessibleName(f"Choose where {row.name} lies now")
        choose.setToolTip(choose.accessibleName())
        choose.clicked.connect(lambda: self.file_requested.emit(row.key))
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (name, folder, said):
            words.addWidget(label)
        holder = QWidget()
        holder.setAccessibleName(f"{row.name}: {row.said}")
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(Sign(*_SIGNS[row.state], row.state), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(choose, 0, Qt.AlignmentFlag.AlignVCenter)
        return holder
