"""Colour maps of our own, beside those that packages know by name."""

from __future__ import annotations

# Sea green to lime: no hue of inferno, magma or a diverging map, and never the grey beneath an overlay.
OWN = {"lagoon": ("#06474f", "#0ea596", "#45e0b8", "#d2ff7a")}


def known(name: str) -> str | list[str]:
    """Return what cmap makes that map of: its name, or the colours of one of our own."""
    return list(OWN[name]) if name in OWN else name
