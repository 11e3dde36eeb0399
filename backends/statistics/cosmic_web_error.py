"""Where a run's cosmic web is not the reference's: the share of cells that it puts in another class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.cosmic_web import CLASSES, WEB, classes_of
from backends.statistics.meshes import frame_of, with_mesh
from backends.statistics.octants import octants_of
from backends.statistics.smoothing import DEPENDS, chosen_radius

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("cosmic-web-error")
class CosmicWebError:
    """Of the reference's cells of each class, the share that the run puts in another.

    Beside it stand the four shares, and among the parameters the error over all cells. Errors are the
    scatter of octants, divided by √8.
    """

    label = "Cosmic web, misclassified"
    axes = Axes(x_label=WEB, y_label="share of cells misclassified", log_x=False, x_names=CLASSES)
    needs_reference = True
    depends = (*DEPENDS, "web_threshold")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        if reference is None:
            raise NotApplicable("there is no reference to compare with; choose one")
        parameters = with_mesh(parameters, sample, reference)
        frame = frame_of(sample, reference, parameters, part(progress, 0.0, 0.1))
        radius = chosen_radius(frame.chosen, frame)
        found = []
        for place, run in enumerate((reference, sample)):
            report = part(progress, 0.1 + 0.45 * place, 0.55 + 0.45 * place)
            found.append(classes_of(run, frame.chosen, frame.n_mesh, radius, frame.cell_offset, report))
        theirs, ours = found
        both = zip(octants_of(theirs), octants_of(ours), strict=True)
        tables = np.array([np.bincount((4 * a + b).reshape(-1), minlength=16).reshape(4, 4) for a, b in both], float)
        with np.errstate(invalid="ignore"):
            confusion, by_octant = (t / t.sum(axis=-1, keepdims=True) for t in (tables.sum(axis=0), tables))
        wrong = 1 - np.diagonal(by_octant, axis1=1, axis2=2)
        columns = {
            "class": np.arange(4),
            "error_rate": 1 - np.diagonal(confusion),
            "error": wrong.std(axis=0, ddof=1) / np.sqrt(8),
            **{f"as_{name}": confusion[:, i] for i, name in enumerate(("void", "sheet", "filament", "knot"))},
        }
        return StatisticResult(
            name="cosmic-web-error",
            columns=columns,
            units=dict.fromkeys(columns, ""),
            x="class",
            y="error_rate",
            sigma="error",
            parameters={
                **frame.parameters(sample),
                "smoothing_window": frame.chosen.smoothing_window,
                "smoothing_radius": radius,
                "web_threshold": parameters.web_threshold,
                "misclassified": float(np.mean(theirs != ours)),
                "errors": "octants",
            },
            notes=(*frame.notes, f"{100 * np.mean(theirs != ours):.3g} % of all cells are in another class."),
        )
