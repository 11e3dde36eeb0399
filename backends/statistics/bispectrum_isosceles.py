"""The reduced bispectrum of isosceles triangles against their angle: the shape of structures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.triangle_curves import measured, prepared

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

ANGLES = 13
LEAST = 3
"""Fundamental modes in a side, below which shells of two modes blur the angle away."""


@register("bispectrum-isosceles")
class IsoscelesBispectrum:
    """Q(θ) of triangles with k₁ = k₂ and k₃ = k₁ √(2 + 2 cos θ), θ between the wave vectors k₁ and k₂.

    Q = B / (P₁P₂ + P₂P₃ + P₃P₁); shells reach one fundamental mode to either side of k₁ and k₃. k₁ is
    the ``triangle_k`` of the parameters, by default a sixth of the mesh's Nyquist wave number.
    """

    label = "Bispectrum, isosceles"
    axes = Axes(
        x_label="θ  [rad]",
        y_label="Q(θ)",
        log_x=False,
        log_y=False,
        ratio_label="Q / Q_ref",
        faint="a side beyond k Nyquist",
        shared_phases=True,
    )
    needs_reference = False
    depends = ("n_mesh", "mass_assignment", "interlaced", "species", "triangle_k")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        from backends.mesh.triangles import Shell

        frame, modes = prepared(sample, reference, parameters, part(progress, 0.0, 0.5))
        fundamental = 2 * np.pi / frame.box_size
        side = frame.n_mesh / 12 if parameters.triangle_k is None else parameters.triangle_k / fundamental
        side = max(side, LEAST) if parameters.triangle_k is None else side
        most = (frame.n_mesh // 2 - 1) / 2
        if not LEAST <= side <= most:
            raise NotApplicable(
                f"triangles of k = {side * fundamental:.3g} h/Mpc do not fit the mesh: choose a side between "
                f"{LEAST * fundamental:.3g} and {most * fundamental:.3g} h/Mpc"
            )
        theta = np.pi * (np.arange(ANGLES) + 0.5) / ANGLES
        third = side * np.sqrt(2 + 2 * np.cos(theta))
        equal = Shell(side - 1, side + 1)
        triangles = [(equal, equal, Shell(max(k3 - 1, 0.0), k3 + 1)) for k3 in third.tolist()]
        curve = measured(frame, modes, triangles, part(progress, 0.5, 1.0))
        k = side * fundamental
        own = {"theta": theta, "k1": np.full(ANGLES, k), "k3": third * fundamental}
        return StatisticResult(
            name="bispectrum-isosceles",
            columns={**own, **curve.columns},
            units={"theta": "rad", "k1": "h/Mpc", "k3": "h/Mpc", **curve.units},
            x="theta",
            y="reduced",
            sigma="reduced_error",
            parameters={**frame.parameters(sample), "triangles": "isosceles", "triangle_k": k},
            reliable=curve.reliable,
            notes=(f"The equal sides have k = {k:.3g} h/Mpc.", *curve.notes),
        )
