"""What a figure's note says: on what its numbers were computed, and who found its halos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backends.data.statistic import StatisticResult

FINDERS = {
    "fof": "FoF",
    "compaso": "CompaSO",
    "rockstar": "Rockstar",
    "subfind": "Subfind",
    "ahf": "AHF",
    "pinocchio": "PINOCCHIO",
    "sage": "SAGE",
}
"""How finders write their names."""
FEW = 2
"""Runs that are named where those of one finder are told from those of another; of more, their number."""


def made_of(found: Sequence[tuple[str, StatisticResult]]) -> str:
    """Say in one short line what was computed, e.g. "128³ mesh, TSC interlaced".

    found : each run's label and result
    """
    results = [result for _, result in found]
    if not results:
        return ""
    said = results[0].parameters
    whose = {"distinct": "distinct halos", "with substructure": "halos with substructure"}
    halos = next((whose[str(result.parameters["halos"])] for result in results if "halos" in result.parameters), "")
    made = _made(said, results) or _found_by(found)
    parts = (made, halos) if "n_mesh" in said else (halos, made)
    return ", ".join(part for part in parts if part)


def _made(said: Mapping[str, Any], results: Sequence[StatisticResult]) -> str:
    """Say on what a statistic was computed, and with which choices."""
    if "matched_by" in said:
        return "matched by " + " or ".join(dict.fromkeys(str(result.parameters["matched_by"]) for result in results))
    if "n_lattice" in said:
        return f"{said['n_lattice']}³ lattice"
    if "pairs_of" in said:
        return f"pairs of {said['n_points']:,} {said['pairs_of']}"
    if "n_mesh" not in said:
        return ""
    if said.get("dimensions") == 1:
        mesh = f"{said['n_mesh']} cells, {said['lines']:,} line{'s' * (said['lines'] > 1)} of sight"
    else:
        power = "²" if said.get("dimensions") == 2 else "³"
        mesh = f"{said['n_mesh']}{power} {'mesh' if said.get('painted') else 'grid'}"
    if said.get("mass_assignment"):
        mesh += f", {str(said['mass_assignment']).upper()}{' interlaced' if said.get('interlaced') else ''}"
    if "smoothing_radii" in said:
        radii = ", ".join(f"{radius:.3g}" for radius in said["smoothing_radii"])
        mesh += f", {str(said['smoothing_window']).replace('-', ' ')} of {radii} Mpc/h"
    if "smoothing_radius" in said:
        mesh += f", {str(said['smoothing_window']).replace('-', ' ')} of {said['smoothing_radius']:.3g} Mpc/h"
    if "triangle_k" in said:
        mesh += f", k₁ = k₂ = {said['triangle_k']:.3g} h/Mpc"
    if "line_of_sight" in said:
        mesh += f", seen along {said['line_of_sight']}"
    if "mean_flux" in said:
        fluxes = sorted({float(f"{result.parameters['mean_flux']:.3g}") for result in results})
        space = ", redshift space" if said.get("absorption_space") == "redshift" else ""
        mesh += f"{space}, mean flux {' to '.join(f'{flux:g}' for flux in dict.fromkeys((fluxes[0], fluxes[-1])))}"
    return mesh


def _found_by(found: Sequence[tuple[str, StatisticResult]]) -> str:
    """Say who found the halos, e.g. "FoF b = 0.2, at least 20 particles", and whose where finders differ."""
    whose: dict[str, list[str]] = {}
    for label, result in found:
        if words := _finder(result.parameters):
            whose.setdefault(words, []).append(label)
    if len(whose) == 1:
        return next(iter(whose))
    named = {words: ", ".join(runs) if len(runs) <= FEW else f"{len(runs)} runs" for words, runs in whose.items()}
    return "; ".join(f"{runs}: {words}" for words, runs in named.items())


def _finder(said: Mapping[str, Any]) -> str:
    name, _, sphere = str(said.get("finder", "")).partition(", ")
    weighed = f"{sphere}, " if sphere else ""  # or how linked masses were corrected
    if "linking_length" in said:
        return f"{weighed}FoF b = {said['linking_length']:g}, at least {said.get('min_particles', 1):g} particles"
    return f"{weighed}{FINDERS.get(name, name)}" if name not in ("", "unknown") else ""
