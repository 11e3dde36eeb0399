"""Mass assignment against the slow reference, and the truths that hold for every kernel."""

from __future__ import annotations

from threading import Thread
from typing import Literal

import numpy as np
import pytest

from backends.data.particles import Particles
from backends.errors import Cancelled, InputError, WrongCall
from backends.mesh import painting
from backends.mesh.assignment import ORDERS
from backends.mesh.density import density_field, shot_noise
from backends.mesh.deposit import deposit_owned
from backends.mesh.painting import paint
from backends.mesh.reference import paint_reference

BOX, N = 60.0, 24


def scattered(n: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Positions inside and outside the box, none of them halfway between cells, and weights."""
    random = np.random.default_rng(seed)
    eighths = random.integers(-40, 8 * N + 40, (n, 3))
    return ((eighths + 0.37) * BOX / (8 * N)).astype(np.float32), random.random(n, dtype=np.float32)


@pytest.mark.parametrize("shift", [0.0, 0.5, -0.5])
@pytest.mark.parametrize("mass_assignment", ORDERS)
@pytest.mark.parametrize("way", ["owned", "alone", "slabs", "torch"])
def test_every_way_paints_what_the_slow_reference_paints(
    way: str, mass_assignment: str, shift: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions, weights = scattered()
    monkeypatch.setattr(painting, "CHUNK", 1500)
    monkeypatch.setattr(painting, "SORTED", 1500)
    monkeypatch.setattr(painting, "WORTHWHILE", {"owned": 1, "alone": 10_000}.get(way, 1))
    if way == "slabs":
        monkeypatch.setattr(painting, "OWNERS", 0)
    device = "cpu:0" if way == "torch" else "cpu"
    painted = paint(positions, BOX, N, mass_assignment, weights, shift, device)
    assert painted == pytest.approx(paint_reference(positions, BOX, N, mass_assignment, weights, shift), abs=2e-4)
    assert painted.mean(dtype=np.float64) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("mass_assignment", ORDERS)
def test_blocks_of_planes_fit_crowds_and_lattices(mass_assignment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nearly all in one plane, and wherever a particle lies, somebody paints it, and only once.
    positions, _ = scattered()
    positions[::2, 0] = np.linspace(0.3 * BOX, 0.32 * BOX, 2000, dtype=np.float32)
    in_order = positions[np.argsort(positions[:, 0])]
    monkeypatch.setattr(painting, "SMALL", 0)
    monkeypatch.setattr(painting, "WORTHWHILE", 1)
    for particles in (positions, in_order, in_order[::-1]):
        painted = paint(particles, BOX, N, mass_assignment)
        assert painted == pytest.approx(paint_reference(particles, BOX, N, mass_assignment), rel=1e-5, abs=2e-4)


def test_the_order_of_the_particles_does_not_matter() -> None:
    positions, _ = scattered(50_000)
    shuffled = np.random.default_rng(1).permutation(positions)
    assert paint(shuffled, BOX, N) == pytest.approx(paint(positions, BOX, N), rel=1e-4, abs=1e-4)


def test_mass_is_conserved_in_crowded_cells() -> None:
    # Always the same share is added to the same cell: the worst case of single precision.
    positions = np.tile(np.array([[0.3, 0.4, 0.6]], np.float32), (1_000_000, 1))
    for n_mesh in (4, 32, 130):
        assert paint(positions, 8.0, n_mesh, "tsc").mean(dtype=np.float64) == pytest.approx(1, abs=1e-6)


def test_large_meshes_are_painted_in_single_precision_to_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    positions, weights = scattered()
    expected = paint(positions, BOX, N, "tsc", weights)
    monkeypatch.setattr(painting, "SMALL", 0)
    assert paint(positions, BOX, N, "tsc", weights) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("mass_assignment", ORDERS)
def test_a_lattice_is_uniform(mass_assignment: str) -> None:
    q = (np.arange(16) * 2.0).astype(np.float32)
    lattice = np.stack(np.meshgrid(q, q, q, indexing="ij"), -1).reshape(-1, 3)
    assert paint(lattice, 32.0, 16, mass_assignment) == pytest.approx(1, abs=1e-6)


def test_a_particle_on_a_corner_belongs_to_that_cell() -> None:
    density = paint(np.array([[2.0, 4.0, 6.0]]), 16.0, 8, "cic")
    assert density[1, 2, 3] == pytest.approx(8**3)


def test_double_precision_big_endian_and_strided_positions_are_taken() -> None:
    positions, _ = scattered(1000)
    strided = np.zeros((1000, 6), ">f8")
    strided[:, ::2] = positions
    assert paint(strided[:, ::2], BOX, N) == pytest.approx(paint(positions, BOX, N), abs=1e-3)


@pytest.mark.parametrize("order", ["C", "F"])
def test_particles_that_are_read_only_or_lie_column_by_column_wait_for_no_compiler(order: Literal["C", "F"]) -> None:
    positions, weights = scattered(1000)
    expected = paint(positions, BOX, N, weights=weights)
    compiled = len(deposit_owned.signatures)
    positions = np.asarray(positions, order=order)
    positions.flags.writeable = weights.flags.writeable = False
    assert np.array_equal(paint(positions, BOX, N, weights=weights), expected)
    assert len(deposit_owned.signatures) == compiled


@pytest.mark.parametrize("device", ["cpu", "cpu:0"])
def test_positions_that_are_no_numbers_are_refused(device: str) -> None:
    positions, _ = scattered(1000)
    positions[10, 1], positions[500, 2] = np.nan, np.inf
    with pytest.raises(InputError, match="not finite"):
        paint(positions, BOX, N, device=device)


def test_the_refusal_counts_the_bad_particles(monkeypatch: pytest.MonkeyPatch) -> None:
    positions, weights = scattered(1000)
    positions[10, 1], positions[500, 2] = np.nan, np.inf
    with pytest.raises(InputError, match="2 of 1000 particles"):
        paint(positions, BOX, N)
    monkeypatch.setattr(painting, "OWNERS", 0)
    with pytest.raises(InputError, match="2 of 1000 particles"):
        paint(positions, BOX, N)
    weights[3] = np.nan
    with pytest.raises(InputError, match="1 of 1000 masses"):
        paint(scattered(1000)[0], BOX, N, weights=weights)


def test_nothing_to_paint_and_unknown_kernels_are_refused() -> None:
    with pytest.raises(InputError, match="no particles"):
        paint(np.empty((0, 3)), BOX, N)
    with pytest.raises(WrongCall, match="known are ngp, cic, tsc, pcs"):
        paint(scattered(10)[0], BOX, N, "spline")


def test_painting_can_be_cancelled() -> None:
    def cancelled(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        paint(scattered(10)[0], BOX, N, progress=cancelled)


def test_two_threads_may_paint_at_once() -> None:
    positions, _ = scattered(100_000)
    expected = paint(positions, BOX, N)
    found: list[np.ndarray] = []
    threads = [Thread(target=lambda: found.append(paint(positions, BOX, N))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.array_equal(density, expected) for density in found)


def test_shot_noise_grows_with_unequal_masses() -> None:
    positions, _ = scattered(1000)
    masses = np.repeat(np.array([1, 3], np.float32), 500)
    assert shot_noise(Particles(positions, BOX)) == pytest.approx(BOX**3 / 1000)
    assert shot_noise(Particles(positions, BOX, masses=masses)) == pytest.approx(BOX**3 * 5 / 4 / 1000)


def test_a_field_says_how_it_was_painted() -> None:
    positions, _ = scattered(1000)
    field = density_field(Particles(positions, BOX, redshift=0.5), N, "pcs", interlaced=True, cell_offset=0.5)
    assert (field.quantity, field.mass_assignment, field.interlaced, field.cell_offset) == (
        "relative_density",
        "pcs",
        True,
        0.5,
    )
    assert field.values.mean(dtype=np.float64) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("cell_offset", [0.0, 0.5])
@pytest.mark.parametrize("interlaced", [False, True])
def test_a_cells_value_sits_where_it_is_said_to(cell_offset: float, interlaced: bool) -> None:
    place = (np.array([[3, 4, 7]]) + cell_offset) * (BOX / N)
    field = density_field(Particles(place, BOX), N, "cic", interlaced, cell_offset)
    assert np.unravel_index(field.values.argmax(), field.values.shape) == (3, 4, 7)
    assert interlaced or field.values[3, 4, 7] == pytest.approx(N**3, rel=1e-4)
