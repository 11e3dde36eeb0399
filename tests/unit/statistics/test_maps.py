"""Maps of two dimensions: power against truths and against numpy by hand; what makes no sense for them is refused."""

from __future__ import annotations

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import MismatchedBoxes, NotApplicable
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.figures import RunStyle, figure
from backends.statistics.sample import Sample

L, N = 25.0, 64


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def sample(values: np.ndarray, label: str = "map") -> Sample:
    field = Field(values.astype(np.float32), L, "overdensity", 0.5, dimensions=2)
    return Sample(lambda species, progress: field, label=label)


def compute(name: str, run: Sample, reference: Sample | None = None) -> StatisticResult:
    return registry()[name].compute(run, reference, Parameters(), silent)


def by_hand(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean k, P and the number of independent modes of the shells i ≤ |m| < i + 1, mode after mode."""
    power = np.abs(np.fft.fft2(values)) ** 2 * L**2 / N**4
    m = np.fft.fftfreq(N, 1 / N).astype(int)
    squared = m[:, None] ** 2 + m[None, :] ** 2
    shells = [(squared >= i * i) & (squared < (i + 1) ** 2) for i in range(1, N // 2)]
    k = np.array([np.sqrt(squared[s]).mean() for s in shells]) * 2 * np.pi / L
    return k, np.array([power[s].mean() for s in shells]), np.array([s.sum() // 2 for s in shells])


def test_power_is_what_numpy_says(rng: np.random.Generator) -> None:
    values = rng.normal(size=(N, N))
    values -= values.mean()
    found = compute("power-spectrum", sample(values))
    k, power, n_modes = by_hand(values)
    np.testing.assert_allclose(found["k"], k, rtol=1e-12)
    np.testing.assert_allclose(found["power"], power, rtol=2e-5)
    np.testing.assert_array_equal(found["n_modes"], n_modes)
    assert found.units["power"] == "(Mpc/h)^2"


def test_a_plane_wave_falls_in_one_bin() -> None:
    x = np.arange(N) / N
    found = compute("power-spectrum", sample(0.3 * np.cos(2 * np.pi * (3 * x[:, None] + 4 * x[None, :]))))
    shell = int(np.argmax(found["power"]))
    assert shell == 4  # |m| = 5 is the fifth shell
    # ⟨δ²⟩ = A² / 2 is the sum of P / L² over all modes, of which each counted one stands for two.
    total = 2 * float((found["power"] * found["n_modes"]).sum()) / L**2
    assert total == pytest.approx(0.3**2 / 2, rel=1e-5)
    assert np.delete(found["power"], shell).max() < 1e-9


def test_white_noise_is_flat(rng: np.random.Generator) -> None:
    found = compute("power-spectrum", sample(0.5 * rng.normal(size=(N, N))))
    expected = 0.25 * L**2 / N**2
    chi = (found["power"] / expected - 1) * np.sqrt(found["n_modes"])
    assert np.abs(chi).max() < 4.5
    assert abs(chi.mean()) < 0.6


def test_transfer_and_correlation_of_a_known_mixture(rng: np.random.Generator) -> None:
    truth, noise = rng.normal(size=(2, N, N))
    mixed = 0.8 * truth + 0.6 * noise
    pair = sample(mixed, "mixed"), sample(truth, "truth")
    high = slice(10, None)
    assert compute("transfer-function", *pair)["transfer"][high].mean() == pytest.approx(1, abs=0.03)
    assert compute("correlation-coefficient", *pair)["r"][high].mean() == pytest.approx(0.8, abs=0.03)
    same = compute("correlation-coefficient", pair[1], sample(truth, "again"))
    np.testing.assert_allclose(same["r"], 1, atol=1e-6)


def test_the_pdf_integrates_to_one(rng: np.random.Generator) -> None:
    density = np.exp(0.5 * rng.normal(size=(N, N)))
    found = compute("density-pdf", sample(density / density.mean() - 1))
    assert float(found["pdf"].sum()) * 0.05 == pytest.approx(1)


def test_halos_are_refused_with_the_reason(rng: np.random.Generator) -> None:
    with pytest.raises(NotApplicable, match="map of two dimensions"):
        compute("halo-mass-function", sample(rng.normal(size=(N, N))))


def test_a_map_and_a_box_are_not_compared(rng: np.random.Generator) -> None:
    particles = Particles((L * rng.random((1000, 3))).astype(np.float32), L)
    box = Sample(lambda species, progress: particles, label="box")
    with pytest.raises(MismatchedBoxes, match="two dimensions"):
        compute("transfer-function", sample(rng.normal(size=(N, N))), box)


def test_the_figure_says_the_unit_of_maps(rng: np.random.Generator) -> None:
    found = compute("power-spectrum", sample(rng.normal(size=(N, N))))
    drawn = figure("power-spectrum", [(RunStyle("a", "a", "#fff"), found)], "", Parameters())
    assert drawn.y_label == "P(k)  [(Mpc/h)²]"
    assert drawn.note.startswith("64² grid")
