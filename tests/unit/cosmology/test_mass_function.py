"""Mass functions are those of the packages and papers that others use, as far as the linear spectra agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import erfc

from backends.cosmology.background import Cosmology
from backends.cosmology.linear_power import LinearPower
from backends.cosmology.mass_function import MODELS, MassFunction
from backends.errors import WrongCall

HMFCALC = Cosmology(omega_m=0.2715, omega_b=0.0455, h=0.704, n_s=0.967, sigma8=0.81)


def test_sigma_is_that_of_the_linear_power() -> None:
    power = LinearPower()
    radii = np.array([0.5, 2.0, 8.0, 20.0])
    sigma, slope = MassFunction(power).sigma(radii)
    np.testing.assert_allclose(sigma, [power.sigma(float(r)) for r in radii], rtol=1e-4)
    up, down = (np.array([power.sigma(float(r)) for r in radii * f]) for f in (1.001, 0.999))
    np.testing.assert_allclose(slope, np.log(up / down) / np.log(1.001 / 0.999), rtol=2e-4)


def test_press_and_schechter_count_what_has_collapsed() -> None:
    """The share of mass in halos above M is erfc(δ_c / √2σ(M)): a bin of log10 M holds what it loses there."""
    power, masses = LinearPower(), np.geomspace(1e12, 1e15, 7)
    density = power.cosmology.omega_m * 2.77536627e11
    edges = masses[:, None] * [0.99, 1.01]
    sigma = np.array([power.sigma(float(r)) for r in np.cbrt(3 * edges / (4 * np.pi * density)).ravel()])
    collapsed = erfc(1.68647 / np.sqrt(2) / sigma).reshape(edges.shape)
    expected = density / masses * -np.diff(collapsed)[:, 0] / np.log10(1.01 / 0.99)
    assert MassFunction(power, "press-schechter")(masses) == pytest.approx(expected, rel=2e-3)


def test_press_and_schechter_put_all_mass_in_halos() -> None:
    """∫ f(σ) dln σ⁻¹ = 1 for Press–Schechter and for Sheth–Tormen."""
    sigma = np.geomspace(1e-2, 1e8, 40000)
    for model in ("press-schechter", "sheth-tormen"):
        total = np.trapezoid(MODELS[model](sigma, 0.0, 200.0), np.log(sigma))
        assert total == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("hmf_ccl_colossus/hmf_press74.txt", "press-schechter"),
        ("hmf_ccl_despali_sheth/hmf_sheth99.txt", "sheth-tormen"),
        ("hmf_ccl_colossus/hmf_tinker08.txt", "tinker08"),
    ],
)
def test_colossus(shared_data: Path, table: str, model: str) -> None:
    """Colossus' σ(M) is interpolated to 4e-4, which its steep end multiplies; in Msun and Mpc⁻³ without h."""
    masses, *by_redshift = np.loadtxt(shared_data / "reference_tables" / table).T
    found = MassFunction(LinearPower(Cosmology(omega_m=0.3, omega_b=0.05, h=0.7, n_s=0.96, sigma8=0.8)), model)
    for redshift, theirs in zip((0.0, 0.5, 1.0), by_redshift, strict=True):
        ours = found(masses * 0.7, redshift) * 0.7**3
        np.testing.assert_allclose(ours, theirs, rtol=6e-3)
        np.testing.assert_allclose(ours[masses < 1e14], theirs[masses < 1e14], rtol=1.6e-3)


@pytest.mark.parametrize(
    ("folder", "model", "within"),
    [
        ("hmf_hmfcalc_sheth_tormen/HMFcalc/Sheth-Tormen", "sheth-tormen", 2e-3),
        ("hmf_hmfcalc_tinker08/Tinker2008", "tinker08", 2e-2),
    ],
)
def test_hmfcalc_with_its_own_spectrum(shared_data: Path, folder: str, model: str, within: float) -> None:
    """σ(M) agrees to 5e-5; what is left is δ_c = 1.686, and digits of Tinker's parameters that the paper rounds."""
    where = shared_data / "reference_tables" / folder
    theirs, spectrum = (np.loadtxt(where / f"{name}Vector_PLANCK-SMT .txt") for name in "mk")
    found = MassFunction(LinearPower(HMFCALC, "table", (spectrum[:, 0], spectrum[:, 1])), model)
    radii = np.cbrt(3 * theirs[:, 0] / (4 * np.pi * HMFCALC.omega_m * 2.77536627e11))
    np.testing.assert_allclose(found.sigma(radii)[0], theirs[:, 1], rtol=6e-5)
    np.testing.assert_allclose(found(theirs[:, 0]), theirs[:, 7], rtol=within)
    # Eisenstein and Hu's fit is what limits theory without such a table.
    fitted = MassFunction(LinearPower(HMFCALC), model)(theirs[:, 0]) / theirs[:, 7] - 1
    assert 0.03 < np.abs(fitted[theirs[:, 0] < 1e15]).max() < 0.12


def test_more_overdense_spheres_are_fewer() -> None:
    masses = np.geomspace(1e12, 1e15, 7)
    counts = [MassFunction(LinearPower(), "tinker08", d)(masses) for d in (200.0, 500.0, 1600.0)]
    assert (counts[0] > counts[1]).all()
    assert (counts[1] > counts[2]).all()


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(WrongCall, match="no mass function 'jenkins'"):
        MassFunction(LinearPower(), "jenkins")
    with pytest.raises(WrongCall, match="200 to 3200"):
        MassFunction(LinearPower(), "tinker08", 100.0)
