"""The one style of the whole window: flat, quiet, from the theme's tokens.

Widgets say what they are through the dynamic property ``kind`` ("head", "quiet", "primary", …); how
that looks is decided here and nowhere else. The ring of keyboard focus shows on buttons that only
the keyboard can focus, so that clicking leaves no ring behind.
"""

from __future__ import annotations

from PyQt6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PyQt6.QtWidgets import QApplication, QWidget

import resources
from widgets.current_theme import remember_theme
from widgets.style_sheet import stylesheet
from widgets.theme import Theme

__all__ = ["apply", "figures_font", "put_on", "set_kind", "stylesheet", "take_off"]

_FONTS = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")


def figures_font(pixels: int = 13) -> QFont:
    """Return the window's font with figures of one width, so that columns of numbers line up."""
    font = QFont("Inter")
    font.setPixelSize(pixels)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def set_kind(widget: QWidget, kind: str) -> None:
    """Say what a widget is, for the style; takes effect at once."""
    widget.setProperty("kind", kind)
    style = widget.style()
    if style is not None:
        style.unpolish(widget)
        style.polish(widget)


def palette(theme: Theme) -> QPalette:
    """Return the colours that Qt's own painting uses."""
    colours = {
        QPalette.ColorRole.Window: theme.panel,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.panel,
        QPalette.ColorRole.AlternateBase: theme.raised,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.BrightText: theme.bad,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.quiet,
        QPalette.ColorRole.Highlight: theme.primary,
        QPalette.ColorRole.HighlightedText: "#ffffff",
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.LinkVisited: theme.accent,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Light: theme.raised,
        QPalette.ColorRole.Midlight: theme.raised,
        QPalette.ColorRole.Mid: theme.line,
        QPalette.ColorRole.Dark: theme.line,
        QPalette.ColorRole.Shadow: theme.ground,
    }
    result = QPalette()
    for role, colour in colours.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.quiet))
    return result


def apply(application: QApplication, theme: Theme) -> None:
    """Put a theme on the whole application: colours, the bundled Inter, the style sheet."""
    if "Inter" not in QFontDatabase.families():
        for name in _FONTS:
            QFontDatabase.addApplicationFont(str(resources.path(f"fonts/{name}")))
    remember_theme(application, theme)
    application.setStyle("Fusion")
    application.setFont(figures_font())
    application.setPalette(palette(theme))
    application.setStyleSheet(stylesheet(theme))


def take_off(application: QApplication, theme: Theme) -> None:
    """Prepare an application in use for another theme, which :func:`put_on` puts on.

    Qt works through all widgets twice where one sheet follows another: off and on is more than twice as fast.
    """
    remember_theme(application, theme)
    application.setStyleSheet("")
    application.setPalette(palette(theme))


def put_on(application: QApplication, theme: Theme) -> None:
    """Put a theme's style sheet on an application that wears none."""
    application.setStyleSheet(stylesheet(theme))
