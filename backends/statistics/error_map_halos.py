"""Where a run breaks, by halo mass: the density at the reference's halos, and halos that are missing or too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.error_by_environment import MASS_BINS_PER_DECADE, ErrorByHaloMass, densities_at_halos
from backends.statistics.error_maps import map_result, mass_bins
from backends.statistics.halo_matching import BINS_PER_DECADE, HaloMatching, both_catalogues, pairs_of
from backends.statistics.scores import FEWEST_HALOS

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("error-map-mass")
class ErrorMapOfMass:
    """⟨1 + δ⟩ / ⟨1 + δ_ref⟩ − 1 where the reference's halos lie, by their mass, as ``error-by-environment-mass``.

    The worst place of a mass is the halo of the largest |δ − δ_ref| / (1 + δ_ref); ``worst`` is that with its sign.
    """

    label = "Where it breaks · halo mass"
    axes = Axes(x_label="M  [Msun/h]", y_label="⟨1 + δ⟩ / ⟨1 + δ_ref⟩ − 1", faint="fewer than 10 halos")
    needs_reference = True
    depends = ErrorByHaloMass.depends

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        at, pair, said = densities_at_halos(sample, reference, parameters, progress)
        found, numbers = at.errors(), np.unique(at.numbers)
        left = (at.ours - at.theirs) / np.maximum(1 + at.theirs, 1e-3)
        worst = np.array([np.where(at.numbers == b, np.abs(left), -1).argmax() for b in numbers])
        progress(1.0, self.label)
        return map_result(
            "error-map-mass",
            "mass",
            mass_bins(numbers, MASS_BINS_PER_DECADE),
            (found["mean_ratio"] - 1, found["mean_ratio_error"]),
            (np.where(left[worst, None] != 0, at.centres[worst], np.nan), left[worst]),
            unit="Msun/h",
            parameters={**pair.parameters, **said},
            more={"count": found["count"].astype(np.int64)},
            reliable=found["count"] >= FEWEST_HALOS,
            notes=pair.notes,
        )


@register("error-map-halos")
class ErrorMapOfHalos:
    """n / n_ref − 1 of the halos in bins of mass; its error is that of the halos whose partner is in no same bin.

    Halos that both runs have in a bin strike both counts alike. The worst place of a mass is the heaviest halo of the
    reference without a partner or, where all have one, that whose partner's mass differs most; ``worst`` is
    M / M_ref − 1, −1 where there is no partner.
    """

    label = "Where it breaks · halos"
    axes = Axes(x_label="M  [Msun/h]", y_label="n / n_ref − 1", faint="fewer than 10 halos")
    needs_reference = True
    depends = HaloMatching.depends

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        ours, theirs = both_catalogues(sample, reference, parameters, part(progress, 0.0, 0.8))
        found, way, notes = pairs_of(ours, theirs, parameters, part(progress, 0.8, 1.0))
        with np.errstate(divide="ignore"):
            here, there = (np.floor(BINS_PER_DECADE * np.log10(run.masses) + 1e-9) for run in (ours, theirs))
        numbers = np.unique(there[np.isfinite(there)])
        n_ours, n_theirs = ((bins[:, None] == numbers).sum(axis=0) for bins in (here, there))
        together = here[found.second] == there[found.first]
        both = (there[found.first][together][:, None] == numbers).sum(axis=0)
        alone = n_ours + n_theirs - 2 * both
        ratio = np.full(theirs.count, -1.0)
        ratio[found.first] = ours.masses[found.second] / theirs.masses[found.first] - 1
        # Of halos without a partner the first, which is the heaviest; a factor in mass counts the same either way.
        with np.errstate(divide="ignore"):
            far = np.abs(np.log(1 + ratio))
        worst = np.array([np.where(there == number, far, -1).argmax() for number in numbers], dtype=np.int64)
        progress(1.0, self.label)
        return map_result(
            "error-map-halos",
            "mass",
            mass_bins(numbers, BINS_PER_DECADE),
            (n_ours / n_theirs - 1, np.sqrt(np.maximum(alone, 1)) / n_theirs),
            (np.where(ratio[worst, None] != 0, theirs.centres[worst], np.nan), ratio[worst]),
            unit="Msun/h",
            parameters={**dict(theirs.parameters), "box_size": theirs.box_size, "matched_by": way},
            more={"n_run": n_ours, "n_reference": n_theirs, "n_both": both},
            reliable=n_theirs >= FEWEST_HALOS,
            notes=tuple(notes),
        )
