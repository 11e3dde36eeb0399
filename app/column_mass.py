"""The mean density of matter in a study: what makes a projected mass of a column density."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.description import HALOS, Description
from backends.data.study import Study


class Member(NamedTuple):
    """What one view draws: its name, its file and what of the file."""

    label: str
    description: Description
    member: str


def mean_density(study: Study) -> tuple[float | None, str]:
    """Return the comoving mean matter density of a study's runs, (Msun/h) / (Mpc/h)³, or None and the reason."""
    seen = (Member(run.label, run.description, run.origin.member) for run in study.runs if run.visible)
    return common_density(seen, study.parameters.species)


def common_density(members: Iterable[Member], species: str | None) -> tuple[float | None, str]:
    """Return the one mean matter density that what is drawn says, (Msun/h) / (Mpc/h)³, or None and the reason.

    It is None where no file says Ω_m, where files differ in it, and where what is drawn is not all matter: one
    species of particles, or halos.
    """
    told = tuple(members)
    if species is not None:
        return None, "Projected mass is of all matter, not of one species"
    for one in told:
        if one.description.kind in HALOS:
            return None, f"Projected mass is of matter, and {one.label} holds halos: hide it or leave it out"
    known = sorted({omega for one in told if (omega := _omega_m(one)) is not None})
    if len(known) == 1:
        return known[0] * CRITICAL_DENSITY, ""
    if not known:
        return None, "Projected mass takes Ω_m, which none of these files says"
    return None, f"Projected mass takes one Ω_m, and these files say {', '.join(f'{omega:g}' for omega in known)}"


def _omega_m(one: Member) -> float | None:
    if one.description.omega_m is not None:
        return one.description.omega_m
    part = one.description.part(one.member)
    return dict(part.parameters).get("omega_m") if part is not None else None
