"""Icons, fonts, themes, shaders, the report's template, the demo study and its weights."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def path(name: str) -> Path:
    """Return where a resource lies, e.g. ``path("themes/dark.json")``.

    Raises
    ------
    FileNotFoundError
        Where there is none of that name: the installation is incomplete.
    """
    found = _HERE / name
    if not found.exists():
        raise FileNotFoundError(f"Halograph's resource {name} is missing: install Halograph again")
    return found
