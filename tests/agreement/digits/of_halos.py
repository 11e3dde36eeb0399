"""Halos, their masses, profiles and matches: against planted ones, kdcount, scipy, pynbody and colossus."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec

import numpy as np
from boxes import BOX, COSMOLOGY, PLAIN, Floats, N, Z, measure, particles, sample
from numpy.typing import NDArray
from of_density import smoothed
from of_power import pylians_mesh
from of_theory import colossus
from rows import Rows, apart, peer, truth

from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.halos.friends_of_friends import find_halos, link
from backends.halos.nfw import NFW, fit_nfw
from backends.halos.surroundings import Surroundings, critical_density

LENGTH = 0.2 * BOX / N
FOF, SO, NFW_FITS = "friends of friends", "spherical-overdensity masses", "NFW fits"


def rows() -> Rows:
    yield from _friends()
    yield from _mass_function()
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
    number, error = _counted_by_pynbody(weights, np.log10(edges[0]), len(middle))
    away = max(apart(ours["dn_dlog10m"], number), apart(ours["error"][number > 0], error[number > 0]))
    yield peer(name, "pynbody", "dn/dlog10 M and its Poisson error, of scipy's groups", away)


def _counted_by_pynbody(masses: Floats, lowest: float, n_bins: int) -> tuple[Floats, Floats]:
    from pynbody import new
    from pynbody.analysis.hmf import simulation_halo_mass_function
    from pynbody.halo.number_array import HaloNumberCatalogue
    from pynbody.units import Unit

    box = new(dm=1)
    box.properties.update(boxsize=BOX * Unit("a h**-1 Mpc"), a=1 / (1 + Z), h=COSMOLOGY.h)
    box["grp"] = np.zeros(1, int)
    # A hair more than whole bins, of which it takes the whole part.
    highest = lowest + 0.1 * (n_bins + 1e-9)
    groups = HaloNumberCatalogue(box, array="grp")
    _, number, error = simulation_halo_mass_function(groups, lowest, highest, 0.1, masses=masses)
    return np.asarray(number), np.asarray(error)


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
    yield peer(
        name,
        "pynbody",
        f"ρ(r) of {one.size} stacked halos",
        apart(found["density"][heaviest], _profile_of_pynbody(data, halos.centres[one], edges)),
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
    mass_in, _ = Surroundings(planted).shells(np.full((1, 3), 30.0), edges)
    about = mass_in[0, 1:] / (4 / 3 * np.pi * np.diff(edges**3))
    yield truth(
        name, "closed form", "the same shells about its true centre", apart(about[kept], expected[kept]), "one particle"
    )


def _profile_of_pynbody(data: Particles, centres: Floats, edges: Floats) -> Floats:
    """Return the mean density in shells about the centres."""
    from pynbody import new
    from pynbody.analysis.profile import Profile

    box, each = new(dm=data.count), []
    box["mass"] = np.full(data.count, float(data.masses or 0))
    for centre in centres:
        away = data.positions.astype(np.float64) - centre
        box["pos"] = away - BOX * np.rint(away / BOX)
        each.append(np.asarray(Profile(box, ndim=3, bins=edges)["density"]))
    return np.asarray(np.mean(each, axis=0))


def _shared_of_pynbody(*halos: Catalogue) -> Floats:
    """Return how many particles each halo of the first catalogue shares with each of the second."""
    from pynbody import new
    from pynbody.bridge import OrderBridge
    from pynbody.halo.number_array import HaloNumberCatalogue

    boxes, groups = [], []
    for found in halos:
        assert found.members is not None
        home = np.full(N**3, -1)
        home[found.members.ids - 1] = np.repeat(np.arange(found.count), np.diff(found.members.starts))
        box = new(dm=N**3)
        box["iord"], box["grp"] = np.arange(1, N**3 + 1), home
        boxes.append(box)
        groups.append(HaloNumberCatalogue(box, array="grp", ignore=-1))
    table = OrderBridge(*boxes).count_particles_in_common(*groups)
    return np.asarray(table[: halos[0].count, : halos[1].count], np.float64)


def planted_catalogues() -> tuple[Catalogue, Catalogue]:
    """Return 1000 halos, and the same without every fourth, moved by 0.1 Mpc/h, 5 % heavier, and 100 that are new."""
    side = np.arange(10) * 12.8 + 3
    where = np.stack(np.meshgrid(side, side, side, indexing="ij"), -1).reshape(-1, 3)
    kept = np.arange(1000) % 4 > 0
    moved = np.concatenate([where[kept] + [0.06, 0.0, 0.08], where[::10] + 6.4])
    return Catalogue(where, np.full(1000, 1e13), BOX), Catalogue(moved % BOX, np.full(850, 1.05e13), BOX)


def _matching() -> Rows:
    name = "halo-matching"
    data, poor = particles(), particles(2)
    same = measure(name, data, data)
    some = same["n_reference"] > 0
    away = max(apart(same[column][some], np.ones(some.sum())) for column in ("completeness", "purity", "mass_ratio"))
    yield truth(name, "closed form", "a run and itself", away)
    reference, run = planted_catalogues()
    found = measure(name, run, reference)
    known = {"completeness": 0.75, "purity": 750 / 850, "mass_ratio": 1.05, "offset": 0.1}
    away = max(apart(found[column], np.full(found[column].shape, value)) for column, value in known.items())
    yield truth(name, "planted halos", "a fourth lost, others moved and heavier, 100 more", away)
    ours = measure(name, poor, data, Parameters(match_by="particles"))
    halos = [find_halos(one) for one in (data, poor)]
    table = _shared_of_pynbody(*halos)
    sizes = [np.asarray(found.counts, float) for found in halos]
    merit = table**2 / (sizes[0][:, None] * sizes[1])
    best, back = merit.argmax(axis=1), merit.argmax(axis=0)
    place = np.arange(halos[0].count)
    mutual = (back[best] == place) & (table[place, best] >= 0.5 * np.minimum(sizes[0], sizes[1][best]))
    middle = np.log10(ours["mass"])
    edges = 10 ** np.append(middle - 0.1, middle[-1] + 0.1) * (1 - 1e-9)
    theirs = np.histogram(halos[0].masses[mutual], edges)[0]
    yield peer(name, "pynbody", "matches by mass, from its table of shared particles", apart(ours["n_matched"], theirs))


def _environment() -> Rows:
    name, data, poor = "error-by-environment-mass", particles(), particles(2)
    chosen = replace(PLAIN, smoothing_radius=6.0)
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
