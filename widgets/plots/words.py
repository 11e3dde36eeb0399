"""The words beside an axis: how they are shortened where there is no room, and painted with their subscripts."""

from __future__ import annotations

import re

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter

_SUBSCRIPT = re.compile(r"_(\w+)")
_SMALLER, _LOWER = 0.78, 0.22
"""Size of a subscript and how far it is lowered, both in the font's size."""


def lines_for(label: str, room: float, font: QFont) -> tuple[str, ...]:
    """Return the fullest wording of an axis label that fits, in one line or with its unit in a second.

    Parameters
    ----------
    label : e.g. "T = √(P / P_ref)" or "P(k)  [(Mpc/h)³]"
    room : pixels along the axis
    """
    name, bracket, unit = label.partition("[")
    for wording in _wordings(name.strip()):
        one = f"{wording}  {bracket}{unit}" if bracket else wording
        if advance(one, font) <= room:
            return (one,)
        if bracket and advance(wording, font) <= room:
            return wording, bracket + unit
    return (_wordings(name.strip())[-1],)


def _wordings(name: str) -> tuple[str, ...]:
    """Return the label of an axis without its unit, from the fullest wording to the shortest."""
    close = name.replace(" / ", "/")
    symbol, equals, meaning = close.partition(" = ")
    if equals:
        return name, close, meaning, symbol
    return (name, close, "ratio") if "_ref" in name else (name, close)


def advance(text: str, font: QFont) -> float:
    """Return how wide a text is with its subscripts, in pixels."""
    full, small = QFontMetricsF(font), QFontMetricsF(_small(font))
    return sum((small if lowered else full).horizontalAdvance(part) for part, lowered in _parts(text))


def paint(painter: QPainter, at: QPointF, text: str) -> None:
    """Paint a text in the painter's font, its baseline beginning at a point; "_ref" becomes a subscript."""
    font, x = painter.font(), at.x()
    for part, lowered in _parts(text):
        painter.setFont(_small(font) if lowered else font)
        painter.drawText(QPointF(x, at.y() + (_LOWER * font.pixelSize() if lowered else 0.0)), part)
        x += QFontMetricsF(painter.font()).horizontalAdvance(part)
    painter.setFont(font)


def _parts(text: str) -> list[tuple[str, bool]]:
    """Return the pieces of a text, and whether each is a subscript."""
    return [(part, bool(number % 2)) for number, part in enumerate(_SUBSCRIPT.split(text)) if part]


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(round(_SMALLER * font.pixelSize()))
    return small
