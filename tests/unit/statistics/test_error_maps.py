"""Error maps against errors that were planted: in one wave, in one voxel, in one halo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.ensemble import combined
from backends.statistics.error_maps import NAMES, PLACE, together
from backends.statistics.figures import RunStyle, figure
from backends.statistics.sample import Data, Sample

N = 32
X = (np.stack(np.meshgrid(*[np.arange(N)] * 3, indexing="ij")) + 0.0) / N


def sample(data: Data, label: str = "run") -> Sample:
    return Sample(lambda species, progress: data, label=label)


def compute(name: str, run: Data, truth: Data, parameters: Parameters = Parameters()) -> StatisticResult:
    return registry()[name].compute(sample(run), sample(truth, "truth"), parameters, silent)


def places(found: StatisticResult, box_size: float) -> np.ndarray:
    return np.stack([found[column] for column in PLACE], axis=-1) / box_size


def packet(at: tuple[float, float, float], m: int, width: float = 0.08) -> np.ndarray:
    """Return a wave of m crests a box under a bell around a point of the box: all of it at one place and one k."""
    away = [(x - centre + 0.5) % 1 - 0.5 for x, centre in zip(X, at, strict=True)]
    return np.cos(2 * np.pi * m * away[0]) * np.exp(-sum(d**2 for d in away) / (2 * width**2))


def test_a_residual_of_one_place_and_one_wave_is_found_in_its_band_alone() -> None:
    truth = replace(lognormal_box(N), cell_offset=0.0)
    at = (0.25, 0.625, 0.9375)
    wrong = replace(truth, values=(truth.values + 0.3 * packet(at, 8)).astype(np.float32))
    found = compute("error-map-scale", wrong, truth)
    unit = 2 * np.pi / truth.box_size
    band = int(np.flatnonzero((found["k_low"] <= 8 * unit) & (8 * unit < found["k_high"]))[0])
    assert places(found, truth.box_size)[band] == pytest.approx(at)
    assert found["worst"][band] > 0.1
    assert np.abs(found["worst"]).argmax() == band
    # A packet of crests has no matter on the largest scales.
    assert abs(found["relative_error"][0]) < 1e-3


def test_cell_offsets_move_the_worst_voxel_with_its_value() -> None:
    truth = replace(lognormal_box(N), cell_offset=0.5)
    wrong = replace(truth, values=(truth.values - 0.3 * packet((0.5, 0.5, 0.5), 8)).astype(np.float32))
    found = compute("error-map-scale", wrong, truth)
    band = np.abs(found["worst"]).argmax()
    assert places(found, truth.box_size)[band] == pytest.approx([0.5 + 0.5 / N] * 3)
    assert found["worst"][band] < 0


@pytest.mark.parametrize(("name", "column"), [("error-map-scale", "transfer"), ("error-map-phase", "correlation")])
def test_bands_are_the_sums_of_their_shells(name: str, column: str) -> None:
    truth, wrong = lognormal_box(N), lognormal_box(N, smoothing=0.5)
    found = compute(name, wrong, truth)
    ours, theirs = (np.fft.rfftn(run.values.astype(np.float64)) for run in (wrong, truth))
    m = np.fft.fftfreq(N, 1 / N)
    k = 2 * np.pi / truth.box_size * np.sqrt(m[:, None, None] ** 2 + m[:, None] ** 2 + m[: N // 2 + 1] ** 2)
    weight = np.where((m[: N // 2 + 1] == 0), 1, 2)
    shell = np.floor(k / (2 * np.pi / truth.box_size) + 1e-9)
    for i, (low, high) in enumerate(zip(found["k_low"], found["k_high"], strict=True)):
        curve = registry()["transfer-function"].compute(sample(wrong), sample(truth), Parameters(), silent)
        inside = np.isin(shell, 1 + np.flatnonzero((curve["k"] >= low) & (curve["k"] < high)))
        a, b, ab = (
            (weight * (x * y.conj()).real)[inside].sum() for x, y in ((ours, ours), (theirs, theirs), (ours, theirs))
        )
        expected = np.sqrt(a / b) if column == "transfer" else ab / np.sqrt(a * b)
        assert found["relative_error"][i] == pytest.approx(expected - 1, abs=2e-5)
        r = ab / np.sqrt(a * b)
        n = found["n_modes"][i]
        error = expected * np.sqrt((1 - r**2) / (2 * n)) if column == "transfer" else (1 - r**2) / np.sqrt(2 * n)
        assert found["error"][i] == pytest.approx(error, rel=2e-2, abs=1e-6)


def test_the_error_of_a_band_is_the_scatter_of_realisations() -> None:
    truth, rng, spread = lognormal_box(N), np.random.default_rng(5), []
    for _ in range(40):
        noise = rng.normal(0, 0.4 * truth.values.std(), truth.values.shape)
        noisy = replace(truth, values=(truth.values + noise).astype(np.float32))
        found = compute("error-map-scale", noisy, truth)
        spread.append(found["relative_error"])
    measured = np.std(spread, axis=0)
    # The noise is drawn anew and the truth stays: what is left is the cross term, as the formula says of r near one.
    assert found["error"][2:] == pytest.approx(measured[2:], rel=0.35)


def test_the_worst_voxel_of_each_environment_lies_in_it() -> None:
    truth, parameters = lognormal_box(N), Parameters(density_quantiles=4, smoothing_radius=4.0)
    values = truth.values.copy()
    empty = np.unravel_index(compute_smooth(truth, 4.0).argmin(), values.shape)
    values[empty] += 3.0
    wrong = replace(truth, values=values)
    found = compute("error-map-environment", wrong, truth, parameters)
    assert places(found, truth.box_size)[0] * N == pytest.approx(np.array(empty) + truth.cell_offset)
    assert found["worst"][0] > 0
    assert found["relative_error"][0] > 0
    same = registry()["error-by-environment"].compute(sample(wrong), sample(truth), parameters, silent)
    assert found["relative_error"] == pytest.approx(same["mean_ratio"] - 1, abs=1e-12)
    assert found["error"] == pytest.approx(same["mean_ratio_error"])


def compute_smooth(field: Field, radius: float) -> np.ndarray:
    from backends.mesh.fourier import Modes, modes
    from backends.mesh.smoothing import smooth

    return smooth(Modes(modes(field.values - 1), field.box_size, N), radius).values


def halos(masses: np.ndarray, centres: np.ndarray) -> Catalogue:
    order = np.argsort(-masses, kind="stable")
    return Catalogue(centres[order], masses[order], 100.0)


@pytest.fixture
def planted() -> tuple[Catalogue, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    sites = np.stack(np.meshgrid(*[np.arange(6)] * 3, indexing="ij"), -1).reshape(-1, 3) * 100 / 6 + 3.0
    masses = 10 ** rng.uniform(13, 14, len(sites))
    return halos(masses, sites), masses, sites


def test_the_halo_that_is_missing_and_the_one_of_the_wrong_mass_are_found(
    planted: tuple[Catalogue, np.ndarray, np.ndarray],
) -> None:
    truth, masses, sites = planted
    light = (masses > 10**13.0) & (masses < 10**13.2)
    heavy = (masses > 10**13.6) & (masses < 10**13.8)
    gone = np.flatnonzero(light)[np.argsort(masses[light])[-3]]
    swollen = np.flatnonzero(heavy)[np.argmin(masses[heavy])]
    changed = masses.copy()
    changed[swollen] *= 1.2
    kept = np.arange(len(masses)) != gone
    found = compute("error-map-halos", halos(changed[kept], sites[kept]), truth)
    mass = np.rint(5 * np.log10(found["mass_low"])).astype(int)
    at_light, at_heavy = int(np.flatnonzero(mass == 65)[0]), int(np.flatnonzero(mass == 68)[0])
    where = places(found, 1.0)
    assert where[at_light] == pytest.approx(sites[gone])
    assert found["worst"][at_light] == -1
    assert found["relative_error"][at_light] == pytest.approx(-1 / light.sum())
    assert found["error"][at_light] == pytest.approx(1 / light.sum())
    assert where[at_heavy] == pytest.approx(sites[swollen])
    assert found["worst"][at_heavy] == pytest.approx(0.2)


def test_rows_of_several_runs_share_their_columns() -> None:
    truth = lognormal_box(N)
    runs = {"soft": lognormal_box(N, smoothing=0.5), "same": truth}
    results = {label: compute("error-map-scale", run, truth) for label, run in runs.items()}
    short = results["same"]
    results["same"] = replace(
        short,
        columns={name: values[2:] if np.ndim(values) else values for name, values in short.columns.items()},
    )
    styles = [RunStyle(label, label, "#56b4e9") for label in runs]
    drawn = figure("error-map-scale", [(style, results[style.key]) for style in styles], "", Parameters())
    assert drawn.cells is not None
    soft, same = drawn.curves
    assert len(soft.x) == len(same.x) == len(drawn.cells.columns)
    assert np.isnan(same.y[:2]).all()
    assert same.y[2:] == pytest.approx(0, abs=1e-6)
    assert drawn.cells.places["soft"].shape == (len(soft.x), 3)
    assert np.isfinite(drawn.cells.places["soft"]).all()
    assert np.isnan(drawn.cells.places["same"]).all()  # which is wrong nowhere
    assert drawn.cells.limit == pytest.approx(1.0)
    assert soft.low is not None
    assert drawn.note


def test_every_error_map_says_what_its_cells_hold() -> None:
    maps: dict[str, Callable[..., object]] = {n: m.compute for n, m in registry() if n.startswith("error-map")}
    assert set(NAMES) == set(maps)
    for name in NAMES:
        assert registry()[name].axes.y_label == NAMES[name]


def test_contrast_that_is_a_tenth_too_high_is_a_tenth_at_its_redshift() -> None:
    truth = replace(lognormal_box(N), redshift=0.5)
    wrong = replace(truth, values=(1 + 1.1 * (truth.values - 1)).astype(np.float32))
    found = compute("error-map-redshift", wrong, truth)
    assert found["redshift"].tolist() == [0.5]
    assert found["relative_error"] == pytest.approx([0.1], rel=1e-4)
    assert found["error"] == pytest.approx([0.0], abs=1e-4)
    later = together([replace(found, columns={**found.columns, "redshift": np.array([2.0])}), found])
    assert later["redshift"].tolist() == [0.5, 2.0]
    other = replace(
        found,
        columns={**found.columns, **dict.fromkeys(("redshift", "redshift_low", "redshift_high"), np.array([2.0]))},
    )
    runs = [(RunStyle(label, label, "#56b4e9"), row) for label, row in (("a", found), ("b", other))]
    drawn = figure("error-map-redshift", runs, "", Parameters())
    assert np.isnan([curve.y for curve in drawn.curves]).tolist() == [[False, True], [True, False]]
    assert drawn.note.endswith("–: no snapshot at this redshift")
    assert "–" not in figure("error-map-redshift", runs[:1], "", Parameters()).note
    with pytest.raises(NotApplicable, match="redshift"):
        compute("error-map-redshift", replace(wrong, redshift=None), replace(truth, redshift=None))


def test_of_realisations_the_worst_box_has_the_place() -> None:
    truth, at = replace(lognormal_box(N), cell_offset=0.0), (0.25, 0.625, 0.9375)
    noisy = [(truth.values + size * packet(at, 8)).astype(np.float32) for size in (0.5, -3.0, 0.1)]
    members = [compute("error-map-scale", replace(truth, values=values), truth) for values in noisy]
    style = RunStyle("run", "run", "#56b4e9")
    drawn = figure("error-map-scale", [(style, combined(members))], "", Parameters())
    assert drawn.cells is not None
    band = int(np.abs(members[1]["relative_error"]).argmax())
    assert drawn.cells.boxes["run"][band] == 1
    assert drawn.cells.places["run"][band] == pytest.approx(at)
    assert drawn.curves[0].y[band] == pytest.approx(np.mean([one["relative_error"][band] for one in members]))
