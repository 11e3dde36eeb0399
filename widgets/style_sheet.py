"""The style sheet, written once with the tokens' names and filled in from a theme."""

from __future__ import annotations

from dataclasses import fields

import resources
from widgets.theme import Theme


def mixed(first: str, second: str, share: float) -> str:
    """Return ``#rrggbb`` between two colours; ``share`` of the second, in [0, 1]."""
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def stylesheet(theme: Theme) -> str:
    """Return the style sheet of the whole application in that theme's colours."""
    tokens = {f.name: getattr(theme, f.name) for f in fields(theme) if f.name != "runs"}
    tokens["hover"] = mixed(theme.panel, theme.raised, 0.6)
    tokens["pressed"] = mixed(theme.raised, theme.line, 0.6)
    tokens["well"] = mixed(theme.panel, theme.ground, 0.6)
    tokens["faint"] = mixed(theme.quiet, theme.panel, 0.35)
    tokens["segment"] = mixed(theme.raised, theme.line, 0.45)
    tokens["primary_hover"] = mixed(theme.primary, "#ffffff", 0.1)
    tokens["primary_pressed"] = mixed(theme.primary, "#000000", 0.15)
    tokens["check"] = resources.path("icons/indicator-check.svg").as_posix()
    tokens["dot"] = resources.path("icons/indicator-dot.svg").as_posix()
    tokens["down"] = resources.path("icons/indicator-down.svg").as_posix()
    tokens["up"] = resources.path("icons/indicator-up.svg").as_posix()
    tokens["right"] = resources.path("icons/indicator-right.svg").as_posix()
    text = resources.path("themes/window.qss").read_text(encoding="utf-8")
    for name in sorted(tokens, key=len, reverse=True):
        text = text.replace(f"@{name}", tokens[name])
    return text
