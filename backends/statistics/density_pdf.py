"""The density PDF: how much of the volume has each density."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.meshes import frame_of, with_mesh
from backends.statistics.octants import PIECES, eighths_of

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

WIDTH = 0.05
"""Width of a bin in log10(1+δ); edges are its integer multiples, the same for all runs."""
LOWEST = -6.0
"""log10(1+δ) below which a cell counts as nearly empty: only rounding lives there."""


@register("density-pdf")
class DensityPdf:
    """dP/dlog10(1+δ) of the cells, in bins of 0.05, from the mesh as it was painted.

    The mesh is neither interlaced nor compensated, so that no cell is negative. Errors are the scatter
    of the box's octants, divided by √8. The shares of empty, nearly empty and negative cells are given
    apart: with them the PDF integrates to one.
    """

    label = "Density PDF"
    axes = Axes(
        x_label="1 + δ",
        y_label="dP / dlog₁₀(1 + δ)",
        log_x=True,
        log_y=True,
        ratio_label="PDF / PDF_ref",
    )
    needs_reference = False
    empty_is_zero = True

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        parameters = with_mesh(parameters, sample, reference)
        frame = frame_of(sample, None, parameters, part(progress, 0.0, 0.3), lines=True)
        density = sample.relative_density(parameters, frame.n_mesh, part(progress, 0.3, 0.8))
        return density_pdf(density, frame.parameters(sample), frame.notes, part(progress, 0.8, 1.0))


def density_pdf(
    density: Field, parameters: dict[str, object], notes: tuple[str, ...], progress: Progress
) -> StatisticResult:
    """Return the PDF of a field of 1+δ.

    Raises
    ------
    NotApplicable
        Where no cell has a density above zero.
    """
    counts, cells, empty, negative, faint = [], [], 0, 0, 0
    for number, octant in enumerate(_pieces(density)):
        progress(number / 8, "Counting cells")
        positive = octant[octant > 0]
        empty += int(np.count_nonzero(octant == 0))
        negative += int(np.count_nonzero(octant < 0))
        bins = np.floor(np.log10(positive, dtype=np.float64) / WIDTH - LOWEST / WIDTH + 1e-9).astype(np.int64)
        faint += int(np.count_nonzero(bins < 0))
        counts.append(np.bincount(bins[bins >= 0]))
        cells.append(octant.size)
    longest = max(count.size for count in counts)
    table = np.array([np.pad(count, (0, longest - count.size)) for count in counts])
    total = table.sum(axis=0)
    if not total.any():
        raise NotApplicable("no cell has a density above zero")
    occupied = np.flatnonzero(total)
    kept = slice(int(occupied[0]), int(occupied[-1]) + 1)
    size = density.values.size
    shares = table / np.array(cells)[:, None] / WIDTH
    error = shares.std(axis=0, ddof=1) / np.sqrt(len(counts))
    said = list(notes)
    if empty:
        said.append(f"{100 * empty / size:.3g} % of the cells are empty and have no place on a logarithmic axis.")
    return StatisticResult(
        name="density-pdf",
        columns={
            "relative_density": _centres(kept),
            "pdf": total[kept] / (size * WIDTH),
            "error": error[kept],
            "count": total[kept],
        },
        units={"relative_density": "", "pdf": "", "error": "", "count": ""},
        x="relative_density",
        y="pdf",
        sigma="error",
        parameters={
            **parameters,
            "interlaced": density.interlaced,
            "compensated": False,
            "bin_width": WIDTH,
            "empty_share": empty / size,
            "negative_share": negative / size,
            "nearly_empty_share": faint / size,
            "errors": PIECES[density.dimensions],
        },
        notes=tuple(said),
    )


def _pieces(density: Field) -> Iterator[NDArray[np.float32]]:
    """Give the cells of each octant of a box, of each quadrant of a map, or of each eighth of all lines."""
    if density.dimensions == 1:
        yield from eighths_of(density.values)
        return
    values = density.values
    values = values.reshape(values.shape[:-3] + density.grid) if density.dimensions == 3 else values
    halves = slice(None, density.n_mesh // 2), slice(density.n_mesh // 2, None)
    for number in range(2**density.dimensions):
        octant = values
        for axis in range(density.dimensions):
            octant = np.moveaxis(octant, -1 - axis, 0)[halves[number >> axis & 1]]
            octant = np.moveaxis(octant, 0, -1 - axis)
        yield octant.reshape(-1)


def _centres(kept: slice) -> NDArray[np.float64]:
    return np.asarray(10 ** (LOWEST + WIDTH * (np.arange(kept.start, kept.stop) + 0.5)), dtype=np.float64)
