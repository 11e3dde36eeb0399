"""A catalogue matches itself wholly; what is moved, weighed anew or left out is found again as such."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.data.members import Members
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.errors import MismatchedBoxes, NotApplicable
from backends.halos.matching import match_by_distance, match_by_particles, mutual_best
from backends.progress import Progress, silent
from backends.readers import opening
from backends.statistics import registry
from backends.statistics.figures import RunStyle, figure
from backends.statistics.halo_matching import match
from backends.statistics.sample import Data, Sample

BOX = 100.0
ANY = Parameters()


def halos(n: int = 400, seed: int = 0) -> Catalogue:
    random = np.random.default_rng(seed)
    masses = np.sort(10 ** random.uniform(12, 14, n))[::-1].copy()
    return Catalogue(random.random((n, 3)) * BOX, masses, BOX, finder="listed")


def members(*of_halos: list[int]) -> Members:
    starts = np.cumsum([0, *(len(ids) for ids in of_halos)])
    return Members(np.array([i for ids in of_halos for i in ids], np.int64), starts, 1000)


def test_a_catalogue_matches_itself() -> None:
    result = match(halos(), halos(), ANY, silent)
    held = result["n_reference"] > 0
    assert (result["completeness"][held] == 1).all()
    assert (result["purity"][held] == 1).all()
    assert (result["mass_ratio"][held] == 1).all()
    assert (result["offset"][held] == 0).all()
    assert (result["error"][held] > 0).all()
    assert result["n_matched"].sum() == 400
    assert "by distance" in result.notes[0]


def test_known_perturbations_come_back() -> None:
    truth = halos()
    random = np.random.default_rng(1)
    kept = np.sort(random.permutation(400)[:300])
    step = random.normal(size=(300, 3))
    step *= 0.05 / np.linalg.norm(step, axis=1)[:, None]
    moved = np.mod(truth.positions[kept] + step, BOX)
    extra = halos(100, 7)
    changed = Catalogue(
        np.concatenate([moved, extra.positions]), np.concatenate([1.1 * truth.masses[kept], extra.masses]), BOX
    )
    result = match(changed, truth, ANY, silent)
    assert result["n_matched"].sum() == pytest.approx(300, abs=5)
    assert result["n_reference"].sum() == result["n_run"].sum() == 400
    matched = result["n_matched"] >= 10
    np.testing.assert_allclose(result["mass_ratio"][matched], 1.1, rtol=1e-6)
    np.testing.assert_allclose(result["offset"][matched], 0.05, rtol=1e-6)
    complete = np.nansum(result["completeness"] * result["n_reference"]) / result["n_reference"].sum()
    assert complete == pytest.approx(0.75, abs=0.02)
    purity = np.nansum(result["purity"] * result["n_run"]) / result["n_run"].sum()
    assert purity == pytest.approx(0.75, abs=0.02)


def test_matching_crosses_the_edges_of_the_box_and_minds_the_mass() -> None:
    x = np.array([[0.01, 50, 50], [0.2, 50, 50.0], [99.99, 50, 50]])
    truth = Catalogue(x[:1], np.array([1e14]), BOX)
    other = Catalogue(x[1:], np.array([1e12, 9e13]), BOX)
    found = match_by_distance(truth, other)
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])
    light = replace(other, masses=np.array([1e12, 2e13]))
    assert not match_by_distance(truth, light).first.size
    assert not match_by_distance(truth, Catalogue(np.empty((0, 3)), np.empty(0), BOX)).first.size


def test_shared_particles_decide() -> None:
    first = members([1, 2, 3, 4], [5, 6, 7], [8, 9])
    second = members([5, 6, 1], [2, 3, 4, 10], [11, 12, 13, 8])
    found = match_by_particles(first, second)
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 2)]
    assert found.shared == pytest.approx([0.75, 2 / 3, 0.5])
    assert match_by_particles(first, second, 0.7).first.tolist() == [0]
    far = [replace(m, ids=m.ids * 10**12) for m in (first, second)]  # ids that no table holds
    assert np.array_equal(match_by_particles(*far).second, found.second)
    assert not match_by_particles(first, members()).first.size
    assert not match_by_particles(members(), second).first.size


def test_best_must_be_mutual() -> None:
    a, b = np.array([0, 1, 1]), np.array([0, 0, 1])
    assert mutual_best(a, b, np.array([0.1, 0.2, 0.3]), 2, 2).tolist() == [0]


def clumps(scatter: float) -> Particles:
    random = np.random.default_rng(2)
    centres = random.random((60, 3)) * BOX
    x = centres[np.repeat(np.arange(60), 60)] + random.normal(scale=0.2, size=(3600, 3))
    ids = np.arange(3600)
    moved = np.random.default_rng(3).normal(scale=scatter or 1.0, size=(3600, 3)) * bool(scatter)
    order = np.random.default_rng(4).permutation(3600)
    return Particles(np.mod(x + moved, BOX)[order], BOX, 1e11, ids=ids[order])


def sample(data: Data, label: str = "run", ids: bool = True) -> Sample:
    """A run whose file gives ids only where they are asked for."""
    plain = replace(data, ids=None) if isinstance(data, Particles) else data

    def fuller(species: str | None, columns: object, progress: Progress) -> Data:
        return data if ids else plain

    return Sample(lambda species, progress: plain, label=label, fuller=fuller)


def test_found_halos_are_matched_by_particles_whose_ids_are_read_for_it() -> None:
    compute = registry()["halo-matching"].compute
    truth = sample(clumps(0.0), "truth")
    result = compute(sample(clumps(0.05)), truth, ANY, silent)
    assert result.parameters["matched_by"] == "particles"
    assert np.nanmedian(result["shared"]) > 0.95
    assert result["n_matched"].sum() == result["n_reference"].sum()
    same = compute(sample(clumps(0.0)), truth, ANY, silent)
    assert np.nanmax(np.abs(same["mass_ratio"] - 1)) == 0
    blind = compute(sample(clumps(0.05), ids=False), truth, ANY, silent)
    assert blind.parameters["matched_by"] == "distance"
    with pytest.raises(NotApplicable, match="by distance instead"):
        compute(sample(clumps(0.05), ids=False), truth, Parameters(match_by="particles"), silent)
    with pytest.raises(NotApplicable, match="no reference"):
        compute(truth, None, ANY, silent)
    small = replace(halos(), box_size=50.0)
    with pytest.raises(MismatchedBoxes, match="100 and 50"):
        compute(sample(small), truth, ANY, silent)


def test_a_listed_catalogue_is_matched_with_found_halos() -> None:
    found = sample(clumps(0.0)).halos(ANY)
    listed = Catalogue(found.positions, found.masses, BOX, finder="rockstar")
    result = registry()["halo-matching"].compute(sample(listed), sample(clumps(0.0), "truth"), ANY, silent)
    assert result["n_matched"].sum() == found.count
    assert result.parameters["matched_by"] == "distance"


def test_the_figure_has_purity_beside_completeness_and_masses_below() -> None:
    result = match(halos(), halos(), ANY, silent)
    drawn = figure("halo-matching", [(RunStyle("b", "B", "#ffffff"), result)], "a", ANY)
    assert [curve.label for curve in drawn.curves] == ["B", "B · purity"]
    assert drawn.ratio_label == "M / M_ref"
    assert np.nanmax(drawn.curves[0].ratio) == 1  # type: ignore[arg-type]
    assert "distance" in drawn.note


def test_the_mini_simulation_matches_its_own_catalogue(shared_data: Path) -> None:
    """Friends-of-friends and CompaSO agree about nearly all halos of a hundred particles."""
    folder = shared_data / "abacus_asdf/Mini_N64_L32/Mini_N64_L32"
    (slices,), _ = opening.describe([folder / "slices"], Facts())
    (listed,), _ = opening.describe([folder / "halos/z0.000/halo_info"], Facts())
    theirs = sample(opening.load(listed), "compaso")  # type: ignore[arg-type]
    ours = sample(opening.load(slices, species="dm", columns=("ids",)))  # type: ignore[arg-type]
    result = registry()["halo-matching"].compute(ours, theirs, ANY, silent)
    large = result["mass"] > 2e12
    assert result["n_matched"][large].sum() / result["n_reference"][large].sum() > 0.9
