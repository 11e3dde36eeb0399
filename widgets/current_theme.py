"""The theme that the application wears now, for what is painted by hand."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from widgets.theme import Theme, theme

_PROPERTY = "halograph_theme"


def current_theme() -> Theme:
    """Return the theme that :func:`widgets.style.apply` put on; the dark one before that."""
    application = QCoreApplication.instance()
    name = application.property(_PROPERTY) if application is not None else None
    return theme(name if isinstance(name, str) else "dark")


def remember_theme(application: QCoreApplication, worn: Theme) -> None:
    """Note which theme the application wears."""
    application.setProperty(_PROPERTY, worn.name)
