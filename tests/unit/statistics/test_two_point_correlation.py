"""The two-point correlation: pairs counted by a tree, the mesh against every shift of itself, and known fields."""

from __future__ import annotations

import numpy as np
import pytest
from lognormal_box import lognormal_box
from scipy.spatial import cKDTree

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import Cancelled, InputError, NotApplicable, WrongCall
from backends.mesh.correlation import correlation
from backends.mesh.fourier import Modes, modes
from backends.mesh.pair_counts import pair_counts
from backends.progress import silent
from backends.statistics import registry, two_point_correlation
from backends.statistics.sample import Data, Sample

BOX = 100.0


def compute(run: Data, parameters: Parameters | None = None) -> StatisticResult:
    sample = Sample(lambda species, progress: run, label="run")
    return registry()["two-point-correlation"].compute(sample, None, parameters or Parameters(), silent)


def clustered(count: int, seed: int = 0) -> np.ndarray:
    """Return points of which half lie in clumps, some across the box's faces."""
    rng = np.random.default_rng(seed)
    clumps = rng.random((5, 3)) * BOX
    x = rng.random((count, 3)) * BOX
    x[::2] = clumps[rng.integers(0, 5, x[::2].shape[0])] + rng.normal(size=x[::2].shape)
    return np.asarray(x % BOX)


@pytest.mark.parametrize("count", [2, 40, 3000, 12_000])
@pytest.mark.parametrize("reach", [1.0, 25.0, BOX / 3])
def test_pairs_are_those_of_a_tree(count: int, reach: float) -> None:
    x, edges = clustered(count), np.geomspace(reach / 500, reach, 20)
    found, weight = pair_counts(x, BOX, edges)
    tree = cKDTree(x, boxsize=BOX)
    assert np.array_equal(found, np.diff(tree.count_neighbors(tree, edges)) // 2)
    assert np.array_equal(found, weight)


def test_weighted_pairs_are_those_of_a_tree() -> None:
    x, w = clustered(2000), np.random.default_rng(1).random(2000)
    edges = np.geomspace(0.1, 20, 12)
    tree = cKDTree(x, boxsize=BOX)
    expected = np.diff(tree.count_neighbors(tree, edges, weights=(w, w))) / 2
    assert pair_counts(x, BOX, edges, w)[1] == pytest.approx(expected, rel=1e-10)


def test_points_on_a_lattice_and_on_faces_have_their_pairs() -> None:
    q = np.stack(np.meshgrid(*[np.arange(8.0) * BOX / 8] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    found, _ = pair_counts(q + BOX, BOX, np.array([0.5, 1.1, 1.5, 1.8]) * BOX / 8)
    assert found.tolist() == [512 * 6 // 2, 512 * 12 // 2, 512 * 8 // 2]


def test_a_pair_on_an_edge_belongs_to_the_bin_above() -> None:
    x = np.array([[1.0, 1, 1], [3, 1, 1], [3, 7, 1]])
    assert pair_counts(x, BOX, np.array([1.0, 2, 6, 8]))[0].tolist() == [0, 1, 2]


def test_the_window_of_the_mass_assignment_is_divided_out() -> None:
    n, order = 24, 3
    transform = modes(np.random.default_rng(2).normal(size=(n, n, n)).astype(np.float32))
    m = np.sinc(np.fft.fftfreq(n)) ** order
    blurred = (transform * (m[:, None, None] * m[:, None] * np.abs(m[: n // 2 + 1]))).astype(np.complex64)
    plain, painted = (correlation(Modes(one, BOX, n, p)) for one, p in ((transform, 0), (blurred, order)))
    assert painted.xi == pytest.approx(plain.xi, abs=1e-6)
    assert painted.error == pytest.approx(plain.error, rel=1e-4)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(WrongCall, match="at most a third"):
        pair_counts(clustered(10), BOX, np.array([1.0, 40.0]))
    with pytest.raises(InputError, match="not finite"):
        pair_counts(np.array([[np.nan, 1, 1], [2, 2, 2]]), BOX, np.array([1.0, 4.0]))
    with pytest.raises(NotApplicable, match="no two points"):
        compute(Particles(np.ones((1, 3)), BOX))
    with pytest.raises(NotApplicable, match="are closer than"):
        compute(Particles(np.array([[1.0, 1, 1], [50, 50, 50]]), BOX))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_mesh_is_multiplied_with_every_shift_of_itself(dimensions: int) -> None:
    n = 8
    values = lognormal_box(n).values
    values = values if dimensions == 3 else values[0]
    values = values - values.mean()
    found = correlation(Modes(modes(values), BOX, n))
    folded = np.minimum(np.arange(n), n - np.arange(n))
    sums, counts, lengths = np.zeros(n), np.zeros(n), np.zeros(n)
    for shift in np.ndindex(*values.shape):
        length = float(np.sqrt(sum(folded[step] ** 2 for step in shift)))
        if length < n // 2:
            sums[int(length)] += (values * np.roll(values, shift, tuple(range(dimensions)))).mean()
            lengths[int(length)] += length
            counts[int(length)] += 1
    shells = slice(1, n // 2)
    assert found.r == pytest.approx(lengths[shells] / counts[shells] * BOX / n)
    assert found.xi == pytest.approx(sums[shells] / counts[shells], abs=1e-6 * float(values.var()))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_white_noise_has_none_within_its_errors(dimensions: int) -> None:
    pulls = []
    for seed in range(20):
        values = np.random.default_rng(seed).normal(size=(24,) * dimensions).astype(np.float32)
        found = correlation(Modes(modes(values), BOX, 24))
        pulls.append(found.xi / found.error)
    # The corners of the mesh, whose modes are in no shell, add to the scatter between near cells alone.
    assert np.mean(pulls) == pytest.approx(0, abs=0.2)
    assert np.std(pulls) == pytest.approx(1, abs=0.6)


def test_points_spread_evenly_have_none_within_their_errors() -> None:
    pulls = []
    for seed in range(10):
        x = np.random.default_rng(seed).random((4000, 3)) * BOX
        found = compute(Particles(x, BOX))
        assert found.parameters["estimator"] == "pairs"
        many = found["count"] > 20
        pulls.append(np.mean((found["xi"][many] / found["error"][many]) ** 2))
    assert np.mean(pulls) == pytest.approx(1, abs=0.4)


def test_pairs_and_mesh_see_the_same_clumps(monkeypatch: pytest.MonkeyPatch) -> None:
    x = clustered(30_000)
    x[::2] = (x[::2] + np.random.default_rng(5).normal(size=x[::2].shape) * 4) % BOX
    particles = Particles(x.astype(np.float32), BOX)
    pairs = compute(particles)
    monkeypatch.setattr(two_point_correlation, "FEW", 0)
    mesh = compute(particles, Parameters(n_mesh=96))
    assert mesh.parameters["estimator"] == "mesh"
    between = (pairs["r"] > 4) & (pairs["r"] < 12)
    assert np.interp(pairs["r"][between], mesh["r"], mesh["xi"]) == pytest.approx(pairs["xi"][between], rel=0.05)


def test_halos_are_counted_alike_whatever_they_weigh() -> None:
    x = clustered(3000)
    halos = Catalogue(x, np.geomspace(1e15, 1e11, 3000), BOX)
    found, alike = compute(halos), compute(Particles(x, BOX, masses=1.0))
    assert np.array_equal(found["xi"], alike["xi"])
    assert found["r"] == pytest.approx(10 ** ((np.rint(10 * np.log10(found["r"]) - 0.5) + 0.5) / 10))


def test_masses_weigh() -> None:
    x = np.random.default_rng(0).random((6000, 3)) * BOX
    x[:1000] = x[0] + np.random.default_rng(1).normal(size=(1000, 3))
    masses = np.where(np.arange(6000) < 1000, 10.0, 1.0).astype(np.float32)
    weighed = compute(Particles(x % BOX, BOX, masses=masses))
    assert weighed["xi"][5] > 3 * compute(Particles(x % BOX, BOX))["xi"][5]


def test_a_map_has_one_too() -> None:
    values = np.random.default_rng(0).normal(size=(32, 32)).astype(np.float32)
    found = compute(Field(values, BOX, "overdensity", dimensions=2))
    assert np.abs(found["xi"]).max() < 0.2


def test_it_is_cancelled() -> None:
    def stop(fraction: float, message: str = "") -> None:
        if "pairs" in message or "separations" in message:
            raise Cancelled

    for data in (Particles(clustered(500), BOX), lognormal_box(16)):
        sample = Sample(lambda species, progress, data=data: data, label="run")  # type: ignore[misc]
        with pytest.raises(Cancelled):
            registry()["two-point-correlation"].compute(sample, None, Parameters(), stop)
