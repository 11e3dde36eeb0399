"""The void size function: how many spherical underdensities there are of each radius."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.mesh.fourier import compensate
from backends.mesh.spherical_voids import spherical_voids
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.handful import enough, few
from backends.statistics.meshes import Frame
from backends.statistics.smoothing import framed

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

STEP = 10**0.05
"""Ratio of a radius to the next: edges are 10^(j/20) Mpc/h, the same for all runs."""
LARGEST = 0.25
"""Radius, in box sides, beyond which a sphere and its images are too near."""


@register("void-size-function")
class VoidSizeFunction:
    """dn/dlnR of the largest spheres of mean density 1 + δ below the threshold that do not overlap.

    Spheres as Banerjee & Dalal (2016, arXiv:1606.06167) grow them; errors are Poisson's.
    """

    label = "Void size function"
    axes = Axes(
        x_label="R  [Mpc/h]",
        y_label="dn / dlnR  [(h/Mpc)³]",
        log_y=True,
        ratio_label="n / n_ref",
        shared_phases=True,
    )
    needs_reference = False
    empty_is_zero = True
    depends = ("n_mesh", "mass_assignment", "interlaced", "species", "void_threshold")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        parameters, frame = framed(sample, reference, parameters, part(progress, 0.0, 0.1))
        transform = sample.modes(parameters, frame.n_mesh, part(progress, 0.1, 0.3), frame.cell_offset)
        if transform.dimensions != 3:
            raise NotApplicable(f"{sample.label} is a map of two dimensions: voids are spheres in a volume")
        radii = radii_of(frame)
        _, sizes = spherical_voids(compensate(transform), radii, parameters.void_threshold, part(progress, 0.3, 1.0))
        if not sizes.size:
            raise NotApplicable(
                f"{sample.label} has no sphere of {radii[0]:.3g} Mpc/h or more with a mean overdensity below "
                f"{parameters.void_threshold:g}"
            )
        # A void has the largest radius at which it is empty enough: it lies between that and the next.
        count = np.array([np.count_nonzero(sizes == radius) for radius in radii])
        last = int(np.flatnonzero(count)[-1]) + 1
        norm = frame.box_size**3 * np.log(STEP)
        volume = float(np.sum(4 / 3 * np.pi * sizes**3) / frame.box_size**3)
        return StatisticResult(
            name="void-size-function",
            columns={
                "radius": radii[:last] * np.sqrt(STEP),
                "dn_dlnr": count[:last] / norm,
                "error": np.sqrt(count[:last]) / norm,
                "count": count[:last],
            },
            units={"radius": "Mpc/h", "dn_dlnr": "(h/Mpc)^3", "error": "(h/Mpc)^3", "count": ""},
            x="radius",
            y="dn_dlnr",
            sigma="error",
            parameters={
                **frame.parameters(sample),
                "void_threshold": parameters.void_threshold,
                "n_voids": int(sizes.size),
                "filling_factor": volume,
                "errors": "poisson",
            },
            reliable=enough(count[:last]),
            notes=(
                *frame.notes,
                *few(count[:last], "voids"),
                f"{sizes.size} voids fill {100 * volume:.3g} % of the box.",
            ),
        )


def radii_of(frame: Frame) -> NDArray[np.float64]:
    """Return rising radii, Mpc/h, from two cells, or the particles' mean distance, to a quarter of the box.

    Raises
    ------
    NotApplicable
        Where there is none in between.
    """
    apart = 0.0 if frame.k_particles is None else np.pi / frame.k_particles
    least = max(2 * frame.box_size / frame.n_mesh, apart)
    first, last = (np.log(radius) / np.log(STEP) for radius in (least, LARGEST * frame.box_size))
    radii = STEP ** np.arange(np.ceil(first - 1e-9), np.floor(last + 1e-9) + 1)
    if not radii.size:
        raise NotApplicable(
            f"no sphere is larger than two cells, {least:.3g} Mpc/h, and fits in the box; take a finer mesh"
        )
    return np.asarray(radii, dtype=np.float64)
