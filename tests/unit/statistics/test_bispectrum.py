"""Triangles of modes against every one of them added up, a Gaussian field, and fields of known Q."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from lognormal_box import lognormal_box

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import Cancelled, NotApplicable
from backends.mesh.fourier import Modes, modes
from backends.mesh.triangles import Shell, Triangle, closed, count
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.ranking import ranking
from backends.statistics.sample import Data, Sample
from backends.statistics.scores import bispectrum_error

NAMES = ("bispectrum", "bispectrum-squeezed", "bispectrum-isosceles")
BOX = 100.0


def compute(name: str, run: Data, parameters: Parameters | None = None) -> StatisticResult:
    sample = Sample(lambda species, progress: run, label="run")
    return registry()[name].compute(sample, None, parameters or Parameters(), silent)


def gaussian(n: int, seed: int, slope: float = 0.0) -> np.ndarray:
    white = np.fft.rfftn(np.random.default_rng(seed).normal(size=(n, n, n)))
    m = np.fft.fftfreq(n, 1 / n)
    m2 = m[:, None, None] ** 2 + m[:, None] ** 2 + np.arange(n // 2 + 1) ** 2
    m2[0, 0, 0] = 1
    white *= m2 ** (slope / 4)
    white[0, 0, 0] = 0
    field = np.fft.irfftn(white, s=(n, n, n), axes=(0, 1, 2))
    return np.asarray(field / field.std())


def one_by_one(values: np.ndarray, order: int, triangle: Triangle) -> tuple[float, int]:
    """Return the mean δδδ of all closed triangles of a real mesh, and their number, each added up by itself."""
    n = values.shape[-1]
    inverse = np.sinc(np.fft.fftfreq(n)) ** -float(order)
    transform = np.fft.fftn(values.astype(np.float64))
    for axis in range(values.ndim):
        transform *= inverse.reshape([-1 if axis == other else 1 for other in range(values.ndim)])
    vectors = np.array(list(product(range(-n // 2 + 1, n // 2), repeat=values.ndim)))
    lengths = np.sqrt((vectors**2).sum(axis=1))
    first, second = (vectors[(lengths >= shell.low) & (lengths < shell.high)] for shell in triangle[:2])
    total, number = 0.0, 0
    for q in first:
        third = -(q + second)
        length = np.sqrt((third**2).sum(axis=1))
        there = (length >= triangle[2].low) & (length < triangle[2].high)
        legs = transform[tuple(second[there].T)] * transform[tuple(third[there].T)]
        total += float((transform[tuple(q)] * legs).sum().real)
        number += int(there.sum())
    return total / number, number


@pytest.mark.parametrize(
    "triangle",
    [
        (Shell(2, 4), Shell(2, 4), Shell(2, 4)),
        (Shell(1, 3), Shell(2, 4), Shell(2, 4)),
        (Shell(1, 3), Shell(2, 4), Shell(2.5, 4.5)),
        (Shell(4, 6), Shell(4, 6), Shell(5, 7)),
    ],
)
@pytest.mark.parametrize("dimensions", [2, 3])
def test_every_triangle_is_there_once(triangle: Triangle, dimensions: int) -> None:
    # The last reach so far that three modes would close by going round the mesh, were it the run's own.
    density = gaussian(16, 0)
    density += 0.5 * density**2
    values = (density if dimensions == 3 else density[0]).astype(np.float32)
    values -= values.mean()
    found = closed(Modes(modes(values), BOX, 16, 2), triangle)
    mean, number = one_by_one(values, 2, triangle)
    unit = BOX ** (2 * dimensions) / 16.0 ** (3 * dimensions)
    assert count(triangle, dimensions) == 2 * found.n_triangles == number
    assert found.bispectrum == pytest.approx(mean * unit, rel=2e-6, abs=2e-7 * found.error(BOX**dimensions))


@pytest.mark.parametrize(
    ("shells", "copies"), [((2, 2, 2), 6), ((2, 4, 4), 2), ((2, 4, 6), 1)], ids=["equal", "two equal", "different"]
)
def test_the_error_knows_which_sides_are_alike(shells: tuple[int, int, int], copies: int) -> None:
    triangle = tuple(Shell(low, low + 2) for low in shells)
    found = closed(Modes(modes(gaussian(24, 0).astype(np.float32)), BOX, 24), triangle)  # type: ignore[arg-type]
    assert found.copies == pytest.approx(copies)


@pytest.mark.parametrize("name", NAMES)
def test_a_gaussian_field_has_none_within_its_errors(name: str) -> None:
    pulls = []
    for seed in range(6):
        found = compute(name, Field(gaussian(48, seed, -1.5).astype(np.float32), BOX, "overdensity"))
        pulls.append(found[found.y] / found[found.sigma])
    assert np.mean(pulls) == pytest.approx(0, abs=4 / np.sqrt(np.size(pulls)))
    assert np.mean(np.square(pulls)) == pytest.approx(1, abs=0.35)


@pytest.mark.parametrize("name", NAMES)
def test_a_square_of_a_gaussian_field_has_the_q_that_it_must(name: str) -> None:
    # δ = g + b (g² − ⟨g²⟩) has B = 2 b (P₁P₂ + P₂P₃ + P₃P₁) and so Q = 2 b to lowest order in b σ.
    b, sigma = 0.5, 0.1
    found = []
    for seed in range(6):
        g = sigma * gaussian(48, seed, -1.5)
        result = compute(name, Field((g + b * (g**2 - sigma**2)).astype(np.float32), BOX, "overdensity"))
        without = compute(name, Field(g.astype(np.float32), BOX, "overdensity"))
        found.append(result["reduced"] - without["reduced"])
        weights = result["reduced_error"] ** -2.0
    assert np.average(np.mean(found, axis=0), weights=weights) == pytest.approx(2 * b, rel=0.15)


def test_the_angle_of_a_second_order_field_is_that_of_theory() -> None:
    n, parameters, found = 48, Parameters(triangle_k=6 * 2 * np.pi / BOX), []
    for seed in range(8):
        modes_of_g, first, second = second_order(n, seed)
        both = [
            compute("bispectrum-isosceles", Field(values.astype(np.float32), BOX, "overdensity"), parameters)
            for values in (first + second, first - second)
        ]
        odd = (both[0]["bispectrum"] - both[1]["bispectrum"]) / 2  # what is odd in δ₂
        found.append(odd * both[0]["reduced"] / both[0]["bispectrum"])
    power, expected = modes_power(modes_of_g, n), []
    for k3 in both[0]["k3"] * BOX / (2 * np.pi):
        shells = Shell(5, 7), Shell(5, 7), Shell(max(k3 - 1, 0), k3 + 1)
        expected.append(tree_level(power, shells))
    assert np.mean(found, axis=0) == pytest.approx(np.array(expected), abs=0.1)
    assert max(expected) - min(expected) > 0.8


def second_order(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the modes of a Gaussian field g, the field, and δ₂ of gravity made from it.

    δ₂ = 5/7 g² + ∇g·∇∇⁻²g + 2/7 (∇∇∇⁻²g)², which is F₂ = 5/7 + ½ cos θ (k₁/k₂ + k₂/k₁) + 2/7 cos² θ.
    """
    k = 2 * np.pi * np.fft.fftfreq(n) * n / BOX
    axes = [k.reshape([-1 if a == b else 1 for b in range(3)]) for a in range(3)]
    k2 = axes[0] ** 2 + axes[1] ** 2 + axes[2] ** 2
    k2[0, 0, 0] = 1
    modes_of_g = np.fft.fftn(0.05 * gaussian(n, seed, -1.5)) * (k2 < (2 * np.pi * n / 3 / BOX) ** 2)
    first = np.fft.ifftn(modes_of_g).real
    second = 5 / 7 * first**2
    for i in range(3):
        second += np.fft.ifftn(1j * axes[i] * modes_of_g).real * np.fft.ifftn(-1j * axes[i] / k2 * modes_of_g).real
        for j in range(3):
            second += 2 / 7 * np.fft.ifftn(axes[i] * axes[j] / k2 * modes_of_g).real ** 2
    return modes_of_g, first, second - second.mean()


def modes_power(transform: np.ndarray, n: int) -> tuple[float, float]:
    """Return amplitude and slope of a power law, of the modes of a mesh."""
    m = np.fft.fftfreq(n, 1 / n)
    length = np.sqrt(m[:, None, None] ** 2 + m[:, None] ** 2 + m**2)
    inside = (length > 0.5) & (length < 15)
    power = np.abs(transform[inside]) ** 2 * BOX**3 / float(n) ** 6
    return float((power * length[inside] ** 1.5).mean()), -1.5


def tree_level(power: tuple[float, float], triangle: Triangle) -> float:
    """Return Q of second-order gravity, its F₂ averaged over every closed triangle of these shells."""
    reach = max(shell.reach for shell in triangle)
    vectors = np.array(list(product(range(-reach, reach + 1), repeat=3)), np.float64)
    lengths = np.sqrt((vectors**2).sum(axis=1))
    sides = [vectors[(lengths >= shell.low) & (lengths < shell.high) & (lengths > 0)] for shell in triangle]
    total, number = 0.0, 0
    for q in sides[0][::7]:
        third = -(q + sides[1])
        there = (third**2).sum(axis=1)
        there = (there >= triangle[2].low ** 2) & (there < triangle[2].high ** 2) & (there > 0)
        corners = [np.broadcast_to(q, third.shape)[there], sides[1][there], third[there]]
        k = [np.sqrt((corner**2).sum(axis=1)) for corner in corners]
        for a, b in ((0, 1), (0, 2), (1, 2)):
            cosine = (corners[a] * corners[b]).sum(axis=1) / (k[a] * k[b])
            f2 = 5 / 7 + 0.5 * cosine * (k[a] / k[b] + k[b] / k[a]) + 2 / 7 * cosine**2
            total += float((2 * f2 * power[0] ** 2 * (k[a] * k[b]) ** power[1]).sum())
        number += int(there.sum())
    p1, p2, p3 = (power[0] * float((np.sqrt((side**2).sum(axis=1)) ** power[1]).mean()) for side in sides)
    return total / number / (p1 * p2 + p1 * p3 + p2 * p3)


def test_particles_have_the_bispectrum_of_their_noise() -> None:
    # Poisson points: B = (L³/n)², and Q = 1/3; what is stated as noise is what is found.
    x = (np.random.default_rng(2).random((20_000, 3)) * BOX).astype(np.float32)
    found = compute("bispectrum", Particles(x, BOX), Parameters(n_mesh=48))
    assert np.average(found["bispectrum"], weights=found["error"] ** -2.0) == pytest.approx(50**2, rel=0.3)
    pull = (found["bispectrum"] - found["shot_noise"]) / found["error"]
    assert (np.abs(pull) < 4).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_map_has_triangles_too(name: str) -> None:
    values = gaussian(64, 1)[0].astype(np.float32)
    found = compute(name, Field(values, BOX, "overdensity", dimensions=2))
    assert found.units["bispectrum"] == "(Mpc/h)^4"
    assert (np.abs(found[found.y] / found[found.sigma]) < 5).all()


def test_what_does_not_fit_the_mesh_says_what_does() -> None:
    density = lognormal_box(32)
    with pytest.raises(
        NotApplicable, match=r"k = 5 h/Mpc do not fit the mesh: choose a side between 0\.147 and 0\.368"
    ):
        compute("bispectrum-isosceles", density, Parameters(triangle_k=5.0))
    for name in NAMES:
        with pytest.raises(NotApplicable):
            compute(name, lognormal_box(8))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_cancelled_and_gives_the_same_twice(name: str) -> None:
    density = lognormal_box(24)

    def stop(fraction: float, message: str = "") -> None:
        if "triangles" in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        registry()[name].compute(Sample(lambda s, p: density, label="run"), None, Parameters(), stop)
    one, other = compute(name, density), compute(name, replace(density))
    assert np.array_equal(one[one.y], other[other.y])


def test_a_run_is_scored_by_its_bispectrum_where_there_is_one() -> None:
    truth, weaker = lognormal_box(48), lognormal_box(48, smoothing=0.8)
    results = {name: {"bispectrum": compute("bispectrum", field)} for name, field in (("t", truth), ("w", weaker))}
    found = ranking({**results, "same": results["t"]}, Parameters(), reference_key="t")
    weak, same = (row.scores["bispectrum_error"] for row in found.rows)
    assert same == 0
    assert weak is not None
    assert weak > 0.05
    column = next(column for column in found.columns if column.name == "bispectrum_error")
    assert (column.best, column.worst) == ("same", "w")
    without = ranking({"t": {}, "w": {}}, Parameters(), reference_key="t")
    assert "bispectrum_error" not in [column.name for column in without.columns]
    assert bispectrum_error(results["t"]["bispectrum"], compute("bispectrum", lognormal_box(32))) is None
