"""What dialogs that export share: what at the left, how at the right, and a button that goes on to where."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.icons import icon
from widgets.style import set_kind


class ExportFrame(QDialog):
    """A list of what can be exported beside a form; who makes one fills both.

    what : the list;  tip : a sentence on what is chosen;  form : how;  go : the button "Export…"
    """

    def __init__(self, parent: QWidget | None, title: str, width: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumSize(width, 330)
        self.what = QListWidget()
        self.what.setAccessibleName("What to export")
        self.what.setFixedWidth(150)
        self.what.setIconSize(QSize(16, 16))
        set_kind(self.what, "choices")
        self.tip = QLabel()
        set_kind(self.tip, "quiet")
        self.tip.setWordWrap(True)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(20)
        self.form.setVerticalSpacing(10)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        if self.go is not None:
            self.go.setDefault(True)
            self.go.setToolTip("Choose where it is saved")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self.tip)
        right.addLayout(self.form)
        right.addStretch(1)
        right.addWidget(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 16, 20, 16)
        row.setSpacing(20)
        row.addWidget(self.what)
        row.addLayout(right, 1)

    def offer(self, title: str, picture: str, tip: str) -> None:
        """Add something that can be exported to the list."""
        item = QListWidgetItem(icon(picture), title)
        item.setToolTip(tip)
        self.what.addItem(item)
