"""The mean density of matter in a study: what makes a projected mass of a column density."""

from __future__ import annotations

from collections.abc import Iterable

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.description import HALOS, Description
from backends.data.study import Study


def mean_density(study: Study) -> float | None:
    """Return the comoving mean matter density of a study's runs, (Msun/h) / (Mpc/h)³.

    None where no run says Ω_m, where runs differ in it, and where what is drawn is not all matter: one species
    of particles, or halos.
    """
    if study.parameters.species is not None:
        return None
    return common_density((run.description, run.origin.member) for run in study.runs if run.visible)


def common_density(members: Iterable[tuple[Description, str]]) -> float | None:
    """Return the one mean matter density that members of files say, (Msun/h) / (Mpc/h)³, or None."""
    told = tuple(members)
    if any(description.kind in HALOS for description, _ in told):
        return None
    known = {omega for one in told if (omega := _omega_m(*one)) is not None}
    return known.pop() * CRITICAL_DENSITY if len(known) == 1 else None


def _omega_m(description: Description, member: str) -> float | None:
    if description.omega_m is not None:
        return description.omega_m
    part = description.part(member)
    return dict(part.parameters).get("omega_m") if part is not None else None
