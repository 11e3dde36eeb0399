"""What theory expects of a halo mass function, drawn dashed behind the runs' own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.data.curve import Curve, ReferenceCurve
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.data.run import Origin
from backends.data.statistic import StatisticResult
from backends.errors import InputError
from backends.statistics.figure import Figure
from backends.statistics.halo_mass_function import is_linked, sphere_of
from backends.statistics.reference_curves import with_curves

Array = NDArray[np.float64]

NAMES = {
    "press-schechter": "Press–Schechter 1974",
    "sheth-tormen": "Sheth–Tormen 1999",
    "tinker08": "Tinker 2008",
    "watson13": "Watson 2013",
}
COLOUR = "#8b93a7"
N_MASSES = 32
PLANCK_N_S, PLANCK_OMEGA_B = 0.9665, 0.049


@dataclass(frozen=True)
class Universe:
    """What is known of the runs' cosmology; None where neither their files nor a person says."""

    omega_m: float | None = None
    hubble: float | None = None
    sigma8: float | None = None
    n_s: float | None = None
    omega_b: float | None = None
    redshift: float | None = None

    @property
    def lacking(self) -> str:
        """What is missing for a linear power spectrum, in words, or ""."""
        needed = (("Ω_m", self.omega_m), ("h", self.hubble), ("σ₈", self.sigma8), ("the redshift", self.redshift))
        return ", ".join(name for name, value in needed if value is None)


def universe_of(description: Description, told: Facts, member: str, parameters: Parameters) -> Universe:
    """Return the cosmology of a run; what a person says wins over the file."""
    part = description.part(member)
    stated = dict(part.parameters) if part is not None else {}
    facts = told.over(description.facts_of(member))

    def known(said: float | None, *names: str) -> float | None:
        return said if said is not None else next((float(stated[name]) for name in names if name in stated), None)

    return Universe(
        omega_m=known(description.omega_m, "omega_m"),
        hubble=known(told.hubble if told.hubble is not None else description.hubble, "hubble", "h"),
        sigma8=known(parameters.sigma8, "sigma_8", "sigma8"),
        n_s=known(parameters.n_s, "n_s"),
        omega_b=known(parameters.omega_b, "omega_b"),
        redshift=facts.redshift,
    )


def with_theory(
    figure: Figure,
    results: Sequence[StatisticResult],
    parameters: Parameters,
    universe: Universe,
    curves: Sequence[ReferenceCurve],
    colour: Callable[[str], str],
) -> Figure:
    """Return the halo mass function's figure with the theory that the parameters ask for.

    Spherical overdensities are never held against friends-of-friends halos, nor the other way round.

    Parameters
    ----------
    results : of the runs that are drawn, the reference's first where it has one
    universe : of the reference, or of the first run
    curves : the study's tables, of which the first of P(k) can stand for the linear spectrum
    colour : from a colour of the dark theme to the one that is drawn
    """
    if figure.name != "halo-mass-function" or not parameters.theory or not figure.curves:
        return figure
    spans = np.concatenate([curve.x[np.isfinite(curve.x) & (curve.x > 0)] for curve in figure.curves])
    if not spans.size:
        return figure
    masses = np.geomspace(float(spans.min()), float(spans.max()), N_MASSES)
    finder = str(results[0].parameters.get("finder", "")) if results else ""
    drawn: list[ReferenceCurve] = []
    skipped: list[tuple[str, str]] = []
    for model in parameters.theory:
        name = NAMES.get(model, model)
        reason = _unfit(model, finder) or (universe.lacking and f"{universe.lacking} not known")
        if reason:
            skipped.append((name, reason))
            continue
        try:
            label, values = _computed(model, masses, universe, sphere_of(finder) == "M200c", _table(parameters, curves))
        except InputError as refused:
            skipped.append((name, str(refused)))
            continue
        origin = Origin(Path(), "theory", model)
        table = Curve(figure.name, masses, values, redshift=universe.redshift)
        drawn.append(ReferenceCurve(f"theory:{model}", label, COLOUR, figure.name, origin, curve=table))
    figure = with_curves(figure, drawn, lambda curve: colour(curve.colour))
    return replace(figure, skipped=(*figure.skipped, *skipped))


def _unfit(model: str, finder: str) -> str:
    """Return why a model does not count halos as the runs' are counted, or ""."""
    linked = is_linked(finder)
    if model == "tinker08" and linked:
        return (
            "it counts spherical overdensities and these halos are linked; "
            "weigh them by M200c or M200m to hold them against it"
        )
    if model == "watson13" and not linked:
        return "it counts friends-of-friends halos, and these are not"
    return ""


def _table(parameters: Parameters, curves: Sequence[ReferenceCurve]) -> tuple[tuple[float, ...], ...] | None:
    if parameters.linear_power != "table":
        return None
    for curve in curves:
        if curve.statistic == "power-spectrum" and curve.visible and curve.curve is not None:
            kept = (curve.curve.x > 0) & (curve.curve.y > 0)
            return tuple(curve.curve.x[kept].tolist()), tuple(curve.curve.y[kept].tolist())
    raise InputError("there is no table of the linear P(k): drop one, or start from Eisenstein & Hu")


def _computed(
    model: str,
    masses: Array,
    universe: Universe,
    by_m200c: bool,
    table: tuple[tuple[float, ...], ...] | None,
) -> tuple[str, Array]:
    assert universe.omega_m is not None
    assert universe.redshift is not None
    overdensity, extra = 200.0, ""
    if model == "tinker08" and by_m200c:
        from backends.cosmology.background import Cosmology

        fraction = float(Cosmology(omega_m=universe.omega_m, omega_b=0.0).matter_fraction(1 / (1 + universe.redshift)))
        overdensity, extra = 200 / fraction, " · 200c"
    elif model == "tinker08":
        extra = " · 200m"
    assumed = [name for name, value in (("n_s", universe.n_s), ("Ω_b", universe.omega_b)) if value is None]
    values = _expected(model, tuple(masses.tolist()), universe, overdensity, table)
    said = f" ({', '.join(assumed)} of Planck 2018)" if assumed else ""
    return f"{NAMES[model]}{extra}{said}", np.array(values)


@lru_cache(maxsize=32)
def _expected(
    model: str,
    masses: tuple[float, ...],
    universe: Universe,
    overdensity: float,
    table: tuple[tuple[float, ...], ...] | None,
) -> tuple[float, ...]:
    from backends.cosmology.background import Cosmology
    from backends.cosmology.linear_power import LinearPower
    from backends.cosmology.mass_function import MassFunction

    cosmology = Cosmology(
        omega_m=universe.omega_m or 0.0,
        omega_b=PLANCK_OMEGA_B if universe.omega_b is None else universe.omega_b,
        h=universe.hubble or 0.0,
        n_s=PLANCK_N_S if universe.n_s is None else universe.n_s,
        sigma8=universe.sigma8 or 0.0,
    )
    power = (
        LinearPower(cosmology)
        if table is None
        else LinearPower(cosmology, "table", (np.array(table[0]), np.array(table[1])))
    )
    found: list[float] = MassFunction(power, model, overdensity)(np.array(masses), universe.redshift or 0.0).tolist()
    return tuple(found)
