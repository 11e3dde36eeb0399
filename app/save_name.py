"""Asks where something is saved; a name without a suffix gets the right one before an old file is asked about."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtWidgets import QDialog, QFileDialog, QWidget


def ask_where(parent: QWidget, title: str, proposed: str, names: str, suffix: str) -> Path | None:
    """Return the path that was chosen, or None.

    Parameters
    ----------
    names : the dialog's filter, such as "*.pdf"
    suffix : without its full stop, for names that have none
    """
    dialog = QFileDialog(parent, title, "", names)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(proposed)
    chosen = dialog.selectedFiles() if dialog.exec() == QDialog.DialogCode.Accepted else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None
