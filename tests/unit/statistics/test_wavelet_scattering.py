"""Wavelet scattering against plane waves, Gaussian fields, symmetries, and the transform written out with numpy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import Cancelled, NotApplicable
from backends.mesh.fourier import Modes, modes
from backends.mesh.wavelets import centres, profile
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.ensemble import combined
from backends.statistics.figures import RunStyle, figure
from backends.statistics.optional_scores import curve_error
from backends.statistics.sample import Sample
from backends.statistics.scattering import Scattering, gaussian_mean, scattering

L, N = 100.0, 64


def transform(values: np.ndarray) -> Modes:
    return Modes(modes(values.astype(np.float32)), L, values.shape[0])


def lognormal(shape: tuple[int, ...], seed: int = 3) -> np.ndarray:
    density = np.exp(np.random.default_rng(seed).normal(size=shape))
    return density / density.mean() - 1


def wave(m: tuple[int, ...], amplitude: float, n: int = N) -> np.ndarray:
    axes = np.indices((n,) * len(m)) / n
    return amplitude * np.cos(2 * np.pi * np.tensordot(m, axes, 1) + 0.7)


def coefficients(found: Scattering) -> np.ndarray:
    return np.concatenate([found.s1, found.s2])


def compute(name: str, values: np.ndarray, parameters: Parameters | None = None, size: float = L) -> StatisticResult:
    field = Field(values.astype(np.float32), size, "overdensity", dimensions=values.ndim)
    sample = Sample(lambda species, progress: field, label="run")
    return registry()[name].compute(sample, None, parameters or Parameters(), silent)


@pytest.mark.parametrize("m", [(8, 0, 0), (0, 0, 8), (4, 4, 4), (3, 4), (0, 4)])
def test_a_plane_wave_is_its_amplitude_times_the_wavelet_and_has_no_second_order(m: tuple[int, ...]) -> None:
    found = scattering(transform(wave(m, 0.3)))
    expected = 0.3 * np.array([float(profile(np.array(np.hypot.reduce(m)), c, 1)) for c in centres(N, 1)])
    np.testing.assert_allclose(found.s1, expected, atol=1e-6)
    np.testing.assert_allclose(found.s2, 0, atol=1e-6)
    assert found.s0 == pytest.approx(np.abs(wave(m, 0.3)).mean(), rel=1e-5)


def test_a_wave_in_the_middle_of_a_band_is_in_that_band_alone() -> None:
    found = scattering(transform(wave((8, 0, 0), 0.3)))
    assert np.flatnonzero(found.s1 > 1e-6).tolist() == [1]
    assert found.wave_number[1] == pytest.approx(8 * 2 * np.pi / L)
    assert found.s1[1] == pytest.approx(0.3, rel=1e-5)


@pytest.mark.parametrize("per_octave", [1, 2, 4])
def test_bands_add_up_to_one_between_the_first_and_the_last(per_octave: int) -> None:
    middles = centres(N, per_octave)
    m = np.linspace(middles[-1], middles[0], 200)
    np.testing.assert_allclose(sum(profile(m, c, per_octave) ** 2 for c in middles), 1, rtol=1e-12)


def by_hand(values: np.ndarray, per_octave: int) -> tuple[np.ndarray, np.ndarray]:
    """The definitions, on the whole mesh, in double precision."""
    n, d = values.shape[0], values.ndim
    whole = np.fft.fftfreq(n, 1 / n)
    k = np.array(np.meshgrid(*[whole] * d, indexing="ij"))
    length = np.sqrt((k**2).sum(axis=0))

    def modulus(field: np.ndarray, centre: float) -> np.ndarray:
        band = np.fft.fftn(field) * profile(length, centre, per_octave)
        parts = [band] + [-1j * each / np.maximum(length, 1e-9) * band for each in k]
        return np.sqrt(sum(np.fft.ifftn(part).real ** 2 for part in parts))

    moduli = [modulus(values, c) for c in centres(n, per_octave)]
    pairs = [(i, j) for j in range(len(moduli)) for i in range(j)]
    second = [modulus(moduli[i], centres(n, per_octave)[j]).mean() for i, j in pairs]
    return np.array([one.mean() for one in moduli]), np.array(second)


@pytest.mark.parametrize(
    ("shape", "per_octave"), [((80, 80, 80), 1), ((36, 36, 36), 2), ((33, 33, 33), 1), ((96, 96), 2)]
)
def test_it_is_what_numpy_says(shape: tuple[int, ...], per_octave: int) -> None:
    values = lognormal(shape)
    first, second = by_hand(values, per_octave)
    found = scattering(transform(values), per_octave)
    np.testing.assert_allclose(found.s1, first, rtol=2e-4)
    np.testing.assert_allclose(found.s2, second, rtol=2e-3)


def test_it_grows_with_the_field_and_stays_where_that_is_moved_or_turned() -> None:
    values = lognormal((N, N, N))
    once = coefficients(scattering(transform(values)))
    np.testing.assert_allclose(coefficients(scattering(transform(2.5 * values))), 2.5 * once, rtol=1e-5)
    for other in (
        np.roll(values, (3, 8, 21), (0, 1, 2)),
        np.rot90(values, 1, (0, 2)),
        values[::-1],
        values.swapaxes(0, 1),
    ):
        np.testing.assert_allclose(coefficients(scattering(transform(other))), once, rtol=1e-4)


@pytest.mark.parametrize(("shape", "per_octave"), [((96, 96, 96), 1), ((96, 96, 96), 2), ((512, 512), 1)])
def test_a_gaussian_field_follows_from_its_power_spectrum(shape: tuple[int, ...], per_octave: int) -> None:
    values, d = np.random.default_rng(8).normal(size=shape), len(shape)
    found = scattering(transform(values), per_octave)
    whole = np.fft.fftfreq(shape[0], 1 / shape[0])
    length = np.sqrt(sum(axis**2 for axis in np.meshgrid(*[whole] * d, indexing="ij")))
    # White noise of variance one: each of the N^d modes holds as much as any other.
    bands = [profile(length, c, per_octave) for c in centres(shape[0], per_octave)]
    sigma = np.sqrt([(band**2).mean() for band in bands])
    modes_in = np.array([np.count_nonzero(band) for band in bands])
    off = (found.s1 / (gaussian_mean(d) * sigma) - 1) * np.sqrt(modes_in)
    assert np.abs(off).max() < 4
    measured = found.s1 / (gaussian_mean(d) * found.rms) - 1
    assert np.abs(measured[:3]).max() < 0.01


def test_the_mean_of_a_gaussian_modulus_is_that_of_its_normal_numbers() -> None:
    assert gaussian_mean(1) == pytest.approx(np.sqrt(np.pi / 2), rel=1e-9)  # two as wide: Rayleigh's
    z = np.random.default_rng(0).normal(size=(4, 400_000))
    for d in (2, 3):
        assert gaussian_mean(d) == pytest.approx(
            np.sqrt(z[0] ** 2 + (z[1 : d + 1] ** 2).sum(axis=0) / d).mean(), rel=3e-3
        )


def test_sparse_structure_is_told_from_gaussian_of_the_same_power() -> None:
    lumps = np.zeros((N, N, N))
    lumps[tuple(np.random.default_rng(1).integers(0, N, (3, 20)))] = 1
    lumps -= lumps.mean()
    phases = np.exp(1j * np.angle(np.fft.rfftn(np.random.default_rng(2).normal(size=lumps.shape))))
    chance = np.fft.irfftn(np.abs(np.fft.rfftn(lumps)) * phases, lumps.shape, axes=(0, 1, 2))
    ours, theirs = (scattering(transform(each)) for each in (lumps, chance))
    assert (ours.s1 / ours.rms)[0] < 0.6 * (theirs.s1 / theirs.rms)[0]


def test_curves_are_drawn_with_what_a_gaussian_field_has() -> None:
    values = lognormal((N, N, N))
    first, second = (compute(name, values) for name in ("wavelet-scattering", "wavelet-scattering-second"))
    assert all(low < high for low, high in pairwise(first["k"]))
    assert first["k"][0] * 2 ** (first["k"].size) == pytest.approx(np.pi * N / L)
    assert first.parameters["wavelets_per_octave"] == 1
    assert compute("wavelet-scattering", values, Parameters(wavelets_per_octave=2))["k"].size == 9
    np.testing.assert_allclose(
        second["s2_over_s1"] * first["s1"][np.searchsorted(first["k"], second["k1"])], second["s2"]
    )
    # Structure that repeats in every octant is as strong in each, and varies as much.
    tiled = compute("wavelet-scattering-second", np.tile(lognormal((32, 32, 32)), (2, 2, 2)))
    assert (tiled["error"] < 1e-3 * tiled["s2_over_s1"]).all()
    assert (second["error"][-3:] < second["s2_error"][-3:] / first["s1"][-1]).all()
    several = [compute("wavelet-scattering-second", lognormal((N, N, N), seed)) for seed in range(4)]
    mean = combined(several, "scatter")
    np.testing.assert_allclose(mean["error"], np.std([one["s2_over_s1"] for one in several], axis=0, ddof=1))
    np.testing.assert_allclose(mean["s2_error"], np.std([one["s2"] for one in several], axis=0, ddof=1))
    styles = [(RunStyle(name, name, "#fff"), result) for name, result in (("a", second), ("b", second))]
    drawn = figure("wavelet-scattering-second", styles, "a", Parameters())
    assert drawn.pieces == ("k₁ = 0.5 h/Mpc", "k₁ = 1 h/Mpc")
    assert np.nanmax(np.abs(drawn.curves[1].ratio - 1)) == 0
    assert curve_error(first, first) == 0
    assert curve_error(compute("wavelet-scattering", 1.1 * values), first) == pytest.approx(0.1, rel=1e-4)
    assert curve_error(compute("wavelet-scattering", lognormal((32, 32, 32))), first) is None


def test_what_has_no_structure_or_no_bands_says_so_and_it_can_be_cancelled() -> None:
    with pytest.raises(NotApplicable, match="no fluctuations"):
        compute("wavelet-scattering", np.zeros((16, 16, 16)))
    with pytest.raises(NotApplicable, match="wavelets need 8"):
        compute("wavelet-scattering", lognormal((4, 4, 4)))

    def nobody(fraction: float, message: str = "") -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        scattering(transform(lognormal((N, N, N))), 1, nobody)
