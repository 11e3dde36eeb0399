"""Lines of sight: statistics against truths and against numpy by hand; what makes no sense is refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import MismatchedBoxes, NotApplicable
from backends.mesh.wavelets import centres, profile
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.figures import RunStyle, figure
from backends.statistics.sample import Sample

L, N, LINES = 60.0, 128, 40


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def sample(values: NDArray[np.floating], quantity: str = "overdensity", label: str = "skewers") -> Sample:
    field = Field(values.astype(np.float32), L, quantity, dimensions=1, redshift=3.0)
    return Sample(lambda species, progress: field, label=label, omega_m=0.3)


def compute(
    name: str, run: Sample, reference: Sample | None = None, parameters: Parameters = Parameters()
) -> StatisticResult:
    return registry()[name].compute(run, reference, parameters, silent)


def modes_of(values: NDArray[np.floating]) -> NDArray[np.complexfloating]:
    """The modes m = 1 … N/2 − 1 of every line."""
    return np.fft.rfft(values, axis=-1)[..., 1 : N // 2]


def smooth_lines(rng: np.random.Generator) -> NDArray[np.float64]:
    values = rng.normal(size=(LINES, N))
    values = np.exp(0.4 * (values + np.roll(values, 1, axis=1)))
    return np.asarray(values / values.mean())


def test_power_is_what_numpy_says(rng: np.random.Generator) -> None:
    delta = smooth_lines(rng) - 1
    found = compute("power-spectrum", sample(delta))
    np.testing.assert_allclose(found["k"], 2 * np.pi / L * np.arange(1, N // 2), rtol=1e-12)
    np.testing.assert_allclose(found["power"], (np.abs(modes_of(delta)) ** 2).mean(0) * L / N**2, rtol=1e-5)
    np.testing.assert_array_equal(found["n_modes"], LINES)
    np.testing.assert_allclose(found["error"], found["power"] / np.sqrt(LINES))
    assert found.units["power"] == "Mpc/h"


def test_a_wave_is_all_in_its_own_bin_and_one_line_is_enough() -> None:
    wave = 0.3 * np.cos(2 * np.pi * 5 * np.arange(N) / N + 0.7)
    found = compute("power-spectrum", sample(wave))
    expected = np.zeros(N // 2 - 1)
    expected[4] = L * 0.3**2 / 4
    np.testing.assert_allclose(found["power"], expected, rtol=1e-5, atol=1e-10)
    np.testing.assert_array_equal(found["n_modes"], 1)


def test_the_power_adds_up_to_the_variance(rng: np.random.Generator) -> None:
    delta = np.fft.irfft(np.pad(modes_of(rng.normal(size=(LINES, N))), ((0, 0), (1, 1))), N, axis=-1)
    power = compute("power-spectrum", sample(delta))["power"]
    assert 2 / L * power.sum() == pytest.approx((delta**2).mean(), rel=1e-5)


def test_white_noise_has_the_power_of_its_cells(rng: np.random.Generator) -> None:
    power = compute("power-spectrum", sample(0.2 * rng.normal(size=(2000, N))))["power"]
    assert power.mean() == pytest.approx(0.2**2 * L / N, rel=0.01)
    assert power.std() / power.mean() == pytest.approx(1 / np.sqrt(2000), rel=0.3)


def test_phases_and_power_are_compared_line_by_line(rng: np.random.Generator) -> None:
    truth = smooth_lines(rng) - 1
    model = 1.1 * truth + 0.2 * rng.normal(size=truth.shape)
    model -= model.mean()
    here, there = modes_of(model), modes_of(truth)
    ours, theirs = ((np.abs(each) ** 2).sum(0) for each in (here, there))
    cross = (here * there.conj()).real.sum(0)
    against = sample(truth, label="truth")
    found = compute("correlation-coefficient", sample(model), against)
    np.testing.assert_allclose(found["r"], cross / np.sqrt(ours * theirs), rtol=1e-5)
    np.testing.assert_allclose(
        compute("transfer-function", sample(model), against)["transfer"], np.sqrt(ours / theirs), rtol=1e-5
    )


def test_the_correlation_is_counted_pair_by_pair(rng: np.random.Generator) -> None:
    delta = smooth_lines(rng) - 1
    found = compute("two-point-correlation", sample(delta))
    steps = np.arange(1, N // 2)
    np.testing.assert_allclose(found["r"], steps * L / N)
    by_hand = [(delta * np.roll(delta, step, axis=1)).mean() for step in steps]
    np.testing.assert_allclose(found["xi"], by_hand, atol=1e-6)
    scatter = [compute("two-point-correlation", sample(rng.normal(size=(20, N))))["xi"] for _ in range(60)]
    white = compute("two-point-correlation", sample(rng.normal(size=(20, N))))
    np.testing.assert_allclose(white["error"].mean(), np.std(scatter), rtol=0.1)


def test_densities_are_those_of_all_lines(rng: np.random.Generator) -> None:
    density = smooth_lines(rng)
    pdf = compute("density-pdf", sample(density, "density"))
    logarithms = np.log10(density.astype(np.float32), dtype=np.float64)
    assert pdf["count"].sum() == N * LINES
    assert (pdf["pdf"] * 0.05 * np.log10(pdf["relative_density"])).sum() == pytest.approx(logarithms.mean(), abs=2e-3)
    moments = compute("density-moments", sample(density, "density"), parameters=Parameters(smoothing_radius=2.0))
    kernel = np.exp(-((2 * np.pi / L * np.arange(N // 2 + 1) * 2.0) ** 2) / 2)
    smoothed = np.fft.irfft(np.fft.rfft(density - 1, axis=1) * kernel, N, axis=1)
    assert moments["variance"][0] == pytest.approx((smoothed**2).mean(), rel=1e-5)
    assert moments["skewness"][0] == pytest.approx((smoothed**3).mean() / smoothed.var() ** 1.5, rel=1e-4)


def test_smoothed_densities_are_those_along_each_line(rng: np.random.Generator) -> None:
    density = smooth_lines(rng)
    found = compute("smoothed-density-pdf", sample(density, "density"), parameters=Parameters(smoothing_radius=1.0))
    np.testing.assert_allclose(np.unique(found["radius"]), [1.0, 2.0, 4.0])
    for radius in (1.0, 2.0, 4.0):
        kernel = np.exp(-((2 * np.pi / L * np.arange(N // 2 + 1) * radius) ** 2) / 2)
        smoothed = np.fft.irfft(np.fft.rfft(density, axis=1) * kernel, N, axis=1)
        here = found["radius"] == radius
        counts, _ = np.histogram(np.log10(smoothed), np.round(np.arange(-6, 2, 0.05), 2))
        first = int(np.flatnonzero(counts)[0])
        np.testing.assert_allclose(found["count"][here], counts[first : first + here.sum()], atol=1)
        assert found["count"][here].sum() == N * LINES
        assert found["variance"][here][0] == pytest.approx(smoothed.var(), rel=1e-5)


def hilbert_moduli(delta: NDArray[np.floating], centre: float) -> NDArray[np.floating]:
    """The modulus of the analytic signal of one band of every line."""
    m = np.fft.fftfreq(N, 1 / N)
    band = np.fft.fft(delta, axis=-1) * profile(np.abs(m), centre, 1)
    return np.asarray(np.abs(np.fft.ifft(band * (1 + np.sign(m)), axis=-1)))


def test_wavelets_run_along_each_line(rng: np.random.Generator) -> None:
    delta = smooth_lines(rng) - 1
    first, second = (compute(f"wavelet-scattering{order}", sample(delta)) for order in ("", "-second"))
    middles = np.sort(centres(N, 1))
    moduli = {centre: hilbert_moduli(delta, centre) for centre in middles}
    np.testing.assert_allclose(first["k"], 2 * np.pi / L * middles)
    np.testing.assert_allclose(first["s1"], [moduli[centre].mean() for centre in middles], rtol=1e-4)
    pieces = np.array([[one.mean() for one in np.array_split(moduli[centre].ravel(), 8)] for centre in middles])
    np.testing.assert_allclose(first["error"], pieces.std(axis=1, ddof=1) / np.sqrt(8), rtol=0.05, atol=1e-4)
    by_hand = [hilbert_moduli(moduli[inner], outer).mean() for inner in middles for outer in middles if outer < inner]
    np.testing.assert_allclose(second["s2"], by_hand, rtol=1e-3)
    assert first.parameters["errors"] == "eighths"
    wave = 0.3 * np.cos(2 * np.pi * 16 * np.arange(N) / N + 0.7)
    alone = compute("wavelet-scattering", sample(wave))
    np.testing.assert_allclose(alone["s1"], np.where(middles == 16, 0.3, 0), atol=1e-6)


@pytest.mark.parametrize("lines", [1, 3, LINES])
def test_the_forest_of_given_flux(lines: int, rng: np.random.Generator) -> None:
    flux = np.exp(-smooth_lines(rng)[:lines])
    contrast = flux / flux.mean() - 1
    found = compute("lyman-alpha", sample(flux, "flux"))
    np.testing.assert_allclose(found["p1d"], (np.abs(modes_of(contrast)) ** 2).mean(0) * L / N**2, rtol=1e-4)
    assert np.isfinite(found["p1d_error"]).all()
    pdf = compute("lyman-alpha-pdf", sample(flux, "flux"))
    np.testing.assert_array_equal(pdf["count"], np.histogram(flux.astype(np.float32), np.linspace(0, 1, 21))[0])
    assert "line_of_sight" not in found.parameters


def test_the_forest_of_densities_has_the_mean_flux_that_is_observed(rng: np.random.Generator) -> None:
    found = compute("lyman-alpha", sample(smooth_lines(rng), "density"), parameters=Parameters(mean_flux=0.7))
    assert float(found["mean_flux"]) == pytest.approx(0.7, rel=1e-6)


def test_what_needs_a_map_or_a_volume_says_so(rng: np.random.Generator) -> None:
    run, reference = sample(smooth_lines(rng), "density"), sample(smooth_lines(rng), "density", "truth")
    refused = {}
    for name, _ in registry():
        try:
            compute(name, run, reference)
        except NotApplicable as reason:
            refused[name] = str(reason)
    sensible = {name for name, _ in registry()} - set(refused)
    assert sensible == {
        *("power-spectrum", "transfer-function", "correlation-coefficient", "break-scale", "two-point-correlation"),
        *("density-pdf", "density-moments", "smoothed-density-pdf", "lyman-alpha", "lyman-alpha-pdf"),
        *("wavelet-scattering", "wavelet-scattering-second"),
    }
    assert "lines of sight" in refused["bispectrum"]
    assert "lines of sight" in refused["halo-mass-function"]


def test_lines_are_compared_with_as_many_lines(rng: np.random.Generator) -> None:
    few, many = sample(rng.normal(size=(3, N))), sample(rng.normal(size=(4, N)), label="truth")
    with pytest.raises(MismatchedBoxes, match="4 and 3 lines of sight"):
        compute("transfer-function", few, many)
    field = Field(np.ones((N, N), np.float32), L, dimensions=2)
    with pytest.raises(MismatchedBoxes, match="lines of sight, the other is a map"):
        compute("transfer-function", few, Sample(lambda species, progress: field, label="map"))


def test_figures_say_what_they_are_of(rng: np.random.Generator) -> None:
    result = compute("power-spectrum", sample(rng.normal(size=(LINES, N))))
    drawn = figure("power-spectrum", [(RunStyle("a", "skewers", "#fff"), result)], "", Parameters())
    assert drawn.y_label == "P(k)  [Mpc/h]"
    assert drawn.note == f"{N} cells, {LINES} lines of sight"
