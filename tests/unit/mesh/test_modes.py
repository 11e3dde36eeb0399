"""Shells of modes, windows and interlacing, against counting by hand and the exact transform."""

from __future__ import annotations

import numpy as np
import pytest

from backends.mesh import fourier
from backends.mesh.assignment import ORDERS
from backends.mesh.binning import auto_power, cross_power, shells
from backends.mesh.fourier import Modes, compensate, interlaced_modes, modes, particle_modes, to_mesh
from backends.mesh.warm import warm

BOX = 100.0


def wave(n: int, m: tuple[int, ...], phase: float = 0.3) -> np.ndarray:
    x = np.indices((n,) * len(m)) / n
    return np.cos(2 * np.pi * np.tensordot(m, x, 1) + phase).astype(np.float32)


@pytest.mark.parametrize("m", [(3, 0, 0), (0, 0, 5), (-2, 3, 1), (4, -4, 0), (0, 7, 0), (6, 2, -3)])
def test_a_plane_wave_falls_in_one_shell(m: tuple[int, int, int]) -> None:
    n = 20
    power = auto_power(Modes(modes(wave(n, m)), BOX, n))
    shell = int(np.sqrt(sum(component**2 for component in m)))
    # ⟨|δ_m|²⟩ of one mode of amplitude N³/2 among the shell's.
    assert power[shell - 1] == pytest.approx(BOX**3 / 4 / shells(n).n_modes[shell - 1], rel=1e-5)
    assert np.delete(power, shell - 1) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("n", [4, 5, 16, 17, 30])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_shells_are_decided_on_integers_and_pairs_count_once(n: int, dimensions: int) -> None:
    whole = np.fft.fftfreq(n, 1 / n).astype(int)
    m2 = sum(axis**2 for axis in np.meshgrid(*[whole] * dimensions, indexing="ij"))
    for i in range(1, n // 2):
        inside = (m2 >= i * i) & (m2 < (i + 1) ** 2)
        assert shells(n, dimensions).n_modes[i - 1] * 2 == np.count_nonzero(inside)
        assert shells(n, dimensions).wave_number[i - 1] == pytest.approx(np.sqrt(m2[inside]).mean())


@pytest.mark.parametrize("shape", [(32, 32), (32, 32, 32)])
def test_white_noise_is_flat(shape: tuple[int, ...]) -> None:
    noise = np.random.default_rng(2).normal(size=shape).astype(np.float32)
    power = auto_power(Modes(modes(noise), BOX, 32))
    n_modes = shells(32, len(shape)).n_modes
    expected = BOX ** len(shape) / 32 ** len(shape)
    assert np.mean((power / expected - 1) ** 2 * n_modes) == pytest.approx(1, abs=0.8)
    assert np.average(power, weights=n_modes) == pytest.approx(expected, rel=0.05)


def test_cross_power_of_a_mesh_with_itself_is_its_power() -> None:
    noise = np.random.default_rng(3).normal(size=(16, 16, 16)).astype(np.float32)
    a, b = Modes(modes(noise), BOX, 16, 2), Modes(modes(noise.copy()), BOX, 16, 2)
    assert cross_power(a, b) == pytest.approx(auto_power(a), rel=1e-6)
    assert cross_power(a, Modes(-a.values, BOX, 16, 2)) == pytest.approx(-auto_power(a), rel=1e-6)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_dividing_by_the_window_first_or_while_binning_is_the_same(dimensions: int) -> None:
    noise = np.random.default_rng(4).normal(size=(18,) * dimensions).astype(np.float32)
    transform = Modes(modes(noise), BOX, 18, 3)
    assert auto_power(transform) == pytest.approx(auto_power(compensate(transform)), rel=1e-5)


def test_a_mesh_returns_from_its_modes() -> None:
    noise = np.random.default_rng(5).normal(size=(15, 15, 15)).astype(np.float32)
    assert to_mesh(modes(noise), 15) == pytest.approx(noise, abs=1e-5)


def test_torch_transforms_as_scipy_does() -> None:
    noise = np.random.default_rng(6).normal(size=(16, 16, 16)).astype(np.float32)
    assert modes(noise, device="cpu:0") == pytest.approx(modes(noise), abs=1e-3)


def clumps(n: int) -> np.ndarray:
    random = np.random.default_rng(7)
    centres = random.random((40, 3)) * BOX
    return np.mod(centres[random.integers(0, 40, n)] + 6 * (random.random((n, 3)) - 0.5), BOX).astype(np.float32)


def exact_modes(positions: np.ndarray, n: int) -> np.ndarray:
    """Σ exp(−2πi m·x / L), particle by particle: no mesh, no aliases."""
    phase = -2j * np.pi * positions.astype(np.float64) / BOX
    m, half = np.fft.fftfreq(n, 1 / n), np.arange(n // 2 + 1)
    x, y, z = (np.exp(phase[:, [axis]] * side) for axis, side in enumerate((m, m, half)))
    return np.einsum("pi,pj,pk->ijk", x, y, z, optimize=True) * (n**3 / len(positions))


@pytest.mark.parametrize(
    ("mass_assignment", "to_half", "to_all"), [("cic", 1e-3, 2e-2), ("tsc", 5e-5, 1e-3), ("pcs", 2e-5, 3e-4)]
)
def test_interlaced_and_compensated_power_is_that_of_the_exact_transform(
    mass_assignment: str, to_half: float, to_all: float
) -> None:
    n, positions = 32, clumps(3000)
    exact = auto_power(Modes(exact_modes(positions, n), BOX, n))
    values = interlaced_modes(positions, BOX, n, mass_assignment)
    power = auto_power(Modes(values, BOX, n, ORDERS[mass_assignment]))
    error, k = np.abs(power / exact - 1), shells(n).wave_number / (n / 2)
    assert error[k <= 0.5].max() < to_half
    assert error.max() < to_all


def test_interlacing_keeps_the_phases() -> None:
    n, positions = 32, clumps(3000)
    exact = Modes(exact_modes(positions, n), BOX, n)
    ours = Modes(interlaced_modes(positions, BOX, n, "tsc"), BOX, n, 3)
    r = cross_power(ours, exact) / np.sqrt(auto_power(ours) * auto_power(exact))
    assert r.min() > 0.999


def test_a_cell_offset_moves_the_phases_and_not_the_power() -> None:
    positions = clumps(3000)
    corner = Modes(interlaced_modes(positions, BOX, 16), BOX, 16, 3)
    centre = Modes(interlaced_modes(positions, BOX, 16, cell_offset=0.5), BOX, 16, 3)
    assert auto_power(centre) == pytest.approx(auto_power(corner), rel=5e-3)
    assert (cross_power(centre, corner) / auto_power(corner))[-1] < 0.8


def test_one_mesh_alone_has_aliases() -> None:
    n, positions = 32, clumps(3000)
    exact = auto_power(Modes(exact_modes(positions, n), BOX, n))
    power = auto_power(Modes(particle_modes(positions, BOX, n, "cic"), BOX, n, 2))
    assert power[-1] / exact[-1] > 1.05


def test_kernels_can_be_warmed() -> None:
    warm()


def test_particles_near_their_lattice_leave_no_aliases_in_a_small_mesh() -> None:
    n, n_mesh = 16, 32
    rng = np.random.default_rng(7)
    lattice = np.stack(np.meshgrid(*[np.arange(n) + 0.5] * 3, indexing="ij"), -1).reshape(-1, 3)
    positions = ((lattice + rng.normal(scale=0.2, size=lattice.shape)) / n) % 1.0
    transform = interlaced_modes(positions, 1.0, n_mesh)
    painted = compensate(Modes(transform, 1.0, n_mesh, ORDERS["tsc"])).values
    for mode in ((1, 2, 0), (3, 3, 3), (7, 1, 2), (0, 5, 6)):
        exact = np.exp(-2j * np.pi * (positions @ np.array(mode))).sum() * n_mesh**3 / n**3
        assert abs(painted[mode] / exact - 1) < 2e-3, mode


def test_transforms_are_the_same_with_and_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    values = np.random.default_rng(3).lognormal(size=(24, 24, 24)).astype(np.float32)
    ours = modes(values)
    monkeypatch.setattr(fourier, "LARGE", 1)
    monkeypatch.setattr(fourier, "faster_torch", lambda threads: torch)
    assert np.allclose(modes(values), ours, atol=1e-6 * abs(ours).max())
