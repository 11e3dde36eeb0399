"""The mean density of matter in a study: what makes a projected mass of a column density."""

from __future__ import annotations

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.description import HALOS
from backends.data.run import Run
from backends.data.study import Study


def mean_density(study: Study) -> float | None:
    """Return the comoving mean matter density of a study's runs, (Msun/h) / (Mpc/h)³.

    None where no run says Ω_m, where runs differ in it, and where what is drawn is not all matter: one species
    of particles, or halos.
    """
    drawn = [run for run in study.runs if run.visible]
    if study.parameters.species is not None or any(run.description.kind in HALOS for run in drawn):
        return None
    known = {omega for run in drawn if (omega := _omega_m(run)) is not None}
    return known.pop() * CRITICAL_DENSITY if len(known) == 1 else None


def _omega_m(run: Run) -> float | None:
    if run.description.omega_m is not None:
        return run.description.omega_m
    part = run.description.part(run.origin.member)
    return dict(part.parameters).get("omega_m") if part is not None else None
