"""Halo clustering: how much more often than by chance halos lie at a distance from each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.halo_source import notes_of, words_of
from backends.statistics.two_point_correlation import of_pairs

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("halo-clustering")
class HaloClustering:
    """ξ_hh(r) = DD / RR − 1 of a run's halos, those of its file or those that are found in its particles.

    Every halo counts the same. Bins, RR and errors are those of ``two-point-correlation`` for catalogues.
    """

    label = "Halo clustering"
    axes = Axes(
        x_label="r  [Mpc/h]",
        y_label="ξ_hh(r)",
        log_x=True,
        log_y=True,
        ratio_label="ξ_hh / ξ_ref",
        shared_phases=True,
    )
    needs_reference = False
    depends = ("linking_length", "min_particles")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        from backends.statistics.sample import halos_as_particles

        halos = sample.halos(parameters, part(progress, 0.0, 0.6)).at_last_time()
        if halos.count < 2:
            raise NotApplicable(f"{sample.label} has no two halos that could be a pair")
        said = {"finder": halos.finder, **dict(halos.parameters), **words_of(halos)}
        found = of_pairs(halos_as_particles(halos), said, part(progress, 0.6, 1.0))
        named = {key: value for key, value in found.parameters.items() if key != "n_particles"}
        return replace(
            found,
            name="halo-clustering",
            parameters={**named, "n_halos": halos.count},
            notes=(*found.notes, *notes_of(halos)),
        )
