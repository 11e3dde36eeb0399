"""Peaks, voids, Minkowski functionals and the web: against planted bodies, scipy, skimage, Pylians, quantimpy."""

from __future__ import annotations

import numpy as np
from boxes import BOX, Floats, N, gaussian, measure, overdensity, wave
from numpy.typing import NDArray
from of_density import SMOOTHED, smoothed, web
from rows import Rows, apart, peer, quietly, truth

from backends.mesh.fourier import Modes, modes
from backends.mesh.minkowski import minkowski_functionals
from backends.mesh.smoothing import smooth
from backends.mesh.spherical_voids import spherical_voids
from backends.statistics.minkowski_functionals import THRESHOLDS, gaussian_functionals

CELL = BOX / N
FINE, MANY_FIELDS = 128, 24
THRESHOLD = -0.5
FEW, MANY = np.array([8.0, 5.7, 4.0]) * CELL, 2.0 * CELL * 10 ** (np.arange(10) / 20)


def rows() -> Rows:
    yield from _peaks()
    yield from _voids()
    yield from _minkowski()
    yield from _web()


def clustered() -> Floats:
    density = np.exp(gaussian())
    return np.asarray(density / density.mean() - 1)


def _peaks() -> Rows:
    from scipy import ndimage

    name = "peak-counts"
    waves = sum(wave(m, 0.2, 0.0) for m in ((4, 0, 0), (0, 4, 0), (0, 0, 4)))
    found = measure(name, overdensity(waves), parameters=SMOOTHED)
    yield truth(name, "closed form", "number of maxima of three crossed waves", apart(found["count"].sum(), 4**3))
    many = measure(name, overdensity(gaussian()), parameters=SMOOTHED)
    values = smoothed(gaussian())
    around = np.ones((3, 3, 3), bool)
    around[1, 1, 1] = False
    highest = values > ndimage.maximum_filter(values, footprint=around, mode="wrap")
    heights = np.arcsinh(values[highest] / values.std()) / 0.2
    theirs = np.bincount((np.floor(heights) - np.floor(heights.min())).astype(int))
    yield peer(name, "scipy", "numbers of peaks by height", apart(many["count"], theirs))
    widths = np.diff(np.sinh(0.2 * (np.floor(heights.min()) + np.arange(theirs.size + 1))))
    away = apart(theirs.sum(), many["gaussian_dn_dnu"] @ widths * BOX**3)
    yield truth(
        name, "Bardeen et al. 1986", "number of a Gaussian field's peaks", away, f"{theirs.sum()} peaks, by chance"
    )


def planted(spheres: list[tuple[tuple[int, int, int], float]]) -> Floats:
    """Return −0.9 in spheres, of radii in cells, and elsewhere what makes the mean zero."""
    delta = np.zeros((N,) * 3)
    for centre, radius in spheres:
        x = np.abs(np.indices((N,) * 3) - np.array(centre)[:, None, None, None])
        delta[(np.minimum(x, N - x) ** 2).sum(axis=0) < radius**2] = -0.9
    delta[delta == 0] = -delta.sum() / np.count_nonzero(delta == 0)
    return delta


def _voids() -> Rows:
    name = "void-size-function"
    spheres = [((10, 12, 14), 9.0), ((44, 34, 62), 7.0)]
    centres, _ = spherical_voids(
        Modes(modes(planted(spheres).astype(np.float32)), BOX, N), np.array([8.0, 6.0]) * CELL, -0.7
    )
    away = float(np.abs(centres[:2] - [centre for centre, _ in spheres]).max()) if len(centres) >= 2 else 1.0
    yield truth(name, "planted spheres", "centres, in cells of the box", away / N)
    yield from pylians_voids()


Void = tuple[int, int, int, float]


def pylians_voids() -> Rows:
    """Few voids, between which Pylians looks at distances, and many, of which it asks only that they share no cell."""
    import void_library

    name, mesh = "void-size-function", clustered().astype(np.float32)
    for radii, told in ((FEW, "few voids"), (MANY, "many voids")):
        theirs = quietly(void_library.void_finder, mesh.copy(), BOX, THRESHOLD, radii.astype(np.float32), 2, 2)
        where = np.rint(theirs.void_pos / CELL).astype(int)
        other = _set(where, theirs.void_radius)
        centres, sizes = spherical_voids(Modes(modes(mesh), BOX, N), radii, THRESHOLD)
        ours = _set(centres, sizes)
        if told == "few voids":
            share = len(ours ^ other) / len(ours | other)
            yield peer(name, "Pylians", f"{told}, one by one: {len(ours)} and {len(other)}", share)
            continue
        cutting = _cutting(centres, sizes), _cutting(where, theirs.void_radius)
        yield truth(name, "definition", f"{told}: of {len(ours)} none cuts another", cutting[0] / len(ours))
        same = by_pylians_rule(mesh, radii)
        because = f"the definitions differ: {cutting[1]} of Pylians' voids cut another"
        found = f"{told}, numbers: {len(ours)} and {len(other)}"
        yield peer(name, "Pylians", found, apart(len(ours), len(other)), because)
        share = len(same ^ other) / len(same | other)
        yield peer(name, "Pylians", f"{told} by its rule on our mesh: {len(same)} and {len(other)}", share)


def _set(cells: NDArray[np.integer], radii: NDArray[np.floating]) -> set[Void]:
    return {(x, y, z, round(float(r), 3)) for (x, y, z), r in zip(cells.tolist(), radii, strict=True)}


def _cutting(cells: NDArray[np.integer], radii: NDArray[np.floating]) -> int:
    """Count the spheres that cut another."""
    cut = 0
    for cell, radius in zip(cells, radii, strict=True):
        away = np.abs(cells - cell)
        distance = np.sqrt((np.minimum(away, N - away) ** 2).sum(axis=1)) * CELL
        cut += np.count_nonzero(distance < radius + radii - 1e-3) > 1
    return cut


def by_pylians_rule(mesh: NDArray[np.float32], radii: Floats) -> set[Void]:
    """Find voids as void_library 0.12 does: by distances as long as they are few, then by cells in common."""
    held, found = np.zeros((N,) * 3, bool), np.empty((0, 4))
    for radius in np.sort(radii)[::-1]:
        mean = smooth(Modes(modes(mesh), BOX, N), float(radius), "top-hat").values.ravel()
        candidates = np.flatnonzero((mean < THRESHOLD) & ~held.ravel())
        reach = int(radius / CELL) + 1
        near = np.indices((2 * reach + 1,) * 3).reshape(3, -1).T - reach
        near = near[(near**2).sum(axis=1) < np.float32(radius / CELL) ** 2]
        by_distance = len(found) < (2 * reach + 1) ** 3
        for candidate in candidates[np.argsort(mean[candidates], kind="stable")]:
            place = np.array(np.unravel_index(candidate, held.shape))
            cells = tuple(((place + near) % N).T)
            if held[tuple(place)] or (not by_distance and held[cells].any()):
                continue
            away = np.abs(found[:, :3] - place)
            distance = np.sqrt((np.minimum(away, N - away) ** 2).sum(axis=1)) * CELL
            if by_distance and (distance < found[:, 3] + radius).any():
                continue
            held[cells] = True
            found = np.vstack([found, [*place, radius]])
    return _set(found[:, :3].astype(int), found[:, 3])


def _minkowski() -> Rows:
    name = "minkowski-functionals"
    whole, expected = np.zeros((2, 4, THRESHOLDS.size))
    for seed in range(MANY_FIELDS):
        values = np.random.default_rng(seed).standard_normal((FINE,) * 3).astype(np.float32)
        field = smooth(Modes(modes(values - values.mean()), float(FINE), FINE), 4.0)
        whole += minkowski_functionals(field.values, field.sigma[0] * THRESHOLDS)[0]
        expected += gaussian_functionals(THRESHOLDS, float(field.sigma[1] / field.sigma[0]))
    for order in range(4):
        away = apart(whole[order], expected[order], of_largest=True)
        yield truth(
            name, "Tomita 1986", f"V{order} of {MANY_FIELDS} Gaussian fields, {FINE}³, of the largest", away, "chance"
        )
    a, b, c = 20, 14, 9
    body = np.zeros((N,) * 3, np.float32)
    body[5 : 5 + a, 40 : 40 + b, 8 : 8 + c] = 1
    found, _ = minkowski_functionals(body, np.array([0.5]))
    exact = np.array([a * b * c, (a * b + b * c + c * a) / 3, np.pi * (a + b + c) / (3 * np.pi), 1.0]) / N**3
    # By Crofton's formula a box along the axes has two thirds of its surface and of its edges' curvature.
    exact[1:3] *= 2 / 3
    yield truth(name, "closed form", "all four of a box along the axes", apart(found[:, 0], exact))
    values, inside = smoothed(gaussian()), np.zeros((N + 2,) * 3, bool)
    inside[1:-1, 1:-1, 1:-1] = values / values.std() > 1
    cells, _ = minkowski_functionals(inside.astype(np.float32), np.array([0.5]))
    ours = cells[:, 0] * (N + 2) ** 3 * np.array([1, 6 / 8, 6 / (4 * np.pi), 3 / (4 * np.pi)])
    from quantimpy import minkowski
    from skimage.measure import euler_number

    theirs = np.array(minkowski.functionals(inside))
    yield peer(name, "quantimpy", "V0 of {ν > 1}", apart(ours[0], theirs[0]))
    yield peer(name, "quantimpy", "V1, V2 of {ν > 1}", apart(ours[1:3], theirs[1:3]), "13 directions in place of 3")
    yield peer(
        name,
        "quantimpy",
        "V3 of {ν > 1}",
        apart(ours[3], theirs[3]),
        "it counts no whole pieces and tunnels: see below",
    )
    ways = []
    for share, neighbours in ((0.0, 1), (1.0, 3)):
        found, _ = minkowski_functionals(inside.astype(np.float32), np.array([0.5]), joined=share)
        ways.append(apart(found[3, 0] * (N + 2) ** 3, euler_number(inside, neighbours)))
    yield peer(name, "scikit-image", "V3 of {ν > 1}, cells joined by sides only, and by corners too", max(ways))


def _web() -> Rows:
    name = "cosmic-web"
    waves = sum(
        wave(m, size, phase) for m, size, phase in (((2, 0, 0), 0.3, 0.1), ((0, 3, 0), 0.2, 0.2), ((0, 0, 1), 0.1, 0.3))
    )
    found = measure(name, overdensity(waves), parameters=SMOOTHED)
    above = [
        np.mean(np.cos(2 * np.pi * m * np.arange(N) / N + phase) > 0) for m, phase in ((2, 0.1), (3, 0.2), (1, 0.3))
    ]
    shares = np.array([1.0])
    for share in above:
        shares = np.convolve(shares, [1 - share, share])
    yield truth(name, "closed form", "volume by class of three crossed waves", apart(found["volume_fraction"], shares))
    values = smoothed(clustered())
    classes, ours = web(values), measure(name, overdensity(clustered()), parameters=SMOOTHED)
    volume = np.bincount(classes.ravel(), minlength=4) / N**3
    mass = np.bincount(classes.ravel(), 1 + values.ravel(), minlength=4) / N**3
    yield peer(
        name,
        "numpy",
        "shares of volume and mass; linalg.eigvalsh",
        max(apart(ours["volume_fraction"], volume), apart(ours["mass_fraction"], mass)),
        "cells on the edge of a class",
    )
    name, run = "cosmic-web-error", clustered() + 0.3 * np.roll(gaussian(), 9, 1)
    ours = measure(name, overdensity(run), overdensity(clustered()), SMOOTHED)
    table = np.bincount((4 * classes + web(smoothed(run))).ravel(), minlength=16).reshape(4, 4)
    yield peer(
        name,
        "numpy",
        "share of each class put in another",
        apart(ours["error_rate"], 1 - np.diag(table) / table.sum(axis=1)),
        "cells on the edge of a class",
    )
    # Where the density is turned into its opposite, knots are voids and sheets are filaments: none is right.
    turned = measure(name, overdensity(-waves), overdensity(waves), SMOOTHED)
    yield truth(name, "closed form", "all wrong where δ changes its sign", apart(turned["error_rate"], np.ones(4)))
