"""Halos, their masses, profiles and matches: against planted ones, kdcount, scipy, pynbody, colossus and numpy."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from boxes import BOX, COSMOLOGY, PLAIN, Floats, N, Z, measure, particles, sample
from numpy.typing import NDArray
from of_density import smoothed
from of_power import pylians_mesh
from rows import Rows, apart, peer, truth

from backends.cosmology.background import CRITICAL_DENSITY, Cosmology
from backends.cosmology.linear_power import LinearPower
from backends.cosmology.mass_function import MassFunction
from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.halos.friends_of_friends import find_halos, link
from backends.halos.nfw import NFW, fit_nfw
from backends.halos.surroundings import Surroundings, critical_density

TABLES = Path(__file__).parents[4] / "shared/data/reference_tables"
LENGTH = 0.2 * BOX / N
FOF, SO, NFW_FITS, THEORY = "friends of friends", "spherical-overdensity masses", "NFW fits", "mass functions of theory"
LINEAR = "linear power and growth"


def rows() -> Rows:
    yield from _friends()
    yield from _mass_function()
    yield from _theory()
    yield from _spheres()
    yield from _profiles()
    yield from _matching()
    yield from _environment()


@lru_cache(maxsize=1)
def tree_labels() -> NDArray[np.int64]:
    """Return the groups of scipy's tree: connected components of all pairs within the linking length."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    x = particles().positions.astype(np.float64)
    pairs = cKDTree(x, boxsize=BOX).query_pairs(LENGTH, output_type="ndarray")
    graph = coo_matrix((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(len(x), len(x)))
    return np.asarray(connected_components(graph, directed=False)[1])


def different(one: NDArray[np.integer], other: NDArray[np.integer]) -> float:
    """Return the share of groups that are not the same in both partitions."""
    pairs = np.unique(np.stack([one, other]), axis=1)
    return 1 - min(len(np.unique(one)), len(np.unique(other))) / pairs.shape[1]


def _friends() -> Rows:
    from kdcount import cluster, models

    x = particles().positions
    ours = link(x, BOX, LENGTH)
    yield peer(FOF, "scipy", f"partition of {len(x)} particles", different(ours, tree_labels()))
    found = cluster.fof(models.dataset(x.astype(np.float64), boxsize=BOX), LENGTH)
    yield peer(FOF, "kdcount", "the same", different(ours, np.asarray(found.labels)))
    side = np.stack(np.meshgrid(*[np.arange(8) * 16.0] * 3, indexing="ij"), -1).reshape(-1, 1, 3)
    rods = (side + np.arange(30)[:, None] * [0.1, 0.0, 0.0]).reshape(-1, 3) - 1.0
    labels = link(rods % BOX, BOX, 0.1 * (1 + 1e-9))
    yield truth(
        FOF, "planted halos", "512 rods, some across the box's face", different(labels, np.repeat(np.arange(512), 30))
    )


def _mass_function() -> Rows:
    name = "halo-mass-function"
    masses = np.repeat(10 ** (np.arange(120, 150) / 10 + 0.05), np.arange(30, 0, -1))
    where = np.random.default_rng(0).random((masses.size, 3)) * BOX
    found = measure(name, Catalogue(where, masses, BOX))
    expected = np.arange(30, 0, -1) * 10 / BOX**3
    yield truth(name, "planted halos", "dn/dlog10 M", apart(found["dn_dlog10m"], expected))
    ours = measure(name, particles())
    counts = np.bincount(tree_labels())
    weights = counts[counts >= 20] * float(particles().masses or 0)
    middle = np.log10(ours["mass"])
    edges = 10 ** np.append(middle - 0.05, middle[-1] + 0.05) * (1 - 1e-9)
    theirs = np.histogram(weights, edges)[0] * 10 / BOX**3
    yield peer(name, "scipy", "linked, weighed and counted; numpy's histogram", apart(ours["dn_dlog10m"], theirs))


def _theory() -> Rows:
    told = "colossus' integrals for σ(M)"
    radius = np.cbrt(3 * np.geomspace(1e12, 1e15, 4) / (4 * np.pi * COSMOLOGY.omega_m * CRITICAL_DENSITY))
    found = MassFunction(LinearPower(COSMOLOGY)).sigma(radius)
    yield truth(THEORY, "200 000 steps", "σ(M) and its slope", apart(found, np.transpose([_sigma(r) for r in radius])))
    for table, model in (
        ("hmf_ccl_colossus/hmf_press74", "press-schechter"),
        ("hmf_ccl_despali_sheth/hmf_sheth99", "sheth-tormen"),
        ("hmf_ccl_colossus/hmf_tinker08", "tinker08"),
    ):
        if not TABLES.is_dir():
            break
        mass, theirs, *_ = np.loadtxt(TABLES / f"{table}.txt").T
        universe = Cosmology(omega_m=0.3, omega_b=0.05, h=0.7, n_s=0.96, sigma8=0.8)
        ours = MassFunction(LinearPower(universe), model)(mass * 0.7) * 0.7**3
        few = mass < 1e14
        yield truth(
            THEORY,
            f"published table ({table.split('/')[1]})",
            f"dn/dlog10 M, {model}, below 10^14 Msun",
            apart(ours[few], theirs[few]),
            told,
        )
    if find_spec("colossus") is None:
        return
    from colossus.cosmology import cosmology
    from colossus.lss import mass_function, peaks

    c, universe = COSMOLOGY, cosmology.setCosmology("here", **colossus())
    mass = np.geomspace(1e12, 1e15, 12)
    radius, step = peaks.lagrangianR(mass), 0.1
    # Its integrals have a tolerance: the slope is taken over wide steps, to the fourth order of them.
    sigma = {n: universe.sigma(radius * np.exp(n * step), 1.0) for n in range(-2, 3)}
    log = {n: np.log(values) for n, values in sigma.items()}
    slope = -(8 * (log[1] - log[-1]) - (log[2] - log[-2])) / (12 * step) / 3
    for model, called, definition in (
        ("watson13", "watson13", "fof"),
        ("tinker08", "tinker08", "200m"),
        ("sheth-tormen", "sheth99", "fof"),
    ):
        ours = MassFunction(LinearPower(c), model)(mass, 1.0) / np.log(10)
        share = mass_function.massFunction(sigma[0], 1.0, q_in="sigma", mdef=definition, model=called, q_out="f")
        theirs = share * universe.rho_m(0.0) * 1e9 / mass * slope
        yield peer(THEORY, "colossus", f"dn/dlnM, {model}, z = 1, 10^12 to 10^15 Msun/h", apart(ours, theirs), told)
    k = np.geomspace(1e-3, 10, 200)
    shape, own = universe.matterPowerSpectrum(k, model="eisenstein98"), LinearPower(c)(k)
    yield peer(LINEAR, "colossus", "shape of P(k), Eisenstein & Hu", apart(own / own[0], shape / shape[0]))
    yield peer(LINEAR, "colossus", "amplitude of P(k)", apart(own[0], shape[0]), "colossus' integral for σ₈")
    a = np.array([0.1, 0.3, 0.7])
    yield peer(LINEAR, "colossus", "D(a)", apart(c.growth(a), universe.growthFactor(1 / a - 1)))


def _sigma(radius: float) -> tuple[float, float]:
    """Return σ(R) and dlnσ/dlnR by a sum of so many steps that no more change it."""
    k = np.geomspace(1e-6, 2000 / min(radius, 1.0), 200_000)
    x, power = k * radius, k**3 * LinearPower(COSMOLOGY)(k) / (2 * np.pi**2)
    window = np.where(x < 1e-2, 1 - x**2 / 10, 3 * (np.sin(x) - x * np.cos(x)) / x**3)
    steep = np.where(x < 1e-2, -(x**2) / 5, 3 * (np.sin(x) / x - window))
    variance = np.trapezoid(power * window**2, np.log(k))
    return float(np.sqrt(variance)), float(np.trapezoid(power * window * steep, np.log(k)) / variance)


def colossus() -> dict[str, Any]:
    """Return the box's cosmology in colossus' words, with nothing interpolated."""
    c = COSMOLOGY
    said = {"H0": 100 * c.h, "Om0": c.omega_m, "Ob0": c.omega_b, "sigma8": c.sigma8, "ns": c.n_s, "Tcmb0": 2.7255}
    return {**said, "flat": True, "relspecies": False, "interpolation": False}


def nfw_halo(n: int, mass: float, c: float, critical: float) -> Floats:
    """Return n places, spread as the profile's own quantiles, in directions left to chance."""
    profile = NFW(mass, c, critical)
    radius = np.geomspace(1e-6, 1, 200_000) * profile.r200c
    share = profile.enclosed(radius) / mass
    r = np.interp((np.arange(n) + 0.5) / n, share, radius)
    direction = np.random.default_rng(9).standard_normal((n, 3))
    return np.asarray(r[:, None] * direction / np.linalg.norm(direction, axis=1, keepdims=True))


def _spheres() -> Rows:
    from scipy.spatial import cKDTree

    data, critical = particles(), critical_density(COSMOLOGY.omega_m, Z)
    halos = find_halos(data)
    around = Surroundings(data)
    mass, radius = around.spheres(halos.centres, np.asarray(halos.radii), 200 * critical)
    x = data.positions.astype(np.float64)
    tree, one = cKDTree(x, boxsize=BOX), float(data.masses or 0)
    expected = []
    for centre in halos.centres[:200]:
        distance = np.sort(tree.query(centre, 4000)[0])
        count = np.arange(1, 4001)
        reach = np.cbrt(3 * count * one / (4 * np.pi * 200 * critical))
        inside = np.flatnonzero((reach[:-1] >= distance[:-1]) & (reach[:-1] < distance[1:]) & (count[:-1] >= 10))
        expected.append(count[inside[0]] * one if inside.size else np.nan)
    kept = np.isfinite(expected) & np.isfinite(mass[:200])
    yield peer(
        SO, "scipy", f"M200c about {kept.sum()} centres, by its tree", apart(mass[:200][kept], np.array(expected)[kept])
    )
    if find_spec("colossus") is not None:
        from colossus.cosmology import cosmology
        from colossus.halo import mass_so

        cosmology.setCosmology("here", **colossus())
        theirs = mass_so.M_to_R(mass[:50][kept[:50]], Z, "200c") / 1000 * (1 + Z)
        yield peer(
            SO, "colossus", "R200c of M200c, comoving", apart(radius[:50][kept[:50]], theirs), "the constant G's digits"
        )
    exact = 2e14
    inside = nfw_halo(100_000, exact, 7.0, critical)
    # Only the halo's own particles lie inside R200c, and 100 000 of them weigh M200c.
    one = Particles((inside + 30.0).astype(np.float64), BOX, exact / 100_000)
    found, _ = Surroundings(one).spheres(np.full((1, 3), 30.0), np.array([1.0]), 200 * critical)
    yield truth(SO, "closed form", "M200c of a planted NFW halo", apart(found[0], exact), "one particle of 100 000")


def _profiles() -> Rows:
    critical = critical_density(COSMOLOGY.omega_m, Z)
    profile, edges = NFW(3e14, 6.0, critical), np.geomspace(0.02, 1.5, 24)
    shells = np.stack([edges[:-1], edges[1:]], axis=1)
    density = profile.in_shells(edges)
    fit = fit_nfw(shells, density, 0.01 * density, critical)
    assert fit is not None
    away = max(apart(fit.m200c, 3e14), apart(fit.concentration, 6.0))
    yield truth(NFW_FITS, "closed form", "M200c and c of an exact profile", away, "the fit's tolerance")
    if find_spec("colossus") is not None:
        from colossus.halo import profile_nfw

        kpc = profile_nfw.NFWProfile(M=3e14, c=6.0, z=Z, mdef="200c")
        r = edges * 1000 / (1 + Z)
        yield peer(
            NFW_FITS,
            "colossus",
            "enclosed mass",
            apart(profile.enclosed(edges), kpc.enclosedMass(r)),
            "the constant G's digits",
        )
    name, data = "halo-profile", particles()
    halos = sample(data).measured_halos(Parameters())
    found = measure(name, data)
    mass = found["mass"][-1]
    heaviest = found["mass"] == mass
    one = np.flatnonzero((halos.columns["m200c"] >= mass / 10**0.25) & (halos.columns["m200c"] < mass * 10**0.25))
    middle = np.log10(found["radius"][heaviest])
    edges = 10 ** np.append(middle - 0.05, middle[-1] + 0.05)
    counts = []
    for centre in halos.centres[one]:
        away_from = data.positions.astype(np.float64) - centre
        away_from -= BOX * np.rint(away_from / BOX)
        counts.append(np.histogram(np.linalg.norm(away_from, axis=1), edges)[0])
    density = np.mean(counts, axis=0) * float(data.masses or 0) / (4 / 3 * np.pi * np.diff(edges**3))
    yield peer(
        name, "numpy", f"ρ(r) of {one.size} stacked halos; histogram", apart(found["density"][heaviest], density)
    )
    planted = Particles((nfw_halo(100_000, 2e14, 7.0, critical) + 30.0).astype(np.float64), BOX, 2e9, redshift=Z)
    drawn = measure(name, planted)
    kept = drawn["radius"] < 0.8 * NFW(2e14, 7.0, critical).r200c
    kept &= drawn["n_particles"] > 1000
    middle = np.log10(drawn["radius"])
    edges = 10 ** np.append(middle - 0.05, middle[-1] + 0.05)
    expected = NFW(2e14, 7.0, critical).in_shells(edges)
    yield truth(
        name,
        "closed form",
        "ρ(r) of a planted NFW halo",
        apart(drawn["density"][kept], expected[kept]),
        "where its centre is found",
    )


def _matching() -> Rows:
    name = "halo-matching"
    data, poor = particles(), particles(2)
    same = measure(name, data, data)
    some = same["n_reference"] > 0
    away = max(apart(same[column][some], np.ones(some.sum())) for column in ("completeness", "purity", "mass_ratio"))
    yield truth(name, "closed form", "a run and itself", away)
    ours = measure(name, poor, data, Parameters(match_by="particles"))
    halos = [find_halos(one) for one in (data, poor)]
    homes = []
    for found in halos:
        assert found.members is not None
        home = np.full(N**3 + 1, -1)
        home[found.members.ids] = np.repeat(np.arange(found.count), np.diff(found.members.starts))
        homes.append(home[1:])
    both = (homes[0] >= 0) & (homes[1] >= 0)
    table = np.zeros((halos[0].count, halos[1].count))
    np.add.at(table, (homes[0][both], homes[1][both]), 1)
    sizes = [np.asarray(found.counts, float) for found in halos]
    merit = table**2 / (sizes[0][:, None] * sizes[1])
    best, back = merit.argmax(axis=1), merit.argmax(axis=0)
    place = np.arange(halos[0].count)
    mutual = (back[best] == place) & (table[place, best] >= 0.5 * np.minimum(sizes[0], sizes[1][best]))
    middle = np.log10(ours["mass"])
    edges = 10 ** np.append(middle - 0.1, middle[-1] + 0.1) * (1 - 1e-9)
    theirs = np.histogram(halos[0].masses[mutual], edges)[0]
    yield peer(
        name, "numpy", "matches by mass, from the whole table of shared particles", apart(ours["n_matched"], theirs)
    )


def _environment() -> Rows:
    name, data, poor = "error-by-environment-mass", particles(), particles(2)
    chosen = replace(PLAIN, smoothing_radius=6.0)
    same = measure(name, data, data, chosen)
    yield truth(
        name,
        "closed form",
        "a run and itself",
        float(np.abs(same["density_error"]).max() + np.abs(same["mean_ratio"] - 1).max()),
    )
    ours = measure(name, poor, data, chosen)
    m = np.fft.fftfreq(N)
    window = (np.sinc(m)[:, None, None] * np.sinc(m)[:, None] * np.sinc(m)) ** 2
    run, reference = (
        smoothed(np.fft.ifftn(np.fft.fftn(pylians_mesh(steps).astype(np.float64)) / window).real) for steps in (2, 10)
    )
    halos = find_halos(data)
    place = tuple((np.rint(halos.centres * N / BOX).astype(int) % N).T)
    a, b, theirs = run[place], reference[place], []
    for mass in ours["mass"]:
        some = (halos.masses >= mass / 10**0.1 * (1 - 1e-9)) & (halos.masses < mass * 10**0.1 * (1 - 1e-9))
        mean = (1 + b[some]).mean()
        theirs.append([np.sqrt(((a - b)[some] ** 2).mean()) / mean, (1 + a[some]).mean() / mean, some.sum()])
    found = np.stack([ours["density_error"], ours["mean_ratio"], ours["count"]], axis=1)
    yield peer(name, "Pylians", "rms and mean at halos; numpy", apart(found, theirs), "single precision")
