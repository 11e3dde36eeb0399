"""Where runs break, the forest, wavelets and covariances: against planted waves, Pylians, kymatio and fake_spectra."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from boxes import BOX, PLAIN, Floats, N, gaussian, measure, overdensity, particles, sample, wave
from numpy.typing import NDArray
from of_density import SMOOTHED, in_environments, smoothed
from of_halos import planted_catalogues, tree_labels
from of_power import pylians_mesh, turned
from rows import Rows, apart, moved, peer, quietly, truth

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.halos.friends_of_friends import find_halos
from backends.progress import silent
from backends.statistics import registry

KEPT = slice(0, N // 2 - 1)
SINGLE = "single precision"


def rows() -> Rows:
    yield from _scales()
    yield from _places()
    yield from _forest()
    yield from _wavelets()
    yield from _covariance()


def _scales() -> Rows:
    import Pk_library

    meshes = [pylians_mesh(2), pylians_mesh(10)]
    theirs = quietly(Pk_library.XPk, meshes, BOX, axis=0, MAS=["CIC", "CIC"], threads=2)
    k, n = theirs.k3D[KEPT], theirs.Nmodes3D[KEPT]
    a, b, cross = theirs.Pk[KEPT, 0, 0], theirs.Pk[KEPT, 0, 1], theirs.XPk[KEPT, 0, 0]
    # The same T and r in every mode are the same in every band.
    alike = turned(np.full(N // 2, 0.3), np.full(N // 2, 1.1))
    planted = {"error-map-scale": 0.1, "error-map-phase": np.cos(0.3) - 1, "error-map-redshift": 0.1}
    for name, error in planted.items():
        reference, run = (replace(overdensity(field), redshift=0.5) for field in alike)
        found = measure(name, run, reference)["relative_error"][:6]
        yield truth(name, "closed form", "modes of one size and phase", float(np.abs(found - error).max()), SINGLE)
        ours = measure(name, particles(2), particles(), PLAIN)
        edges = [(0.0, np.inf)] if name == "error-map-redshift" else zip(ours["k_low"], ours["k_high"], strict=True)
        expected = []
        for low, high in edges:
            some = (k >= low) & (k < high)
            one, other, both = ((values * n)[some].sum() for values in (a, b, cross))
            expected.append(both / np.sqrt(one * other) if name == "error-map-phase" else np.sqrt(one / other))
        yield peer(name, "Pylians", "two runs, CIC compensated", apart(1 + ours["relative_error"], expected), SINGLE)


def _places() -> Rows:
    here, there, a, b, classes = in_environments()
    ours = measure("error-map-environment", overdensity(here), overdensity(there), SMOOTHED)
    mean = [(1 + a[classes == c]).mean() / (1 + b[classes == c]).mean() for c in range(10)]
    worst = [np.abs((a - b)[classes == c]).max() for c in range(10)]
    away = max(apart(1 + ours["relative_error"], mean), apart(np.abs(ours["worst"]), worst))
    yield peer(
        "error-map-environment", "numpy", "mean of each class and its worst cell", away, "cells on the edge of a class"
    )
    data, poor = particles(), particles(2)
    chosen = replace(PLAIN, smoothing_radius=6.0)
    same = measure("error-map-halos", data, data)
    yield truth("error-map-halos", "closed form", "a run and itself", float(np.abs(same["relative_error"]).max()))
    reference, run = planted_catalogues()
    lost = measure("error-map-halos", run, reference)
    counted = lost["relative_error"][np.isfinite(lost["relative_error"])]
    away = apart(1 + counted, np.full(counted.shape, 850 / 1000))
    yield truth("error-map-halos", "planted halos", "a fourth lost, 100 more", away)
    by_mass = measure("error-map-mass", poor, data, chosen)
    m, halos = np.fft.fftfreq(N), find_halos(data)
    window = (np.sinc(m)[:, None, None] * np.sinc(m)[:, None] * np.sinc(m)) ** 2
    both = [smoothed(np.fft.ifftn(np.fft.fftn(pylians_mesh(s).astype(np.float64)) / window).real) for s in (2, 10)]
    place = tuple((np.rint(halos.centres * N / BOX).astype(int) % N).T)
    expected = []
    for low, high in zip(by_mass["mass_low"] * (1 - 1e-9), by_mass["mass_high"] * (1 - 1e-9), strict=True):
        some = (halos.masses >= low) & (halos.masses < high)
        expected.append((1 + both[0][place][some]).mean() / (1 + both[1][place][some]).mean())
    yield peer(
        "error-map-mass", "Pylians", "mean at halos; numpy", apart(1 + by_mass["relative_error"], expected), SINGLE
    )
    ours = measure("error-map-halos", poor, data)
    edges = np.append(ours["mass_low"], ours["mass_high"][-1]) * (1 - 1e-9)
    one, counts = float(data.masses or 0), np.bincount(tree_labels())
    theirs = np.histogram(counts[counts >= 20] * one, edges)[0]
    run = np.histogram(find_halos(poor).masses, edges)[0]
    yield peer(
        "error-map-halos", "scipy", "n / n_ref, linked by its tree", apart(1 + ours["relative_error"], run / theirs)
    )


def _forest() -> Rows:
    from scipy.optimize import brentq

    name, m = "lyman-alpha", (0, 0, 5)
    given = Field((0.6 + wave(m, 0.2)).astype(np.float32), BOX, "flux", redshift=3.0)
    found = measure(name, given)
    yield truth(
        name,
        "closed form",
        "P₁D of a plane wave in the flux",
        apart(found["p1d"][4], BOX * (0.2 / 0.6) ** 2 / 4),
        SINGLE,
    )
    density = np.exp(0.7 * gaussian())
    density /= density.mean()
    data = Field(density.astype(np.float32), BOX, "relative_density", redshift=3.0)
    chosen = Parameters(mean_flux=0.7)
    depth = density**chosen.optical_depth_slope
    flux = np.exp(-depth * brentq(lambda a: np.exp(-a * depth).mean() - 0.7, 1e-3, 10, xtol=1e-14))
    modes = np.fft.rfft(flux / flux.mean() - 1, axis=-1)[..., 1 : N // 2]
    power = (np.abs(modes) ** 2).mean(axis=(0, 1)) * BOX / N**2
    yield peer(
        name,
        "scipy",
        "P₁D of a density, its amplitude by brentq; numpy",
        apart(measure(name, data, parameters=chosen)["p1d"], power),
        SINGLE,
    )
    yield from _spectra(data, depth.reshape(-1, N), chosen)
    name = "lyman-alpha-pdf"
    ours = measure(name, data, parameters=chosen)
    theirs = np.histogram(flux, np.arange(21) / 20)[0]
    yield peer(
        name, "scipy", "numbers of cells; numpy's histogram", moved(ours["count"], theirs), "cells on the edge of a bin"
    )
    even = np.random.default_rng(5).permutation((np.arange(N**3) + 0.5) / N**3).reshape((N,) * 3)
    flat = measure(name, Field(even.astype(np.float32), BOX, "flux", redshift=3.0))
    yield truth(
        name,
        "closed form",
        "dP/dF of flux that is spread evenly",
        apart(flat["pdf"], np.ones(20)),
        "a cell on the edge of a bin",
    )


def _spectra(data: Field, depth: Floats, chosen: Parameters) -> Rows:
    from fake_spectra.fluxstatistics import flux_pdf, flux_power

    k, power = flux_power(depth, BOX, mean_flux_desired=chosen.mean_flux)
    ours = measure("lyman-alpha", data, parameters=chosen)
    away = max(apart(ours["k"], k[1 : N // 2]), apart(ours["p1d"], power[1 : N // 2]))
    yield peer("lyman-alpha", "fake-spectra", "P₁D of a density, its mean flux 0.7", away, SINGLE)
    _, share = flux_pdf(depth, 20, chosen.mean_flux)
    ours = measure("lyman-alpha-pdf", data, parameters=chosen)
    yield peer("lyman-alpha-pdf", "fake-spectra", "dP/dF, its mean flux 0.7", moved(ours["pdf"], share))


def _wavelets() -> Rows:
    m = (3, 2, 6)  # |m| = 7: between the bands about 4 and 8 waves a box
    field, octaves = wave(m, 0.4), np.log2(7.0)
    first = measure("wavelet-scattering", overdensity(field))
    middle = np.log2(first["k"] * BOX / (2 * np.pi))
    passed = np.where(np.abs(octaves - middle) < 1, np.cos(np.pi / 2 * (octaves - middle)), 0.0)
    yield truth(
        "wavelet-scattering",
        "closed form",
        "S₁ of a plane wave, of its amplitude",
        float(np.abs(first["s1"] / 0.4 - passed).max()),
        SINGLE,
    )
    # Two waves of one band beat: U varies by their difference, and with it S₂; here all is done with numpy, in double.
    density = np.exp(gaussian())
    delta = density / density.mean() - 1
    ours = measure("wavelet-scattering", overdensity(delta))
    strength = {k: modulus(delta, k * BOX / (2 * np.pi)) for k in ours["k"]}
    theirs = [strength[k].mean() for k in ours["k"]]
    yield peer(
        "wavelet-scattering",
        "numpy",
        "S₁ of a density, every band on the whole mesh",
        apart(ours["s1"], theirs),
        "bands are averaged on coarser meshes",
    )
    second = measure("wavelet-scattering-second", overdensity(delta))
    found = [
        modulus(strength[ours["k"][np.argmin(np.abs(ours["k"] - one))]], two * BOX / (2 * np.pi)).mean()
        for one, two in zip(second["k1"], second["k2"], strict=True)
    ]
    yield peer(
        "wavelet-scattering-second",
        "numpy",
        "S₂ of a density, every band on the whole mesh",
        apart(second["s2"], found, of_largest=True),
        "bands are averaged on coarser meshes",
    )
    yield from _kymatio(delta, ours["k"][::-1] * BOX / (2 * np.pi), ours["s1"][::-1])
    single = measure("wavelet-scattering-second", overdensity(field))
    yield truth(
        "wavelet-scattering-second",
        "closed form",
        "a plane wave's strength is even: S₂ = 0, of its amplitude",
        float(single["s2"].max() / 0.4),
        SINGLE,
    )


def wavelet(centre: float) -> NDArray[np.complex128]:
    """Return (4, N, N, N): the band of the octaves about a wave number, and its three Riesz transforms."""
    m = np.fft.fftfreq(N, 1 / N)
    axes = m[:, None, None], m[None, :, None], m[None, None, :]
    length = np.sqrt(sum(axis**2 for axis in axes))
    length[0, 0, 0] = 1e-30
    octaves = np.log2(length / centre)
    band = np.where((np.abs(octaves) < 1) & (length < N / 2), np.cos(np.pi / 2 * octaves), 0.0)
    return np.stack([band.astype(complex), *(-1j * axis / length * band for axis in axes)])


def modulus(field: Floats, centre: float) -> Floats:
    """Return √(band² + its three Riesz transforms²) of the octaves about a wave number, in double precision."""
    parts = np.fft.fftn(field) * wavelet(centre)
    return np.asarray(np.sqrt(sum(np.fft.ifftn(one).real ** 2 for one in parts)))


def _kymatio(delta: Floats, centres: Floats, first: Floats) -> Rows:
    """Hold kymatio's cascade of moduli beside ours; it is given our wavelets in place of its solid harmonics."""
    import torch
    from scipy import special

    # What scipy calls sph_harm_y since 1.15; kymatio 0.3 asks for its old name as it is imported.
    if not hasattr(special, "sph_harm"):
        special.sph_harm = lambda m, n, azimuth, polar: special.sph_harm_y(n, m, polar, azimuth)
    from kymatio.scattering3d.backend.torch_backend import backend
    from kymatio.scattering3d.core.scattering3d import scattering3d

    filters = [[torch.view_as_real(torch.from_numpy(wavelet(centre))) for centre in centres]]
    field = torch.from_numpy(delta)[None, ..., None].contiguous()
    last = len(centres) - 1
    found = scattering3d(field, filters, True, 0, last, 2, backend, lambda u: u.mean(dim=(1, 2, 3)))
    theirs = found.numpy().ravel()
    away = apart(first, theirs[: len(centres)])
    yield peer("wavelet-scattering", "kymatio", "S₁ of a density, by its cascade of our wavelets", away, SINGLE)
    second = measure("wavelet-scattering-second", overdensity(delta))
    # It goes from the smallest scale on, and from each to all that are larger; our table is in order of k.
    ours = second["s2"][np.lexsort((-second["k2"], -second["k1"]))]
    away = apart(ours, theirs[len(centres) :], of_largest=True)
    yield peer("wavelet-scattering-second", "kymatio", "S₂ of a density, by its cascade of our wavelets", away, SINGLE)


def _covariance() -> Rows:
    import Pk_library

    name, boxes = "power-covariance", [np.random.default_rng(seed).standard_normal((N,) * 3) for seed in range(6)]
    fields = [overdensity(box - box.mean()) for box in boxes]
    statistic = registry()[name]
    found = statistic.compute_across([sample(field) for field in fields], [None] * 6, Parameters(), silent)
    powers = [
        quietly(Pk_library.Pk, f.values.copy(), BOX, axis=0, MAS="None", threads=2, verbose=False).Pk for f in fields
    ]
    p = int(np.sqrt(found["covariance"].size))
    theirs = np.cov(np.array(powers)[:, :p, 0], rowvar=False).ravel()
    yield peer(
        name,
        "Pylians",
        "covariance of six boxes, of the largest; numpy",
        apart(found["covariance"], theirs, of_largest=True),
        SINGLE,
    )
    # Boxes that are each other's multiples vary together: every correlation is one.
    many = [sample(overdensity(size * fields[0].values)) for size in (1.0, 1.1, 1.3)]
    alike = statistic.compute_across(many, [None] * 3, Parameters(), silent)
    yield truth(
        name,
        "closed form",
        "correlation of boxes that are multiples",
        apart(alike["correlation"], np.ones(alike["correlation"].size)),
        SINGLE,
    )
