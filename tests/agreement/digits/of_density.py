"""The density's distribution, moments and environments: against fields of known values, scipy and numpy."""

from __future__ import annotations

import numpy as np
from boxes import BOX, PLAIN, Floats, N, gaussian, measure, overdensity, particles, wave
from numpy.typing import NDArray
from of_power import pylians_mesh
from rows import Rows, apart, moved, peer, truth

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult

RADIUS = 6.0
SMOOTHED = Parameters(smoothing_radius=RADIUS)
SINGLE = "single precision"
Values = NDArray[np.floating]


def rows() -> Rows:
    yield from _pdf()
    yield from _smoothed()
    yield from _moments()
    yield from _environments()


def smoothed(values: Values, radius: float = RADIUS) -> Floats:
    """Smooth with scipy, in double precision."""
    from scipy import ndimage

    modes = ndimage.fourier_gaussian(np.fft.fftn(values.astype(np.float64)), radius * N / BOX)
    return np.asarray(np.fft.ifftn(modes).real)


def in_environments() -> tuple[Floats, Floats, Floats, Floats, NDArray[np.int64]]:
    """Return δ of a run and of its reference, both smoothed, and in which tenth of the reference's each cell lies."""
    density = np.exp(gaussian())
    there = density / density.mean() - 1
    here = there + 0.3 * np.roll(gaussian(), 11, 0)
    a, b = smoothed(here), smoothed(there)
    return here, there, a, b, np.digitize(b, np.quantile(b, np.arange(1, 10) / 10))


def lognormal(sigma: float = 0.8) -> Floats:
    """Return 1+δ whose values are the quantiles of a lognormal distribution, in no order."""
    from scipy.special import ndtri

    quantiles = (np.arange(N**3) + 0.5) / N**3
    np.random.default_rng(2).shuffle(quantiles)
    return np.asarray(np.exp(sigma * ndtri(quantiles) - sigma**2 / 2).reshape((N,) * 3))


def edges_of(found: StatisticResult, x: str = "relative_density", width: float = 0.05) -> Floats:
    """Return the edges of the bins whose centres a table holds."""
    middle = np.log10(found[x])
    return np.asarray(10 ** np.append(middle - width / 2, middle[-1] + width / 2))


def _pdf() -> Rows:
    from scipy.special import ndtr

    name, sigma = "density-pdf", 0.8
    found = measure(name, Field(lognormal(sigma).astype(np.float32), BOX, "relative_density"))
    below = ndtr((np.log(edges_of(found)) + sigma**2 / 2) / sigma)
    yield truth(
        name,
        "closed form",
        "share of the cells in a bin, lognormal",
        float(np.abs(found["pdf"] * 0.05 - np.diff(below)).max()),
        f"one cell of {N}³",
    )
    ours, mesh = measure(name, particles(), parameters=PLAIN), pylians_mesh() + np.float32(1)
    theirs, _ = np.histogram(mesh[mesh > 0], edges_of(ours))
    yield peer(
        name,
        "Pylians",
        "numbers of cells, CIC; numpy's histogram",
        moved(ours["count"], theirs),
        "cells on the edge of a bin",
    )


def _smoothed() -> Rows:
    name, m, amplitude = "smoothed-density-pdf", (1, 1, 1), 0.4
    found = measure(name, overdensity(wave(m, amplitude, 0.3)), parameters=SMOOTHED)
    away = []
    for radius in np.unique(found["radius"]):
        chosen = found["radius"] == radius
        kept = amplitude * np.exp(-(radius**2) * 3 * (2 * np.pi / BOX) ** 2 / 2)
        edges = 10 ** np.append(
            np.log10(found["relative_density"][chosen]) - 0.025, np.log10(found["relative_density"][chosen][-1]) + 0.025
        )
        values = 1 + kept * np.cos(2 * np.pi * np.arange(N) / N + 0.3)
        away.append(moved(found["count"][chosen], np.histogram(values, edges)[0] * N**2))
        away.append(apart(found["variance"][chosen][0], kept**2 / 2))
    yield truth(name, "closed form", "PDF and variance of a plane wave", max(away), SINGLE)
    ours = measure(
        name,
        particles(),
        parameters=Parameters(n_mesh=N, mass_assignment="ngp", interlaced=False, smoothing_radius=8.0),
    )
    away = []
    for radius in np.unique(ours["radius"]):
        chosen = ours["radius"] == radius
        middle = np.log10(ours["relative_density"][chosen])
        edges = 10 ** np.append(middle - 0.025, middle[-1] + 0.025)
        away.append(moved(ours["count"][chosen], np.histogram(1 + smoothed(_ngp(), radius), edges)[0]))
    yield peer(name, "scipy", "numbers of cells, three Gaussians", max(away), "cells on the edge of a bin")


def _ngp() -> Floats:
    """Return the particles' mesh, each in its nearest cell, the window divided out, by numpy alone."""
    cells = np.rint(particles().positions.astype(np.float64) * N / BOX).astype(np.int64) % N
    counts = np.bincount(np.ravel_multi_index(tuple(cells.T), (N,) * 3), minlength=N**3).reshape((N,) * 3)
    m = np.fft.fftfreq(N)
    window = np.sinc(m)[:, None, None] * np.sinc(m)[:, None] * np.sinc(m)
    return np.asarray(np.fft.ifftn(np.fft.fftn(counts / counts.mean() - 1) / window).real)


def _moments() -> Rows:
    from scipy import stats

    name, m, amplitude = "density-moments", (3, 1, 2), 0.4
    found = measure(name, overdensity(wave(m, amplitude)), parameters=SMOOTHED)
    size = amplitude * np.exp(-(found["radius"] ** 2) * 14 * (2 * np.pi / BOX) ** 2 / 2)
    away = max(apart(found["variance"], size**2 / 2), apart(found["kurtosis"], np.full(size.size, -1.5)))
    yield truth(name, "closed form", "variance and kurtosis of a plane wave", away, SINGLE)
    density = np.exp(gaussian())
    delta = density / density.mean() - 1
    ours = measure(name, overdensity(delta), parameters=SMOOTHED)
    theirs = []
    for radius in ours["radius"]:
        values = smoothed(delta, radius).ravel()
        theirs.append([values.var(), stats.skew(values), stats.kurtosis(values)])
    columns = [[ours[key][i] for key in ("variance", "skewness", "kurtosis")] for i in range(len(theirs))]
    yield peer(name, "scipy", "variance, skewness, kurtosis by radius", apart(columns, theirs), SINGLE)


def _environments() -> Rows:
    here, there, a, b, tenths = in_environments()
    wanted = {"error-by-environment": tenths, "error-by-environment-web": web(b)}
    for name, classes in wanted.items():
        ours = measure(name, overdensity(here), overdensity(there), SMOOTHED)
        theirs = [
            (
                np.sqrt(((a - b)[classes == c] ** 2).mean()) / (1 + b[classes == c]).mean(),
                (1 + a[classes == c]).mean() / (1 + b[classes == c]).mean(),
            )
            for c in range(classes.max() + 1)
        ]
        found = np.stack([ours["density_error"], ours["mean_ratio"]], axis=1)
        yield peer(name, "numpy", "rms and mean in each class", apart(found, theirs), "cells on the edge of a class")
        # A run of 1.2 δ_ref is wrong by a fifth of δ_ref, wherever it is: the classes' errors add up to its variance.
        scaled = measure(name, overdensity(1.2 * wave((2, 1, 0))), overdensity(wave((2, 1, 0))), SMOOTHED)
        square = (scaled["density_error"] * (1 + scaled["overdensity"])) ** 2
        kept = 0.3 * np.exp(-(RADIUS**2) * 5 * (2 * np.pi / BOX) ** 2 / 2)
        total = np.nansum(square * scaled["count"]) / N**3
        yield truth(
            name, "closed form", "all classes' errors add up, plane wave", apart(total, 0.04 * kept**2 / 2), SINGLE
        )


def web(values: Floats) -> NDArray[np.int64]:
    """Count the positive eigenvalues of the tidal tensor of every cell, with numpy alone."""
    k = np.rint(np.fft.fftfreq(N, 1 / N))
    k[N // 2] = 0
    axes = k[:, None, None], k[None, :, None], k[None, None, :]
    square = sum(axis**2 for axis in axes)
    potential = np.fft.fftn(values) / np.where(square > 0, square, np.inf)
    tensor = np.array([[np.fft.ifftn(potential * one * other).real for one in axes] for other in axes])
    return np.asarray((np.linalg.eigvalsh(np.moveaxis(tensor, (0, 1), (-2, -1))) > 0).sum(axis=-1))
