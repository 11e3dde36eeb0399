"""The cosmic web: how much of the volume and of the mass lies in voids, sheets, filaments and knots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.mesh.tidal import web_classes
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.octants import octants_of
from backends.statistics.smoothing import DEPENDS, smoothed_density

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

CLASSES = ("void", "sheet", "filament", "knot")
WEB = "place in the cosmic web"


@register("cosmic-web")
class CosmicWeb:
    """Shares of the mass and of the volume by how many eigenvalues of the tidal tensor exceed a threshold.

    Drawn is the mass; it is that of the smoothed density. Errors are the scatter of octants, divided by √8.
    """

    label = "Cosmic web"
    axes = Axes(
        x_label=WEB,
        y_label="share of the mass",
        log_x=False,
        ratio_label="share / share_ref",
        x_names=CLASSES,
        shared_phases=True,
    )
    needs_reference = False
    depends = (*DEPENDS, "web_threshold")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        density = smoothed_density(sample, reference, parameters, part(progress, 0.0, 0.5))
        values, where = density.smoothed.values, density.frame
        radius, offset = density.smoothed.radius, where.cell_offset
        classes = classes_of(sample, where.chosen, where.n_mesh, radius, offset, part(progress, 0.5, 1.0))
        pairs = list(zip(octants_of(classes), octants_of(values), strict=True))
        counts = np.array([np.bincount(kind.reshape(-1), minlength=4) for kind, _ in pairs], dtype=np.float64)
        masses = np.array([np.bincount(kind.reshape(-1), 1.0 + delta.reshape(-1), 4) for kind, delta in pairs])
        volume, mass = counts.sum(axis=0) / values.size, masses.sum(axis=0) / values.size
        cells = counts.sum(axis=1)[:, None]
        columns = {
            "class": np.arange(4),
            "mass_fraction": mass,
            "error": (masses / cells).std(axis=0, ddof=1) / np.sqrt(8),
            "volume_fraction": volume,
            "error_volume": (counts / cells).std(axis=0, ddof=1) / np.sqrt(8),
        }
        return StatisticResult(
            name="cosmic-web",
            columns=columns,
            units=dict.fromkeys(columns, ""),
            x="class",
            y="mass_fraction",
            sigma="error",
            parameters={**density.parameters, "web_threshold": parameters.web_threshold, "errors": "octants"},
            notes=density.notes,
        )


def classes_of(
    sample: Sample, parameters: Parameters, n_mesh: int, radius: float, cell_offset: float, progress: Progress
) -> NDArray[np.uint8]:
    """Return the class of each cell of a run's density smoothed over that radius, Mpc/h, as ``web_classes`` does.

    It is found once: the reference's is asked for by every run.

    Raises
    ------
    NotApplicable
        For a map.
    """
    values = sample.smoothed(parameters, n_mesh, radius, part(progress, 0.0, 0.5), cell_offset).values
    if values.ndim != 3:
        raise NotApplicable(f"{sample.label} is a map of two dimensions: the web's classes are of a volume")
    threshold, rest = parameters.web_threshold, part(progress, 0.5, 1.0)
    painted = (getattr(parameters, name) for name in (*DEPENDS, "substructure"))
    key = ("web classes", *painted, n_mesh, radius, cell_offset, threshold)
    return sample.once(key, lambda: web_classes(values, threshold, rest), rest)
