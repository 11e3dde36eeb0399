"""Theory is drawn where the cosmology is known, and never against halos that are counted otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backends.data.catalogue import Catalogue
from backends.data.curve import Curve, ReferenceCurve
from backends.data.description import Description, Part
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.data.run import Origin
from backends.statistics.figure import Figure
from backends.statistics.figures import RunStyle, figure
from backends.statistics.halo_mass_function import mass_function
from backends.statistics.theory_curves import Universe, universe_of, with_theory

KNOWN = Universe(omega_m=0.3, hubble=0.7, sigma8=0.8, n_s=0.96, omega_b=0.05, redshift=0.0)
ALL = ("press-schechter", "sheth-tormen", "tinker08", "watson13")


def drawn(finder: str, universe: Universe = KNOWN, tables: tuple[ReferenceCurve, ...] = (), **chosen: object) -> Figure:
    masses = 10 ** np.random.default_rng(0).uniform(12, 14, 300)
    result = mass_function(Catalogue(np.zeros((300, 3)), masses, 100.0, finder=finder))
    parameters = replace(Parameters(theory=ALL), **chosen)  # type: ignore[arg-type]
    plain = figure("halo-mass-function", [(RunStyle("a", "A", "#ffffff", 0, True), result)], "a", parameters)
    return with_theory(plain, [result], parameters, universe, tables, lambda colour: colour)


@pytest.mark.parametrize(
    ("finder", "absent", "overdensity"),
    [
        ("fof", "Tinker 2008", ""),
        ("rockstar", "Watson 2013", "200m"),
        ("fof, M200c", "Watson 2013", "200c"),
        ("fof, M200m", "Watson 2013", "200m"),
    ],
)
def test_overdensities_are_not_held_against_linked_halos(finder: str, absent: str, overdensity: str) -> None:
    found = drawn(finder)
    assert len(found.curves) == 4
    assert [label for label, _ in found.skipped] == [absent]
    for curve in found.curves[1:]:
        assert curve.key.startswith("theory:")
        assert curve.dash > 0
        assert (curve.y > 0).all()
    tinker = [curve.label for curve in found.curves if curve.label.startswith("Tinker")]
    assert tinker == ([f"Tinker 2008 · {overdensity}"] if overdensity else [])


def test_an_unknown_cosmology_is_said_and_not_guessed() -> None:
    found = drawn("fof", replace(KNOWN, sigma8=None))
    assert len(found.curves) == 1
    assert ("Sheth–Tormen 1999", "σ₈ not known") in found.skipped
    assumed = drawn("fof", replace(KNOWN, n_s=None, omega_b=None))
    assert "Sheth–Tormen 1999 (n_s, Ω_b of Planck 2018)" in [curve.label for curve in assumed.curves]
    assert len(drawn("fof", theory=()).curves) == 1


def test_a_table_can_stand_for_the_linear_power() -> None:
    missing = drawn("fof", linear_power="table")
    assert "drop one" in missing.skipped[0][1]
    k = np.geomspace(1e-4, 1e3, 400)
    spectrum = Curve("power-spectrum", k, k / (1 + (k / 0.02) ** 3))
    table = ReferenceCurve("t", "T", "#fff", "power-spectrum", Origin(Path("t"), "x"), curve=spectrum)
    found = drawn("fof", tables=(table,), linear_power="table")
    assert len(found.curves) == 4
    assert not np.allclose(found.curves[1].y, drawn("fof").curves[1].y, rtol=0.02)


def test_what_a_person_says_wins_over_the_file() -> None:
    part = Part("", "run", parameters={"omega_m": 0.31, "sigma_8": 0.7})
    description = Description(Path("x"), (), "x", "particles", redshift=0.5, hubble=0.6, parts=(part,))
    found = universe_of(description, Facts(), "", Parameters())
    assert found == Universe(omega_m=0.31, hubble=0.6, sigma8=0.7, redshift=0.5)
    told = universe_of(description, Facts(hubble=0.7, redshift=1.0), "", Parameters(sigma8=0.9))
    assert (told.sigma8, told.hubble, told.redshift) == (0.9, 0.7, 1.0)
