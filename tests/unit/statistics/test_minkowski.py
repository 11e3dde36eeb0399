"""Minkowski functionals against counting by hand, bodies of known shape, quantimpy and Gaussian fields."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.errors import NotApplicable, WrongCall
from backends.mesh.fourier import Modes, modes
from backends.mesh.minkowski import minkowski_functionals
from backends.mesh.minkowski_maps import map_functionals
from backends.mesh.smoothing import smooth
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.figures import RunStyle, figure
from backends.statistics.minkowski_functionals import gaussian_functionals
from backends.statistics.sample import Sample


def counted(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Euler characteristics and counts by the definition: (corners, edges, faces, cells) joined, and parted."""
    joined, parted = np.zeros(4), np.zeros(4)
    for axes in product((0, 1), repeat=3):
        cells = [np.roll(inside, (-a, -b, -c), (0, 1, 2)) for a, b, c in product(*[range(axis + 1) for axis in axes])]
        joined[3 - sum(axes)] += np.any(cells, axis=0).sum()
        parted[3 - sum(axes)] += np.all(cells, axis=0).sum()
    return joined, parted


@pytest.mark.parametrize("n", [6, 7])
def test_histograms_give_what_each_set_gives_by_itself(n: int) -> None:
    values = np.random.default_rng(n).normal(size=(n, n, n)).astype(np.float32)
    # Cells as high as a threshold belong to its set.
    thresholds = np.sort(np.append(np.random.default_rng(1).normal(size=2), values.reshape(-1)[:12].astype(np.float64)))
    for share in (0.0, 0.5, 1.0):
        whole, octants = minkowski_functionals(values, thresholds, 1.0, share)
        for place, threshold in enumerate(thresholds):
            (n0, n1, n2, n3), (m0, m1, m2, m3) = counted(values >= threshold)
            expected = np.array(
                [
                    n3,
                    2 / 9 * (n2 - 3 * n3),
                    2 / 9 * (share * (n1 - 2 * n2 + 3 * n3) + (1 - share) * (m1 - 2 * m2 + 3 * m3)),
                    share * (n0 - n1 + n2 - n3) + (1 - share) * (m3 - m2 + m1 - m0),
                ]
            )
            assert whole[:, place] == pytest.approx(expected / n**3, abs=1e-12)
        if n % 2 == 0:
            assert octants.mean(axis=0) == pytest.approx(whole, abs=1e-12)


def shape(name: str, n: int = 48) -> np.ndarray:
    x, y, z = np.indices((n, n, n)) - n / 2 + 0.5
    if name == "ball":
        return np.asarray(x**2 + y**2 + z**2 < 14**2)
    if name == "torus":
        return np.asarray((np.hypot(x, y) - 13) ** 2 + z**2 < 6**2)
    return np.asarray((x**2 + y**2 + z**2 < 18**2) & (x**2 + y**2 + z**2 > 9**2))


@pytest.mark.parametrize(("name", "euler"), [("ball", 1), ("torus", 0), ("shell", 2)])
def test_bodies_of_known_connectedness(name: str, euler: int) -> None:
    whole, _ = minkowski_functionals(shape(name).astype(np.float32), np.array([0.5]))
    assert whole[3, 0] * 48**3 == pytest.approx(euler, abs=1e-9)


def test_a_boxs_surface_and_curvature_are_those_of_its_edges() -> None:
    values = np.zeros((16, 16, 16), np.float32)
    values[2:6, 3:8, 4:10] = 1  # sides of 4, 5 and 6
    whole, _ = minkowski_functionals(values, np.array([0.5]), 2.0)
    # Steiner's formula seen along the axes: a convex body's mean projected area and width.
    assert whole[:2, 0] == pytest.approx([120 / 16**3, 2 / 9 * (20 + 24 + 30) / 16**3 / 2])
    assert whole[2, 0] == pytest.approx(2 / 9 * (4 + 5 + 6) / 16**3 / 4)


QUANTIMPY = {
    1.0: (40357.0, 3310.904, 241.54, 8.376),
    1.5: (17904.0, 1805.293, 182.607, 13.876),
    2.0: (6909.0, 807.558, 102.419, 11.698),
}
"""``quantimpy.minkowski.functionals`` (0.2.6) of the sets below: V, A / 8, ∫ (κ₁ + κ₂) dA / 4π² and 3 χ / 4π."""


@pytest.mark.parametrize("threshold", QUANTIMPY)
def test_quantimpy_finds_the_same(threshold: float) -> None:
    """It sums over thirteen directions, not three, and its χ is no whole number: they agree as far as that allows."""
    values, sigma = gaussian(64, 64.0, 3.0)
    padded = np.full((66, 66, 66), -99, np.float32)  # quantimpy's images are not periodic
    padded[1:-1, 1:-1, 1:-1] = values / sigma[0]
    whole, _ = minkowski_functionals(padded, np.array([threshold]))
    found = whole[:, 0] * 66**3 * np.array([1, 6 / 8, 6 / (4 * np.pi), 3 / (4 * np.pi)])
    assert found[0] == QUANTIMPY[threshold][0]
    assert found[1:3] == pytest.approx(QUANTIMPY[threshold][1:3], rel=0.05)  # flat where the box ends
    assert found[3] == pytest.approx(QUANTIMPY[threshold][3], abs=1.0)


def gaussian(n: int, box_size: float, radius: float) -> tuple[np.ndarray, np.ndarray]:
    noise = np.random.default_rng(2).normal(size=(n, n, n)).astype(np.float32)
    smoothed = smooth(Modes(modes(noise), box_size, n), radius)
    return smoothed.values, smoothed.sigma


def test_a_gaussian_field_has_tomitas_functionals() -> None:
    values, sigma = gaussian(96, 96.0, 3.0)
    nu = np.linspace(-3, 3, 25)
    whole, octants = minkowski_functionals(values, sigma[0] * nu)
    expected = gaussian_functionals(nu, sigma[1] / sigma[0])
    for order, digits in enumerate((0.002, 0.01, 0.015, 0.03)):
        amplitude = (whole[order] @ expected[order]) / (expected[order] @ expected[order])
        assert amplitude == pytest.approx(1, abs=digits)
    error = octants.std(axis=0, ddof=1) / np.sqrt(8)
    off = np.abs(whole - expected)[:, 4:-4] / error[:, 4:-4]
    assert np.median(off) < 2.5


def test_dense_and_empty_are_treated_alike() -> None:
    values = np.random.default_rng(5).normal(size=(12, 12, 12)).astype(np.float32)
    nu = np.linspace(-2, 2, 9)
    dense, _ = minkowski_functionals(values, nu)
    empty, _ = minkowski_functionals(-values, nu)
    assert empty[1:, ::-1] == pytest.approx(dense[1:] * np.array([1, -1, 1])[:, None], abs=1e-12)


def test_thresholds_must_rise() -> None:
    with pytest.raises(WrongCall, match="rise"):
        minkowski_functionals(np.zeros((4, 4, 4), np.float32), np.array([1.0, 0.0]))


def test_the_statistic_gives_all_four_and_says_how_it_smoothed() -> None:
    noise = np.random.default_rng(3).normal(size=(32, 32, 32)).astype(np.float32) * 0.1
    run = Sample(lambda species, progress: Field(noise, 64.0, "overdensity"), label="run")
    found = registry()["minkowski-functionals"].compute(run, None, Parameters(smoothing_radius=5.0), silent)
    assert found.parameters["smoothing_radius"] == 5.0
    assert found["v0"][0] == pytest.approx(1, abs=0.01)
    assert found["v3"] @ found["gaussian_v3"] == pytest.approx(found["gaussian_v3"] @ found["gaussian_v3"], rel=0.2)
    with pytest.raises(NotApplicable, match="smoothing radius"):
        registry()["minkowski-functionals"].compute(run, None, Parameters(smoothing_radius=1.0), silent)


@pytest.mark.parametrize("n", [8, 9])
def test_maps_are_counted_as_boxes_are(n: int) -> None:
    values = np.random.default_rng(n).normal(size=(n, n)).astype(np.float32)
    nu = np.linspace(-1.5, 1.5, 5)
    for share in (0.0, 0.5, 1.0):
        whole, quadrants = map_functionals(values, nu, 2.0, share)
        for place, threshold in enumerate(nu):
            inside = values >= threshold
            sides = sum(np.count_nonzero(inside != np.roll(inside, 1, axis)) for axis in (0, 1))
            assert whole[0, place] == inside.mean()
            assert whole[1, place] == pytest.approx(np.pi / 4 * sides / 4 / n**2 / 2)
            around = [np.roll(inside, shift, (0, 1)) for shift in ((0, 0), (-1, 0), (0, -1), (-1, -1))]
            pieces = {}
            for all_of, how in ((False, np.any), (True, np.all)):
                corners = how(around, axis=0).sum()
                edges = how(around[:2], axis=0).sum() + how([around[0], around[2]], axis=0).sum()
                pieces[all_of] = corners - edges + inside.sum()
            expected = share * pieces[False] + (1 - share) * pieces[True]
            assert whole[2, place] * 4 * n**2 == pytest.approx(expected, abs=1e-9)
        if n % 2 == 0:
            assert quadrants.mean(axis=0) == pytest.approx(whole, abs=1e-12)


def test_pieces_and_holes_of_known_shapes_on_a_map() -> None:
    x, y = np.indices((96, 96)) - 47.5
    r = np.hypot(x, y)
    for inside, euler in ((r < 20, 1), ((r < 30) & (r > 12), 0), ((r < 8) | (np.hypot(x - 30, y) < 8), 2)):
        whole, _ = map_functionals(inside.astype(np.float32), np.array([0.5]))
        assert whole[2, 0] * 96**2 == pytest.approx(euler, abs=1e-9)
    length = map_functionals((r < 40).astype(np.float32), np.array([0.5]))[0][1, 0] * 4 * 96**2
    assert length == pytest.approx(2 * np.pi * 40, rel=0.01)


def test_a_gaussian_map_has_tomitas_functionals() -> None:
    noise = np.random.default_rng(7).normal(size=(768, 768)).astype(np.float32)
    smoothed = smooth(Modes(modes(noise), 768.0, 768), 4.0)
    nu = np.linspace(-3, 3, 25)
    whole, _ = map_functionals(smoothed.values, smoothed.sigma[0] * nu)
    expected = gaussian_functionals(nu, smoothed.sigma[1] / smoothed.sigma[0], 2)
    for order, digits in enumerate((0.01, 0.01, 0.03)):
        assert (whole[order] @ expected[order]) / (expected[order] @ expected[order]) == pytest.approx(1, abs=digits)


def test_a_map_has_three_and_an_empty_box_is_refused() -> None:
    noise = np.random.default_rng(3).normal(size=(64, 64)).astype(np.float32)
    run = Sample(lambda species, progress: Field(noise, 64.0, "overdensity", dimensions=2), label="run")
    found = registry()["minkowski-functionals"].compute(run, None, Parameters(), silent)
    assert found.y == "v2"
    assert "v3" not in found.columns
    assert found.units["v2"] == "(h/Mpc)^2"
    drawn = figure("minkowski-functionals", [(RunStyle("a", "a", "#fff"), found)], "", Parameters())
    assert drawn.y_label == "V₂(ν)  [(h/Mpc)²]"
    even = Sample(lambda species, progress: Field(np.ones((8, 8, 8), np.float32), 9.0), label="even")
    with pytest.raises(NotApplicable, match="no fluctuations"):
        registry()["minkowski-functionals"].compute(even, None, Parameters(), silent)


def test_particles_are_painted_first() -> None:
    positions = np.random.default_rng(0).random((4096, 3), dtype=np.float32) * 20
    run = Sample(lambda species, progress: Particles(positions, 20.0), label="run")
    found = registry()["minkowski-functionals"].compute(run, None, Parameters(), silent)
    assert found["v0"][20] == pytest.approx(0.5, abs=0.05)
