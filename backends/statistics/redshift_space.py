"""Power in redshift space: what surveys see, where velocities displace everything along the line of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.mesh.binning import shells
from backends.mesh.fourier import Modes
from backends.mesh.multipoles import ORDERS, multipole_errors, multipoles
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.meshes import frame_of, with_mesh
from backends.statistics.power_spectrum import wave_numbers

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

DEPENDS = ("n_mesh", "mass_assignment", "interlaced", "species", "line_of_sight")


@register("redshift-space")
class RedshiftSpace:
    """P_ℓ(k) = (2ℓ + 1) ⟨P(k) L_ℓ(μ)⟩, ℓ = 0, 2, 4, of s = x + v (1 + z) / H(z) along an axis of the box.

    H = 100 E(z) h km/s/Mpc of flat ΛCDM. Shells, window and shot noise are those of the power spectrum;
    the errors are a Gaussian field's. The three are columns of one table; the monopole is drawn here.
    """

    label = "Redshift-space power"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="P₀(k)  [(Mpc/h)³]",
        log_x=True,
        log_y=True,
        ratio_label="P₀ / P₀_ref",
        faint="beyond k Nyquist, or below the shot noise",
        shared_phases=True,
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        return measure("redshift-space", "p0", sample, reference, parameters, progress)


@register("redshift-space-quadrupole")
class RedshiftSpaceQuadrupole:
    """P₂(k), as ``redshift-space``: above zero where matter falls together, below where it runs through itself."""

    label = "Redshift-space quadrupole"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="k P₂(k)  [(Mpc/h)²]",
        ratio_label="1 + ΔP₂ / P₀_ref",
        log_x=True,
        faint="beyond k Nyquist, or below the shot noise",
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        return measure("redshift-space-quadrupole", "k_p2", sample, reference, parameters, progress)


@register("redshift-space-hexadecapole")
class RedshiftSpaceHexadecapole:
    """P₄(k), as ``redshift-space``."""

    label = "Redshift-space hexadecapole"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="k P₄(k)  [(Mpc/h)²]",
        ratio_label="1 + ΔP₄ / P₀_ref",
        log_x=True,
        faint="beyond k Nyquist, or below the shot noise",
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        return measure("redshift-space-hexadecapole", "k_p4", sample, reference, parameters, progress)


def measure(
    name: str, drawn: str, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
) -> StatisticResult:
    """Return all three multipoles, of which one column is drawn.

    Raises
    ------
    NotApplicable
        Where the run has no velocities, no redshift or no Ω_m, or is no particles.
    """
    if isinstance(sample.compared(parameters, part(progress, 0.0, 0.1)), Field):
        raise NotApplicable(f"{sample.label} is a grid: redshift space needs particles with velocities")
    parameters = with_mesh(parameters, sample, reference)
    frame = frame_of(sample, None, parameters, part(progress, 0.1, 0.2))
    axis = parameters.line_of_sight
    modes: Modes = sample.redshift_space_modes(parameters, frame.n_mesh, part(progress, 0.2, 0.9))
    power, n_modes = multipoles(modes, axis), shells(modes.n_mesh).n_modes
    error, k = multipole_errors(power, n_modes), wave_numbers(modes)
    notes = list(frame.notes)
    if not parameters.interlaced:
        notes.append("Without interlacing, aliases add to the power near the mesh's limit.")
    values: dict[str, np.ndarray] = {f"p{order}": power[i] for i, order in enumerate(ORDERS)}
    errors = {f"error{order}": error[i] for i, order in enumerate(ORDERS)}
    columns = {**values, **errors, "n_modes": n_modes, "shot_noise": modes.shot_noise}
    units = dict.fromkeys(columns, "(Mpc/h)^3") | {"n_modes": ""}
    if drawn not in columns:
        order = drawn[-1]
        columns |= {drawn: k * values[f"p{order}"], f"k_error{order}": k * errors[f"error{order}"]}
        units |= dict.fromkeys((drawn, f"k_error{order}"), "(Mpc/h)^2")
    progress(1.0, "Redshift space")
    return StatisticResult(
        name=name,
        columns={"k": k, **columns},
        units={"k": "h/Mpc", **units},
        x="k",
        y=drawn,
        sigma=drawn.replace("p", "error"),
        parameters={**frame.parameters(sample), "line_of_sight": "xyz"[axis], "omega_m": sample.omega_m},
        reliable=(k <= frame.k_end) & (power[0] >= modes.shot_noise),
        notes=tuple(notes),
    )
