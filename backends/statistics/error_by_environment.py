"""The density's error where the reference is empty and where it is full, by web class and about halos."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.cosmic_web import CLASSES, WEB, classes_of
from backends.statistics.environment import (
    SmoothedPair,
    both_smoothed,
    errors_by_class,
    errors_of_places,
    quantile_classes,
    result,
    told,
)
from backends.statistics.scores import FEWEST_HALOS
from backends.statistics.smoothing import DEPENDS

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

ERROR = "rms(δ − δ_ref) / ⟨1 + δ_ref⟩"
MEAN = "⟨1 + δ⟩ / ⟨1 + δ_ref⟩"
MASS_BINS_PER_DECADE = 5


@register("error-by-environment")
class ErrorByEnvironment:
    """rms(δ − δ_ref) / ⟨1 + δ_ref⟩ in equal shares of the volume, from where the reference is emptiest.

    Both densities are smoothed. Below stands ⟨1 + δ⟩ / ⟨1 + δ_ref⟩: what of the error is too much or too little
    matter. Errors are the scatter of the box's octants, divided by √8.
    """

    label = "Error by overdensity"
    axes = Axes(x_label="share of the volume that is emptier", y_label=ERROR, log_x=False, log_y=True, ratio_label=MEAN)
    needs_reference = True
    depends = (*DEPENDS, "density_quantiles")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        pair = both_smoothed(sample, reference, parameters, part(progress, 0.0, 0.8))
        n = parameters.density_quantiles
        columns = errors_by_class(pair.ours, pair.theirs, quantile_classes(pair.theirs, n), n)
        progress(1.0, self.label)
        return result("error-by-environment", {"quantile": (np.arange(n) + 0.5) / n, **columns}, pair, {"quantiles": n})


@register("error-by-environment-web")
class ErrorByWebClass:
    """As ``error-by-environment``, by the class of the cosmic web that a cell has in the reference."""

    label = "Error by web class"
    axes = Axes(x_label=WEB, y_label=ERROR, log_x=False, log_y=True, ratio_label=MEAN, x_names=CLASSES)
    needs_reference = True
    depends = (*DEPENDS, "web_threshold")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        pair = both_smoothed(sample, reference, parameters, part(progress, 0.0, 0.5))
        assert reference is not None
        n_mesh, radius, rest = pair.theirs.shape[0], pair.parameters["smoothing_radius"], part(progress, 0.5, 0.9)
        classes = classes_of(reference, pair.chosen, n_mesh, radius, pair.cell_offset, rest)
        columns = errors_by_class(pair.ours, pair.theirs, classes, 4)
        progress(1.0, self.label)
        said = {"web_threshold": parameters.web_threshold}
        return result("error-by-environment-web", {"class": np.arange(4), **columns}, pair, said)


@register("error-by-environment-mass")
class ErrorByHaloMass:
    """As ``error-by-environment``, in the cells in which the reference's halos lie, by their mass.

    Errors are the scatter from halo to halo.
    """

    label = "Error by halo mass"
    axes = Axes(
        x_label="M  [Msun/h]", y_label=ERROR, log_x=True, log_y=True, ratio_label=MEAN, faint="fewer than 10 halos"
    )
    needs_reference = True
    depends = (*DEPENDS, "linking_length", "min_particles")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        at, pair, said = densities_at_halos(sample, reference, parameters, progress)
        columns = at.errors()
        mass = 10 ** ((np.unique(at.numbers) + 0.5) / MASS_BINS_PER_DECADE)
        found = result("error-by-environment-mass", {"mass": mass, **columns}, pair, said)
        return replace(found, reliable=columns["count"] >= FEWEST_HALOS)


@dataclass(frozen=True, eq=False)
class AtHalos:
    """The smoothed overdensities of a run and of its reference where the reference's halos lie.

    ours, theirs : (n,) float64
    numbers : (n,) int64, the bin of each halo's mass: it begins at 10^(number / MASS_BINS_PER_DECADE) Msun/h
    centres : (n, 3) float64, Mpc/h
    """

    ours: NDArray[np.float64]
    theirs: NDArray[np.float64]
    numbers: NDArray[np.int64]
    centres: NDArray[np.float64]

    def errors(self) -> dict[str, NDArray[np.float64]]:
        """Return the error in each bin that holds a halo, from the lightest."""
        inside = [self.numbers == number for number in np.unique(self.numbers)]
        rows = [errors_of_places(self.ours[which], self.theirs[which]) for which in inside]
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def densities_at_halos(
    sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
) -> tuple[AtHalos, SmoothedPair, dict[str, Any]]:
    """Return both densities at the reference's halos, where they come from, and what the halos depend on.

    Raises
    ------
    NotApplicable
        Where the reference has no halos of known mass.
    """
    if reference is None:
        raise NotApplicable("there is no reference to compare with; choose one")
    halos = reference.halos(parameters, part(progress, 0.0, 0.4)).at_last_time()
    weighed = halos.masses > 0
    if not weighed.any():
        raise NotApplicable("the reference has no halos of known mass")
    pair = both_smoothed(sample, reference, parameters, part(progress, 0.4, 1.0))
    n = pair.theirs.shape[0]
    # A cell's value sits at its offset: the nearest one is taken.
    centres = halos.centres[weighed]
    place = np.rint(centres * (n / halos.box_size) - pair.cell_offset).astype(np.int64) % n
    ours, theirs = (values[tuple(place.T)].astype(np.float64) for values in (pair.ours, pair.theirs))
    numbers = np.floor(MASS_BINS_PER_DECADE * np.log10(halos.masses[weighed]) + 1e-9).astype(np.int64)
    said = {"halo_finder": halos.finder, "errors": "scatter of halos", **told(halos.parameters)}
    return AtHalos(ours, theirs, numbers, centres), pair, said
