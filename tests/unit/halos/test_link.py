"""The groups are exactly those of scipy's periodic tree, in every box and dtype."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from backends.errors import Cancelled, InputError, WrongCall
from backends.halos.friends_of_friends import link


def clustered(n: int, box_size: float, seed: int, dtype: type) -> np.ndarray:
    """Half of the particles in clumps all over the box, its edges and corners among them."""
    random = np.random.default_rng(seed)
    centres = random.random((max(4, n // 100), 3)) * box_size
    centres[0], centres[1, 0], centres[2, 1], centres[3, 2] = 0, box_size * 0.999, 0.001 * box_size, 0
    spread = 0.15 * box_size / n ** (1 / 3)
    clumps = centres[random.integers(0, len(centres), n // 2)] + random.normal(size=(n // 2, 3)) * spread
    x = np.mod(np.concatenate([clumps, random.random((n - n // 2, 3)) * box_size]), box_size).astype(dtype)
    x[x >= box_size] = 0
    return x


def oracle(x: np.ndarray, box_size: float, length: float) -> np.ndarray:
    pairs = cKDTree(x, boxsize=box_size).query_pairs(length, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (len(x), len(x)))
    return connected_components(links, directed=False)[1]


def same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    return np.unique(np.stack([a, b]), axis=1).shape[1] == len(np.unique(a)) == len(np.unique(b))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [2, 40, 3000, 40_000])
@pytest.mark.parametrize("b", [0.02, 0.2, 0.9])
@pytest.mark.parametrize("box_size", [1.0, 250.0])
def test_partition_is_that_of_the_tree(n: int, b: float, box_size: float, dtype: type) -> None:
    x = clustered(n, box_size, n, dtype)
    length = min(b * box_size / n ** (1 / 3), 0.49 * box_size)
    assert same_partition(link(x, box_size, length), oracle(x, box_size, length))


@pytest.mark.parametrize("columns", [2.05, 2.5, 2.99, 3.0, 3.01, 4.0, 5.5])
@pytest.mark.parametrize("n", [6, 25])
def test_boxes_of_few_columns(columns: float, n: int) -> None:
    for seed in range(20):
        x = np.random.default_rng(seed).random((n, 3)) * np.array([1, 0.3, 1]) * 10
        assert same_partition(link(x, 10.0, 10 / columns), oracle(x, 10.0, 10 / columns))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_lattice_at_exactly_the_linking_length(dtype: type) -> None:
    lattice = np.stack(np.meshgrid(*[np.arange(8.0)] * 3), -1).reshape(-1, 3).astype(dtype)
    assert len(np.unique(link(lattice, 8.0, 1.0))) == 1
    assert len(np.unique(link(lattice, 8.0, np.nextafter(1.0, 0)))) == 512


def test_labels_are_consecutive_and_do_not_depend_on_threads() -> None:
    import numba

    x = clustered(20_000, 100.0, 3, np.float32)
    labels = link(x, 100.0, 0.7)
    assert np.array_equal(np.unique(labels), np.arange(labels.max() + 1))
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        assert np.array_equal(labels, link(x, 100.0, 0.7))
    finally:
        numba.set_num_threads(before)


def test_many_batches_give_the_same_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    x = clustered(20_000, 100.0, 5, np.float32)
    labels = link(x, 100.0, 0.7)
    monkeypatch.setattr("backends.halos.friends_of_friends.PARTICLES_AT_ONCE", 1000)
    assert np.array_equal(labels, link(x, 100.0, 0.7))


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_and_somebody_alone(n: int) -> None:
    assert link(np.full((n, 3), 0.5, np.float32), 1.0, 0.2).tolist() == [0] * n


def test_all_particles_in_one_point() -> None:
    assert set(link(np.full((3000, 3), 7.0, np.float32), 10.0, 0.01)) == {0}


def test_points_on_and_beyond_the_edge_belong_to_the_other_side() -> None:
    x = np.array([[0, 5, 5], [10, 5, 5], [-0.01, 5, 5], [20.01, 5, 5], [5, 5, 5]], np.float32)
    assert link(x, 10.0, 0.1).tolist().count(link(x, 10.0, 0.1)[0]) == 4


@pytest.mark.parametrize(("box_size", "length"), [(10.0, 5.0), (10.0, 0.0), (10.0, np.nan), (0.0, 1.0), (np.inf, 1.0)])
def test_lengths_that_cannot_be_meant_are_refused(box_size: float, length: float) -> None:
    with pytest.raises(WrongCall):
        link(np.zeros((2, 3)), box_size, length)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_positions_that_are_no_numbers_are_refused(bad: float) -> None:
    x = np.zeros((5, 3), np.float32)
    x[3, 1] = bad
    with pytest.raises(InputError, match="not numbers"):
        link(x, 10.0, 1.0)


def test_it_stops_when_nobody_wants_it() -> None:
    def cancelled(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        link(np.zeros((5, 3)), 10.0, 1.0, cancelled)
