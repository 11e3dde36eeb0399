"""What a change of the views is called, for the list of what can be undone."""

from __future__ import annotations

from dataclasses import fields

from backends.data.view import ViewSettings

WORDS = {
    "page": "Turn the page",
    "mode": "Change the way of drawing",
    "scaling": "Change the scaling",
    "limits": "Change the range of colours",
    "opacity": "Change the opacity",
    "origin": "Move the box",
    "clip": "Change the clip box",
    "axis": "Change the axis of the slice",
    "depth": "Change the depth of the slice",
    "crosshair": "Move the crosshair",
    "comparison": "Change the comparison",
    "overlay": "Change the overlay",
    "overlay_opacity": "Change the overlay's strength",
    "overlay_map": "Change the overlay's colours",
    "isosurfaces": "Change the isosurfaces",
    "plane": "Move the cutting plane",
    "light": "Change the light",
    "attenuation": "Change the attenuation",
    "column_unit": "Change the unit of columns",
    "particles": "Change the look of particles",
    "wipe": "Move the divider",
    "squares": "Change the squares",
    "blink_rate": "Change the blinking",
}
"""By the name of the one setting that differs."""


def changed(old: ViewSettings, new: ViewSettings) -> str:
    """Return what a change from one state of the views to another is called, e.g. "Change the clip box"."""
    own = {one.run: one for one in new.own}
    for one in old.own:
        if one.run in own and own[one.run] != one:  # of a run that keeps its own, all else is the same
            old, new = old.seen_in(one.run), new.seen_in(one.run)
            parts = ("clip", "crosshair", "transfer", "limits")
            return _of(old, new, {part for part in parts if getattr(old, part) != getattr(new, part)})
    return _of(old, new, {f.name for f in fields(ViewSettings) if getattr(old, f.name) != getattr(new, f.name)})


def _of(old: ViewSettings, new: ViewSettings, differs: set[str]) -> str:
    if differs == {"transfer"}:
        if old.transfer.points != new.transfer.points:
            both = old.transfer.stops != new.transfer.stops or old.transfer.colour_map != new.transfer.colour_map
            return "Change opacity and colours" if both else "Change the opacity's curve"
        return "Change the colours"
    if differs == {"halos"}:
        return "Show halos" if new.halos else "Hide halos"
    if differs == {"linked"}:
        return "Link the views" if new.linked else "Unlink the views"
    if differs == {"rings"}:
        chosen = old.rings.chosen != new.rings.chosen
        return "Select a halo" if chosen and new.rings.chosen else "Deselect the halo" if chosen else "Change the rings"
    # With another way of drawing, or another place, comes what it needs.
    first = next((name for name in WORDS if name in differs and name in ("mode", "comparison", "plane")), "")
    name = next(iter(differs)) if len(differs) == 1 else first
    return WORDS.get(name, "Change the view")
