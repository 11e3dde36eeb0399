"""A theme's tokens as the pens, fonts and tints of a plot."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QPen

from backends.statistics.figure_key import DASHES
from widgets.theme import Theme

TICK_PIXELS, LABEL_PIXELS = 11, 12


@dataclass(frozen=True)
class Emphasis:
    """How loud one curve is among the others."""

    width: float
    opacity: float
    layer: int
    band: float = 0.10
    """Opacity of the error band."""


PLAIN = Emphasis(1.5, 1.0, 0)
REFERENCE = Emphasis(2.0, 1.0, 1, 0.14)
SELECTED = Emphasis(2.4, 1.0, 2, 0.16)
BRIGHT = Emphasis(2.8, 1.0, 3, 0.24)


def dimmed(emphasis: Emphasis) -> Emphasis:
    """Return the emphasis of a curve while another is pointed at."""
    return Emphasis(emphasis.width, 0.32, emphasis.layer, 0.04)


def plot_font(family: QFont, pixels: int, *, bold: bool = False) -> QFont:
    """Return the interface's font at that size, with figures of equal width."""
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def curve_pen(theme: Theme, colour: str, dash: int, width: float, alpha: float = 1.0) -> QPen:
    """Return a pen of constant width on the screen in a run's colour and dashes; more than there are go round again."""
    tint = QColor(theme.run_colour(colour))
    tint.setAlphaF(alpha)
    pen = QPen(tint, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pattern = DASHES[dash % len(DASHES)]
    if pattern:
        pen.setDashPattern(list(pattern))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def tint(colour: str, alpha: float) -> QColor:
    """Return a colour token, made transparent."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


def mixed(first: str, second: str, share: float) -> QColor:
    """Return the colour that is ``share`` of the way from the first to the second."""
    a, b = QColor(first), QColor(second)
    return QColor(
        round(a.red() + share * (b.red() - a.red())),
        round(a.green() + share * (b.green() - a.green())),
        round(a.blue() + share * (b.blue() - a.blue())),
    )


def plot_ground(theme: Theme) -> QColor:
    """The ground inside a plot's frame: a shade off the panel, so that the data stand out."""
    return mixed(theme.panel, theme.ground, 0.55) if theme.name == "dark" else mixed(theme.panel, "#ffffff", 0.7)
