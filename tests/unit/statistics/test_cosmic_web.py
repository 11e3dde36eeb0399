"""The cosmic web against a pancake, numpy's eigenvalues and the symmetry of Gaussian fields."""

from __future__ import annotations

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.errors import NotApplicable
from backends.mesh.fourier import Modes, modes
from backends.mesh.smoothing import smooth
from backends.mesh.tidal import web_classes
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Sample


def gaussian(n: int) -> np.ndarray:
    noise = np.random.default_rng(1).normal(size=(n, n, n)).astype(np.float32)
    smoothed = smooth(Modes(modes(noise), float(n), n), 2.5)
    return np.asarray(smoothed.values / smoothed.sigma[0], dtype=np.float32)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_zeldovich_pancake_is_sheet_where_dense_and_void_where_not(axis: int) -> None:
    n = 32
    x = 2 * np.pi * np.arange(n) / n
    wave = (0.8 * np.cos(x + 0.1)).astype(np.float32)
    shape = [1, 1, 1]
    shape[axis] = n
    delta = np.broadcast_to(wave.reshape(shape), (n, n, n)).copy()
    # One direction collapses where δ > 0; along the others nothing moves, but for rounding.
    assert np.array_equal(web_classes(delta, 1e-4), (delta > 1e-4).astype(np.uint8))


@pytest.mark.parametrize("threshold", [0.0, 0.2])
def test_eigenvalues_are_numpys(threshold: float) -> None:
    n = 15
    delta = gaussian(n)
    k = np.stack(np.meshgrid(*[np.fft.fftfreq(n)] * 3, indexing="ij"))
    square = (k**2).sum(axis=0)
    square[0, 0, 0] = np.inf
    tensor = np.fft.ifftn(k[:, None] * k[None] * np.fft.fftn(delta, axes=(0, 1, 2)) / square, axes=(2, 3, 4)).real
    values = np.linalg.eigvalsh(np.moveaxis(tensor, (0, 1), (3, 4)))
    sure = (np.abs(values - threshold) > 1e-5).all(axis=-1)
    assert np.array_equal(web_classes(delta, threshold)[sure], (values > threshold).sum(axis=-1)[sure])


def test_a_gaussian_field_has_doroshkevichs_shares() -> None:
    field = Field(0.1 * gaussian(64), 64.0, "overdensity")
    run = Sample(lambda species, progress: field, label="run")
    found = registry()["cosmic-web"].compute(run, None, Parameters(), silent)
    # Doroshkevich (1970): 8 % have three collapsing axes, 42 % two, and so on by symmetry.
    assert found["volume_fraction"] == pytest.approx([0.08, 0.42, 0.42, 0.08], abs=0.03)
    assert found["mass_fraction"].sum() == pytest.approx(1, abs=1e-5)


def test_a_map_is_refused() -> None:
    field = Field(gaussian(16)[0], 16.0, "overdensity", dimensions=2)
    with pytest.raises(NotApplicable, match="map of two"):
        registry()["cosmic-web"].compute(Sample(lambda s, p: field, label="map"), None, Parameters(), silent)


def test_misclassified_cells_are_counted_by_the_references_class() -> None:
    def run(values: np.ndarray) -> Sample:
        field = Field(values.astype(np.float32), 32.0, "overdensity")
        return Sample(lambda species, progress: field, label="run")

    truth = 0.1 * gaussian(32)
    statistic, noise = registry()["cosmic-web-error"], np.random.default_rng(9).normal(size=truth.shape)
    same = statistic.compute(run(truth), run(truth), Parameters(), silent)
    assert not same["error_rate"].any()
    found = statistic.compute(run(truth + noise - noise.mean()), run(truth), Parameters(), silent)
    shares = sum(found[f"as_{name}"] for name in ("void", "sheet", "filament", "knot"))
    assert shares == pytest.approx(np.ones(4))
    assert 0.2 < found.parameters["misclassified"] < 0.9
    with pytest.raises(NotApplicable, match="no reference"):
        statistic.compute(run(truth), None, Parameters(), silent)
