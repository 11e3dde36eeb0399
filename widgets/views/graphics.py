"""What the canvas needs to know of Qt: whether there is OpenGL, and colours as OpenGL counts them."""

from __future__ import annotations

from PyQt6.QtGui import QColor, QGuiApplication, QOffscreenSurface, QOpenGLContext

REMEDY = "Install Mesa (libgl1-mesa-dri), or update the graphics driver"


def graphics_failure() -> str:
    """Return why nothing can be drawn by OpenGL and what helps, or "" where it can."""
    platform = QGuiApplication.platformName()
    if platform in ("offscreen", "minimal", "vnc", "linuxfb"):
        return f"The display “{platform}” has no OpenGL: start Halograph on a desktop, or under Xvfb"
    context = QOpenGLContext()
    if not context.create():
        return f"OpenGL could not be started. {REMEDY}"
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    if not context.makeCurrent(surface):
        return f"OpenGL could not be used on this display. {REMEDY}"
    context.doneCurrent()
    return ""


def rgb(colour: str) -> tuple[float, float, float]:
    """Return a colour of the theme as three numbers in [0, 1]."""
    parsed = QColor(colour)
    return parsed.redF(), parsed.greenF(), parsed.blueF()
