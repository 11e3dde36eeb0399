"""Simulations against linear theory, against perturbation theory, against a published fit, and as a contract."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from halofit import halofit

from backends.cosmology.background import Cosmology
from backends.cosmology.linear_power import LinearPower
from backends.errors import Cancelled, WrongCall
from backends.simulation.initial_conditions import linear_overdensity, wave_vectors
from backends.simulation.lagrangian import second_order, zeldovich
from backends.simulation.mesh_force import acceleration, paint_lattice
from backends.simulation.particle_mesh import simulate


def divergence(displacement: np.ndarray, box_size: float) -> np.ndarray:
    vectors = wave_vectors(displacement.shape[-1], box_size)
    return sum(k * np.fft.rfftn(component) for k, component in zip(vectors, displacement, strict=True))


def magnitude(n_mesh: int, box_size: float) -> np.ndarray:
    return np.sqrt(sum(k.astype(np.float64) ** 2 for k in wave_vectors(n_mesh, box_size)))


def power(modes: np.ndarray, box_size: float, edges: np.ndarray, window: int = 0) -> np.ndarray:
    n_mesh = modes.shape[0]
    weight = np.full(modes.shape, 2.0)
    weight[..., [0, -1]] = 1
    assignment = np.ones(1)
    for k in wave_vectors(n_mesh, box_size):
        assignment = assignment * np.sinc(k * box_size / n_mesh / (2 * np.pi)) ** window
    k = magnitude(n_mesh, box_size)
    counts = np.histogram(k, edges, weights=weight)[0]
    sums = np.histogram(k, edges, weights=weight * np.abs(modes / assignment) ** 2)[0]
    return sums / counts * box_size**3 / n_mesh**6


def test_gaussian_field_has_the_power_it_was_drawn_from() -> None:
    box_size, edges = 200.0, np.linspace(0.1, 0.7, 7)
    linear = LinearPower(Cosmology())
    modes = linear_overdensity(48, box_size, 5, linear)
    k = magnitude(48, box_size)
    expected = np.histogram(k, edges, weights=linear(k))[0] / np.histogram(k, edges)[0]
    n_modes = np.histogram(k, edges)[0]
    assert np.all(np.abs(power(modes, box_size, edges) / expected - 1) < 4 / np.sqrt(n_modes))
    assert modes[0, 0, 0] == 0


def test_zeldovich_displacement_diverges_as_minus_the_overdensity() -> None:
    modes = linear_overdensity(32, 100.0, 2, LinearPower(Cosmology()))
    psi = zeldovich(modes, 100.0)
    below = np.max(np.abs(np.stack(np.broadcast_arrays(*wave_vectors(32, 100.0)))), axis=0) < np.pi * 32 / 100 - 1e-3
    found = 1j * divergence(psi, 100.0)
    assert np.abs(found + modes)[below].max() < 1e-4 * np.abs(modes).max()


def test_second_order_of_crossed_waves_is_the_closed_form() -> None:
    """For φ = A cos(kx) + B cos(ky), ∇·ψ₂ = φ,xx φ,yy = A B k⁴ cos(kx) cos(ky)."""
    n, box_size, a, b = 32, 100.0, 3.0, 2.0
    wave = 2 * np.pi / box_size
    x = np.arange(n) * box_size / n
    u, v = np.cos(wave * x)[:, None, None], np.cos(wave * x)[None, :, None]
    overdensity = np.broadcast_to(-(wave**2) * (a * u + b * v), (n, n, n)).astype(np.float32)
    psi = second_order(np.fft.rfftn(overdensity).astype(np.complex64), box_size)
    expected = a * b * wave**3 / 2 * np.sin(wave * x)[:, None, None] * v
    np.testing.assert_allclose(psi[0], np.broadcast_to(expected, (n, n, n)), atol=1e-5 * np.abs(expected).max())
    np.testing.assert_allclose(psi[2], 0, atol=1e-5 * np.abs(expected).max())


def test_painting_conserves_mass_and_undisplaced_particles_feel_nothing() -> None:
    displacement = np.random.default_rng(0).normal(0, 7, (3, 16, 16, 16)).astype(np.float32)
    mesh = np.zeros((32,) * 3, np.float32)
    paint_lattice(displacement, 0.32, mesh)
    assert mesh.sum(dtype=np.float64) == pytest.approx(16**3, rel=1e-6)
    assert np.abs(acceleration(np.zeros_like(displacement), 100.0, 32, 0.3)).max() < 1e-4


def test_force_on_a_plane_wave_is_linear_theory_s() -> None:
    n, box_size, omega_m = 64, 128.0, 0.3
    q = (np.arange(n) + 0.5) * box_size / n
    for mode, tolerance in ((1, 1e-3), (4, 2e-3), (8, 1e-2)):
        psi = np.zeros((3, n, n, n), np.float32)
        psi[0] = (0.01 * np.sin(2 * np.pi * mode * q / box_size))[:, None, None]
        force = acceleration(psi, box_size, 2 * n, omega_m)
        assert (force * psi).sum() / (psi * psi).sum() == pytest.approx(1.5 * omega_m, rel=tolerance)


@pytest.mark.parametrize(("sigma8", "box_size"), [(0.01, 128.0), (0.8102, 1000.0)])
def test_large_scales_grow_as_linear_theory_says(sigma8: float, box_size: float) -> None:
    """From z = 9 to z = 0 by 7.9, at v = a H f ψ: the modes below 3 fundamental frequencies to one per cent."""
    cosmology = Cosmology(sigma8=sigma8)
    early, middle, late = simulate(32, box_size, 3, (9.0, 1.0, 0.0), cosmology)
    large = (k := magnitude(32, box_size)) < 3.1 * 2 * np.pi / box_size
    large &= k > 0
    a, b = divergence(early.displacement, box_size)[large], divergence(late.displacement, box_size)[large]
    growth = float(1 / cosmology.growth(0.1))
    assert (b * a.conj()).real.sum() / (np.abs(a) ** 2).sum() / growth == pytest.approx(1, abs=0.01)
    for run in (early, middle, late):
        scale = 1 / (1 + run.redshift)
        moved, speed = (divergence(field, box_size)[large] for field in (run.displacement, run.velocity))
        expected = 100 * scale * float(cosmology.expansion(scale) * cosmology.growth_rate(scale))
        assert (speed * moved.conj()).real.sum() / (np.abs(moved) ** 2).sum() == pytest.approx(expected, rel=0.01)


def test_power_today_agrees_with_halofit_within_the_resolution() -> None:
    """64³ particles 2 Mpc/h apart, mesh cells of 1 Mpc/h: right on large scales, too low on small ones."""
    n, box_size, boxes = 64, 128.0, 6
    edges = np.array([0.12, 0.3, 0.5, 0.8, 1.2])
    cosmology = Cosmology()
    linear = LinearPower(cosmology)
    measured, realised = np.zeros(4), np.zeros(4)
    for seed in range(20, 20 + boxes):
        (snapshot,) = simulate(n, box_size, seed, cosmology=cosmology)
        mesh = np.zeros((2 * n,) * 3, np.float32)
        paint_lattice(snapshot.displacement, 2 * n / box_size, mesh)
        measured += power(np.fft.rfftn(8 * mesh), box_size, edges, window=2)
        realised += power(linear_overdensity(n, box_size, seed, linear), box_size, edges)
    k = np.array([(a + b) / 2 for a, b in itertools.pairwise(edges)])
    # The boost over the boxes' own linear spectra: most of their sample variance drops out.
    ratio = measured / realised * linear(k) / halofit(linear, k)
    assert np.all(np.abs(ratio[:2] - 1) < (0.15, 0.2))
    assert np.all((ratio[2:] > 0.6) & (ratio[2:] < 1.0))


def test_smaller_steps_change_little_and_perturbation_theory_holds_early() -> None:
    (few,) = simulate(32, 64.0, 1)
    (many,) = simulate(32, 64.0, 1, n_steps=30)
    assert np.mean((few.displacement - many.displacement) ** 2) < 0.01 * np.var(few.displacement)
    (early,) = simulate(32, 128.0, 1, redshifts=(4.0,))
    first, second = (np.mean((early.displacement - psi) ** 2) for psi in (early.zeldovich, early.second_order))
    assert second < 0.5 * first


def test_a_run_is_repeatable_and_its_snapshots_come_in_the_order_asked_for() -> None:
    together = simulate(16, 64.0, 4, (0.0, 1.0, 20.0))
    again = simulate(16, 64.0, 4, (0.0, 1.0, 20.0))
    assert [s.redshift for s in together] == [0.0, 1.0, 20.0]
    for one, other in zip(together, again, strict=True):
        np.testing.assert_array_equal(one.displacement, other.displacement)
        np.testing.assert_array_equal(one.velocity, other.velocity)
    np.testing.assert_array_equal(together[2].displacement, together[2].second_order)
    assert together[0].displacement.dtype == np.float32


def test_positions_are_in_the_box_and_in_lattice_order() -> None:
    (snapshot,) = simulate(16, 64.0, 4)
    positions = snapshot.positions()
    assert positions.shape == (16**3, 3)
    assert positions.min() >= 0
    assert positions.max() < 64
    moved = (positions[1] - snapshot.displacement[:, 0, 0, 1] - [2, 2, 6] + 32) % 64 - 32
    np.testing.assert_allclose(moved, 0, atol=1e-4)


def test_cancelling_stops_the_run() -> None:
    def refuse(fraction: float, message: str = "") -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        simulate(16, 64.0, progress=refuse)


@pytest.mark.parametrize("wrong", [{"n_particles": 1}, {"box_size": -1.0}, {"redshifts": ()}, {"n_steps": 0}])
def test_runs_that_cannot_be_meant_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(WrongCall, match="give"):
        simulate(**{"n_particles": 16, **wrong})
