"""Mass functions, linear power and growth: against sums of many steps, published tables, colossus, CCL and hmf."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from boxes import COSMOLOGY, Floats
from rows import Rows, apart, peer, truth

from backends.cosmology.background import CRITICAL_DENSITY, Cosmology
from backends.cosmology.linear_power import LinearPower
from backends.cosmology.mass_function import MassFunction

TABLES = Path(__file__).parents[4] / "shared/data/reference_tables"
THEORY, LINEAR = "mass functions of theory", "linear power and growth"
MASS = np.geomspace(1e12, 1e15, 12)
RANGE = "10^12 to 10^15 Msun/h"
SPLINES = "the package's splines of P(k) and σ(M, z)"
AUTHORS = "Eisenstein & Hu's code in place of their paper"


def rows() -> Rows:
    radius = np.cbrt(3 * MASS[::3] / (4 * np.pi * COSMOLOGY.omega_m * CRITICAL_DENSITY))
    found = MassFunction(LinearPower(COSMOLOGY)).sigma(radius)
    yield truth(THEORY, "200 000 steps", "σ(M) and its slope", apart(found, np.transpose([_sigma(r) for r in radius])))
    yield from _tables()
    yield from _colossus()
    yield from _ccl()
    yield from _hmf()


def _sigma(radius: float) -> tuple[float, float]:
    """Return σ(R) and dlnσ/dlnR by a sum of so many steps that no more change it."""
    k = np.geomspace(1e-6, 2000 / min(radius, 1.0), 200_000)
    x, power = k * radius, k**3 * LinearPower(COSMOLOGY)(k) / (2 * np.pi**2)
    window = np.where(x < 1e-2, 1 - x**2 / 10, 3 * (np.sin(x) - x * np.cos(x)) / x**3)
    steep = np.where(x < 1e-2, -(x**2) / 5, 3 * (np.sin(x) / x - window))
    variance = np.trapezoid(power * window**2, np.log(k))
    return float(np.sqrt(variance)), float(np.trapezoid(power * window * steep, np.log(k)) / variance)


def given_power(k: Floats, power: Floats) -> LinearPower:
    """Return another package's spectrum, so that only what is made of it differs."""
    return LinearPower(COSMOLOGY, "table", (k, power))


def _tables() -> Rows:
    for table, model in (
        ("hmf_ccl_colossus/hmf_press74", "press-schechter"),
        ("hmf_ccl_despali_sheth/hmf_sheth99", "sheth-tormen"),
        ("hmf_ccl_colossus/hmf_tinker08", "tinker08"),
    ):
        if not TABLES.is_dir():
            return
        mass, theirs, *_ = np.loadtxt(TABLES / f"{table}.txt").T
        universe = Cosmology(omega_m=0.3, omega_b=0.05, h=0.7, n_s=0.96, sigma8=0.8)
        ours = MassFunction(LinearPower(universe), model)(mass * 0.7) * 0.7**3
        few = mass < 1e14
        compared = f"dn/dlog10 M, {model}, below 10^14 Msun"
        against = f"published table ({table.split('/')[1]})"
        yield truth(THEORY, against, compared, apart(ours[few], theirs[few]), "colossus' integrals for σ(M)")


def colossus() -> dict[str, Any]:
    """Return the box's cosmology in colossus' words, with nothing interpolated."""
    c = COSMOLOGY
    said = {"H0": 100 * c.h, "Om0": c.omega_m, "Ob0": c.omega_b, "sigma8": c.sigma8, "ns": c.n_s, "Tcmb0": 2.7255}
    return {**said, "flat": True, "relspecies": False, "interpolation": False}


def _colossus() -> Rows:
    from colossus.cosmology import cosmology
    from colossus.lss import mass_function, peaks

    universe = cosmology.setCosmology("here", **colossus())
    radius, step = peaks.lagrangianR(MASS), 0.1
    # Its integrals have a tolerance: the slope is taken over wide steps, to the fourth order of them.
    sigma = {n: universe.sigma(radius * np.exp(n * step), 1.0) for n in range(-2, 3)}
    log = {n: np.log(values) for n, values in sigma.items()}
    slope = -(8 * (log[1] - log[-1]) - (log[2] - log[-2])) / (12 * step) / 3
    for model, called, definition in (
        ("watson13", "watson13", "fof"),
        ("tinker08", "tinker08", "200m"),
        ("sheth-tormen", "sheth99", "fof"),
    ):
        share = mass_function.massFunction(sigma[0], 1.0, q_in="sigma", mdef=definition, model=called, q_out="f")
        theirs = share * universe.rho_m(0.0) * 1e9 / MASS * slope
        away = apart(MassFunction(LinearPower(COSMOLOGY), model)(MASS, 1.0) / np.log(10), theirs)
        yield peer(THEORY, "colossus", f"dn/dlnM, {model}, z = 1, {RANGE}", away, "colossus' integrals for σ(M)")
    k = np.geomspace(1e-3, 10, 200)
    shape, own = universe.matterPowerSpectrum(k, model="eisenstein98"), LinearPower(COSMOLOGY)(k)
    yield peer(LINEAR, "colossus", "shape of P(k), Eisenstein & Hu", apart(own / own[0], shape / shape[0]))
    yield peer(LINEAR, "colossus", "amplitude of P(k)", apart(own[0], shape[0]), "colossus' integral for σ₈")
    a = np.array([0.1, 0.3, 0.7])
    yield peer(LINEAR, "colossus", "D(a)", apart(COSMOLOGY.growth(a), universe.growthFactor(1 / a - 1)))


def _ccl() -> Rows:
    import pyccl

    c = COSMOLOGY
    # σ(M, z) is a spline in CCL: with knots as close as this it follows the growth.
    pyccl.spline_params.A_SPLINE_NA_SM, pyccl.spline_params.LOGM_SPLINE_NM = 121, 200
    pyccl.gsl_params.INTEGRATION_SIGMAR_EPSREL = 1e-8
    given = {"Omega_c": c.omega_m - c.omega_b, "Omega_b": c.omega_b, "h": c.h, "n_s": c.n_s, "sigma8": c.sigma8}
    # It takes no universe without light, and no less of it than this.
    none = {"Omega_g": 1e-12, "Neff": 0, "T_CMB": 2.7255}
    universe = pyccl.Cosmology(**given, **none, transfer_function="eisenstein_hu")
    a = np.array([0.1, 0.3, 0.7])
    yield peer(LINEAR, "pyccl", "D(a)", apart(c.growth(a), pyccl.growth_factor(universe, a)))
    k = np.geomspace(1e-3, 5, 200)
    theirs = pyccl.linear_matter_power(universe, k * c.h, 0.5) * c.h**3
    yield peer(LINEAR, "pyccl", "P(k), z = 1, to 5 h/Mpc", apart(LinearPower(c)(k, 1.0), theirs), AUTHORS)
    k = np.geomspace(1e-5, 500, 20_000)
    power, halos = given_power(k, pyccl.linear_matter_power(universe, k * c.h, 1.0) * c.h**3), pyccl.halos
    for model, function in (
        ("press-schechter", halos.MassFuncPress74(mass_def="fof")),
        ("sheth-tormen", halos.MassFuncSheth99(mass_def="fof", use_delta_c_fit=False)),
        ("tinker08", halos.MassFuncTinker08(mass_def="200m")),
        ("watson13", halos.MassFuncWatson13(mass_def="fof")),
    ):
        ours = MassFunction(power, model)
        away = max(apart(ours(MASS, z), function(universe, MASS / c.h, 1 / (1 + z)) / c.h**3) for z in (0.0, 1.0, 2.0))
        yield peer(THEORY, "pyccl", f"dn/dlog10 M, {model}, z = 0, 1 and 2, {RANGE}, of its P(k)", away, SPLINES)


def _hmf() -> Rows:
    import hmf
    from astropy.cosmology import FlatLambdaCDM

    c = COSMOLOGY
    universe = FlatLambdaCDM(H0=100 * c.h, Om0=c.omega_m, Ob0=c.omega_b, Tcmb0=2.7255, Neff=0.0)
    given = {"cosmo_model": universe, "sigma_8": c.sigma8, "n": c.n_s, "transfer_model": "EH", "z": 0.0}
    fine = {"lnk_min": np.log(1e-5), "lnk_max": np.log(1e3), "dlnk": 0.002, "Mmin": 12, "Mmax": 15.1, "dlog10m": 0.01}
    # The digits that are printed in Tinker's table, of which hmf has more.
    printed = {"A_200": 0.186, "a_200": 1.47, "b_200": 2.57, "c_200": 1.19}
    for model, called, more, because in (
        ("press-schechter", "PS", {"delta_c": 1.68647}, SPLINES),
        ("tinker08", "Tinker08", {"mdef_model": "SOMean", "hmf_params": printed}, SPLINES),
        ("watson13", "Watson_FoF", {"mdef_model": "FOF"}, SPLINES),
        ("tinker08", "Tinker08", {"mdef_model": "SOMean"}, "its digits beyond those of Tinker's printed table"),
    ):
        theirs = hmf.MassFunction(hmf_model=called, **given, **fine, **more)
        ours, few = MassFunction(given_power(theirs.k, theirs.power), model)(theirs.m), theirs.m < 1e15
        told = f"dn/dlog10 M, {model}{'' if because == SPLINES else ' as it is'}, z = 0, {RANGE}, of its P(k)"
        yield peer(THEORY, "hmf", told, apart(ours[few], theirs.dndlog10m[few]), because)
