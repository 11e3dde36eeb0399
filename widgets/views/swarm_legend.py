"""What the colours of particles mean: a bar with its unit, a wheel of directions, or the species by name."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QConicalGradient, QFont, QFontMetricsF, QPainter

from backends.data.species import in_words
from backends.data.view import ViewSettings
from widgets.views import legends, marks
from widgets.views.sheet import Rectangle, Sheet
from widgets.volume import swarm_look
from widgets.volume.swarm import VALUES, species_tint

TITLES = {
    "density": "1 + δ where the particles are",
    "speed": "speed, km/s",
    "along": "velocity along the sight, km/s",
    "mass": "particle mass, Msun/h",
}
WHEEL = 17.0


def title(view: ViewSettings) -> str:
    """Return what the colours of the particles stand for."""
    return TITLES.get(swarm_look.colour_of(view), "Σ / mean Σ of the particles")


def ends(view: ViewSettings, values: tuple[float, float], limits: tuple[float, float]) -> tuple[str, str]:
    """Return the numbers at the two ends of the colour bar.

    Parameters
    ----------
    values : range of the particles' values, as they are kept
    limits : scaled range of the light
    """
    colour = swarm_look.colour_of(view)
    if colour == "along":
        return f"{legends.number(_round(values[0]))} nearer", f"+{legends.number(_round(values[1]))} farther"
    if colour == "speed":
        return legends.number(_round(values[0])), legends.number(_round(values[1]))
    if colour in VALUES:
        return legends.number(10.0 ** values[0]), legends.number(10.0 ** values[1])
    return legends.ends(limits, view.scaling)


def _round(value: float) -> float:
    """Return a speed as it is said: whole km/s."""
    return float(round(value)) if abs(value) >= 10 else value


def draw(painter: QPainter, sheet: Sheet, index: int, base: QFont) -> None:
    """Draw what the colours of a cell's particles mean."""
    cell, rectangle = sheet.cells[index], sheet.rectangles[index]
    view = sheet.view_of(cell)
    colour = swarm_look.colour_of(view)
    if colour == "direction":
        _wheel(painter, rectangle, base)
    elif colour == "species":
        _species(painter, rectangle, sheet.species, base)
    else:
        said = ends(view, sheet.values, sheet.limits_of(cell))
        marks.colour_bar(painter, rectangle, swarm_look.table(view), title(view), said, base, 0)


def _wheel(painter: QPainter, rectangle: Rectangle, base: QFont) -> None:
    """Draw the hue of every direction of motion on the sky; a hue is shown where it points to."""
    x, y, width, height = rectangle
    words, small = "motion on the sky", marks.font(base, 11)
    wide = 2 * WHEEL + 24 + QFontMetricsF(small).horizontalAdvance(words)
    tall = 2 * WHEEL + 12
    box = QRectF(x + width - marks.MARGIN - wide, y + height - marks.MARGIN - tall, wide, tall)
    marks.plate(painter, box)
    middle = QPointF(box.left() + 6 + WHEEL, box.center().y())
    gradient = QConicalGradient(middle, 0.0)
    for step in range(49):
        gradient.setColorAt(step / 48, _hue(step / 48))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawEllipse(middle, WHEEL, WHEEL)
    painter.setBrush(marks.PLATE)
    painter.drawEllipse(middle, 0.52 * WHEEL, 0.52 * WHEEL)
    painter.setPen(marks.LIGHT)
    tip = QPointF(middle.x() + 0.3 * WHEEL, middle.y())
    painter.drawLine(QPointF(middle.x() - 0.3 * WHEEL, middle.y()), tip)
    for turn in (0.85 * pi, -0.85 * pi):
        painter.drawLine(tip, tip + QPointF(4 * cos(turn), 4 * sin(turn)))
    painter.setFont(small)
    line = QRectF(middle.x() + WHEEL + 8, box.top(), wide, box.height())
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)


def _hue(turn: float) -> QColor:
    """Return the colour of a direction, a share of a turn from the right; the shader does the same."""
    phases = 2 * np.pi * (turn - np.array([0.0, 1 / 3, 2 / 3]))
    red, green, blue = 0.58 + 0.42 * np.cos(phases)
    return QColor.fromRgbF(float(red), float(green), float(blue))


def _species(painter: QPainter, rectangle: Rectangle, species: tuple[str, ...], base: QFont) -> None:
    """Name the species beside their colours."""
    x, y, width, height = rectangle
    small = marks.font(base, 11)
    names = [in_words(name) for name in species]
    wide = max((QFontMetricsF(small).horizontalAdvance(name) for name in names), default=0.0) + 34
    tall = 17.0 * len(names) + 10
    box = QRectF(x + width - marks.MARGIN - wide, y + height - marks.MARGIN - tall, wide, tall)
    marks.plate(painter, box)
    painter.setFont(small)
    for row, (name, words) in enumerate(zip(species, names, strict=True)):
        line = QRectF(box.left() + 26, box.top() + 5 + 17 * row, wide, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*species_tint(name)))
        painter.drawEllipse(QPointF(box.left() + 14, line.center().y()), 4.5, 4.5)
        painter.setPen(marks.LIGHT)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
