"""Where runs break, by environment and by halo mass, against errors whose every number is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from planted_errors import Planted, halos_of_wrong_density, matter_out_of_place

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.statistics.error_maps import PLACE

SINGLE = 2e-6


@pytest.fixture(scope="module")
def environments() -> Planted:
    return matter_out_of_place()


@pytest.fixture(scope="module")
def halos() -> Planted:
    return halos_of_wrong_density()


def check(found: StatisticResult, planted: Planted) -> None:
    """Hold every column of which the truth is known against it."""
    for column, known in planted.expected.items():
        if column in found.columns:
            assert found[column] == pytest.approx(known, rel=SINGLE, abs=SINGLE), column


def check_places(found: StatisticResult, planted: Planted) -> None:
    wrong = np.isfinite(planted.worst_places).all(axis=1)
    places = np.stack([found[column] for column in PLACE], axis=-1)
    assert places[wrong] == pytest.approx(planted.worst_places[wrong], rel=1e-6)


def test_a_matter_out_of_place_is_an_error_of_two_environments_alone(environments: Planted) -> None:
    error = environments.expected["relative_error"]
    assert error[0] > 0.01
    assert error[3] < -0.01
    assert not error[1:3].any()
    by_class = environments.measure("error-by-environment")
    check(by_class, environments)
    assert by_class["count"].tolist() == [environments.run.values.size // 4] * 4
    row = environments.measure("error-map-environment")
    check(row, environments)
    check_places(row, environments)
    assert row["quantile_low"].tolist() == [0.0, 0.25, 0.5, 0.75]


def test_halos_that_are_too_dense_are_an_error_of_their_mass_alone(halos: Planted) -> None:
    error = halos.expected["relative_error"]
    assert error[1] > 0.15
    assert error[2] < -0.15
    assert not error[[0, 3]].any()
    by_mass = halos.measure("error-by-environment-mass")
    check(by_mass, halos)
    assert by_mass["count"].tolist() == [16] * 4
    assert np.log10(by_mass["mass"]) == pytest.approx(13.1 + 0.2 * np.arange(4))
    row = halos.measure("error-map-mass")
    check(row, halos)
    check_places(row, halos)
    # Its bar is that of ⟨1 + δ⟩ / ⟨1 + δ_ref⟩; the other statistic's is that of the rms.
    assert row["error"] == pytest.approx(halos.expected["mean_ratio_error"], rel=1e-4, abs=SINGLE)


def test_the_bars_of_environments_are_the_scatter_of_octants() -> None:
    n, radius = 32, 8.0
    fields = [replace(lognormal_box(n, smoothing=s), box_size=2.0 * n) for s in (0.7, 0.0)]
    parameters = Parameters(smoothing_radius=radius, density_quantiles=3)
    found = Planted(*fields, parameters, {}, np.empty((0, 3))).measure("error-map-environment")
    k = 2 * np.pi * np.fft.fftfreq(n, 2.0)
    window = np.exp(-(k[:, None, None] ** 2 + k[:, None] ** 2 + k**2) * radius**2 / 2)
    ours, theirs = (np.fft.ifftn(np.fft.fftn(f.values.astype(float)) * window).real for f in fields)
    classes = np.searchsorted(np.quantile(theirs, [1 / 3, 2 / 3]), theirs, "right")
    for kind in range(3):
        inside = classes == kind
        assert found["relative_error"][kind] == pytest.approx(ours[inside].sum() / theirs[inside].sum() - 1, abs=SINGLE)
        corners = [(slice(16 * a, 16 * a + 16), slice(16 * b, 16 * b + 16)) for a in range(2) for b in range(2)]
        octants = [(*corner, slice(16 * c, 16 * c + 16)) for corner in corners for c in range(2)]
        ratios = [ours[o][inside[o]].sum() / theirs[o][inside[o]].sum() for o in octants]
        assert found["error"][kind] == pytest.approx(np.std(ratios, ddof=1) / np.sqrt(8), rel=1e-4)
