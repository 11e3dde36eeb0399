"""What a statistic's numbers depend on, as a person reads it: in words, and never a number without its unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NAMES = {
    "n_mesh": "mesh",
    "n_particles": "particles",
    "interlaced": "interlaced meshes",
    "compensated": "window of the mass assignment divided out",
    "painted": "painted from particles",
    "k_nyquist_mesh": "k Nyquist, mesh",
    "k_nyquist_particles": "k Nyquist, particles",
    "min_particles": "smallest halo",
    "finder": "halo finder",
}
_UNITS = {
    "n_mesh": "cells a side",
    "box_size": "Mpc/h",
    "cell_offset": "cells",
    "k_nyquist_mesh": "h/Mpc",
    "k_nyquist_particles": "h/Mpc",
    "linking_length": "mean separations",
    "min_particles": "particles",
    "smoothing_radius": "Mpc/h",
    "triangle_k": "h/Mpc",
    "gas_temperature": "K",
}
_NONE = {"species": "all matter"}


def parameters_in_words(parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (name, value) of each parameter as ``results.json`` has it."""
    return [
        (_NAMES.get(name, name.replace("_", " ")), _NONE.get(name, "none") if value is None else _value(name, value))
        for name, value in parameters.items()
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{label}: {_value(name, inner)}" for label, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ("mass_assignment", "finder") and isinstance(value, str):
        return {"fof": "FoF"}.get(value, value.upper() if len(value) == 3 else value)
    unit = _UNITS.get(name, "")
    number = f"{value:.6g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    return f"{number} {unit}".strip() if value is not None else "none"
