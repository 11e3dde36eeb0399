"""Displacements against fields of known divergence and curl, a full transform by numpy, and a lattice found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import MismatchedBoxes, NotApplicable
from backends.mesh.lattice import displaced, displacement_of
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.figures import RunStyle, figure
from backends.statistics.ranking import ranking
from backends.statistics.sample import Data, Sample

BOX, N = 80.0, 16
CELL = BOX / N


def sample(data: Data, label: str = "run") -> Sample:
    return Sample(lambda species, progress: data, label=label)


def compute(name: str, data: Data, reference: Data | None = None) -> StatisticResult:
    against = None if reference is None else sample(reference, "truth")
    return registry()[name].compute(sample(data), against, Parameters(), silent)


def random(seed: int = 0, sigma: float = 1.0) -> Field:
    values = sigma * np.random.default_rng(seed).normal(size=(3, N, N, N))
    return Field(values.astype(np.float32), BOX, "displacement", 0.5, redshift=0.0)


def wave_vectors() -> tuple[np.ndarray, np.ndarray]:
    m = np.stack(np.meshgrid(*[np.fft.fftfreq(N, 1 / N)] * 3, indexing="ij"))
    return m * 2 * np.pi / BOX, np.sqrt((m**2).sum(axis=0))


def test_a_wave_along_its_direction_has_no_curl_and_one_across_no_divergence() -> None:
    x = 2 * np.pi * 3 * np.arange(N) / N
    wave = np.broadcast_to(0.5 * np.cos(x)[:, None, None], (N, N, N)).astype(np.float32)
    still, k = np.zeros_like(wave), 2 * np.pi * 3 / BOX
    along = compute("displacement-statistics", Field(np.stack([wave, still, still]), BOX, "displacement"))
    across = compute("displacement-statistics", Field(np.stack([still, wave, still]), BOX, "displacement"))
    # ⟨ψ²⟩ = a²/2 = Σ P n / L³ with n modes counted once: twice for their conjugates.
    expected = 0.5**2 / 2 * BOX**3 / 2 / along["n_modes"][2]
    for found, full, empty in ((along, "divergence", "curl"), (across, "curl", "divergence")):
        assert found["power"][2] == pytest.approx(expected, rel=1e-6)
        assert found[f"{full}_part"] == pytest.approx(found["power"], rel=1e-6, abs=1e-12 * expected)
        assert found[f"{full}_power"][2] == pytest.approx(k**2 * expected, rel=1e-6)
        assert found[f"{empty}_part"].max() < 1e-13 * expected


def test_parts_are_those_of_a_whole_transform_in_double_precision() -> None:
    field, (k, length) = random(), wave_vectors()
    psi = np.fft.fftn(field.values.astype(np.float64), axes=(1, 2, 3)) * np.sqrt(BOX**3 / N**6)
    divergence, curl = (k * psi).sum(axis=0), np.cross(k, psi, axis=0)
    square = np.where(length > 0, (k**2).sum(axis=0), 1)
    expected = {
        "power": (np.abs(psi) ** 2).sum(axis=0),
        "divergence_part": np.abs(divergence) ** 2 / square,
        "curl_part": (np.abs(curl) ** 2).sum(axis=0) / square,
        "divergence_power": np.abs(divergence) ** 2,
        "curl_power": (np.abs(curl) ** 2).sum(axis=0),
    }
    found = compute("displacement-statistics", field)
    for name, values in expected.items():
        by_shell = [values[(length >= i) & (length < i + 1)].mean() for i in range(1, N // 2)]
        assert found[name] == pytest.approx(by_shell, rel=1e-6)
    assert found["divergence_part"] + found["curl_part"] == pytest.approx(found["power"], rel=1e-6)


def test_correlation_and_transfer_are_those_of_noise_of_known_power() -> None:
    truth, noise = random(1), random(2, 0.5)
    run = replace(truth, values=0.8 * truth.values + noise.values)
    found = compute("displacement-correlation", run, truth)
    # r = 0.8 / √(0.8² + 0.5²), T² = 0.8² + 0.5²: of three independent components, each mode thrice.
    scatter = (found["r"] - 0.8 / np.sqrt(0.89)) / (found["error"] / np.sqrt(3))
    assert np.abs(scatter).max() < 4
    assert found["transfer"].mean() == pytest.approx(np.sqrt(0.89), abs=0.03)
    same = compute("displacement-correlation", truth, truth)
    assert same["r"] == pytest.approx(np.ones(N // 2 - 1), abs=1e-7)
    assert same["error"].max() < 1e-7


def test_lengths_are_distributed_as_maxwell_says() -> None:
    found = compute("displacement-pdf", random(3, 2.0))
    x = found["length"] / 2
    # dP/dlog₁₀ x = ln 10 · x · √(2/π) x² exp(−x²/2)
    maxwell = np.log(10) * np.sqrt(2 / np.pi) * x**3 * np.exp(-(x**2) / 2)
    chance = np.sqrt(10 * np.maximum(maxwell, 1e-2) / N**3)
    assert np.abs((found["pdf"] - maxwell) / (chance + 0.03 * maxwell)).max() < 4
    assert found["pdf"].sum() / 10 == pytest.approx(1)
    for axis, name in enumerate("xyz"):
        variance = random(3, 2.0).values[axis].astype(np.float64).var()
        assert float(found[f"variance_{name}"]) == pytest.approx(variance, rel=1e-12)


def test_the_error_is_how_far_matter_is_from_its_place_through_the_faces_of_the_box() -> None:
    truth = random(4)
    moved = truth.values + np.array([3.0, 4.0, 0.0], np.float32).reshape(3, 1, 1, 1)
    moved[0] += np.float32(BOX)  # a component may have been written without folding
    found = compute("displacement-error", replace(truth, values=moved), truth)
    assert float(found["rms"]) == pytest.approx(5, rel=1e-5)
    assert [float(found[f"rms_{name}"]) for name in "xyz"] == pytest.approx([3, 4, 0], rel=1e-5, abs=1e-5)
    assert found["length"][np.argmax(found["pdf"])] == pytest.approx(5, rel=0.15)
    scores = ranking({"truth": {}, "run": {"displacement-error": found}}, Parameters(), reference_key="truth")
    assert scores.rows[0].scores["displacement_error"] == pytest.approx(5, rel=1e-5)


@pytest.mark.parametrize("offset", [0.0, 0.5])
def test_displacements_are_found_again_from_particles_in_any_order(offset: float) -> None:
    psi = 4 * random(5).values
    field = Field(psi - psi.mean(axis=(1, 2, 3), keepdims=True), BOX, "displacement", offset)
    whole = displaced(field)
    mixed = np.random.default_rng(0).permutation(N**3)
    assert whole.ids is not None
    ids = whole.ids[mixed]
    for numbers in (ids, ids - 1, 1 + np.ravel_multi_index(np.unravel_index(ids - 1, (N,) * 3)[::-1], (N,) * 3)):
        found = displacement_of(Particles(whole.positions[mixed], BOX, ids=numbers), "run")
        assert found.cell_offset == offset
        assert found.values == pytest.approx(field.values, abs=2e-5)


def test_what_has_no_lattice_is_refused_with_the_reason() -> None:
    whole = displaced(random())
    name, scattered = "displacement-statistics", np.random.default_rng(0).random((N**3, 3)) * BOX
    assert whole.ids is not None
    for ids in (None, whole.ids + (whole.ids == 7), whole.ids[: N**3]):
        data = Particles(scattered, BOX, ids=ids)
        with pytest.raises(NotApplicable, match=r"ids"):
            compute(name, data)
    with pytest.raises(NotApplicable, match="not those of a lattice"):
        compute(name, Particles(scattered[:100], BOX, ids=np.arange(100)))
    with pytest.raises(NotApplicable, match="no particles"):
        compute(name, Field(np.ones((8, 8, 8), np.float32), BOX))
    with pytest.raises(MismatchedBoxes, match=r"lattices have 16³ and 8³"):
        compute("displacement-error", replace(random(), values=random().values[:, ::2, ::2, ::2]), random())


def test_the_figure_shows_the_transfer_of_displacements() -> None:
    truth, run = random(6), replace(random(6), values=0.9 * random(6).values)
    results = [
        (RunStyle(label, label, "#ffffff", 0, label == "truth"), compute("displacement-statistics", data))
        for label, data in (("truth", truth), ("run", run))
    ]
    drawn = figure("displacement-statistics", results, "truth", Parameters())
    curve = next(curve for curve in drawn.curves if curve.key == "run")
    assert curve.ratio == pytest.approx(np.full(N // 2 - 1, 0.9), rel=1e-5)
    assert drawn.note == "16³ lattice"
    assert [line.label for line in drawn.verticals] == ["k Nyquist, particles"]
