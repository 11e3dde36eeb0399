"""Peaks against Gaussian fields and counting by hand; voids against planted spheres, a slow search and Pylians."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from lognormal_box import lognormal_box

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.mesh import spherical_voids as search
from backends.mesh.extrema import local_maxima
from backends.mesh.fourier import Modes, modes
from backends.mesh.smoothing import smooth
from backends.mesh.spherical_voids import spherical_voids
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.peak_counts import gaussian_peaks
from backends.statistics.sample import Sample


def compute(name: str, delta: np.ndarray, box_size: float, parameters: Parameters) -> StatisticResult:
    field = Field(delta.astype(np.float32), box_size, "overdensity", dimensions=delta.ndim)
    return registry()[name].compute(Sample(lambda species, progress: field, label="run"), None, parameters, silent)


@pytest.mark.parametrize("shape", [(9, 9, 9), (14, 14)])
def test_peaks_are_the_cells_above_all_their_neighbours(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    above = np.ones(shape, bool)
    for shift in product((-1, 0, 1), repeat=len(shape)):
        if any(shift):
            above &= values > np.roll(values, shift, tuple(range(len(shape))))
    assert local_maxima(values).tolist() == np.flatnonzero(above).tolist()


def test_of_equal_neighbours_none_is_a_peak() -> None:
    values = np.zeros((8, 8, 8), np.float32)
    values[3, 3, 3] = values[3, 3, 4] = 1
    assert local_maxima(values).size == 0


@pytest.mark.parametrize(("dimensions", "total"), [(3, 0.016), (2, 1 / (4 * np.pi * np.sqrt(3)))])
def test_gaussian_peaks_add_up_to_what_is_published(dimensions: int, total: float) -> None:
    sigma = np.array([1.0, 0.7, 0.9])
    scale = np.sqrt(dimensions) * sigma[1] / sigma[2]
    nu = np.linspace(-7, 9, 1601)
    assert gaussian_peaks(nu, sigma, dimensions).sum() * 0.01 * scale**dimensions == pytest.approx(total, rel=0.02)


@pytest.mark.parametrize(("dimensions", "n"), [(3, 96), (2, 512)])
def test_a_gaussian_field_has_as_many_peaks_as_it_should(dimensions: int, n: int) -> None:
    noise = np.random.default_rng(5).normal(size=(n,) * dimensions)
    found = compute("peak-counts", noise - noise.mean(), float(n), Parameters(smoothing_radius=3.0))
    sure = found["count"] > 30
    off = (found["dn_dnu"] - found["gaussian_dn_dnu"])[sure] / found["error"][sure]
    assert np.abs(off).max() < 4
    widths = np.diff(np.sinh(0.2 * np.rint(np.arcsinh(found["height"]) / 0.2 - 0.5)), append=np.nan)[:-1]
    ratio = (found["dn_dnu"][:-1] @ widths) / (found["gaussian_dn_dnu"][:-1] @ widths)
    assert ratio == pytest.approx(1, abs=0.05)


def spheres(n: int, planted: list[tuple[tuple[int, int, int], float]]) -> np.ndarray:
    """Overdensity −0.9 in each sphere, and what makes the mean zero elsewhere."""
    delta = np.zeros((n, n, n), np.float32)
    for centre, radius in planted:
        x = np.indices((n, n, n)) - np.array(centre)[:, None, None, None]
        x = np.abs(x)
        x = np.minimum(x, n - x)
        delta[(x**2).sum(axis=0) < radius**2] = -0.9
    delta[delta == 0] = -delta.sum() / np.count_nonzero(delta == 0)
    return delta


def test_planted_spheres_are_found_where_they_are() -> None:
    planted = [((10, 12, 14), 9.0), ((34, 34, 36), 7.0), ((46, 26, 6), 5.0)]
    delta = spheres(48, planted)
    radii = np.arange(3.0, 12.0, 0.5)
    centres, sizes = spherical_voids(Modes(modes(delta), 48.0, 48), radii, -0.7)
    for (centre, radius), found, size in zip(planted, centres, sizes, strict=False):
        assert np.abs(found - centre).max() <= 1
        assert size == pytest.approx(radius, abs=0.9)


def slow_voids(delta: np.ndarray, radii: np.ndarray, threshold: float) -> list[tuple[tuple[int, ...], float]]:
    """Sphere by sphere, by the definition, on a box of as many cells as its side."""
    n = delta.shape[0]
    found: list[tuple[tuple[int, ...], float]] = []
    for radius in sorted(radii, reverse=True):
        mean = smooth(Modes(modes(delta), float(n), n), radius, "top-hat").values
        for cell in np.argsort(mean, axis=None, kind="stable"):
            place = np.unravel_index(cell, mean.shape)
            if not mean[place] < threshold:
                break
            apart = np.abs(np.array([other for other, _ in found]).reshape(-1, 3) - place)
            distances = np.sqrt((np.minimum(apart, n - apart) ** 2).sum(axis=1))
            if (distances >= radius + np.array([size for _, size in found]) - 1e-9).all():
                found.append((tuple(int(i) for i in place), radius))
    return found


def clustered(n: int) -> np.ndarray:
    noise = np.random.default_rng(6).normal(size=(n, n, n)).astype(np.float32)
    smoothed = smooth(Modes(modes(noise), float(n), n), 2.0)
    density = np.exp(1.5 * smoothed.values / smoothed.sigma[0])
    return np.asarray(density / density.mean() - 1, dtype=np.float32)


def test_voids_are_those_of_the_slow_search() -> None:
    delta, radii = clustered(24), np.array([2.0, 2.6, 3.3, 4.1, 5.2])
    centres, sizes = spherical_voids(Modes(modes(delta), 24.0, 24), radii, -0.5)
    expected = slow_voids(delta, radii, -0.5)
    assert len(expected) > 10
    assert [(tuple(centre), size) for centre, size in zip(centres.tolist(), sizes.tolist(), strict=True)] == expected


def test_radii_are_left_out_only_where_no_sphere_is_empty_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    n, radii = 128, 10 ** (np.arange(10, 31) / 20)
    transform = Modes(modes(lognormal_box(n, smoothing=0.5).values - 1), 1.0 * n, n)
    variances = search._variances(transform)
    left_out = 0
    for radius in radii:
        true = smooth(transform, radius, "top-hat").values.min()
        bounds = [search._lowest(transform, variances, radius, side) for side in search._coarser(transform, radius)]
        assert all(true - 0.5 < bound < true for bound in bounds)
        left_out += any(bound > -0.7 for bound in bounds)
    assert left_out > 1
    quick = spherical_voids(transform, radii, -0.7)
    monkeypatch.setattr(search, "_coarser", lambda transform, radius: [])
    plain = spherical_voids(transform, radii, -0.7)
    assert all(np.array_equal(a, b) for a, b in zip(quick, plain, strict=True))


def test_the_size_function_counts_them() -> None:
    found = compute("void-size-function", clustered(48), 96.0, Parameters(void_threshold=-0.5))
    assert found["count"].sum() == found.parameters["n_voids"]
    edges = 20 * np.log10(found["radius"]) - 0.5
    assert edges == pytest.approx(np.rint(edges), abs=1e-6)
    assert found["dn_dlnr"] * 96**3 * np.log(10) / 20 == pytest.approx(found["count"])
    assert 0 < found.parameters["filling_factor"] < 0.74


def test_what_has_no_voids_says_so() -> None:
    ripple = 0.01 * np.random.default_rng(0).normal(size=(16, 16, 16))
    with pytest.raises(NotApplicable, match=r"below -0\.7"):
        compute("void-size-function", ripple - ripple.mean(), 50.0, Parameters())
    with pytest.raises(NotApplicable, match="map of two"):
        compute("void-size-function", ripple[0] - ripple[0].mean(), 50.0, Parameters())
