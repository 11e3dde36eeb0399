"""Halos drawn from NFW profiles have their concentration, their M200c and their density back."""

from __future__ import annotations

import numpy as np
import pytest
from planted_nfw import OMEGA_M, nfw_halo

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.errors import Cancelled, NotApplicable
from backends.halos.nfw import NFW, fit_nfw
from backends.halos.surroundings import critical_density
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.figures import RunStyle, figure
from backends.statistics.sample import Data, Sample

BOX, PARTICLE, C = 60.0, 1e10, 6.0
CRITICAL = critical_density(OMEGA_M, 0.0)
SETTINGS = Parameters(linking_length=0.1, min_particles=100)


def box(concentration: float = C) -> Sample:
    """Eight halos of 2e13 and eight of 6e12 Msun/h on a lattice, in a thin background."""
    random = np.random.default_rng(5)
    corners = np.stack(np.meshgrid(*[[10.0, 40.0]] * 3), -1).reshape(-1, 3)
    parts = [random.random((3000, 3)) * BOX]
    for mass, shift in ((2e13, 0.0), (6e12, 15.0)):
        parts += [corner + shift + nfw_halo(mass, concentration, PARTICLE, random, 4.0)[0] for corner in corners]
    x = np.mod(np.concatenate(parts), BOX)
    return wrapped(Particles(x, BOX, PARTICLE, redshift=0.0), "run")


def wrapped(data: Data, label: str) -> Sample:
    return Sample(lambda species, progress: data, label=label, omega_m=OMEGA_M)


def test_stacks_have_the_profile_they_were_drawn_from() -> None:
    result = registry()["halo-profile"].compute(box(), None, SETTINGS, silent)
    assert sorted(set(result["mass"])) == pytest.approx([10**12.75, 10**13.25])
    for centre, mass in ((10**12.75, 6e12), (10**13.25, 2e13)):
        rows = np.isclose(result["mass"], centre)
        truth = NFW(mass, C, CRITICAL)
        assert set(result["n_halos"][rows]) == {8}
        assert result["m200c"][rows][0] == pytest.approx(mass, rel=0.03)
        assert result["concentration"][rows][0] == pytest.approx(C, rel=0.05)
        assert result["mean_m200c"][rows][0] == pytest.approx(mass, rel=0.01)
        assert result.reliable is not None
        sure = rows & result.reliable & (result["radius"] < truth.r200c)
        assert sure.sum() >= 8
        half = 10**0.05
        edges = np.append(result["radius"][sure] / half, result["radius"][sure][-1] * half)
        away = (result["density"][sure] - truth.in_shells(edges)) / result["error"][sure]
        assert np.sqrt((away**2).mean()) < 2.5


def test_a_fit_to_the_exact_profile_is_exact() -> None:
    edges = np.geomspace(0.02, 0.5, 12)
    truth = NFW(3e12, 11.0, CRITICAL)
    density = truth.in_shells(edges)
    found = fit_nfw(np.stack([edges[:-1], edges[1:]], 1), density, 0.01 * density, CRITICAL)
    assert found is not None
    assert (found.m200c, found.concentration) == pytest.approx((3e12, 11.0), rel=1e-6)
    assert truth.enclosed(np.array([truth.r200c]))[0] == pytest.approx(3e12, rel=1e-12)
    assert fit_nfw(np.zeros((3, 2)), np.ones(3), np.ones(3), CRITICAL) is None


def test_the_figure_has_a_gap_between_masses_and_the_fit_beside() -> None:
    results = [(RunStyle(key, key, "#ffffff", 0, key == "a"), registry()["halo-profile"].compute(
        box(c), None, SETTINGS, silent)) for key, c in (("a", C), ("b", 12.0))]  # fmt: skip
    drawn = figure("halo-profile", results, "a", SETTINGS)
    assert [curve.key for curve in drawn.curves] == ["a", "b", "a:nfw"]
    assert [int(np.isnan(curve.y[:-1]).sum()) >= 1 for curve in drawn.curves] == [True] * 3
    ratio = drawn.curves[1].ratio
    assert ratio is not None
    x, y = drawn.curves[1].x, ratio
    of_light = np.arange(x.size) < np.flatnonzero(np.isnan(drawn.curves[1].y))[0]
    core, middle = of_light & (x > 0.02) & (x < 0.04), of_light & (x > 0.25) & (x < 0.4)
    assert 1.25 < np.nanmean(y[core]) < 1.55  # 1.40 at a tenth of R200c
    assert np.nanmean(y[middle]) < 1.1


def test_what_has_no_profile_says_so() -> None:
    halos = Catalogue(np.ones((3, 3)), np.full(3, 1e13), BOX)
    compute = registry()["halo-profile"].compute
    with pytest.raises(NotApplicable, match="no particles"):
        compute(wrapped(halos, "list"), None, Parameters(), silent)
    with pytest.raises(NotApplicable, match="density grid"):
        compute(wrapped(Field(np.ones((4, 4, 4), np.float32), BOX), "grid"), None, Parameters(), silent)
    thin = Particles(np.random.default_rng(0).random((500, 3)) * BOX, BOX, 1e12)
    with pytest.raises(NotApplicable, match="no halos"):
        compute(wrapped(thin, "thin"), None, Parameters(), silent)


def test_it_stops_when_nobody_wants_it() -> None:
    sample = box()
    sample.measured_halos(SETTINGS)

    def cancelled(fraction: float, message: str = "") -> None:
        if fraction > 0.8:
            raise Cancelled

    with pytest.raises(Cancelled):
        registry()["halo-profile"].compute(sample, None, SETTINGS, cancelled)
