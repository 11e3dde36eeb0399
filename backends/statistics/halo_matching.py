"""Halo matching: which halos of the reference a run has, and which of its halos the reference lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import MismatchedBoxes, NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.halo_source import words_of
from backends.statistics.handful import enough, few

if TYPE_CHECKING:
    from backends.halos.matching import Matches
    from backends.statistics.sample import Sample

Array = NDArray[np.float64]

BINS_PER_DECADE = 5
SAME_BOX = 1e-3
EDGE = 2.0
"""Halos of less than so many times the least mass may be missed for a particle too few."""


@register("halo-matching")
class HaloMatching:
    """Completeness: the share of the reference's halos that are matched; purity: that of the run's, by mass.

    Two halos match that are each other's best by the particles they share or, where one of them does not know
    its particles, by distance and mass. Below stands the median ratio of the masses of matched halos.
    """

    label = "Halo matching"
    axes = Axes(
        x_label="M  [Msun/h]",
        y_label="completeness, purity",
        log_x=True,
        log_y=False,
        ratio_label="M / M_ref",
        faint="about the least mass kept",
    )
    needs_reference = True
    depends = ("linking_length", "min_particles", "match_by", "least_shared")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        ours, theirs = both_catalogues(sample, reference, parameters, part(progress, 0.0, 0.8))
        result = match(ours, theirs, parameters, part(progress, 0.8, 1.0))
        progress(1.0, self.label)
        return result


def match(ours: Catalogue, theirs: Catalogue, parameters: Parameters, progress: Progress) -> StatisticResult:
    """Match a run's halos with the reference's and count both in bins of a fifth of a decade of mass.

    Raises
    ------
    NotApplicable
        Where shared particles are asked for and are not known.
    """
    from backends.halos.matching import separations

    found, way, notes = pairs_of(ours, theirs, parameters, progress)
    away = separations(theirs.centres[found.first], ours.centres[found.second], theirs.box_size)
    numbers = _numbers(theirs.masses, ours.masses)
    n_theirs, n_ours = _count(theirs.masses, numbers), _count(ours.masses, numbers)
    matched = theirs.masses[found.first]
    n_matched, n_ours_matched = _count(matched, numbers), _count(ours.masses[found.second], numbers)
    ratio = ours.masses[found.second] / matched
    of_bin = [_bin(matched) == number for number in numbers]
    completeness, error = _share(n_matched, n_theirs)
    purity, purity_error = _share(n_ours_matched, n_ours)
    mass_ratio, mass_ratio_error = _median(ratio, of_bin)
    offset, offset_error = _median(away, of_bin)
    columns = {
        "mass": 10 ** ((numbers + 0.5) / BINS_PER_DECADE),
        "completeness": completeness,
        "error": error,
        "purity": purity,
        "purity_error": purity_error,
        "mass_ratio": mass_ratio,
        "mass_ratio_error": mass_ratio_error,
        "offset": offset,
        "offset_error": offset_error,
        "n_reference": n_theirs,
        "n_run": n_ours,
        "n_matched": n_matched,
    }
    if found.shared is not None:
        columns["shared"], _ = _median(found.shared, of_bin)
    least = EDGE * max(_least(theirs), _least(ours))
    reliable = 10 ** (numbers / BINS_PER_DECADE) >= least * (1 - 1e-6)
    if not found.first.size:
        notes.append("None of its halos is one of the reference's: there are no masses and places to compare.")
    notes += few(n_theirs, "halos")
    if not reliable.all():
        notes.append(f"Below {least:.2g} Msun/h halos may be missed because they barely fall short of the least mass.")
    return StatisticResult(
        name="halo-matching",
        columns=columns,
        units={name: {"mass": "Msun/h", "offset": "Mpc/h", "offset_error": "Mpc/h"}.get(name, "") for name in columns},
        x="mass",
        y="completeness",
        sigma="error",
        parameters={**dict(theirs.parameters), "matched_by": way, "least_shared": parameters.least_shared}
        | words_of(theirs),
        reliable=reliable & enough(n_theirs),
        notes=tuple(notes),
        companions={"purity": "purity"},
        ratio="mass_ratio",
        ratio_sigma="mass_ratio_error",
    )


def both_catalogues(
    sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
) -> tuple[Catalogue, Catalogue]:
    """Return the halos of a run and of its reference, which has some.

    Raises
    ------
    NotApplicable
        Where there is no reference, or one of them has no halos.
    MismatchedBoxes
        Where their boxes differ.
    """
    if reference is None:
        raise NotApplicable("there is no reference to compare with; choose one")
    columns = () if parameters.match_by == "distance" else ("ids",)
    theirs = reference.halos(parameters, part(progress, 0.0, 0.5), columns).at_last_time()
    ours = sample.halos(parameters, part(progress, 0.5, 1.0), columns).at_last_time()
    if abs(ours.box_size / theirs.box_size - 1) > SAME_BOX:
        sizes = f"their boxes are {theirs.box_size:g} and {ours.box_size:g} Mpc/h wide"
        raise MismatchedBoxes(reference.label, sample.label, sizes)
    if not theirs.count:
        raise NotApplicable("the reference has no halos")
    return ours, theirs


def pairs_of(
    ours: Catalogue, theirs: Catalogue, parameters: Parameters, progress: Progress
) -> tuple[Matches, str, list[str]]:
    """Return which halos of the reference (first) and of the run (second) are the same, by what, and what to note.

    Raises
    ------
    NotApplicable
        Where shared particles are asked for and are not known.
    """
    from backends.halos.matching import match_by_distance, match_by_particles

    lacking = _without_particles(ours, theirs)
    if parameters.match_by == "particles" and lacking:
        raise NotApplicable(f"{lacking}: match halos by distance instead")
    if parameters.match_by == "distance" or lacking:
        told = lacking and parameters.match_by is None
        notes = [f"Halos are matched by distance and mass, because {lacking}."] if told else []
        return match_by_distance(theirs, ours, progress), "distance", notes
    assert theirs.members is not None
    assert ours.members is not None
    return match_by_particles(theirs.members, ours.members, parameters.least_shared, progress), "particles", []


def _without_particles(ours: Catalogue, theirs: Catalogue) -> str:
    """Return why shared particles say nothing, or ""."""
    if theirs.members is None or ours.members is None:
        return "not both runs know which particles their halos are made of"
    if theirs.members.n_particles != ours.members.n_particles:
        return "the runs have different numbers of particles, so that equal ids are not the same matter"
    return ""


def _bin(masses: Array) -> NDArray[np.int64]:
    with np.errstate(divide="ignore"):
        place = np.floor(BINS_PER_DECADE * np.log10(masses) + 1e-9)
    return np.asarray(np.where(np.isfinite(place), place, np.iinfo(np.int32).min), np.int64)


def _numbers(*masses: Array) -> NDArray[np.int64]:
    """Return the bins from the lightest halo's to the heaviest's."""
    bins = np.concatenate([_bin(values[values > 0]) for values in masses])
    if not bins.size:
        raise NotApplicable("no halo has a mass")
    return np.arange(bins.min(), bins.max() + 1)


def _count(masses: Array, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    place = _bin(masses) - numbers[0]
    return np.bincount(place[place >= 0], minlength=numbers.size)


def _share(part_of: NDArray[np.int64], whole: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return k / n and its error, that of (k + ½) / (n + 1) so that none and all are not certain; NaN for n = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = part_of / whole
    likely = (part_of + 0.5) / (whole + 1)
    error = np.sqrt(likely * (1 - likely) / (whole + 1))
    return share, np.where(whole > 0, error, np.nan)


def _median(values: Array, of_bin: list[NDArray[np.bool_]]) -> tuple[Array, Array]:
    """Return each bin's median and its error, 1.25 times half of the central 68 per cent over √n; NaN for none."""
    medians, errors = np.full(len(of_bin), np.nan), np.full(len(of_bin), np.nan)
    for place, chosen in enumerate(of_bin):
        if chosen.any():
            low, medians[place], high = np.percentile(values[chosen], [15.87, 50, 84.13])
            errors[place] = 1.2533 * (high - low) / 2 / np.sqrt(chosen.sum())
    return medians, errors


def _least(halos: Catalogue) -> float:
    """Return the least mass that the catalogue can hold, Msun/h."""
    least = dict(halos.parameters).get("min_particles")
    weighed = halos.masses > 0
    if not weighed.any():
        return 0.0
    if least and halos.counts is not None:
        return float((halos.masses[weighed] / np.maximum(1, halos.counts[weighed])).max()) * least
    return float(halos.masses[weighed].min())
