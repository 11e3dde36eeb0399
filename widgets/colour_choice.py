"""The colours that a run can have: the colour-blind safe set, or one of the person's own."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PyQt6.QtWidgets import QColorDialog, QMenu, QWidget

from widgets.current_theme import current_theme
from widgets.theme import theme

_NAMES = (
    "Sky blue",
    "Bluish green",
    "Yellow",
    "Orange",
    "Reddish purple",
    "Vermilion",
    "Grey",
    "Violet",
    "Lime",
    "Pink",
    "Aquamarine",
)


def swatch(colour: str, size: int = 16, *, framed: bool = False) -> QIcon:
    """Return a rounded square of a stored run colour, as this theme shows it; framed where it is the present one."""
    picture = QPixmap(size, size)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(QColor(current_theme().run_colour(colour)))
    inset = 4 if framed else 2
    painter.drawRoundedRect(inset, inset, size - 2 * inset, size - 2 * inset, 2 if framed else 3, 2 if framed else 3)
    if framed:
        painter.setPen(QPen(QColor(current_theme().text), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(1, 1, size - 2, size - 2), 3, 3)
    painter.end()
    return QIcon(picture)


def colour_menu(parent: QWidget, label: str, current: str, choose: Callable[[str], None]) -> QMenu:
    """Return a menu of colours for a run; ``choose`` receives the stored colour, ``#rrggbb``."""
    stored = theme("dark")
    menu = QMenu("Colour", parent)
    named = [("White" if current_theme().name == "dark" else "Black", stored.reference)]
    named += list(zip(_NAMES, stored.runs, strict=False))
    for name, colour in named:
        action = menu.addAction(swatch(colour, framed=colour == current), name)
        if action is not None:
            action.setCheckable(colour == current)
            action.setChecked(colour == current)
            action.triggered.connect(lambda _=False, chosen=colour: choose(chosen))
    menu.addSeparator()
    own = menu.addAction("Other colour…")
    if own is not None:
        own.triggered.connect(lambda: _ask(parent, label, current, choose))
    return menu


def _ask(parent: QWidget, label: str, current: str, choose: Callable[[str], None]) -> None:
    colour = QColorDialog.getColor(QColor(current), parent, f"Colour of {label}")
    if colour.isValid():
        choose(colour.name())
