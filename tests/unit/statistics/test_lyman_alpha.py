"""The Lyman-α forest against constant density, lognormal gas, sums over modes, and lines moved and broadened."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import Cancelled, NotApplicable
from backends.mesh.absorption import amplitude, in_redshift_space, line_power, optical_depth
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.figures import RunStyle, figure
from backends.statistics.optional_scores import curve_error, flux_distance
from backends.statistics.sample import Data, Sample
from backends.statistics.skewers import observed_mean_flux

L, N, Z, OMEGA_M = 40.0, 32, 3.0, 0.3


def compute(
    name: str, data: Data, parameters: Parameters | None = None, omega_m: float | None = OMEGA_M
) -> StatisticResult:
    run = Sample(
        lambda species, progress: data,
        label="run",
        omega_m=omega_m,
        fuller=lambda species, columns, progress: data,
    )
    return registry()[name].compute(run, None, parameters or Parameters(), silent)


def box(density: np.ndarray, redshift: float | None = Z, quantity: str = "relative_density") -> Field:
    return Field(density.astype(np.float32), L, quantity, redshift=redshift, dimensions=density.ndim)


def lognormal(n: int, sigma: float, seed: int = 4) -> np.ndarray:
    """Independent cells of mean one."""
    return np.exp(sigma * np.random.default_rng(seed).normal(size=(n, n, n)) - sigma**2 / 2)


def test_gas_of_one_density_lets_the_mean_flux_pass_everywhere() -> None:
    found = compute("lyman-alpha", box(np.ones((N, N, N))), Parameters(mean_flux=0.7, optical_depth_slope=1.3))
    assert found.parameters["amplitude"] == pytest.approx(-np.log(0.7), rel=1e-8)
    assert found["mean_flux"] == pytest.approx(0.7, abs=1e-7)
    assert np.abs(found["p1d"]).max() < 1e-10
    pdf = compute("lyman-alpha-pdf", box(np.ones((N, N, N))), Parameters(mean_flux=0.72))
    assert np.flatnonzero(pdf["count"]).tolist() == [14]


@pytest.mark.parametrize("wanted", [0.05, 0.3, 0.669, 0.95, 0.999])
@pytest.mark.parametrize("sigma", [0.3, 1.5, 3.0])
def test_the_mean_flux_is_met(wanted: float, sigma: float) -> None:
    found = compute("lyman-alpha", box(lognormal(N, sigma)), Parameters(mean_flux=wanted))
    assert found["mean_flux"] == pytest.approx(wanted, rel=1e-6)


def test_the_amplitude_and_the_pdf_of_lognormal_gas_are_those_of_the_normal_distribution() -> None:
    sigma, slope, wanted = 0.8, 1.6, 0.6

    def mean(a: float) -> float:
        return quad(lambda x: np.exp(-a * np.exp(slope * (sigma * x - sigma**2 / 2))) * norm.pdf(x), -9, 9)[0]

    a = brentq(lambda a: mean(a) - wanted, 1e-3, 10)
    found = compute("lyman-alpha-pdf", box(lognormal(128, sigma)), Parameters(mean_flux=wanted))
    assert found.parameters["amplitude"] == pytest.approx(a, rel=2e-3)
    edges = np.linspace(0, 1, 21)
    with np.errstate(divide="ignore"):
        x = (np.log(-np.log(edges) / a) / slope + sigma**2 / 2) / sigma
    expected = -np.diff(norm.cdf(x))
    count = 128**3 * expected
    assert np.abs((found["count"] - count) / np.sqrt(count + 1)).max() < 6  # A is found from the same cells
    assert found["pdf"].sum() * 0.05 == pytest.approx(1)


def test_power_along_lines_is_the_sum_over_all_waves_across_them() -> None:
    n, rng = 64, np.random.default_rng(2)
    whole = np.fft.fftfreq(n, 1 / n)
    k = 2 * np.pi / L * np.sqrt(whole[:, None, None] ** 2 + whole[None, :, None] ** 2 + whole[None, None] ** 2)
    k[0, 0, 0] = np.inf
    shape = np.exp(-((k * 1.2) ** 2)) / (1 + (2 / k) ** 2)
    phases = np.exp(1j * np.angle(np.fft.fftn(rng.normal(size=(n, n, n)))))
    # Every mode has the mean power: what is left to chance is only its phase.
    values = np.fft.ifftn(phases * np.sqrt(shape * n**3)).real
    along = line_power(values.astype(np.float32), L).mean(axis=0)
    in_box = np.abs(np.fft.fftn(values)) ** 2 * L**3 / n**6
    np.testing.assert_allclose(along, in_box.sum(axis=(0, 1))[1 : n // 2] / L**2, rtol=1e-4, atol=1e-12)
    # P₁D(k) = ∫ P(√(k² + q²)) q dq / 2π, of the spectrum that the field was drawn from
    along_k = 2 * np.pi / L * np.arange(1, n // 2)

    def power(q: float, line: float) -> float:
        both = np.hypot(q, line)
        return float(np.exp(-((both * 1.2) ** 2)) / (1 + (2 / both) ** 2) * (L / n) ** 3 * q / (2 * np.pi))

    expected = np.array([quad(power, 0, 6, args=(line,))[0] for line in along_k])
    np.testing.assert_allclose(along[:20], expected[:20], rtol=0.02)


def test_a_plane_wave_along_the_line_is_one_wave_and_across_it_none() -> None:
    x = np.arange(N) / N
    ripple = 0.2 * np.cos(2 * np.pi * 5 * x)
    along = line_power(np.broadcast_to(ripple, (N, N, N)).astype(np.float32), L).mean(axis=0)
    assert along[4] == pytest.approx(L * 0.2**2 / 4, rel=1e-5)
    assert np.delete(along, 4).max() < 1e-9
    for axis, there in ((0, True), (1, False)):
        found = compute("lyman-alpha", box(np.broadcast_to(1 + ripple[:, None, None], (N, N, N))),
                        Parameters(line_of_sight=axis, mean_flux=0.7))  # fmt: skip
        assert (found["p1d"].max() > 1e-4) == there


def test_absorption_that_stays_and_has_no_width_is_as_it_was() -> None:
    depth = optical_depth(lognormal(N, 1.0).astype(np.float32), 1.6)
    np.testing.assert_array_equal(in_redshift_space(depth, None, None), depth)
    np.testing.assert_allclose(in_redshift_space(depth, np.full_like(depth, 3), None), np.roll(depth, 3, -1), rtol=1e-6)
    np.testing.assert_allclose(
        in_redshift_space(depth, np.full_like(depth, -40.25), None),
        0.75 * np.roll(depth, -40, -1) + 0.25 * np.roll(depth, -41, -1), rtol=1e-5,
    )  # fmt: skip


def test_no_absorption_is_lost_and_lines_have_the_width_of_the_gas() -> None:
    rng = np.random.default_rng(0)
    depth = lognormal(N, 1.0).astype(np.float32)
    moved, width = rng.normal(0, 9, (2, N, N, N)).astype(np.float32)
    out = in_redshift_space(depth, moved, np.abs(width) / 3)
    np.testing.assert_allclose(out.sum(axis=-1, dtype=np.float64), depth.sum(axis=-1, dtype=np.float64), rtol=2e-6)
    line = np.zeros((1, 1, 256), np.float32)
    line[0, 0, 100] = 1
    spread = in_redshift_space(line, np.full_like(line, 7.4), np.full_like(line, 4.3))[0, 0]
    cells = np.arange(256)
    # The mean of a Gaussian over a cell, of a source that fills a cell: both as wide as 1/√12.
    assert (cells * spread).sum() == pytest.approx(107.4, abs=1e-4)
    assert ((cells - 107.4) ** 2 * spread).sum() == pytest.approx(4.3**2 + 2 / 12, rel=1e-4)
    expected = [quad(lambda x, c=c: norm.pdf(x, 107.4, 4.3) * max(1 - abs(x - c), 0), c - 1, c + 1, points=[c])[0]
                for c in range(95, 121)]  # fmt: skip
    np.testing.assert_allclose(spread[95:121], expected, rtol=1e-4)


def lattice(speed: float) -> Particles:
    """Evenly spread particles and a lump, all of which move as fast."""
    q = (np.stack(np.meshgrid(*[np.arange(16)] * 3, indexing="ij"), axis=-1).reshape(-1, 3) + 0.25) * L / 16
    x = np.concatenate([q, np.full((400, 3), 20.3)]).astype(np.float32)
    return Particles(x, L, redshift=Z, velocities=np.full((x.shape[0], 3), speed, np.float32))


@pytest.mark.parametrize("axis", [0, 2])
def test_what_moves_as_one_is_seen_elsewhere_and_otherwise_the_same(axis: int) -> None:
    """The whole box by three cells: v (1 + z) / H = 3 L / N."""
    per_length = 100 * np.sqrt(OMEGA_M * (1 + Z) ** 3 + 1 - OMEGA_M) / (1 + Z)
    chosen = {"n_mesh": N, "line_of_sight": axis, "mean_flux": 0.7}
    still = compute("lyman-alpha", lattice(0.0), Parameters(**chosen))
    moved = compute("lyman-alpha", lattice(3 * L / N * per_length), Parameters(absorption_space="redshift", **chosen))
    np.testing.assert_allclose(moved["p1d"], still["p1d"], rtol=1e-3, atol=1e-9)
    half = compute("lyman-alpha", lattice(3.5 * L / N * per_length), Parameters(absorption_space="redshift", **chosen))
    assert half["p1d"][-1] < 0.5 * still["p1d"][-1]  # half a cell: shared between two
    assert still.parameters["kms_per_mpc_h"] == pytest.approx(per_length)


def test_every_axis_is_seen_as_the_last_is() -> None:
    rng = np.random.default_rng(6)
    x, v = (L * rng.random((20_000, 3))).astype(np.float32), rng.normal(0, 300, (20_000, 3)).astype(np.float32)
    v += 400 * np.sin(2 * np.pi * x / L)
    chosen = {"n_mesh": N, "mean_flux": 0.7, "absorption_space": "redshift", "gas_temperature": 2e4}
    along = compute("lyman-alpha", Particles(x, L, redshift=Z, velocities=v), Parameters(**chosen))
    turned = Particles(x[:, [2, 0, 1]], L, redshift=Z, velocities=v[:, [2, 0, 1]])
    found = compute("lyman-alpha", turned, Parameters(line_of_sight=0, **chosen))
    np.testing.assert_allclose(found["p1d"], along["p1d"], rtol=1e-4)
    real = compute("lyman-alpha", turned, Parameters(line_of_sight=0, **(chosen | {"absorption_space": "real"})))
    assert np.abs(real["p1d"] / along["p1d"] - 1).max() > 0.1


def test_warm_gas_blurs_the_forest() -> None:
    density = box(lognormal(N, 0.7))
    sharp, warm = (compute("lyman-alpha", density, Parameters(gas_temperature=t)) for t in (0.0, 3e4))
    assert (warm["p1d"][-3:] < 0.95 * sharp["p1d"][-3:]).all()
    assert warm["mean_flux"] == pytest.approx(sharp["mean_flux"], rel=1e-6)
    # σ = 9.083 km/s √3 of gas at the mean density is as many cells:
    even = compute("lyman-alpha", box(np.ones((N, N, N))), Parameters(gas_temperature=3e4, mean_flux=0.5))
    assert even.parameters["amplitude"] == pytest.approx(-np.log(0.5), rel=1e-5)


def test_the_observed_mean_flux_and_what_stands_in_for_it() -> None:
    assert observed_mean_flux(3.5) == pytest.approx(np.exp(0.132 - 0.751))  # where the fit is anchored
    assert observed_mean_flux(2.0) > observed_mean_flux(3.0) > observed_mean_flux(5.0)
    assert compute("lyman-alpha", box(lognormal(N, 1.0)))["mean_flux"] == pytest.approx(observed_mean_flux(Z), rel=1e-6)
    early, late = (compute("lyman-alpha", box(lognormal(N, 1.0), z)) for z in (4.0, 2.15))
    styles = [(RunStyle(name, name, "#fff"), result) for name, result in (("a", early), ("b", late))]
    assert figure("lyman-alpha", styles, "a", Parameters()).note.endswith("mean flux 0.412 to 0.874")
    today = compute("lyman-alpha", box(lognormal(N, 1.0), 0.0))
    assert today["mean_flux"] == pytest.approx(observed_mean_flux(3.0), rel=1e-6)
    assert any("z = 0" in note for note in today.notes)


def test_a_given_flux_is_left_as_it_is() -> None:
    flux = np.exp(-0.4 * lognormal(N, 1.0) ** 1.6)
    ours = compute("lyman-alpha", box(lognormal(N, 1.0)), Parameters(mean_flux=float(flux.mean())))
    given = compute("lyman-alpha", box(flux, quantity="flux"))
    np.testing.assert_allclose(given["p1d"], ours["p1d"], rtol=1e-4)
    with pytest.raises(NotApplicable, match="not between 0 and 1"):
        compute("lyman-alpha", box(3 * flux, quantity="flux"))


def test_scores_are_how_far_flux_and_power_are_off() -> None:
    one, other = (compute("lyman-alpha-pdf", box(lognormal(64, s)), Parameters(mean_flux=0.7)) for s in (0.5, 1.0))
    assert flux_distance(one, one) == 0
    assert flux_distance(other, one) == pytest.approx(0.05 * np.abs(
        np.cumsum(other["count"] - one["count"])).sum() / 64**3)  # fmt: skip
    power = compute("lyman-alpha", box(lognormal(64, 0.5)))
    assert curve_error(power, power) == 0


def test_what_makes_no_sense_is_refused_with_the_reason_and_it_can_be_cancelled() -> None:
    gas = lognormal(N, 1.0)
    with pytest.raises(NotApplicable, match="map of two"):
        compute("lyman-alpha", box(gas[0]))
    halos = Catalogue((L * np.random.default_rng(0).random((50, 3))), np.full(50, 1e12), L)
    with pytest.raises(NotApplicable, match="catalogue of halos"):
        compute("lyman-alpha", halos)
    with pytest.raises(NotApplicable, match="grid: redshift space needs particles"):
        compute("lyman-alpha", box(gas), Parameters(absorption_space="redshift"))
    with pytest.raises(NotApplicable, match="does not say its redshift"):
        compute("lyman-alpha", box(gas, None), Parameters(gas_temperature=1e4))
    with pytest.raises(NotApplicable, match="Ω_m"):
        compute("lyman-alpha", box(gas), Parameters(gas_temperature=1e4), omega_m=None)
    hollow = np.where(np.arange(N) < 24, 0.0, 4.0) * np.ones((N, N, N))
    with pytest.raises(NotApplicable, match="75 % of the cells"):
        compute("lyman-alpha", box(hollow), Parameters(mean_flux=0.7))
    assert amplitude(hollow.astype(np.float32), 0.76) is not None

    def nobody(fraction: float, message: str = "") -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        amplitude(gas.astype(np.float32), 0.5, nobody)
