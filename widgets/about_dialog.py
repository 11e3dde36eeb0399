"""What this program is, which version of it runs, and on what."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from widgets.section import NamedValue
from widgets.style import set_kind


class AboutDialog(QDialog):
    """Shows the name, the version and what it stands on; all of it can be copied for a report of a fault.

    Parameters
    ----------
    version : Halograph's own
    made_of : names and versions of what it runs on
    """

    def __init__(self, parent: QWidget | None, version: str, made_of: tuple[tuple[str, str], ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Halograph")
        self.setMinimumWidth(420)
        self.text = "\n".join(f"{name} {value}" for name, value in (("Halograph", version), *made_of))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(2)
        for words, kind in (
            ("Halograph", "hero"),
            ("See where your emulator breaks.", "lead"),
            ("Free software under the GNU General Public License, version 3 or later.", "small"),
            ("If it helped your work, please cite it as CITATION.cff says, and the papers of the methods.", "small"),
        ):
            label = QLabel(words)
            set_kind(label, kind)
            label.setWordWrap(True)
            column.addWidget(label)
            column.addSpacing(4)
        column.addSpacing(8)
        for name, value in (("Version", version), *made_of):
            column.addWidget(NamedValue(name, value))
        column.addSpacing(12)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        if copy is not None:
            copy.setToolTip("Copy the versions, for a report of a fault")
            copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons, 0, Qt.AlignmentFlag.AlignBottom)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.text)
