"""What a figure's note says of its curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.statistics.figure import Figure
from backends.statistics.figures import RunStyle, figure
from backends.statistics.pieces import only_piece_in_words, pieces_in_words


def test_what_a_logarithmic_panel_cannot_show_is_said() -> None:
    def noted(last: float) -> str:
        columns = {"r": np.array([1.0, 2.0, 3.0]), "xi": np.array([1.0, 0.1, last])}
        found = StatisticResult("two-point-correlation", columns, {}, "r", "xi")
        return figure("two-point-correlation", [(RunStyle("a", "a", "#56b4e9"), found)], "", Parameters()).note

    assert noted(-0.1) == "not drawn: below 0"
    assert noted(0.01) == ""


def test_what_meets_the_reference_by_chance_alone_has_no_ratio_and_it_is_said() -> None:
    def drawn(r: np.ndarray) -> Figure:
        runs = [("truth", np.linspace(1.0, 20.0, 20)), ("run", r)]
        found = [
            (RunStyle(label, label, "#56b4e9", 0, label == "truth"),
             StatisticResult("two-point-correlation", {"r": at, "xi": 1 / at}, {}, "r", "xi"))
            for label, at in runs
        ]  # fmt: skip
        return figure("two-point-correlation", found, "truth", Parameters())

    pairs = drawn(10 ** np.arange(-1.0, 1.5, 0.1))  # it has 1 and 10 Mpc/h in common with the mesh's shells
    assert not pairs.ratio_label
    assert pairs.note == "no ratio: other bins than the reference"
    fewer = drawn(np.array([0.25, 0.5, 2.0, 3.0, 4.0]))
    assert fewer.ratio_label
    assert fewer.note == ""


def test_classes_are_held_against_the_reference_s() -> None:
    columns = {"class": np.arange(4), "mass_fraction": np.array([0.1, 0.3, 0.4, 0.2])}
    found = [
        (RunStyle(label, label, "#56b4e9", 0, label == "truth"),
         StatisticResult("cosmic-web", columns, {}, "class", "mass_fraction"))
        for label in ("truth", "run")
    ]  # fmt: skip
    drawn = figure("cosmic-web", found, "truth", Parameters())
    assert drawn.ratio_label
    np.testing.assert_array_equal(drawn.curves[1].ratio, np.ones(4))


def test_what_is_faint_is_explained_where_it_is_seen() -> None:
    def noted(name: str, last: float, sure: bool) -> str:
        columns = {"k": np.array([1.0, 2.0]), "y": np.array([1.0, last]), "k_low": np.ones(2), "k_high": np.ones(2)}
        found = StatisticResult(name, columns, {}, "k", "y", reliable=np.array([True, sure]))
        return figure(name, [(RunStyle("a", "a", "#56b4e9"), found)], "", Parameters()).note

    assert noted("power-spectrum", 2.0, False) == "faint: beyond k Nyquist, or below the shot noise"
    assert noted("power-spectrum", 2.0, True) == ""
    assert noted("power-spectrum", -2.0, False) == "not drawn: below 0"
    assert noted("pairwise-velocity", 2.0, False) == "faint: fewer than 100 pairs"


def test_a_flux_is_called_by_its_name() -> None:
    columns = {"relative_density": np.array([0.5, 1.0]), "pdf": np.array([0.02, 2.0])}

    def drawn(*held: str) -> Figure:
        results = [
            StatisticResult(
                "density-pdf", columns, {}, "relative_density", "pdf", parameters={"quantity": one} if one else {}
            )
            for one in held
        ]
        runs = [(RunStyle(str(i), str(i), "#56b4e9"), result) for i, result in enumerate(results)]
        return figure("density-pdf", runs, "", Parameters())

    flux = drawn("flux", "flux")
    assert (flux.x_label, flux.y_label) == ("F / ⟨F⟩", "dP / dlog₁₀(F / ⟨F⟩)")
    assert flux.title == "Flux PDF"
    assert drawn("gas_speed").x_label == "gas speed / ⟨gas speed⟩"
    assert drawn("", "").x_label == drawn("", "flux").x_label == "1 + δ"
    assert flux.y_limits is not None
    assert flux.y_limits[0] > 1e-3  # no decades without a value


def test_several_curves_are_named_by_what_they_are_of() -> None:
    columns = {"radius": np.array([2.0, 2.0, 4.0]), "pdf": np.ones(3)}
    found = StatisticResult("smoothed-density-pdf", columns, {"radius": "Mpc/h"}, "pdf", "pdf", series="radius")
    assert pieces_in_words(found) == ("R = 2 Mpc/h", "R = 4 Mpc/h")
    one = StatisticResult("p", {"k1": np.ones(2)}, {"k1": "h/Mpc"}, "k1", "k1", series="k1")
    assert pieces_in_words(one) == pieces_in_words(None) == ()


def test_finders_are_named_and_told_apart() -> None:
    columns = {"mass": np.array([1e13, 1e14]), "dn_dlog10m": np.array([1e-3, 1e-4])}

    def noted(*finders: dict[str, object]) -> str:
        results = [
            StatisticResult("halo-mass-function", columns, {}, "mass", "dn_dlog10m", parameters=said)
            for said in finders
        ]
        runs = [(RunStyle(f"run {i}", f"run {i}", "#56b4e9"), result) for i, result in enumerate(results)]
        return figure("halo-mass-function", runs, "", Parameters()).note

    linked: dict[str, object] = {"finder": "fof", "linking_length": 0.2, "min_particles": 20.0}
    assert noted(linked, linked) == "FoF b = 0.2, at least 20 particles"
    assert noted({**linked, "finder": "fof, M200c"}) == "M200c, FoF b = 0.2, at least 20 particles"
    assert noted({"finder": "compaso"}) == "CompaSO"
    several = ({"finder": "rockstar"}, linked, linked, linked)
    assert noted(*several) == "run 0: Rockstar; 3 runs: FoF b = 0.2, at least 20 particles"
    assert noted({"finder": "unknown"}) == ""


def test_masses_are_written_as_powers_of_ten() -> None:
    columns = {"mass": np.array([10**13.75, 10**14.25])}
    found = StatisticResult("halo-profile", columns, {"mass": "Msun/h"}, "mass", "mass", series="mass")
    assert pieces_in_words(found) == ("M = 5.6×10¹³ Msun/h", "M = 1.8×10¹⁴ Msun/h")
    one = replace(found, columns={"mass": columns["mass"][:1]})
    assert (pieces_in_words(one), only_piece_in_words(one)) == ((), "M = 5.6×10¹³ Msun/h")
    assert only_piece_in_words(found) == only_piece_in_words(None) == ""
