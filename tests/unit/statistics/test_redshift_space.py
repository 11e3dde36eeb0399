"""Multipoles in redshift space: the modes added up one by one, the Kaiser limit, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box

from backends.cosmology.background import Cosmology
from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import Cancelled, NotApplicable
from backends.mesh.assignment import window
from backends.mesh.fourier import Modes, interlaced_modes, modes
from backends.mesh.multipoles import multipole_errors, multipoles
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Data, Sample

NAMES = ("redshift-space", "redshift-space-quadrupole", "redshift-space-hexadecapole")
BOX = 100.0
OMEGA_M = 0.3


def sample(data: Data, omega_m: float | None = OMEGA_M) -> Sample:
    return Sample(lambda species, progress: data, label="run", omega_m=omega_m)


def compute(data: Data, parameters: Parameters | None = None, name: str = NAMES[0]) -> StatisticResult:
    return registry()[name].compute(sample(data), None, parameters or Parameters(n_mesh=32), silent)


def moving(count: int = 4000, speed: float = 500.0, seed: int = 0) -> Particles:
    rng = np.random.default_rng(seed)
    x, v = rng.random((count, 3)) * BOX, speed * rng.normal(size=(count, 3))
    return Particles(x.astype(np.float32), BOX, velocities=v.astype(np.float32), redshift=0.5)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_every_mode_is_weighted_by_its_angle(axis: int) -> None:
    n = 12
    transform = modes(np.random.default_rng(0).normal(size=(n, n, n)).astype(np.float32))
    found = multipoles(Modes(transform, BOX, n, 3), axis)
    whole = np.fft.fftn(np.fft.irfftn(transform, s=(n, n, n), axes=(0, 1, 2)))
    inverse = 1 / window(n, 3)
    m = np.stack(np.meshgrid(*[np.fft.fftfreq(n, 1 / n)] * 3, indexing="ij"))
    power = np.abs(whole * inverse[:, None, None] * inverse[:, None] * inverse) ** 2 * BOX**3 / n**6
    length = np.sqrt((m**2).sum(axis=0))
    for shell in range(1, n // 2):
        inside = (length >= shell) & (length < shell + 1)
        mu = m[axis][inside] / length[inside]
        for i, order in enumerate((0, 2, 4)):
            legendre = np.polynomial.legendre.legval(mu, [0] * order + [1])
            expected = (2 * order + 1) * (power[inside] * legendre).mean()
            assert found[i, shell - 1] == pytest.approx(expected, rel=1e-5, abs=1e-5 * power[inside].mean())


def test_velocities_displace_along_the_line_of_sight() -> None:
    particles = moving()
    assert particles.velocities is not None
    for axis in (0, 2):
        shifted = particles.positions.astype(np.float64).copy()
        hubble = 100 * np.sqrt(OMEGA_M * 1.5**3 + 1 - OMEGA_M)
        shifted[:, axis] += particles.velocities[:, axis] * 1.5 / hubble
        seen = multipoles(Modes(interlaced_modes(shifted % BOX, BOX, 32), BOX, 32, 3), axis)
        found = compute(particles, Parameters(n_mesh=32, line_of_sight=axis))
        for i, order in enumerate((0, 2, 4)):
            assert found[f"p{order}"] == pytest.approx(seen[i], rel=1e-4, abs=1e-4 * seen[0].mean())


def test_at_rest_it_is_the_power_spectrum() -> None:
    particles = replace(moving(), velocities=np.zeros((4000, 3), np.float32))
    found = compute(particles)
    power = registry()["power-spectrum"].compute(sample(particles), None, Parameters(n_mesh=32), silent)
    assert found["p0"] == pytest.approx(power["power"], rel=1e-5)
    assert found["k"] == pytest.approx(power["k"])
    assert found["error0"] == pytest.approx(power["error"], rel=0.5)
    assert np.abs(found["p2"] / found["error2"]).max() < 4.5


def test_linear_infall_has_the_multipoles_of_kaiser() -> None:
    # A lattice displaced by ψ of a linear field, moving with v = a H f ψ: P_ℓ / P of Kaiser (1987).
    n, z = 48, 1.0
    cosmology, a = Cosmology(omega_m=OMEGA_M), 1 / (1 + z)
    f = float(cosmology.growth_rate(a))
    rng = np.random.default_rng(3)
    k = 2 * np.pi / BOX * np.fft.fftfreq(n, 1 / n)
    axes = [k[:, None, None], k[:, None], 2 * np.pi / BOX * np.arange(n // 2 + 1.0)]
    k2 = axes[0] ** 2 + axes[1] ** 2 + axes[2] ** 2
    k2[0, 0, 0] = 1
    white = np.fft.rfftn(rng.normal(size=(n, n, n)))
    # All modes of one amplitude: no chance is left but that of few angles, which the expectation shares.
    delta = white / np.abs(white) * k2**-0.5 * (k2 < (2 * np.pi / BOX * 10) ** 2)
    delta[0, 0, 0] = 0
    delta *= 0.01 / np.fft.irfftn(delta, s=(n, n, n), axes=(0, 1, 2)).std()
    psi = np.stack([np.fft.irfftn(1j * axis / k2 * delta, s=(n, n, n), axes=(0, 1, 2)) for axis in axes], axis=-1)
    q = np.stack(np.meshgrid(*[np.arange(n) * BOX / n] * 3, indexing="ij"), axis=-1)
    v = psi * a * 100 * float(cosmology.expansion(a)) * f
    at_rest = Particles(((q + psi) % BOX).reshape(-1, 3), BOX, velocities=np.zeros((n**3, 3), np.float32), redshift=z)
    infall = replace(at_rest, velocities=v.reshape(-1, 3).astype(np.float32))
    m = np.stack(np.meshgrid(*[np.fft.fftfreq(n, 1 / n)] * 3, indexing="ij"))
    length = np.sqrt((m**2).sum(axis=0))
    for axis in range(3):
        parameters = Parameters(n_mesh=n, line_of_sight=axis)
        real, seen = (compute(each, parameters) for each in (at_rest, infall))
        for order, limit in ((0, 1 + 2 * f / 3 + f**2 / 5), (2, 4 * f / 3 + 4 * f**2 / 7), (4, 8 * f**2 / 35)):
            found, expected = [], []
            for shell in range(4, 9):
                inside = (length >= shell) & (length < shell + 1)
                mu, power = m[axis][inside] / length[inside], length[inside] ** -2.0
                legendre = (2 * order + 1) * np.polynomial.legendre.legval(mu, [0] * order + [1])
                expected.append(np.average((1 + f * mu**2) ** 2 * legendre, weights=power))
                found.append(seen[f"p{order}"][shell - 1] / real["p0"][shell - 1])
            assert found == pytest.approx(expected, abs=0.06)
            assert np.mean(found) == pytest.approx(np.mean(expected), abs=0.02)
            assert np.mean(found) == pytest.approx(limit, abs=0.15)


def test_errors_are_those_of_a_gaussian_field() -> None:
    n, found = 24, []
    for seed in range(60):
        transform = modes(np.random.default_rng(seed).normal(size=(n, n, n)).astype(np.float32))
        found.append(multipoles(Modes(transform, BOX, n), 2))
    from backends.mesh.binning import shells

    expected = multipole_errors(np.mean(found, axis=0), shells(n).n_modes)
    ratio = np.std(found, axis=0) / expected
    assert ratio[:, 2:].mean(axis=1) == pytest.approx([1, 1, 1], abs=0.12)


def test_halos_move_too() -> None:
    particles = moving()
    assert particles.velocities is not None
    where, masses = particles.positions.astype(np.float64), np.ones(4000)
    halos = Catalogue(where, masses, BOX, velocities=particles.velocities.astype(np.float64), redshift=0.5)
    assert compute(halos)["p2"] == pytest.approx(compute(particles)["p2"], rel=1e-3, abs=1)


def test_what_has_no_velocities_is_refused_with_the_reason() -> None:
    particles = moving()
    with pytest.raises(NotApplicable, match="run holds no velocities"):
        compute(replace(particles, velocities=None))
    with pytest.raises(NotApplicable, match="does not say its redshift"):
        compute(replace(particles, redshift=None))
    with pytest.raises(NotApplicable, match="does not say Ω_m"):
        registry()[NAMES[0]].compute(sample(particles, None), None, Parameters(n_mesh=32), silent)
    with pytest.raises(NotApplicable, match="is a grid"):
        compute(lognormal_box(16))
    damaged = np.array(particles.velocities)
    damaged[3, 2] = np.nan
    with pytest.raises(NotApplicable, match="1 of 4000 velocities"):
        compute(replace(particles, velocities=damaged))


def test_velocities_are_read_only_when_they_are_asked_for() -> None:
    particles, asked = moving(), []

    def fuller(species: str | None, columns: object, progress: object) -> Particles:
        asked.append(list(columns))  # type: ignore[call-overload]
        return particles

    bare = replace(particles, velocities=None)
    run = Sample(lambda species, progress: bare, label="run", omega_m=OMEGA_M, fuller=fuller)
    registry()["power-spectrum"].compute(run, None, Parameters(n_mesh=32), silent)
    assert not asked
    for name in NAMES:
        found = registry()[name].compute(run, None, Parameters(n_mesh=32), silent)
        assert found["p4"] == pytest.approx(compute(particles)["p4"])
    assert asked == [["velocities"]]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_cancelled(name: str) -> None:
    def stop(fraction: float, message: str = "") -> None:
        if "Paint" in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        registry()[name].compute(sample(moving()), None, Parameters(n_mesh=32), stop)


def test_a_real_snapshot_squashes_what_falls_together(shared_data: object) -> None:
    from backends.data.facts import Facts
    from backends.readers.opening import describe, load

    path = shared_data / "gadget4_hdf5" / "g2_lcdm_gas_series" / "snapshot_004.hdf5"  # type: ignore[operator]
    (found,), _ = describe([path])
    assert found.omega_m is not None
    particles = load(found, Facts(), species="dm", columns=("velocities",))
    run = Sample(lambda species, progress: particles, label="run", omega_m=found.omega_m)  # type: ignore[arg-type,return-value]
    result = registry()[NAMES[0]].compute(run, None, Parameters(n_mesh=64), silent)
    assert np.isfinite(result["p0"]).all()
