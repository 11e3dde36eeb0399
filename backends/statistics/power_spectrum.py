"""The power spectrum: how much structure there is on each scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.mesh.binning import auto_power, mode_counts, shells
from backends.mesh.fourier import Modes
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.handful import enough, few
from backends.statistics.meshes import frame_of, with_mesh

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("power-spectrum")
class PowerSpectrum:
    """P(k) = (L³/N⁶) ⟨|δ_m|²⟩, the mass-assignment window divided out, the shot noise left in and stated.

    Shells i ≤ |m| < i + 1 for i = 1 … N/2 − 1; k is the mean of its modes; a mode and its conjugate
    count once; the error is that of a Gaussian field, P / √n_modes.
    """

    label = "Power spectrum"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="P(k)  [(Mpc/h)³]",
        log_x=True,
        log_y=True,
        ratio_label="T = √(P / P_ref)",
        faint="beyond k Nyquist, or below the shot noise",
    )
    needs_reference = False

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        parameters = with_mesh(parameters, sample, reference)
        frame = frame_of(sample, None, parameters, part(progress, 0.0, 0.3), lines=True)
        transform = sample.modes(parameters, frame.n_mesh, part(progress, 0.3, 0.9), frame.cell_offset)
        power, n_modes = auto_power(transform), mode_counts(transform)
        k = wave_numbers(transform)
        loud = power >= transform.shot_noise
        notes = list(frame.notes)
        if not loud[k <= frame.k_end].all():
            notes.append(f"Power below the shot noise, {transform.shot_noise:.3g} (Mpc/h)³, is not to be believed.")
        if frame.k_particles is not None and frame.k_particles < k[-1]:
            notes.append(f"Beyond k = {frame.k_particles:.3g} h/Mpc the particles no longer sample the field.")
        if frame.k_particles is not None and not parameters.interlaced and transform.order:
            notes.append("Without interlacing, aliases add to the power near the mesh's limit.")
        notes += few(n_modes, "modes")
        progress(1.0, "Power spectrum")
        dimensions = transform.dimensions
        unit = "Mpc/h" if dimensions == 1 else f"(Mpc/h)^{dimensions}"
        return StatisticResult(
            name="power-spectrum",
            columns={
                "k": k,
                "power": power,
                "error": power / np.sqrt(n_modes),
                "n_modes": n_modes,
                "shot_noise": transform.shot_noise,
            },
            units={"k": "h/Mpc", "power": unit, "error": unit, "n_modes": "", "shot_noise": unit},
            x="k",
            y="power",
            sigma="error",
            parameters=frame.parameters(sample),
            reliable=(k <= frame.k_end) & loud & enough(n_modes),
            notes=tuple(notes),
        )


def wave_numbers(transform: Modes) -> NDArray[np.float64]:
    """Return the mean k of the modes in each shell, h/Mpc."""
    wave_number = shells(transform.n_mesh, transform.dimensions).wave_number
    return np.asarray(wave_number * (2 * np.pi / transform.box_size), dtype=np.float64)
